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
        tokens_ = Tokens::parse(keeper_.load());
        if (tokens_.access != refused && fresh(tokens_)) return;  // another process was here
        Tokens renewed = refreshTokens(http_, client_, tokens_, now_());
        keeper_.save(renewed.text());  // what is rotated must not be lost: stored before anything is done with it
        tokens_ = std::move(renewed);
    });
}

}  // namespace crmdav
