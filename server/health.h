#pragma once
#include "server/context.h"
#include "server/http/message.h"

namespace crmdav {

/// GET /health: 200 when the store answers, else 503; /health/live: 200 while the process serves at all.
Response serveHealth(const Context& context, const Request& request);

/// GET /metrics for Prometheus: to loopback, or with `Authorization: Bearer` and metrics.token.
Response serveMetrics(const Context& context, const Request& request);

}  // namespace crmdav
