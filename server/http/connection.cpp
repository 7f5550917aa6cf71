#include "server/http/connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>

#include "server/http/chunked.h"
#include "server/http/errors.h"
#include "server/http/forwarded.h"
#include "server/http/head.h"
#include "server/http/live.h"
#include "server/http/metrics.h"
#include "server/http/target.h"

namespace crmdav {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t smallBody = 65'536;    ///< smaller ones don't count against the budget
constexpr std::size_t minimumRate = 20'000;  ///< bytes a second, beyond the time every body has
constexpr std::size_t sendAtOnce = 262'144;  ///< each such piece has the whole send time
constexpr std::chrono::seconds budgetPatience{60}, lingering{2};

/// The client went away, or the watchdog sent it away: nothing to answer.
struct HungUp {};

/// Counts a connection in for as long as it lives.
class Presence {
public:
    Presence(Wire& wire, Watched& watched, const std::string& peer) : wire_(wire), watched_(watched), peer_(peer) {
        wire_.watchdog.add(watched_);
        count_ = wire_.addresses.enter(peer_);
        Metrics::ofProcess().connected();
    }
    ~Presence() {
        wire_.addresses.leave(peer_);
        wire_.watchdog.remove(watched_);
        Metrics::ofProcess().disconnected();
    }
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;
    bool tooMany() const {
        return count_ > wire_.config.connectionsPerAddress && !wire_.config.trustedProxies.contains(peer_);
    }

private:
    Wire& wire_;
    Watched& watched_;
    const std::string& peer_;
    std::size_t count_ = 0;
};

}  // namespace

ClientConnection::ClientConnection(const Poco::Net::StreamSocket& socket, Wire& wire)
    : TCPServerConnection(socket), wire_(wire), watched_(socket.impl()->sockfd()), writer_(*this, wire.spool) {}

void ClientConnection::run() {
    try {
        peer_ = socket().peerAddress().host().toString();
        Presence presence(wire_, watched_, peer_);
        if (presence.tooMany()) {
            wire_.log.warning("too many connections", {{"client", peer_}});
            return;
        }
        while (serveOne()) {
        }
        watched_.allow(lingering);
        socket().shutdown();
    } catch (const HungUp&) {
    } catch (const Poco::Exception&) {  // reset, or shut down by the watchdog
    }
}

/// Appends what arrives. @returns false at the end of the connection
bool ClientConnection::receive(std::size_t most) {
    char buffer[32'768];
    const int got = socket().receiveBytes(buffer, static_cast<int>(std::min(most, sizeof buffer)));
    if (got <= 0) return false;
    in_.append(buffer, static_cast<std::size_t>(got));
    return true;
}

/// @returns false when the client closes, or the server stops, between two requests
bool ClientConnection::readHead() {
    if (in_.empty() && in_.capacity() > 2 * smallBody) in_.shrink_to_fit();
    watched_.allow(in_.empty() ? wire_.config.idleTime : wire_.config.headerTime);
    watched_.idle(in_.empty());
    if (in_.empty() && wire_.watchdog.idleEnds()) return false;
    std::size_t looked = 0;
    while (true) {
        if (in_.starts_with("\r\n")) in_.erase(0, 2);  // an empty line before a request is forgiven (RFC 9112 §2.2)
        if ((headBytes_ = headEnd(in_, looked)) != 0) break;
        looked = in_.size();
        if (!receive(16'384)) return false;
        if (looked == 0) {
            watched_.idle(false);
            watched_.allow(wire_.config.headerTime);
        }
    }
    watched_.idle(false);
    return true;
}

void ClientConnection::takeShare(ByteBudget::Share& share, std::size_t bytes) {
    watched_.allowAnyTime();
    if (!share.take(wire_.bodies, bytes, budgetPatience)) throw HttpError(503, "too many large requests at once");
}

void ClientConnection::readCounted(const Head& head, Request& request) {
    const auto length = static_cast<std::size_t>(*head.length);
    request.body.reserve(length);
    const auto ready = std::min(length, in_.size());
    request.body.append(in_, 0, ready);
    in_.erase(0, ready);
    char buffer[32'768];
    while (request.body.size() < length) {
        const auto most = std::min(length - request.body.size(), sizeof buffer);
        const int got = socket().receiveBytes(buffer, static_cast<int>(most));
        if (got <= 0) throw HttpError(400, "the body is shorter than its Content-Length");
        request.body.append(buffer, static_cast<std::size_t>(got));
    }
}

void ClientConnection::readChunked(std::size_t limit, Request& request, ByteBudget::Share& share) {
    ChunkedDecoder decoder(limit);
    bool shared = false;
    while (true) {
        in_.erase(0, decoder.feed(in_, request.body));
        if (decoder.done()) return;
        if (!shared && request.body.size() > smallBody) {
            takeShare(share, limit);
            shared = true;
            watched_.allow(wire_.config.bodyTime + std::chrono::seconds(limit / minimumRate));
        }
        if (!receive(32'768)) throw HttpError(400, "the chunked body was cut off");
    }
}

void ClientConnection::readBody(const Head& head, Request& request, ByteBudget::Share& share) {
    if (!head.chunked && head.length.value_or(0) == 0) return;
    const auto limit = wire_.bodyLimit(request.method, request.target);
    if (head.length > limit) throw HttpError(413, "the body is larger than " + std::to_string(limit) + " bytes");
    const auto length = static_cast<std::size_t>(head.length.value_or(0));
    if (length > smallBody) takeShare(share, length);
    if (head.expectContinue && in_.empty()) send("HTTP/1.1 100 Continue\r\n\r\n");
    watched_.allow(wire_.config.bodyTime + std::chrono::seconds(length / minimumRate));
    if (head.chunked)
        readChunked(limit, request, share);
    else
        readCounted(head, request);
}

bool ClientConnection::serveOne() {
    Request request;
    ByteBudget::Share share;
    AnswerStyle style;
    const auto arrived = Steady::now();
    auto begun = arrived;
    try {
        if (!readHead()) return false;
        begun = Steady::now();
        request.id = nextId();
        request.client = peer_;
        Head head = parseHead(std::string_view(in_).substr(0, headBytes_));
        in_.erase(0, headBytes_);
        request.method = std::move(head.method);
        request.target = head.target;  // until it is taken apart: for the log
        Outside outside = seenFromOutside(wire_.config, head, peer_, wire_.secure);
        request.client = std::move(outside.client);
        request.origin = std::move(outside.origin);
        request.secure = outside.secure;
        Target target = parseTarget(head.target, outside.basePath);
        request.basePath = std::move(outside.basePath);
        request.target = std::move(target.text);
        request.path = std::move(target.path);
        request.slash = target.slash;
        request.query = std::move(target.query);
        request.headers = std::move(head.headers);
        readBody(head, request, share);
        style.head = request.method == "HEAD";
        style.chunks = head.minor == 1;
        const bool crowded = wire_.watchdog.open() * 10 > wire_.config.threads * 9;
        style.keepAlive = head.keepAlive && !crowded && !wire_.watchdog.stopping();
        style.gzip = acceptsGzip(request.header("accept-encoding"));
        style.gzipFrom = wire_.config.gzipFrom;
    } catch (const HttpError&) {
        return refuse(request, std::current_exception());
    }
    watched_.allowAnyTime();
    keepAlive_ = style.keepAlive;
    Response response;
    try {
        response = wire_.handler(request);
    } catch (...) {
        response = answerTo(std::current_exception(), request, wire_.log);
    }
    answer(request, std::move(response), style, begun);
    return keepAlive_;
}

Answered ClientConnection::undelivered(const Request& request, const Response& response, std::string_view cause) {
    wire_.log.info("answer not delivered", {{"id", request.id}, {"client", request.client}, {"cause", cause}});
    return {response.status, 0, false};
}

void ClientConnection::answer(const Request& request, Response response, AnswerStyle style, Steady::time_point begun) {
    const auto onError = [&](const std::exception_ptr& error) { return answerTo(error, request, wire_.log); };
    Answered answered;
    try {
        answered = writer_.write(response, style, request.id, onError);
    } catch (const HungUp&) {
        answered = undelivered(request, response, "the client went away, or took too long");
    } catch (const Poco::Exception& error) {
        answered = undelivered(request, response, error.displayText());
    } catch (const std::exception& error) {
        answered = undelivered(request, response, error.what());
    }
    keepAlive_ = answered.keepAlive;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begun);
    Metrics::ofProcess().request(request.method, answered.status, isLive(response) ? took.zero() : took,
                                 request.body.size(), answered.bytes);
    logRequest(request, response, answered, took);
}

/// Answers a request whose end nobody can be sure of, and closes.
bool ClientConnection::refuse(const Request& request, const std::exception_ptr& error) {
    Metrics::ofProcess().refusedRequest();
    AnswerStyle style;
    style.keepAlive = false;
    answer(request, answerTo(error, request, wire_.log), style, Steady::now());
    letClientRead();
    return false;
}

/// Closing with unread bytes would reset the connection, and the client lose the answer: some of them are read first.
void ClientConnection::letClientRead() {
    watched_.allow(lingering);
    socket().shutdownSend();
    std::size_t drained = 0;
    char buffer[16'384];
    for (int got = 1; got > 0 && drained < 67'108'864; drained += static_cast<std::size_t>(got))
        got = socket().receiveBytes(buffer, sizeof buffer);
    throw HungUp{};
}

void ClientConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        watched_.allow(wire_.config.sendTime);
        const int sent = socket().sendBytes(bytes.data(), static_cast<int>(std::min(bytes.size(), sendAtOnce)));
        if (sent <= 0) throw HungUp{};
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    watched_.allowAnyTime();
}

/// Poco's TLS sockets only know how to wait: they get one record, and only while there is room for it.
std::size_t ClientConnection::sendNow(std::string_view bytes) {
    if (wire_.secure) {
        constexpr std::size_t record = 16'384;
        if (!ready(std::chrono::milliseconds(0))) return 0;
        send(bytes.substr(0, record));
        return std::min(bytes.size(), record);
    }
    const auto sent = ::send(socket().impl()->sockfd(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return 0;
    throw HungUp{};
}

bool ClientConnection::ready(std::chrono::milliseconds patience) {
    pollfd one{socket().impl()->sockfd(), POLLOUT, 0};
    return ::poll(&one, 1, static_cast<int>(patience.count())) > 0;
}

/// Who has closed their sending side asks for nothing more, and isn't told of anything any more either.
bool ClientConnection::open() {
    if (wire_.watchdog.stopping()) return false;
    pollfd one{socket().impl()->sockfd(), POLLRDHUP, 0};
    return ::poll(&one, 1, 0) == 0;
}

std::string ClientConnection::nextId() {
    char digits[20];
    const auto number = wire_.requests.fetch_add(1, std::memory_order_relaxed) + 1;
    return wire_.idPrefix + std::string(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void ClientConnection::logRequest(const Request& request, const Response& response, const Answered& answered,
                                  std::chrono::microseconds took) {
    if (!wire_.log.wants(LogLevel::info)) return;
    char status[8], bytes[24], ms[32];
    const auto text = [](char* begin, char* end, auto value) {
        return std::string_view(begin, static_cast<std::size_t>(std::to_chars(begin, end, value).ptr - begin));
    };
    char* point = std::to_chars(ms, ms + sizeof ms, took.count() / 1000).ptr;
    *point++ = '.';
    for (const auto digit : {took.count() / 100 % 10, took.count() / 10 % 10, took.count() % 10})
        *point++ = static_cast<char>('0' + digit);
    wire_.log.info("request", {{"id", request.id},
                               {"user", response.user},
                               {"method", request.method},
                               {"path", loggedPath(request)},
                               {"status", text(status, status + sizeof status, answered.status)},
                               {"bytes", text(bytes, bytes + sizeof bytes, answered.bytes)},
                               {"ms", std::string_view(ms, static_cast<std::size_t>(point - ms))},
                               {"client", request.client},
                               {"agent", request.header("user-agent").substr(0, 200)}});
}

}  // namespace crmdav
