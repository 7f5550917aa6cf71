#include "tests/standins/http_host.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/ThreadPool.h>

#include <chrono>
#include <future>
#include <thread>

#include "protocol/text/text_values.h"

namespace crmdav::standins {
namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

template <class Insert>
void readForm(std::string_view text, const Insert& insert) {
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('&', from), text.size());
        const auto field = text.substr(from, end - from);
        const auto equals = std::min(field.find('='), field.size());
        if (!field.empty())
            insert(percentDecoded(field.substr(0, equals), true),
                   percentDecoded(field.substr(std::min(equals + 1, field.size())), true));
        from = end + 1;
    }
}

Request read(Poco::Net::HTTPServerRequest& in) {
    Request request = requestFor(in.getMethod(), in.getURI());
    for (const auto& [name, value] : in) request.headers.emplace_back(name, value);
    Poco::StreamCopier::copyToString(in.stream(), request.body);
    return request;
}

void send(Poco::Net::HTTPServerRequest& in, Poco::Net::HTTPServerResponse& out, const Reply& reply) {
    auto& socket = static_cast<Poco::Net::HTTPServerRequestImpl&>(in).socket();
    if (reply.wire == Reply::Wire::lost) {
        out.setKeepAlive(false);
        socket.shutdown();
        return;
    }
    out.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
    out.erase("Date");  // the stand-in's own, if any
    for (const auto& [name, value] : reply.headers) out.add(name, value);
    if (reply.status == 204 || reply.status == 304) {
        out.send();
        return;
    }
    out.setContentType(reply.type);
    out.setContentLength64(static_cast<Poco::Int64>(reply.body.size() + reply.blanks));
    std::ostream& stream = out.send();
    if (reply.pause.count() > 0)
        for (const char c : reply.body) {
            if (!(stream << c << std::flush)) return;
            std::this_thread::sleep_for(reply.pause);
        }
    else if (reply.wire == Reply::Wire::whole)
        stream << reply.body;
    const std::string blanks(64U << 10U, ' ');
    for (std::size_t left = reply.blanks; left > 0 && stream; left -= std::min(left, blanks.size()))
        stream << std::string_view(blanks).substr(0, left);
    if (reply.wire == Reply::Wire::whole) return;
    stream << std::string_view(reply.body).substr(0, reply.body.size() / 2);
    stream.flush();
    out.setKeepAlive(false);
    socket.shutdown();
}

using Answer = std::function<Reply(const Request&)>;

struct Handler : Poco::Net::HTTPRequestHandler {
    explicit Handler(const Answer& way) : answer(way) {}
    void handleRequest(Poco::Net::HTTPServerRequest& in, Poco::Net::HTTPServerResponse& out) override {
        Reply reply;
        try {
            reply = answer(read(in));
        } catch (const std::exception& error) {  // a mistake in a stand-in is to be seen, not retried
            reply = {.status = 418, .body = error.what(), .type = "text/plain"};
        }
        send(in, out, reply);
    }
    const Answer& answer;
};

struct Factory : Poco::Net::HTTPRequestHandlerFactory {
    explicit Factory(const Answer& way) : answer(way) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new Handler(answer);
    }
    const Answer& answer;
};

Poco::Net::HTTPServerParams* parameters() {
    auto* params = new Poco::Net::HTTPServerParams;
    params->setKeepAlive(true);
    params->setMaxKeepAliveRequests(0);
    params->setMaxThreads(64);
    params->setMaxQueued(256);
    return params;
}

}  // namespace

struct HttpHost::Server {
    explicit Server(Answer way)
        : answer(std::move(way)),
          socket(Poco::Net::SocketAddress("127.0.0.1", 0)),
          server(new Factory(answer), pool, socket, parameters()),
          url("http://127.0.0.1:" + std::to_string(socket.address().port())) {
        server.start();
    }
    ~Server() {
        const auto stopped = std::async(std::launch::async, [this] { server.stopAll(true); });
        do {  // its listener looks up only every quarter of a second, unless somebody calls
            try {
                Poco::Net::StreamSocket{socket.address()};
            } catch (const Poco::Exception&) {
            }
        } while (stopped.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready);
        pool.joinAll();
    }

    Answer answer;
    Poco::ThreadPool pool{2, 64};
    Poco::Net::ServerSocket socket;
    Poco::Net::HTTPServer server;
    std::string url;
};

HttpHost::HttpHost(std::function<Reply(const Request&)> answer)
    : server_(std::make_unique<Server>(std::move(answer))) {}
HttpHost::~HttpHost() = default;
const std::string& HttpHost::url() const { return server_->url; }

std::string Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (equalsIgnoreCase(key, name)) return value;
    return {};
}

std::string Request::parameter(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? "" : found->second;
}

std::map<std::string, std::string> Request::form() const {
    std::map<std::string, std::string> fields;
    readForm(body, [&](std::string name, std::string value) { fields.emplace(std::move(name), std::move(value)); });
    return fields;
}

std::string Request::bearer() const {
    const std::string value = header("Authorization");
    return startsWithIgnoreCase(value, "Bearer ") ? value.substr(7) : "";
}

Request requestFor(const std::string& method, const std::string& target) {
    Request request;
    request.method = method;
    const auto mark = std::min(target.find('?'), target.size());
    request.path = percentDecoded(target.substr(0, mark), false, true);
    readForm(std::string_view(target).substr(std::min(mark + 1, target.size())),
             [&](std::string name, std::string value) { request.query.emplace(std::move(name), std::move(value)); });
    return request;
}

std::string percentDecoded(std::string_view text, bool plusIsBlank, bool keepSlash) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
        const int low = high >= 0 ? hexDigit(text[i + 2]) : -1;
        if (low < 0 || (keepSlash && high * 16 + low == '/')) {
            out += plusIsBlank && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

}  // namespace crmdav::standins
