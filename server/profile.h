#pragma once
#include "server/auth/identity.h"
#include "server/http/message.h"

namespace crmdav {

/// GET /profiles/{login}.mobileconfig: a configuration profile for Apple devices with a CalDAV and a CardDAV account
/// (Apple's Configuration Profile Reference). Holds no password: the device asks for it. Its UUIDs are the same each
/// time, so that installing it again replaces the accounts instead of adding more. Only for the login itself.
Response serveProfile(const Request& request, const Identity& who, const Organisation& organisation);

}  // namespace crmdav
