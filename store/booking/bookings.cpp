#include "store/booking/bookings.h"

#include <algorithm>

#include "protocol/text/zones.h"
#include "store/booking/checks.h"
#include "store/booking/triggers.h"
#include "store/engine/database.h"
#include "store/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/contacts.h"
#include "store/records/linking.h"
#include "store/records/packed.h"
#include "store/records/random_secret.h"
#include "store/records/rows.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::size_t secretLetters = 32;

#define BOOKING_SELECT                                                                                                 \
    "SELECT b.uuid, c.uuid, a.uuid, u.login, b.start_utc, b.end_utc, b.name, b.email, b.zone, b.language, b.answers, " \
    "b.created, CASE WHEN " IN_FORCE                                                                                   \
    "THEN NULL ELSE coalesce(b.cancelled, a.deleted_at, a.updated) END FROM bookings b JOIN appointment_calendars "    \
    "c ON c.id=b.calendar_id JOIN activities a ON a.id=b.activity_id JOIN users u ON u.id=b.host "

Booking readBooking(const Rows& row) {
    Booking b;
    b.id = idOf(row.blob(0));
    b.calendar = idOf(row.blob(1));
    b.activity = idOf(row.blob(2));
    b.host = row.text(3);
    b.start = row.instant(4);
    b.end = row.instant(5);
    b.name = row.text(6);
    b.email = row.text(7);
    b.zone = row.text(8);
    b.language = row.text(9);
    b.answers = unpackMap(row.text(10));
    b.created = row.instant(11);
    b.cancelled = row.optionalInstant(12);
    return b;
}

std::optional<Booking> only(Rows rows) { return rows.next() ? std::optional(readBooking(rows)) : std::nullopt; }

When at(Instant instant, const std::string& zone) {
    const ZonePtr clock = findZone(zone);
    return {When::Kind::zoned, clock->toLocal(instant), zone};
}

/// Whoever may book writes into the host's calendar: in the history it is their deed only where it is their own.
Actor onBehalf(Actor actor, std::int64_t host) {
    if (actor.user != host) actor.user = 0;
    return actor;
}

/// Whoever books is a contact from then on, but for colleagues.
void makeContact(Connection& db, const Actor& actor, const BookingRequest& request, std::int64_t host) {
    const AddressLink known = linkOf(db, request.email, host);
    if (known.user || known.contact) return;
    Contact contact;
    contact.displayName = request.name;
    const std::size_t gap = request.name.find_last_of(' ');
    contact.lastName = gap == std::string::npos ? "" : request.name.substr(gap + 1);
    contact.firstName = request.name.substr(0, gap);
    contact.emails = {{"work", request.email, true}};
    saveContact(db, onBehalf(actor, host), contact, {});
}

std::string notesOf(const AppointmentCalendar& calendar, const BookingRequest& request) {
    std::string notes;
    for (const Question& question : calendar.questions)
        if (const auto answer = request.answers.find(question.label); answer != request.answers.end())
            notes += (notes.empty() ? "" : "\n") + question.label + ": " + answer->second;
    return notes;
}

Activity appointment(Connection& db, const StoredCalendar& calendar, const BookingRequest& request, std::int64_t host) {
    Activity a;
    a.owner = host;
    a.typeId = calendar.typeId;
    a.calendar = calendar.id;
    a.subject = calendar.name + ": " + request.name;
    a.location = calendar.location;
    a.notes = notesOf(calendar, request);
    a.start = at(request.start, calendar.rules.zone);
    a.end = at(request.start + calendar.rules.duration, calendar.rules.zone);
    Participant visitor;
    visitor.email = request.email;
    visitor.name = request.name;
    visitor.response = "accepted";
    a.participants.push_back(visitor);
    for (const std::int64_t id : calendar.memberIds) {
        if (!calendar.collective || id == host) continue;
        const auto member = userById(db, id);
        if (!member || member->email.empty()) continue;
        Participant other;
        other.email = member->email;
        other.name = member->name;
        other.response = "accepted";
        a.participants.push_back(other);
    }
    return a;
}

std::int64_t rowOfActivity(Connection& db, const Id& activity) {
    auto row = db.query("SELECT id FROM activities WHERE uuid=?", Blob{bytesOf(activity)});
    if (!row.next()) throw NotFound("the appointment isn't there any more");
    return row.int64(0);
}

Activity requireActivity(Connection& db, const Booking& booking) {
    const auto types = storedTypes(db);
    auto found = loadActivity(db, rowOfActivity(db, booking.activity), types);
    if (!found || found->deleted) throw NotFound("the appointment isn't there any more");
    return *std::move(found);
}

Booking requireBooking(Connection& db, const Id& id) {
    auto found = bookingOf(db, id);
    if (!found) throw NotFound("no such booking");
    return *std::move(found);
}

/// The same booking with another host: theirs is a new appointment.
void giveTo(Connection& db, const Actor& actor, const Booking& booking, const StoredCalendar& calendar,
            std::int64_t host, Instant start) {
    const BookingRequest request{start, booking.name, booking.email, booking.zone, booking.answers, {}, {}};
    Activity before = requireActivity(db, booking);
    before.cancelled = true;
    saveActivity(db, onBehalf(actor, before.owner), before, {});
    const Activity made = saveActivity(db, onBehalf(actor, host), appointment(db, calendar, request, host), {});
    db.exec("UPDATE bookings SET activity_id=?, host=?, start_utc=?, end_utc=?, cancelled=NULL WHERE uuid=?",
            rowOfActivity(db, made.id), host, start, start + calendar.rules.duration, Blob{bytesOf(booking.id)});
}

}  // namespace

std::optional<Booking> book(Connection& db, const Actor& actor, const Id& calendarId, BookingRequest request) {
    const auto calendar = calendarOfId(db, calendarId);
    if (!calendar || !calendar->bookable) throw NotFound("no such appointment calendar");
    checkRequest(*calendar, request);
    if (!request.key.empty())
        if (auto known =
                only(db.query(BOOKING_SELECT "WHERE b.calendar_id=? AND b.request_key=?", calendar->row, request.key)))
            return known;
    const auto free = slotsOfMembers(db, *calendar, {request.start, request.start + seconds(1)});
    const std::int64_t host = hostAt(db, *calendar, free, request.start);
    if (!host) return std::nullopt;
    makeContact(db, actor, request, host);
    const Activity made = saveActivity(db, onBehalf(actor, host), appointment(db, *calendar, request, host), {});
    const Id id = newId();
    const std::string secret = randomLetters(secretLetters);
    db.exec(
        "INSERT INTO bookings(uuid, calendar_id, activity_id, host, start_utc, end_utc, name, email, zone, language, "
        "answers, request_key, secret_hash, created) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        Blob{bytesOf(id)}, calendar->row, rowOfActivity(db, made.id), host, request.start,
        request.start + calendar->rules.duration, request.name, request.email, request.zone, request.language,
        packMap(request.answers), request.key.empty() ? std::nullopt : std::optional(request.key),
        Blob{secretHash(secret)}, db.now());
    Booking booking = requireBooking(db, id);
    booking.secret = secret;
    tellOfBooking(db, actor, booking);
    return booking;
}

std::optional<Booking> bookingOf(Connection& db, const Id& id) {
    return only(db.query(BOOKING_SELECT "WHERE b.uuid=?", Blob{bytesOf(id)}));
}

std::optional<Booking> bookingOfActivity(Connection& db, std::int64_t activity) {
    return only(db.query(BOOKING_SELECT "WHERE b.activity_id=?", activity));
}

std::optional<Booking> bookingOfSecret(Connection& db, std::string_view secret) {
    return only(db.query(BOOKING_SELECT "WHERE b.secret_hash=?", Blob{secretHash(secret)}));
}

std::vector<Booking> bookings(Connection& db, const Id& calendar, const TimeRange& range, std::size_t limit) {
    std::vector<Booking> found;
    for (auto& row :
         db.query(BOOKING_SELECT "WHERE c.uuid=? AND b.start_utc>=? AND b.start_utc<? ORDER BY b.start_utc, "
                                 "b.id LIMIT ?",
                  Blob{bytesOf(calendar)}, range.start, range.end, std::min<std::size_t>(limit, 1'000)))
        found.push_back(readBooking(row));
    return found;
}

std::string appointmentObject(Connection& db, const Id& activity) {
    auto found =
        db.query("SELECT id, owner FROM activities WHERE uuid=? AND deleted_at IS NULL", Blob{bytesOf(activity)});
    if (!found.next()) return {};
    const std::int64_t row = found.int64(0), owner = found.int64(1);
    for (const StoredMember& member : membersOfRecord(db, RecordKind::activity, row)) {
        const auto collection = findCollection(db, member.member.collection);
        if (collection && collection->owner == owner) return memberBytes(db, member.member.id).value_or("");
    }
    return {};
}

std::optional<Booking> moveBooking(Connection& db, const Actor& actor, const Id& id, Instant start,
                                   const std::vector<std::vector<Instant>>& free) {
    const Booking booking = requireBooking(db, id);
    if (booking.cancelled) throw NotFound("the booking was cancelled");
    const auto calendar = calendarOfId(db, booking.calendar);
    if (!calendar) throw NotFound("no such appointment calendar");
    const std::int64_t next = hostAt(db, *calendar, free, start);
    if (!next) return std::nullopt;
    Activity activity = requireActivity(db, booking);
    const auto place = std::ranges::find(calendar->memberIds, activity.owner);
    const bool stays =
        place != calendar->memberIds.end() &&
        std::ranges::binary_search(free[static_cast<std::size_t>(place - calendar->memberIds.begin())], start);
    if (!stays) {
        giveTo(db, actor, booking, *calendar, next, start);
        return bookingOf(db, id);
    }
    activity.start = at(start, calendar->rules.zone);
    activity.end = at(start + calendar->rules.duration, calendar->rules.zone);
    saveActivity(db, onBehalf(actor, activity.owner), activity, {});
    return bookingOf(db, id);
}

Booking cancelBooking(Connection& db, const Actor& actor, const Id& id) {
    const Booking booking = requireBooking(db, id);
    if (booking.cancelled) return booking;
    Activity activity = requireActivity(db, booking);
    activity.cancelled = true;
    saveActivity(db, onBehalf(actor, activity.owner), activity, {});
    db.exec("UPDATE bookings SET cancelled=? WHERE uuid=?", db.now(), Blob{bytesOf(id)});
    return requireBooking(db, id);
}

void followActivity(Connection& db, const StoredActivity& activity, const Extent& extent) {
    if (!extent.from || !extent.until) return;
    db.exec("UPDATE bookings SET host=?, start_utc=?, end_utc=? WHERE activity_id=?", activity.owner, *extent.from,
            *extent.until, activity.row);
}

}  // namespace crmdav
