#pragma once
#include "server/context.h"
#include "server/http/message.h"

namespace crmdav {

/// Largest body that a notification may have.
inline constexpr std::size_t hookBytes = 262'144;

/// POST /hooks/google and /hooks/microsoft: providers say that something changed. The account is synced soon; nothing
/// else comes of it, and nothing is said but whether it was understood.
Response serveHook(const Context& context, const Request& request);

}  // namespace crmdav
