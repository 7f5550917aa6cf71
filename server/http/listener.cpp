#include "server/http/listener.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>
#include <sys/socket.h>

#include <csignal>
#include <random>

#include "server/http/connection.h"

namespace crmdav {
namespace {

constexpr int stackBytes = 512 * 1024;
constexpr std::chrono::milliseconds idleGrace{500};

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
    // Whoever connects now is refused, and goes elsewhere. Left open, the socket would take connections until it is
    // closed, with requests that nobody reads.
    ::shutdown(parts_->socket.impl()->sockfd(), SHUT_RDWR);
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
