#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A request and its answer as plain values: what handlers see of HTTP.
namespace crmdav {

/// One request, already checked: framing is sound, header values hold no control bytes, the body is whole and within
/// its limit, the path is unescaped, has no empty, "." or ".." segment and no control character.
struct Request {
    std::string id;                 ///< for the log and the answer's X-Request-Id
    std::string method;             ///< upper case as sent
    std::string target;             ///< as sent, without scheme and host and without the base path
    std::vector<std::string> path;  ///< segments, unescaped; "/dav/x/" is {"dav", "x"}
    bool slash = false;             ///< the path ended with a slash
    std::vector<std::pair<std::string, std::string>> query;    ///< unescaped, in order
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    std::string body;
    std::string client;    ///< address of the client, through trusted proxies only
    std::string origin;    ///< https://host[:port] as the client sees it, no slash at the end
    std::string basePath;  ///< "" or "/crm/dav": goes before every address we write
    bool secure = false;   ///< over TLS, as the client sees it

    /// First header of that name (lower case), or empty.
    std::string_view header(std::string_view name) const;
    std::optional<std::string_view> parameter(std::string_view name) const;
};

/// Where a streamed body goes. Collects small answers so that they get a Content-Length.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void write(std::string_view bytes) = 0;  ///< @throws when the client is gone or too slow
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    /// Set instead of `body` for answers that are written as they are made. Runs once, after the head; what it throws
    /// before the first 64 KB still becomes an error answer, after that the connection is cut.
    std::function<void(Sink&)> stream;
    /// Kept until the body is sent or on disk: a share of what may be in memory.
    std::shared_ptr<void> held;
    std::string user;  ///< login of who asked: for the log line, never sent

    Response() = default;
    explicit Response(int code) : status(code) {}
    Response(int code, std::string contentType, std::string text) : status(code), body(std::move(text)) {
        headers.emplace_back("Content-Type", std::move(contentType));
    }
    Response& with(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
};

using Handler = std::function<Response(const Request&)>;

}  // namespace crmdav
