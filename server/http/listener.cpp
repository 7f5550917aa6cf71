#include "server/http/listener.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>
#include <linux/filter.h>
#include <poll.h>
#include <sys/socket.h>

#include <csignal>
#include <random>
#include <thread>

#include "server/http/connection.h"

namespace crmdav {
namespace {

constexpr int stackBytes = 512 * 1024;
constexpr std::chrono::milliseconds idleGrace{500}, queueGrace{2000};

class ConnectionFactory : public Poco::Net::TCPServerConnectionFactory {
public:
    explicit ConnectionFactory(Wire& wire) : wire_(wire) {}
    Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
        return new ClientConnection(socket, wire_);
    }

private:
    Wire& wire_;
};

Poco::Net::ServerSocket openSocket(const Config& config) {
    const Poco::Net::SocketAddress address(config.listenHost, config.listenPort);
    constexpr int backlog = 1024;
    if (config.tlsCertificate.empty()) {
        Poco::Net::ServerSocket socket;
        socket.bind(address, true);
        socket.listen(backlog);
        return socket;
    }
    using Poco::Net::Context;
    Context::Ptr context(
        new Context(Context::TLS_SERVER_USE, config.tlsKey, config.tlsCertificate, "", Context::VERIFY_NONE));
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    context->enableSessionCache(true);
    context->preferServerCiphers();
    return Poco::Net::SecureServerSocket(address, backlog, context);
}

std::string randomPrefix() {
    constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
    std::random_device device;
    std::string prefix;
    for (int i = 0; i < 6; ++i) prefix += letters[device() % letters.size()];
    return prefix + "-";
}

Poco::Net::TCPServerParams::Ptr paramsOf(const Config& config) {
    Poco::Net::TCPServerParams::Ptr params(new Poco::Net::TCPServerParams);
    params->setMaxThreads(static_cast<int>(config.threads));
    params->setMaxQueued(static_cast<int>(config.threads));
    params->setThreadIdleTime(Poco::Timespan(10, 0));
    return params;
}

/// From now on nobody new gets as far as a connection: what asks for one hears nothing, asks again within a second or
/// so, and is refused then, when the socket is closed.
void takeNobodyNew(int descriptor) {
    sock_filter nothing[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
    const sock_fprog program{1, nothing};
    ::setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

bool someoneWaits(int descriptor) {
    pollfd waiting{descriptor, POLLIN, 0};
    return ::poll(&waiting, 1, 0) > 0;
}

}  // namespace

struct Listener::Parts {
    Parts(const Config& config, Handler handler, BodyLimit limit, Log& log)
        : wire(config, std::move(handler), std::move(limit), log),
          socket(openSocket(config)),
          pool(2, static_cast<int>(config.threads) + 2, 60, stackBytes),
          server(new ConnectionFactory(wire), pool, socket, paramsOf(config)) {
        wire.idPrefix = randomPrefix();
    }

    Wire wire;
    Poco::Net::ServerSocket socket;
    Poco::ThreadPool pool;
    Poco::Net::TCPServer server;
    bool running = false;
};

Listener::Listener(const Config& config, Handler handler, BodyLimit limit, Log& log) {
    std::signal(SIGPIPE, SIG_IGN);  // a client that is gone is an error of send, not the end of the program
    try {
        parts_ = std::make_unique<Parts>(config, std::move(handler), std::move(limit), log);
    } catch (const Poco::Exception& error) {
        throw ConfigError("can't listen on " + config.listenHost + ":" + std::to_string(config.listenPort) + ": " +
                          error.displayText());
    }
}

Listener::~Listener() { stop(std::chrono::seconds(1)); }

void Listener::start() {
    parts_->server.start();
    parts_->running = true;
}

void Listener::stop(std::chrono::milliseconds patience) {
    if (!std::exchange(parts_->running, false)) return;
    parts_->wire.watchdog.stop();
    // A proxy that has sent a request on a connection that nobody takes any more wouldn't know whether it was done. So
    // those that have one are served, and whoever connects later is refused, and goes elsewhere.
    const int descriptor = parts_->socket.impl()->sockfd();
    takeNobodyNew(descriptor);
    const auto end = std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(patience, queueGrace);
    while ((someoneWaits(descriptor) || parts_->server.queuedConnections() > 0) &&
           std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ::shutdown(descriptor, SHUT_RDWR);
    parts_->server.stop();
    parts_->wire.watchdog.stopIdle(idleGrace);
    if (!parts_->wire.watchdog.waitUntilNoneIsOpen(patience)) {
        parts_->wire.log.warning("connections cut at the end");
        parts_->wire.watchdog.cutAll();
        parts_->wire.watchdog.waitUntilNoneIsOpen(std::chrono::seconds(5));
    }
    parts_->pool.joinAll();
}

std::uint16_t Listener::port() const { return parts_->socket.address().port(); }

std::string Listener::address() const {
    return (parts_->wire.secure ? "https://" : "http://") + parts_->socket.address().toString();
}

}  // namespace crmdav
