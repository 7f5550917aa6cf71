#include "store/booking/slots.h"

#include <algorithm>
#include <tuple>

#include "store/booking/bookings.h"
#include "store/booking/hours.h"
#include "store/engine/database.h"
#include "store/records/users.h"
#include "store/sync.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr minutes stale{30};  // a conflict calendar that wasn't read for so long isn't free

/// A calendar sync of theirs is to run, and hasn't done so lately: nobody knows what is in there by now.
bool isStale(Connection& db, std::int64_t user) {
    auto row = db.query(
        "SELECT 1 FROM sync_accounts a JOIN sync_sides s ON s.account_id=a.id WHERE a.user_id=? AND s.kind=? AND "
        "s.status NOT IN (?, ?, ?) AND coalesce(s.last_success, s.last_start, 0)<? LIMIT 1",
        user, SyncKind::calendar, SyncStatus::none, SyncStatus::authorised, SyncStatus::stopped, db.now() - stale);
    return row.next();
}

/// What is booked in an unassigned calendar.
void addBookings(Connection& db, const StoredCalendar& calendar, const TimeRange& range, std::vector<BusyPeriod>& out) {
    for (auto& row : db.query("SELECT b.start_utc, b.end_utc FROM bookings b JOIN activities a ON a.id=b.activity_id "
                              "WHERE b.calendar_id=? AND b.start_utc<? AND b.end_utc>? AND " IN_FORCE,
                              calendar.row, range.end, range.start))
        out.push_back({row.instant(0), row.instant(1), Busy::busy});
}

std::vector<BusyPeriod> periodsOf(Connection& db, const StoredCalendar& calendar, const User& member,
                                  const TimeRange& range) {
    std::vector<BusyPeriod> periods;
    addAway(db, member.id, range, true, periods);
    if (calendar.kind == CalendarKind::unassigned) {
        addBookings(db, calendar, range, periods);
        return periods;
    }
    addMeetings(db, member, range, periods);
    if (isStale(db, member.id)) periods.push_back({range.start, range.end, Busy::busy});
    return periods;
}

}  // namespace

std::vector<std::vector<Instant>> slotsOfMembers(Connection& db, const StoredCalendar& calendar,
                                                 const TimeRange& range) {
    std::vector<std::vector<Instant>> all;
    for (const std::int64_t id : calendar.memberIds) {
        all.emplace_back();
        const auto member = userById(db, id);
        if (!member || !member->active) continue;
        const auto periods = periodsOf(db, calendar, *member, covered(range, calendar.rules));
        all.back() = freeSlots(range, calendar.rules, periods, db.now());
    }
    return all;
}

std::vector<Instant> slotsOf(const StoredCalendar& calendar, const std::vector<std::vector<Instant>>& ofMembers) {
    return calendar.collective ? allOf(ofMembers) : anyOf(ofMembers);
}

std::int64_t hostAt(Connection& db, const StoredCalendar& calendar, const std::vector<std::vector<Instant>>& ofMembers,
                    Instant start) {
    const auto can = [&](std::size_t i) { return std::ranges::binary_search(ofMembers[i], start); };
    std::vector<std::size_t> able;
    for (std::size_t i = 0; i < ofMembers.size(); ++i)
        if (can(i)) able.push_back(i);
    if (able.empty() || (calendar.collective && able.size() < ofMembers.size())) return 0;
    if (calendar.collective || able.size() == 1) return calendar.memberIds[able.front()];
    std::tuple<std::int64_t, std::int64_t> best{INT64_MAX, 0};
    for (const std::size_t i : able) {
        const std::int64_t id = calendar.memberIds[i];
        auto row = db.query(
            "SELECT count(*) FROM bookings b JOIN activities a ON a.id=b.activity_id WHERE b.host=? AND b.start_utc>=? "
            "AND b.start_utc<? AND " IN_FORCE,
            id, db.now(), db.now() + days(30));
        row.next();
        best = std::min(best, {row.int64(0), id});
    }
    return std::get<1>(best);
}

}  // namespace crmdav
