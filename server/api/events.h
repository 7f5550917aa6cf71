#pragma once
#include "server/api/call.h"

namespace crmdav {

/// GET /events: a stream of server-sent events, `account` and `change`, that ends with the sign-in it was asked by.
Response listenToEvents(Call&);

}  // namespace crmdav
