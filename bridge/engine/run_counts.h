#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "bridge/engine/run.h"

namespace crmdav {

/// What the runs of this process came to since it began. Thread safe.
class RunCounts {
public:
    /// Provider, kind, and what: an outcome, or an action as the journal calls it.
    using Counts = std::map<std::tuple<std::string, SyncKind, std::string>, std::int64_t>;

    void add(const std::string& provider, SyncKind, const RunResult&);
    Counts outcomes() const;  ///< done, failed, reconnect, paused, limit, stopped
    Counts actions() const;

private:
    mutable std::mutex mutex_;
    Counts outcomes_, actions_;
};

}  // namespace crmdav
