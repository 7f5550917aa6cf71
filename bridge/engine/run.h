#pragma once
#include <map>
#include <optional>
#include <string>

#include "bridge/engine/session.h"

/// One run of one kind of sync of one account: read, plan, brake, apply. A preview is the same without the last
/// (G5); nothing is written by it but its own stage.
namespace crmdav {

/// What is done, or would be, by action; "create in CRM" → 12.
using Summary = std::map<std::string, std::int64_t>;
std::string encodeSummary(const Summary&);

struct RunResult {
    SyncStatus status = SyncStatus::active;
    std::string cause;                          ///< in plain words; empty: all went well
    std::optional<std::chrono::seconds> after;  ///< the provider said when to come again
    Summary summary;
    bool retry = false;  ///< it goes on later where it was (I5)
};

/// How many deletions on one side make a run stop and ask, of so many linked ones (G6).
std::int64_t brakeAt(std::int64_t linked);

/// Runs to its end, whatever happens: the result says how it went. The session's run is saved as it proceeds.
/// @param everything  the CRM's records are all looked at: the first run, or settings changed
/// @param confirmed   the brake was answered
RunResult runSync(SyncSession&, SyncSide&, bool everything, bool confirmed);

/// As runSync would do now, into the preview's stage: SyncStore::staged() has the decisions.
RunResult previewSync(SyncSession&, const SyncSide&, bool everything);

/// One staged pair's action as preview and console show it, JSON: action, rule, reason, title, crm, provider, fields.
std::string encodeDecision(const Action&);

}  // namespace crmdav
