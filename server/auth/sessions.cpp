#include "server/auth/sessions.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "protocol/text/digest.h"

namespace crmdav {
namespace {

constexpr std::string_view cookieName = "crmdav_session=";
/// A poll shall not write each time.
constexpr std::chrono::minutes touchAfter{10};

bool changes(const Request& request) { return request.method != "GET" && request.method != "HEAD"; }

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string_view sessionSecret(const Request& request) {
    std::string_view cookies = request.header("cookie");
    while (!cookies.empty()) {
        std::string_view cookie = cookies.substr(0, cookies.find(';'));
        cookies.remove_prefix(std::min(cookies.size(), cookie.size() + 1));
        while (cookie.starts_with(' ')) cookie.remove_prefix(1);
        if (cookie.starts_with(cookieName)) return cookie.substr(cookieName.size());
    }
    return {};
}

std::string csrfToken(std::string_view secret) { return hexOf(sha256("csrf:" + std::string(secret))); }

bool fromOwnPage(const Request& request) {
    const auto site = request.header("sec-fetch-site");
    const auto origin = request.header("origin");
    const auto sent = [&](const auto& header) { return header.first == "x-csrf-token"; };
    return std::any_of(request.headers.begin(), request.headers.end(), sent) &&
           (site.empty() || site == "same-origin" || site == "none") && (origin.empty() || origin == request.origin);
}

std::optional<Identity> signInBySession(Store& store, const Request& request) {
    const std::string_view secret = sessionSecret(request);
    if (secret.empty()) return std::nullopt;
    auto known = store.session(secret);
    if (!known) return std::nullopt;
    if (changes(request) && (!fromOwnPage(request) || !same(request.header("x-csrf-token"), csrfToken(secret))))
        throw Forbidden("this page is out of date, or isn't ours: reload it");
    const Instant now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now - known->session.lastUsed >= touchAfter) store.touchSession(known->session.id, sessionLife);
    Identity who;
    who.user = std::move(known->user);
    who.session = std::move(known->session.id);
    return who;
}

Response& withSessionCookie(Response& response, const Request& request, std::string_view secret) {
    // Lax: the way back from a provider's sign-in page brings it along.
    std::string cookie = std::string(cookieName) + std::string(secret) + "; Path=" + request.basePath +
                         "/; HttpOnly; SameSite=Lax; Max-Age=" +
                         std::to_string(secret.empty() ? 0 : std::chrono::seconds(sessionLife).count());
    if (request.secure) cookie += "; Secure";
    return response.with("Set-Cookie", std::move(cookie));
}

}  // namespace crmdav
