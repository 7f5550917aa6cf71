#include "server/bridge_metrics.h"

#include <map>

#include "bridge/bridge.h"
#include "server/api/accounts_fields.h"
#include "server/http/exposition.h"

namespace crmdav {
namespace {

template <class Enum>
std::string_view nameOf(Enum value) {
    for (const EnumName<Enum>& one : namesOf<Enum>())
        if (one.value == value) return one.name;
    return {};
}

/// One account's side.
struct Sample {
    std::string labels;
    const SyncSide* side;
};

void appendSides(std::string& out, SyncStore& sync, Instant now) {
    std::map<Id, std::string> providers;
    for (const Account& account : sync.accounts(0)) providers[account.id] = account.provider;
    const std::vector<SyncSide> sides = sync.sides();
    std::vector<Sample> samples;
    for (const SyncSide& side : sides)
        samples.push_back({label("account", side.account) + "," + label("provider", providers[side.account]) + "," +
                               label("kind", nameOf(side.kind)),
                           &side});
    describe(out, "crmdav_bridge_account_state", "gauge", "Accounts at providers: 1 for the state that each is in.");
    for (const auto& [labels, side] : samples)
        sample(out, "crmdav_bridge_account_state", labels + "," + label("state", nameOf(side->status)), "1");
    describe(out, "crmdav_bridge_success_age_seconds", "gauge", "Time since the last run that went well.");
    for (const auto& [labels, side] : samples)
        if (side->lastStart && side->lastSuccess && side->status != SyncStatus::stopped)
            sample(out, "crmdav_bridge_success_age_seconds", labels,
                   std::to_string(std::max<std::int64_t>(0, (now - *side->lastSuccess).count())));
}

void appendCounts(std::string& out, std::string_view name, std::string_view about, std::string_view what,
                  const RunCounts::Counts& counts) {
    describe(out, name, "counter", about);
    for (const auto& [key, count] : counts) {
        const auto& [provider, kind, value] = key;
        sample(out, name, label("provider", provider) + "," + label("kind", nameOf(kind)) + "," + label(what, value),
               std::to_string(count));
    }
}

}  // namespace

void appendBridge(std::string& out, Store& store, const Bridge* bridge, Instant now) {
    appendSides(out, store.sync(), now);
    const auto figures = store.sync().figures(now);
    describe(out, "crmdav_bridge_outbox", "gauge", "Mails and webhooks that wait to be sent, or were given up.");
    sample(out, "crmdav_bridge_outbox", label("state", "waiting"), std::to_string(figures.waiting));
    sample(out, "crmdav_bridge_outbox", label("state", "failed"), std::to_string(figures.failed));
    figure(out, "crmdav_bridge_subscriptions", "gauge", "Subscriptions to what providers announce.", figures.pushes);
    const RunCounts none;
    const RunCounts& counts = bridge ? bridge->counts() : none;
    appendCounts(out, "crmdav_bridge_runs_total", "Runs of this process by how they ended.", "outcome",
                 counts.outcomes());
    appendCounts(out, "crmdav_bridge_actions_total", "What they did, as the journal calls it.", "action",
                 counts.actions());
}

}  // namespace crmdav
