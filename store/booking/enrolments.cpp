#include "store/booking/enrolments.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "protocol/text/expand.h"
#include "protocol/text/icalendar.h"
#include "store/booking/bookings.h"
#include "store/engine/database.h"
#include "store/records/activities.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr days planned{60}, renewed{30};           // ahead, of a series
constexpr days farthest{367};                      // of a step
constexpr std::int64_t forGood = 253'402'300'799;  // the year 9999: nothing is left to plan
constexpr std::size_t slice = 50, mostOccurrences = 2'000;

constexpr Instant longAgo{seconds(-62'135'596'800)}, never{seconds(forGood)};

std::int64_t secondsOf(Instant at) { return at.time_since_epoch().count(); }

struct PlannedReminder {
    Instant due, start, end;
    bool fired = false;
};
/// By step and by the occurrence's original start.
using Plan = std::map<std::pair<Id, std::int64_t>, PlannedReminder>;

Plan readPlan(Connection& db, std::int64_t activity) {
    Plan plan;
    for (auto& row : db.query("SELECT step, original, due, start_utc, end_utc, fired FROM appointment_reminders WHERE "
                              "activity_id=?",
                              activity))
        plan[{idOf(row.blob(0)), row.int64(1)}] = {row.instant(2), row.instant(3), row.instant(4), !row.isNull(5)};
    return plan;
}

bool takesPlace(const Component& item) { return !equalsIgnoreCase(item.text("STATUS"), "CANCELLED"); }

/// One damaged object mustn't keep the others from being planned; check() tells of it.
Document readOrEmpty(const std::string& bytes) {
    try {
        return Document::parse(std::string(bytes));
    } catch (const std::exception&) {
        return Document::parse("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    }
}

/// What is wanted of an appointment that takes place, in the time up to `until`.
Plan wantedPlan(Connection& db, const StoredActivity& a, const StoredCalendar& calendar, const TimeRange& range) {
    Plan plan;
    const std::string bytes = appointmentObject(db, a.id);
    if (bytes.empty()) return plan;
    const Document document = readOrEmpty(bytes);
    ZonePtr floating = findZone(zoneOfUser(db, a.owner));
    const CalendarItem item(document.root(), floating ? floating : utcZone());
    item.forEach(range, {mostOccurrences}, [&](const Instance& one) {
        if (!takesPlace(*one.component)) return true;
        const std::int64_t original = item.recurring() ? secondsOf(one.recurrenceInstant) : 0;
        for (const ReminderStep& step : calendar.reminders) {
            const Instant due = (step.fromEnd ? one.end : one.start) - minutes(step.minutes);
            plan[{step.id, original}] = {due, one.start, one.end, false};
        }
        return true;
    });
    return plan;
}

void remove(Connection& db, std::int64_t activity, const Plan::key_type& key) {
    db.exec("DELETE FROM appointment_reminders WHERE activity_id=? AND step=? AND original=?", activity,
            Blob{bytesOf(key.first)}, key.second);
}

/// Where occurrences lie of which a step is due between the two.
TimeRange rangeOf(const AppointmentCalendar& calendar, Instant since, Instant until) {
    minutes before{0}, after{0};
    for (const ReminderStep& step : calendar.reminders) {
        before = std::max(before, minutes(step.minutes));
        after = std::max(after, minutes(-step.minutes));
    }
    return {since - after - minutes(1), until + before + minutes(1)};
}

/// What fired stays as it is. What would have been due by `since` doesn't fire any more.
void settle(Connection& db, std::int64_t activity, const Plan& is, const Plan& wanted, Instant since, Instant until) {
    for (const auto& [key, reminder] : is) {
        const bool seen = key.second == 0 || reminder.due > since;  // else its occurrence wasn't looked at
        if (!reminder.fired && seen && !wanted.contains(key)) remove(db, activity, key);
    }
    for (const auto& [key, reminder] : wanted) {
        const auto known = is.find(key);
        if (known != is.end() && (known->second.fired || known->second.due == reminder.due)) {
            if (!known->second.fired)
                db.exec(
                    "UPDATE appointment_reminders SET start_utc=?, end_utc=? WHERE activity_id=? AND step=? AND "
                    "original=?",
                    reminder.start, reminder.end, activity, Blob{bytesOf(key.first)}, key.second);
            continue;
        }
        if (known != is.end()) remove(db, activity, key);
        if (reminder.due <= since || reminder.due > until) continue;
        db.exec(
            "INSERT INTO appointment_reminders(activity_id, step, original, due, start_utc, end_utc) VALUES(?, ?, "
            "?, ?, ?, ?)",
            activity, Blob{bytesOf(key.first)}, key.second, reminder.due, reminder.start, reminder.end);
    }
}

void plan(Connection& db, std::int64_t activity, Instant since) {
    const Instant now = db.now();
    const auto a = loadActivity(db, activity, storedTypes(db));
    if (!a) return leaveCampaign(db, activity);
    const bool series = !a->rrule.empty() || !a->extraDates.empty();
    const Instant until = series ? now + planned : never;
    const auto calendar = a->calendar.empty() ? std::nullopt : calendarOfId(db, a->calendar);
    Plan wanted;
    if (calendar && calendar->triggers && !a->cancelled && !a->deleted)
        wanted = wantedPlan(db, *a, *calendar, series ? rangeOf(*calendar, since, until) : TimeRange{longAgo, never});
    settle(db, activity, readPlan(db, activity), wanted, since, until);
    const auto last = extentOf(db, *a).until.value_or(0);
    const bool done = !series || last + seconds(farthest).count() < secondsOf(now);
    db.exec("UPDATE appointment_enrolments SET since=?, planned_until=? WHERE activity_id=?", now,
            done ? forGood : secondsOf(until), activity);
}

#define MARKED "planned_until=0, since=CASE WHEN planned_until=0 THEN since ELSE ? END "

}  // namespace

void enrol(Connection& db, std::int64_t activity) {
    db.exec(
        "INSERT INTO appointment_enrolments(activity_id, since, planned_until) VALUES(?, ?, 0) ON "
        "CONFLICT(activity_id) DO NOTHING",
        activity, db.now());
}

void planAnew(Connection& db, std::int64_t activity) {
    db.exec("UPDATE appointment_enrolments SET " MARKED "WHERE activity_id=?", db.now(), activity);
}

void planAllAnew(Connection& db, const Id& calendar) {
    db.exec("UPDATE appointment_enrolments SET " MARKED
            "WHERE activity_id IN (SELECT id FROM activities WHERE calendar_uuid=? AND until_utc>?)",
            db.now(), Blob{bytesOf(calendar)}, db.now() - farthest);
}

void leaveCampaign(Connection& db, std::int64_t activity) {
    db.exec("DELETE FROM appointment_reminders WHERE activity_id=?", activity);
    db.exec("DELETE FROM appointment_enrolments WHERE activity_id=?", activity);
}

bool toBePlanned(Connection& db) {
    return db.query("SELECT 1 FROM appointment_enrolments WHERE planned_until<? LIMIT 1", db.now() + renewed).next();
}

bool planSome(Connection& db) {
    std::vector<std::pair<std::int64_t, Instant>> marked;
    for (auto& row : db.query("SELECT activity_id, since FROM appointment_enrolments WHERE planned_until<? ORDER BY "
                              "planned_until LIMIT ?",
                              db.now() + renewed, slice))
        marked.emplace_back(row.int64(0), row.instant(1));
    for (const auto& [activity, since] : marked) plan(db, activity, since);
    return marked.size() == slice;
}

}  // namespace crmdav
