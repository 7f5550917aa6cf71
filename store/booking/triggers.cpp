#include "store/booking/triggers.h"

#include <algorithm>

#include "store/booking/appointment_json.h"
#include "store/booking/bookings.h"
#include "store/booking/enrolments.h"
#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/records/activities.h"
#include "store/records/rows.h"
#include "store/sync/webhooks.h"

namespace crmdav {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view writers[] = {"dav", "api", "console", "booking"};

/// What webhooks hear of: the fields that rule C1 compares, and the calendar itself.
constexpr std::string_view told[] = {
    "subject",      "start",     "end",     "rrule", "extraDates", "exceptions", "location", "notes",
    "participants", "reminders", "privacy", "busy",  "tentative",  "cancelled",  "done",     "calendar",
};

bool fires(const Actor& actor) {
    if (actor.triggers != Triggers::usual) return actor.triggers == Triggers::fire;
    return std::ranges::find(writers, actor.via) != std::end(writers);
}

/// Where the appointment was before, and whether it took place.
struct Before {
    Id calendar;
    bool there;
};

Before stateBefore(const StoredActivity& a, const Happening& what) {
    Before before{a.calendar, !a.cancelled};
    for (const FieldChange& change : what.fields) {
        if (change.field == "calendar") before.calendar = change.before;
        if (change.field == "cancelled") before.there = change.before != "yes";
    }
    if (what.deed == Deed::created || what.deed == Deed::restored || before.calendar.empty()) before.there = false;
    return before;
}

std::string_view eventOf(bool was, bool is, const Happening& what) {
    if (!was) return is ? "appointment.created"sv : ""sv;
    if (!is) return "appointment.cancelled";
    const bool news = std::ranges::any_of(
        what.fields, [](const FieldChange& c) { return std::ranges::find(told, c.field) != std::end(told); });
    return news ? "appointment.updated"sv : ""sv;
}

/// Rule E5: whatever the bridge is told, what it takes up of the past starts nothing.
bool isPastImport(Connection& db, const Actor& actor, const StoredActivity& a) {
    if (actor.via != "bridge") return false;
    const auto until = extentOf(db, a).until;
    return until && *until < db.now().time_since_epoch().count();
}

std::optional<StoredCalendar> firing(Connection& db, const Id& calendar) {
    if (calendar.empty()) return std::nullopt;
    auto found = calendarOfId(db, calendar);
    return found && found->triggers ? std::move(found) : std::nullopt;
}

}  // namespace

Actor withoutTriggers(Actor actor) {
    actor.triggers = Triggers::none;
    return actor;
}

void tellOfAppointment(Connection& db, const Actor& actor, std::int64_t entry, const Happening& what) {
    if (!fires(actor)) return;
    const auto found = locate(db, RecordKind::activity, what.record);
    const auto activity = found ? loadActivity(db, found->row, storedTypes(db)) : std::nullopt;
    if (!activity) return;
    const Before before = stateBefore(*activity, what);
    const bool is = what.deed != Deed::deleted && !activity->calendar.empty() && !activity->cancelled;
    const std::string_view event = eventOf(before.there, is, what);
    if (event.empty() || (event == "appointment.created" && isPastImport(db, actor, *activity))) return;
    const auto calendar = firing(db, is ? activity->calendar : before.calendar);
    if (!calendar) return;
    if (is) enrol(db, activity->row);
    const std::string_view ended = is                           ? ""sv
                                   : what.deed == Deed::deleted ? "deleted"sv
                                   : activity->cancelled        ? "cancelled"sv
                                                                : "removed"sv;
    announce(db, {"appointment:" + std::to_string(entry), std::string(event),
                  appointmentJson(db, *activity, *calendar, {.ended = ended}), activity->id});
}

void tellOfBooking(Connection& db, const Actor& actor, const Booking& booking) {
    if (!fires(actor) || actor.via != "booking") return;  // a colleague who books for somebody isn't a customer
    const auto calendar = firing(db, booking.calendar);
    const auto found = locate(db, RecordKind::activity, booking.activity);
    const auto activity = found ? loadActivity(db, found->row, storedTypes(db)) : std::nullopt;
    if (!calendar || !activity) return;
    announce(db, {"booking:" + booking.id, "appointment.customer_booked", appointmentJson(db, *activity, *calendar, {}),
                  activity->id});
}

}  // namespace crmdav
