#include "bridge/dav/session.h"

#include <algorithm>

#include "bridge/urls.h"
#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

constexpr int redirects = 5;

constexpr XmlLimits answers{32U << 20U, 64, 600'000, 64};

bool isRedirect(int status) { return status == 301 || status == 302 || status == 307 || status == 308; }
bool isPassing(int status) {
    return status == 408 || status == 423 || status == 429 || (status >= 500 && status != 501 && status != 507);
}

DavAsk propfind(const std::string& url, int depth, std::string_view properties) {
    return {"PROPFIND",
            url,
            {{"Depth", std::to_string(depth)}},
            xmlBody("D:propfind", "<D:prop>" + std::string(properties) + "</D:prop>")};
}

ReadMultistatus readAnswer(const DavAnswered& answered) {
    try {
        return ReadMultistatus::parse(answered.body, answers);
    } catch (const DavError& error) {
        throw Nonsense(std::string("The server's answer can't be read: ") + error.what());
    }
}

bool isBelow(std::string_view host, std::string_view domain) {
    return host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.';
}

}  // namespace

DavSession::DavSession(HttpClient& http, const DavLogin& login) : http_(http), login_(login) {
    for (const std::string* address : {&login.address, &login.bookAddress})
        if (!address->empty()) trust(*address);
}

void DavSession::trust(std::string_view url) { trusted_.emplace_back(url); }

bool DavSession::mayKnow(std::string_view url) const {
    const UrlOrigin asked = originOf(url);
    if (asked.host.empty()) return false;
    const bool secure = asked.scheme == "https";
    const auto near = [&](const std::string& address) {
        const UrlOrigin known = originOf(address);
        return (secure || known.scheme == "http") && (asked.host == known.host || isBelow(asked.host, known.host));
    };
    const bool plain = originOf(trusted_.empty() ? "" : trusted_.front()).scheme == "http";
    const auto named = [&](const std::string& host) {
        return (secure || plain) && (host.starts_with('.') ? isBelow(asked.host, host.substr(1)) : asked.host == host);
    };
    return std::any_of(trusted_.begin(), trusted_.end(), near) ||
           std::any_of(login_.hosts.begin(), login_.hosts.end(), named);
}

DavAnswered DavSession::sendOnce(const DavAsk& ask) {
    if (!mayKnow(ask.url))
        throw Nonsense("The server sends us to " + originOf(ask.url).host +
                       ", which may not get the password. If it is right, enter https://" + originOf(ask.url).host +
                       "/ as address.");
    HttpRequest request{ask.method, ask.url, ask.headers, ask.body, login_.user, login_.password};
    if (!ask.body.empty())
        request.headers.emplace_back("Content-Type", ask.type.empty() ? "application/xml; charset=utf-8" : ask.type);
    try {
        return exchange(request, ask);
    } catch (const HttpRefused& refused) {
        throw TooLarge(refused.what());
    } catch (const HttpFailure& failure) {
        if (!failure.sent) throw HostFailed(failure.what());
        throw TryLater(failure.what());
    } catch (const DavError& error) {
        throw Nonsense(std::string("The server's answer can't be read: ") + error.what());
    }
}

DavAnswered DavSession::exchange(HttpRequest& request, const DavAsk& ask) {
    if (!ask.each) return {http_.send(request), ask.url, {}};
    MultistatusStream stream(ask.each, answers);
    request.take = [&](int status, std::string_view bytes) {
        if (status == 207) stream.take(bytes);
        return status == 207;
    };
    DavAnswered answered{http_.send(request), ask.url, {}};
    if (answered.status == 207) answered.syncToken = stream.finish();
    return answered;
}

DavAnswered DavSession::follow(DavAsk ask) {
    for (int hop = 0;; ++hop) {
        DavAnswered answered = sendOnce(ask);
        if (!isRedirect(answered.status)) return answered;
        std::string next = resolveUrl(ask.url, answered.header("Location"));
        if (next.empty() || hop == redirects) throw Nonsense("The server redirects without end or aim.");
        ask.url = std::move(next);
    }
}

DavAnswered DavSession::send(const DavAsk& ask) {
    DavAnswered answered = follow(ask);
    if (answered.status == 500 && ask.takes500) return answered;
    if (isPassing(answered.status) || (answered.status == 403 && !answered.header("Retry-After").empty())) {
        TryLater later("The server answered " + reasonOf(answered) + ".");
        later.after = answered.retryAfter();
        throw later;
    }
    // Servers say 401 and 403 of many things; the principal tells whether the password is one of them.
    if (answered.status == 401 || (answered.status == 403 && conditionIn(answered.body).empty()))
        requireLogin(ask.url, answered.status);
    return answered;
}

void DavSession::requireLogin(const std::string& asked, int status) {
    if (principal_.empty() && status == 403) return;  // discovery knocks at doors that are nobody's business
    if (!principal_.empty() && principal_ != asked) {
        status = follow(propfind(principal_, 0, "<D:resourcetype/>")).status;
    }
    if (status == 401 || status == 403) throw ReconnectNeeded("The server doesn't accept the user name and password.");
}

std::optional<ReadMultistatus> DavSession::find(const std::string& url, int depth, std::string_view properties,
                                                DavAnswered& answered) {
    answered = send(propfind(url, depth, properties));
    if (answered.status != 207) return std::nullopt;
    auto found = readAnswer(answered);
    // Xandikos says inside of the multistatus that there is nothing.
    if (found.responses.size() != 1 || found.responses.front().status < 400) return found;
    answered.status = found.responses.front().status;
    return std::nullopt;
}

DavAnswered DavSession::find(const std::string& url, int depth, std::string_view properties,
                             MultistatusStream::Each each) {
    DavAsk ask = propfind(url, depth, properties);
    ask.each = std::move(each);
    return send(ask);
}

std::string xmlBody(std::string_view root, std::string_view inside) {
    std::string out(xmlDeclaration());
    out.append("<").append(root).append(rootNamespaces()).append(">");
    return out.append(inside).append("</").append(root).append(">");
}

std::string reasonOf(const HttpResponse& response) {
    const std::string condition = conditionIn(response.body);
    return std::to_string(response.status) + (condition.empty() ? "" : " (" + condition + ")");
}

}  // namespace crmdav
