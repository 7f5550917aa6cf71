#pragma once
#include "server/auth/identity.h"
#include "server/context.h"
#include "server/http/message.h"

namespace crmdav {

/// Answers a request below /dav/: WebDAV, CalDAV and CardDAV.
/// The stream of the answer keeps what it needs; it outlives neither `context` nor its store.
/// @throws DavError, PreconditionFailed, NotFound, Forbidden, StoreBusy, StoreError: the caller makes answers of them
Response handleDav(const Context& context, const Request& request, const Identity& who);

/// Answers OPTIONS of anybody: what the server can do is no secret, and some clients ask before they sign in.
std::string_view davHeader() noexcept;

}  // namespace crmdav
