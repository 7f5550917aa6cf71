#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Asking other servers, with limits on whatever they answer. Redirects are never followed here: whoever knows which
/// hosts may get the credentials decides.
namespace crmdav {

struct HttpRequest {
    std::string method = "GET";
    std::string url;  ///< absolute, http or https
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    std::string user = {}, password = {};  ///< Basic, sent at once; empty user: none
    std::string bearer = {};               ///< Authorization: Bearer; empty: none
    /// Gets the answer's body piece by piece, decoded, before anybody knows whether it is whole. Where it returns
    /// false, or isn't set, the piece goes into the answer's body.
    std::function<bool(int status, std::string_view bytes)> take = {};
};

struct HttpResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  ///< of the final answer, in order
    std::string body;                                          ///< decoded (gzip)
    /// First header of that name, in any case; empty: there is none.
    std::string_view header(std::string_view name) const;
    /// Retry-After, as seconds or as a date (RFC 9110 §10.2.3), at most a day. nullopt: there is none that can be read.
    /// A date counts from the answer's own Date: clocks differ.
    std::optional<std::chrono::seconds> retryAfter() const;
};

/// No answer, or half of one: it may have been carried out or not.
struct HttpFailure : std::runtime_error {
    using std::runtime_error::runtime_error;
    bool sent = true;  ///< false: the request certainly never reached the server
};
/// The answer is larger than the limit, or the address may not be asked: trying again changes nothing.
struct HttpRefused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct HttpLimits {
    std::size_t bytes = 32U << 20U;  ///< of a body, decoded
    std::size_t headerBytes = 64U << 10U;
    std::chrono::milliseconds connect{10'000}, all{60'000};
    /// Also addresses of the inner network (RFC 1918, loopback, link-local …): for an administrator's own servers, and
    /// tests. Off, a provider can't send us to a neighbour.
    bool inner = false;
};

/// Keeps connections open between requests. One thread at a time.
class HttpClient {
public:
    explicit HttpClient(HttpLimits limits = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// @throws HttpFailure, HttpRefused
    HttpResponse send(const HttpRequest&);

    /// Called again and again while it waits; true: stop, and throw HttpFailure (rule A8).
    void setStop(std::function<bool()> stop);

private:
    struct Curl;
    std::unique_ptr<Curl> curl_;
};

}  // namespace crmdav
