#pragma once
#include "server/auth/authenticator.h"

namespace crmdav {

/// POST /api/v1/session: the console's sign-in form. Answers with who signed in and the session's cookie, or refuses as
/// Authenticator does.
Response signInByForm(const Context&, Authenticator&, const Request&);

}  // namespace crmdav
