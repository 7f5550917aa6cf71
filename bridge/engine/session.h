#pragma once
#include <functional>
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

    SyncKind kind() const { return scope.kind; }
    bool isCalendar() const { return scope.kind == SyncKind::calendar; }
    const std::vector<std::string>& collections() const { return isCalendar() ? calendar.calendars : contacts.books; }
    /// One transaction, if the lease is still held (I7).
    void guarded(const std::function<void()>& work) const { sync.guarded(lease, work); }
};

/// Somebody asked the run to end.
struct Stopped {};

}  // namespace crmdav
