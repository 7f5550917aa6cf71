#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge/http_client.h"
#include "bridge/provider.h"

/// OAuth 2.0 (RFC 6749) authorization code with PKCE (RFC 7636) and state, for Google and Microsoft. Values and
/// functions: nothing is kept here.
namespace crmdav {

/// We are not set up as the provider wants: the secret is wrong, an address isn't registered, an API isn't switched on.
/// An administrator's business; accounts aren't to blame and go on when it's mended.
struct Misconfigured : TryLater {
    using TryLater::TryLater;
};

/// What we are to a provider.
struct OAuthClient {
    std::string provider;  ///< as people call it: Google, Microsoft
    std::string authUrl, tokenUrl;
    std::string revokeUrl;    ///< empty: it has none (Microsoft)
    std::string userinfoUrl;  ///< OpenID Connect
    std::string id, secret;   ///< secret empty: a public client
    std::string scope;        ///< what we ask for, separated by blanks
    bool scopeInTokenRequests = false;
    std::vector<std::pair<std::string, std::string>> authExtras;  ///< further parameters of the sign-in page
    std::string calendarScope, contactsScope;                     ///< without which that kind can't be synced
};

/// @param tokenUrl  where it isn't Google's own, revocation and userinfo are looked for at the same server
OAuthClient googleOAuth(std::string authUrl, std::string tokenUrl, std::string id, std::string secret);
/// @param authUrl, tokenUrl  those of the tenant. Userinfo is Graph's /oidc/userinfo; there is no revocation.
OAuthClient microsoftOAuth(std::string authUrl, std::string tokenUrl, std::string id, std::string secret);

/// One string for the caller to encrypt and keep (rule A11).
struct Tokens {
    std::string access, refresh;
    Instant expires{};  ///< of the access token, by our own clock
    std::vector<std::string> scopes;

    std::string text() const;                      ///< JSON
    static Tokens parse(const std::string& text);  ///< @throws ReconnectNeeded  none, or not ours
    friend bool operator==(const Tokens&, const Tokens&) = default;
};

/// The way to the provider's sign-in page. `state` and `verifier` are kept for the callback, and good for one of them.
struct SignIn {
    std::string address, state, verifier;
};
/// @param login  proposed to the page; empty: none
SignIn beginSignIn(const OAuthClient&, const std::string& redirectUri, const std::string& login = {});

/// What a callback's `error` and `error_description` mean, in plain words.
std::string signInFailure(const OAuthClient&, std::string_view error, std::string_view description);

/// The code of a callback whose state was the right one.
/// @param kept  tokens of an earlier sign-in with the same login: Google gives a refresh token only with consent
/// @throws ReconnectNeeded  the code is used or old; or there is no refresh token: sign in again
/// @throws TryLater, Misconfigured
Tokens exchangeCode(HttpClient&, const OAuthClient&, const std::string& redirectUri, const std::string& code,
                    const std::string& verifier, Instant now, const Tokens& kept = {});

/// New tokens; the refresh token is the old one where the provider doesn't rotate.
/// @throws ReconnectNeeded  the grant is gone, with the reason in plain words
/// @throws TryLater, Misconfigured
Tokens refreshTokens(HttpClient&, const OAuthClient&, const Tokens&, Instant now);

/// Takes back the whole grant (RFC 7009). @returns false: the provider offers no way @throws TryLater
bool revokeTokens(HttpClient&, const OAuthClient&, const Tokens&);

/// Who signed in: `sub` and the address. @throws ReconnectNeeded, TryLater
RemoteIdentity userinfo(HttpClient&, const OAuthClient&, const std::string& access);

/// Why a kind can't be synced with what was granted – people can untick scopes –; empty: it can.
std::string lacking(const OAuthClient&, const Tokens&, SyncKind);

}  // namespace crmdav
