#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge/dav/login.h"
#include "bridge/http_client.h"
#include "bridge/provider.h"
#include "protocol/dav/multistatus_read.h"

/// Requests to a DAV server in the name of a login.
namespace crmdav {

/// The host can't be found or reached: it may have moved.
struct HostFailed : TryLater {
    using TryLater::TryLater;
};
/// An answer beyond the limits.
struct TooLarge : Nonsense {
    using Nonsense::Nonsense;
};

struct DavAsk {
    std::string method, url;
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    std::string type = {};  ///< Content-Type of the body; empty: XML
    bool takes500 = false;  ///< 500 is an answer
    /// Gets the responses of a multistatus as they come in, which may be many; the answer has no body then. What it got
    /// counts if nothing was thrown.
    MultistatusStream::Each each = {};
};

constexpr bool isGone(int status) { return status == 404 || status == 410; }

struct DavAnswered : HttpResponse {
    std::string url;        ///< that answered, after redirects
    std::string syncToken;  ///< of a multistatus that `each` got
    bool ok() const { return status >= 200 && status < 300; }
};

class DavSession {
public:
    DavSession(HttpClient& http, const DavLogin& login);

    /// Further addresses whose hosts get the password.
    void trust(std::string_view url);
    /// Whether an address may get the password: a host that the login names or one below it, never less protected than
    /// the login's own address.
    bool mayKnow(std::string_view url) const;

    /// What tells whether the password is still right (see requireLogin).
    void setPrincipal(std::string url) { principal_ = std::move(url); }

    /// Follows redirects as long as they stay with hosts that may get the password, with method and body.
    /// @returns      any answer below 500, and 501 and 507
    /// @throws TryLater, HostFailed, Nonsense, ReconnectNeeded (see requireLogin); whatever `each` throws
    DavAnswered send(const DavAsk&);

    /// PROPFIND. @returns nullopt: any answer but 207, or nothing there; `answered` tells
    std::optional<ReadMultistatus> find(const std::string& url, int depth, std::string_view properties,
                                        DavAnswered& answered);
    /// The same of many.
    DavAnswered find(const std::string& url, int depth, std::string_view properties, MultistatusStream::Each each);

private:
    DavAnswered sendOnce(const DavAsk&);
    DavAnswered exchange(HttpRequest&, const DavAsk&);
    DavAnswered follow(DavAsk);
    /// @throws ReconnectNeeded  the principal can't be asked either: it is the password
    void requireLogin(const std::string& asked, int status);

    HttpClient& http_;
    const DavLogin& login_;
    std::vector<std::string> trusted_;
    std::string principal_;
};

/// A request body with all namespaces declared: `<D:propfind …><D:prop>properties</D:prop></D:propfind>`.
std::string xmlBody(std::string_view root, std::string_view inside);

/// The status for people: "403 (need-privileges)".
std::string reasonOf(const HttpResponse&);

}  // namespace crmdav
