#include "store/booking/sql_booking.h"

#include <algorithm>

#include "store/booking/bookings.h"
#include "store/booking/hours.h"
#include "store/booking/reminders.h"
#include "store/booking/slots.h"
#include "store/booking/triggers.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr days mostAsked{100};  // of one answer
constexpr std::size_t mostNext = 10;

/// The members' times at `start` if the booking were not there: it is cancelled, and that is taken back.
std::vector<std::vector<Instant>> freeWithout(Database& database, const Booking& booking, Instant start) {
    Writing probe(database);
    cancelBooking(probe, withoutTriggers({}), booking.id);
    const auto calendar = calendarOfId(probe, booking.calendar);
    if (!calendar) throw NotFound("no such appointment calendar");
    return slotsOfMembers(probe, *calendar, {start, start + seconds(1)});
}

}  // namespace

std::string SqlBooking::workingHours(std::int64_t user) const { return crmdav::workingHours(Reading(database_), user); }

void SqlBooking::setWorkingHours(const Actor& actor, std::int64_t user, std::string_view calendar) {
    write(database_, [&](Connection& db) { crmdav::setWorkingHours(db, actor, user, calendar); });
}

std::vector<BusyPeriod> SqlBooking::busyTimes(std::int64_t user, const TimeRange& range) const {
    return crmdav::busyTimes(Reading(database_, Reading::Sees::oneState), user, range);
}

std::vector<AppointmentCalendar> SqlBooking::calendars() const {
    auto stored = appointmentCalendars(Reading(database_, Reading::Sees::oneState));
    return {stored.begin(), stored.end()};
}

std::optional<AppointmentCalendar> SqlBooking::calendar(std::string_view key) const {
    return calendarOfKey(Reading(database_, Reading::Sees::oneState), key);
}

std::optional<AppointmentCalendar> SqlBooking::calendarById(const Id& id) const {
    return calendarOfId(Reading(database_, Reading::Sees::oneState), id);
}

AppointmentCalendar SqlBooking::saveCalendar(const Actor& actor, const AppointmentCalendar& wanted,
                                             const std::string& based) {
    return write(database_, [&](Connection& db) { return saveAppointmentCalendar(db, actor, wanted, based); });
}

void SqlBooking::removeCalendar(const Actor& actor, const Id& id, const std::string& based) {
    write(database_, [&](Connection& db) { removeAppointmentCalendar(db, actor, id, based); });
}

std::vector<Instant> SqlBooking::freeSlots(const Id& id, const TimeRange& range) const {
    if (range.end - range.start > mostAsked) throw InvalidField("until", "at most 100 days at a time");
    const Reading reading(database_, Reading::Sees::oneState);
    const auto calendar = calendarOfId(reading, id);
    if (!calendar) throw NotFound("no such appointment calendar");
    return slotsOf(*calendar, slotsOfMembers(reading, *calendar, range));
}

SlotTaken SqlBooking::taken(const Id& calendar, Instant start) const {
    auto next = freeSlots(calendar, {start, start + days(14)});
    if (next.size() > mostNext) next.resize(mostNext);
    return SlotTaken(std::move(next));
}

Booking SqlBooking::book(const Actor& actor, const Id& calendar, const BookingRequest& request) {
    auto made = write(database_, [&](Connection& db) { return crmdav::book(db, actor, calendar, request); });
    if (!made) throw taken(calendar, request.start);
    return *std::move(made);
}

std::optional<Booking> SqlBooking::booking(const Id& id) const { return bookingOf(Reading(database_), id); }

std::optional<Booking> SqlBooking::bookingOfSecret(std::string_view secret) const {
    return crmdav::bookingOfSecret(Reading(database_), secret);
}

std::vector<Booking> SqlBooking::bookings(const Id& calendar, const TimeRange& range, std::size_t limit) const {
    return crmdav::bookings(Reading(database_), calendar, range, limit);
}

std::string SqlBooking::appointmentObject(const Id& activity) const {
    return crmdav::appointmentObject(Reading(database_, Reading::Sees::oneState), activity);
}

Booking SqlBooking::moveBooking(const Actor& actor, const Id& id, Instant start) {
    Id calendar;
    auto moved = write(database_, [&](Connection& db) -> std::optional<Booking> {
        const auto booking = bookingOf(db, id);
        if (!booking) throw NotFound("no such booking");
        calendar = booking->calendar;
        if (booking->cancelled || booking->start == start) return booking;
        return crmdav::moveBooking(db, actor, id, start, freeWithout(database_, *booking, start));
    });
    if (!moved) throw taken(calendar, start);
    if (moved->cancelled) throw NotFound("the booking was cancelled");
    return *std::move(moved);
}

Booking SqlBooking::cancelBooking(const Actor& actor, const Id& id) {
    return write(database_, [&](Connection& db) { return crmdav::cancelBooking(db, actor, id); });
}

bool SqlBooking::postReminders() {
    if (!hasReminders(Reading(database_))) return false;
    return write(database_, [](Connection& db) { return crmdav::postReminders(db); });
}

}  // namespace crmdav
