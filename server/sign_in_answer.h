#pragma once
#include "server/context.h"
#include "server/http/message.h"

namespace crmdav {

/// /oauth/{provider}/callback: where a provider's sign-in page sends people back to (RFC 6749 §4.1.2). Nobody is signed
/// in here: the state says whose account it becomes, and only we can have made it.
Response serveSignInAnswer(const Context&, const Request&);

}  // namespace crmdav
