#include "bridge/engine/run_counts.h"

namespace crmdav {
namespace {

const char* outcomeOf(SyncStatus status) {
    switch (status) {
        case SyncStatus::active: return "done";
        case SyncStatus::reconnect: return "reconnect";
        case SyncStatus::paused: return "paused";
        case SyncStatus::limit: return "limit";
        case SyncStatus::stopped: return "stopped";
        default: return "failed";
    }
}

}  // namespace

void RunCounts::add(const std::string& provider, SyncKind kind, const RunResult& result) {
    const std::lock_guard lock(mutex_);
    ++outcomes_[{provider, kind, outcomeOf(result.status)}];
    for (const auto& [action, count] : result.summary) actions_[{provider, kind, action}] += count;
}

RunCounts::Counts RunCounts::outcomes() const {
    const std::lock_guard lock(mutex_);
    return outcomes_;
}

RunCounts::Counts RunCounts::actions() const {
    const std::lock_guard lock(mutex_);
    return actions_;
}

}  // namespace crmdav
