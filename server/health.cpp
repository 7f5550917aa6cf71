#include "server/health.h"

#include "server/auth/passwords.h"
#include "server/bridge_metrics.h"
#include "server/config.h"
#include "server/http/errors.h"
#include "server/http/exposition.h"
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

void appendStore(std::string& out, const Store& store) {
    const auto figures = store.figures();
    figure(out, "crmdav_store_bytes", "gauge", "Size of the database.", figures.bytes);
    figure(out, "crmdav_users", "gauge", "Users.", figures.users);
    figure(out, "crmdav_contacts", "gauge", "Contacts.", figures.contacts);
    figure(out, "crmdav_activities", "gauge", "Activities.", figures.activities);
    figure(out, "crmdav_changes_total", "counter", "Changes in the history, by all processes.", figures.changes);
    figure(out, "crmdav_schema", "gauge", "Version of the schema.", figures.schema);
}

/// What this process waited for, and which process does the background work.
void appendTraffic(std::string& out, const Store& store) {
    const auto traffic = store.traffic();
    const auto counter = [&](std::string_view name, std::string_view about, std::uint64_t value) {
        figure(out, name, "counter", about, value);
    };
    const auto seconds = [&](std::string_view name, std::string_view about, std::uint64_t micros) {
        figure(out, name, "counter", about, secondsOf(micros));
    };
    figure(out, "crmdav_store_connections", "gauge", "Connections with the database that read.", traffic.connections);
    figure(out, "crmdav_store_connections_in_use", "gauge", "Those of them in use.", traffic.inUse);
    counter("crmdav_store_waits_total", "Verbs that waited for a connection.", traffic.waits);
    seconds("crmdav_store_wait_seconds_total", "Time they waited.", traffic.waitedMicros);
    counter("crmdav_store_lock_waits_total", "Writes that waited a millisecond or more for their turn.",
            traffic.lockWaits);
    seconds("crmdav_store_lock_wait_seconds_total", "Time they waited.", traffic.lockWaitedMicros);
    counter("crmdav_store_retries_total", "Transactions that were run again.", traffic.retries);
    counter("crmdav_store_reconnects_total", "Connections with the database that were lost.", traffic.reconnects);
    describe(out, "crmdav_lease_fence", "gauge",
             "Who has the lease of a background work; the number grows with each change.");
    for (const Lease& lease : store.leases())
        sample(out, "crmdav_lease_fence", label("lease", lease.name) + "," + label("holder", lease.holder),
               std::to_string(lease.fence));
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
    appendStore(text, context.store);
    appendTraffic(text, context.store);
    appendBridge(text, context.store, context.bridge,
                 std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    return Response(200, "text/plain; version=0.0.4; charset=utf-8", std::move(text)).with("Cache-Control", "no-store");
}

}  // namespace crmdav
