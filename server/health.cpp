#include "server/health.h"

#include "server/auth/passwords.h"
#include "server/config.h"
#include "server/http/errors.h"
#include "server/http/metrics.h"
#include "store/store.h"

namespace crmdav {
namespace {

Response status(int code, std::string_view word) {
    return Response(code, "application/json",
                    "{\"status\":\"" + std::string(word) + "\",\"version\":\"" CRMDAV_VERSION "\"}\n")
        .with("Cache-Control", "no-store");
}

bool mayRead(const Context& context, const Request& request) {
    Networks loopback;
    loopback.add("loopback");
    if (loopback.contains(request.client)) return true;
    constexpr std::string_view scheme = "Bearer ";
    const auto given = request.header("authorization");
    return !context.config.metricsToken.empty() && given.starts_with(scheme) &&
           equalInConstantTime(given.substr(scheme.size()), context.config.metricsToken);
}

void gauge(std::string& out, std::string_view name, std::string_view about, std::int64_t value) {
    out.append("# HELP ").append(name).append(" ").append(about).append("\n# TYPE ").append(name).append(" gauge\n");
    out.append(name).append(" ").append(std::to_string(value)).append("\n");
}

}  // namespace

Response serveHealth(const Context& context, const Request& request) {
    if (request.path.size() == 2 && request.path[1] == "live") return status(200, "ok");
    if (request.path.size() != 1) return plainAnswer(404, "There is /health and /health/live.");
    try {
        context.store.lastHistoryId();
        return status(200, "ok");
    } catch (const StoreError& error) {
        context.log.error("store doesn't answer", {{"id", request.id}, {"cause", error.what()}});
        return status(503, "the store doesn't answer");
    }
}

Response serveMetrics(const Context& context, const Request& request) {
    if (!mayRead(context, request))
        return plainAnswer(403, "Ask from this machine, or with the token of metrics.token.");
    std::string text;
    Metrics::ofProcess().append(text);
    const auto figures = context.store.figures();
    gauge(text, "crmdav_store_bytes", "Size of the database.", figures.bytes);
    gauge(text, "crmdav_users", "Users.", figures.users);
    gauge(text, "crmdav_contacts", "Contacts.", figures.contacts);
    gauge(text, "crmdav_activities", "Activities.", figures.activities);
    gauge(text, "crmdav_changes", "Changes in the history.", figures.changes);
    gauge(text, "crmdav_schema", "Version of the schema.", figures.schema);
    return Response(200, "text/plain; version=0.0.4; charset=utf-8", std::move(text)).with("Cache-Control", "no-store");
}

}  // namespace crmdav
