#pragma once
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bridge/provider.h"
#include "bridge/rules/plan.h"
#include "bridge/settings.h"
#include "store/store.h"
#include "store/sync.h"

/// What every part of a run works with.
namespace crmdav {

struct SyncSession {
    Store& store;
    SyncStore& sync;
    Provider& provider;
    Account account;
    SyncScope scope;
    Lease lease;
    User user;
    CalendarSettings calendar;
    ContactSettings contacts;
    Facts facts;
    std::vector<ActivityType> types;
    Actor actor;  ///< of what the run does in the CRM
    SyncRun run;
    std::function<bool()> stop;     ///< true: end at the next record (A8)
    std::int64_t mostContacts = 0;  ///< of one sync (D6)
    /// Has it had its share, having been at it since then, and do others wait? It goes on later where it is (I5).
    std::function<bool(std::chrono::steady_clock::time_point)> enough = {};
    std::set<std::string> busyOnly = {};  ///< conflict calendars of which this run reads busy times, not events
    /// Ids of contacts that creations made there which were cut before they were noted, and their links' (I1); nullopt:
    /// not asked for yet.
    std::optional<std::map<std::pair<std::string, std::string>, Id>> cutCreations = {};

    SyncKind kind() const { return scope.kind; }
    bool isCalendar() const { return scope.kind == SyncKind::calendar; }
    bool isSmart() const { return isCalendar() && calendar.direction == Direction::smart; }
    const std::vector<std::string>& collections() const { return isCalendar() ? calendar.calendars : contacts.books; }
    /// A calendar that is read for busy times only (B13).
    bool conflictOnly(const std::string& collection) const {
        return isCalendar() && std::ranges::find(calendar.calendars, collection) == calendar.calendars.end();
    }
    bool hasEnough(std::chrono::steady_clock::time_point since) const { return enough && enough(since); }
    /// One transaction, if the lease is still held (I7).
    void guarded(const std::function<void()>& work) const { sync.guarded(lease, work); }
};

/// Somebody asked the run to end.
struct Stopped {};

}  // namespace crmdav
