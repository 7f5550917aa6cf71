#pragma once
#include "server/auth/identity.h"
#include "server/context.h"
#include "server/http/message.h"

namespace crmdav {

/// Answers a request below /api/v1 (its path begins with {"api", "v1"}) for somebody who is signed in.
/// One table (routes.cpp) says which requests exist; /api/v1/openapi.json is that table read aloud.
/// @returns every failure that a request can cause as application/problem+json (RFC 9457); other exceptions pass
Response handleApi(const Context&, const Request&, const Identity&);

}  // namespace crmdav
