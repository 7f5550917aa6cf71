#include "bridge/token_source.h"

#include <utility>

namespace crmdav {
namespace {

constexpr std::chrono::seconds early{90};

}  // namespace

TokenSource::TokenSource(HttpClient& http, OAuthClient client, TokenKeeper& keeper, Clock now)
    : http_(http), client_(std::move(client)), keeper_(keeper), now_(std::move(now)) {}

bool TokenSource::fresh(const Tokens& tokens) const {
    return !tokens.access.empty() && now_() + early < tokens.expires;
}

const Tokens& TokenSource::tokens() {
    if (tokens_.refresh.empty()) tokens_ = Tokens::parse(keeper_.load());
    return tokens_;
}

std::string TokenSource::access() {
    if (!fresh(tokens())) renew({});
    return tokens_.access;
}

std::string TokenSource::instead(const std::string& access) {
    if (tokens().access == access) renew(access);
    return tokens_.access;
}

void TokenSource::renew(const std::string& refused) {
    keeper_.alone([&] {
        const Tokens stored = Tokens::parse(keeper_.load());
        // Another process was here. What it got may look old to a clock that is wrong; who gets a 401 comes again.
        const bool another = stored.access != tokens_.access && !stored.access.empty();
        tokens_ = stored;
        if (stored.access != refused && (fresh(stored) || another)) return;
        Tokens renewed = refreshTokens(http_, client_, stored, now_());
        keeper_.save(
            renewed.text());  // a rotated refresh token must not be lost: stored before anything is done with it
        tokens_ = std::move(renewed);
    });
}

}  // namespace crmdav
