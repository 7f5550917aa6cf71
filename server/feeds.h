#pragma once
#include "server/context.h"
#include "server/http/message.h"

namespace crmdav {

/// GET /feeds/{secret}.ics: a calendar as a webcal feed; who has the address may read it (D63).
/// The ETag is the collection's ctag with the level, so that an unchanged feed costs two look-ups.
Response serveFeed(const Context& context, const Request& request);

}  // namespace crmdav
