#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// An HTTP server on loopback in the tests' own process, which can also behave as badly as the internet does.
namespace crmdav::standins {

struct Request {
    std::string method, path;  ///< path: percent-decoded, but for %2F; without query
    std::multimap<std::string, std::string> query;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    std::string header(std::string_view name) const;       ///< in any case; empty: none
    std::string parameter(const std::string& name) const;  ///< first of that name; empty: none
    bool has(const std::string& name) const { return query.contains(name); }
    std::map<std::string, std::string> form() const;  ///< an application/x-www-form-urlencoded body
    std::string bearer() const;
};

/// Without headers and body. @param target  path and query, as they stand in a request
Request requestFor(const std::string& method, const std::string& target);

struct Reply {
    int status = 200;
    std::string body = {};
    std::string type = "application/json; charset=UTF-8";
    std::vector<std::pair<std::string, std::string>> headers = {};
    /// cut: the connection ends in the middle of the body; lost: before the first byte of the answer.
    enum class Wire { whole, cut, lost } wire = Wire::whole;
    std::size_t blanks = 0;              ///< bytes that follow the body, in nobody's memory
    std::chrono::milliseconds pause{0};  ///< between one byte of the body and the next
};

/// One thread a connection; `answer` is called by several at a time. Ends, connections too, with its destructor.
class HttpHost {
public:
    explicit HttpHost(std::function<Reply(const Request&)> answer);
    ~HttpHost();
    HttpHost(const HttpHost&) = delete;
    HttpHost& operator=(const HttpHost&) = delete;
    const std::string& url() const;  ///< http://127.0.0.1:PORT

private:
    struct Server;
    std::unique_ptr<Server> server_;
};

std::string percentDecoded(std::string_view text, bool plusIsBlank = false, bool keepSlash = false);

}  // namespace crmdav::standins
