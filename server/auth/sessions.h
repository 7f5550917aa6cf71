#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/auth/identity.h"
#include "store/store.h"

/// Browsers that signed in with the console's form: a cookie that scripts can't read, and for whatever changes something
/// a token that only our own pages know (OWASP: synchroniser token). Neither opens /dav/.
namespace crmdav {

/// How long a session is good for after its last use.
inline constexpr std::chrono::seconds sessionLife = std::chrono::days(14);

/// The secret in the request's cookie; empty: none.
std::string_view sessionSecret(const Request&);

/// Who asks, by the cookie; nullopt: nobody by that way. Notes the use, now and then.
/// @throws Forbidden  the request would change something and lacks the token, or another site sent it
std::optional<Identity> signInBySession(Store&, const Request&);

/// What the console sends as X-CSRF-Token: follows from the secret, and doesn't tell it.
std::string csrfToken(std::string_view secret);

/// The request comes from a page of ours, as far as the browser says (Sec-Fetch-Site) and a header that other sites'
/// forms can't send.
bool fromOwnPage(const Request&);

/// Gives the browser the session, or takes it back where `secret` is empty.
Response& withSessionCookie(Response&, const Request&, std::string_view secret);

}  // namespace crmdav
