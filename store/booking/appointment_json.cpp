#include "store/booking/appointment_json.h"

#include <algorithm>

#include "protocol/text/datetime.h"
#include "protocol/text/json.h"
#include "store/booking/bookings.h"
#include "store/engine/database.h"
#include "store/history.h"
#include "store/records/calendar_times.h"
#include "store/records/rows.h"
#include "store/records/users.h"

namespace crmdav {
namespace {

/// Nobody's number: a colleague who has no part in it.
constexpr std::int64_t anybody = -1;

std::string timeOf(const When& when, const ZonePtr& floating) {
    if (when.kind == When::Kind::date) return timeText(Instant(when.local.time_since_epoch())).substr(0, 10);
    const auto at = utcOf(when, floating);
    return at ? timeText(*at) : std::string();
}

void writeTimes(Connection& db, JsonWriter& out, const Activity& a) {
    ZonePtr floating = findZone(zoneOfUser(db, a.owner));
    if (!floating) floating = utcZone();
    out.member("start", timeOf(a.start, floating)).member("end", timeOf(a.end, floating));
    out.member("allDay", a.start.kind == When::Kind::date);
    out.member("zone", a.start.zone.empty() ? floating->id() : a.start.zone).member("recurrence", a.rrule);
    out.member("tentative", a.tentative).member("cancelled", a.cancelled);
}

void writeParticipants(JsonWriter& out, const Activity& a) {
    out.key("participants").beginArray();
    for (const Participant& p : a.participants) {
        out.beginObject().member("email", p.email).member("name", p.name).member("response", p.response);
        out.member("organizer", p.organizer).member("contact", p.contactId.value_or("")).endObject();
    }
    out.endArray();
}

/// Whoever sees the calendar's bookings sees this anyway, whatever the host shows of other appointments.
void writeBooking(JsonWriter& out, const std::optional<Booking>& booking) {
    out.key("booking");
    if (!booking) return void(out.null());
    out.beginObject().member("id", booking->id).member("name", booking->name).member("email", booking->email);
    out.member("zone", booking->zone).member("language", booking->language).key("answers").beginObject();
    for (const auto& [question, answer] : booking->answers) out.member(question, answer);
    out.endObject().endObject();
}

void writeContact(JsonWriter& out, const AppointmentContact& one) {
    const auto first = [](const std::vector<LabelledValue>& values) { return values.empty() ? "" : values[0].value; };
    out.beginObject().member("id", one.contact.id).member("name", one.contact.displayName);
    out.member("email", one.address).member("phone", first(one.contact.phones));
    out.member("company", one.contact.companyName).endObject();
}

std::string addressOf(const Contact& contact) {
    const auto preferred = std::ranges::find(contact.emails, true, &LabelledValue::preferred);
    if (preferred != contact.emails.end()) return preferred->value;
    return contact.emails.empty() ? "" : contact.emails[0].value;
}

}  // namespace

std::optional<Activity> openTo(const StoredActivity& a) { return shownTo(anybody, a); }

std::vector<AppointmentContact> contactsOf(Connection& db, const Activity& a, bool all) {
    std::vector<AppointmentContact> found;
    const auto add = [&](const Id& id, const std::string& address, bool takesPart) {
        const auto place = locate(db, RecordKind::contact, id);
        if (!place || place->deleted || (place->owner != 0 && (!all || place->owner != a.owner))) return;
        auto contact = loadContact(db, place->row);
        const auto known = [&](const AppointmentContact& one) { return one.contact.id == contact->id; };
        if (!contact || std::ranges::any_of(found, known)) return;
        std::string reached = address.empty() ? addressOf(*contact) : address;
        found.push_back({*std::move(contact), std::move(reached), takesPart});
    };
    for (const Participant& p : a.participants)
        if (p.contactId && p.userId == 0 && p.response != "declined") add(*p.contactId, p.email, true);
    for (const Id& id : a.contactIds) add(id, {}, false);
    return found;
}

std::string appointmentJson(Connection& db, const StoredActivity& stored, const StoredCalendar& calendar,
                            const AppointmentNews& news) {
    const auto shown = openTo(stored);
    const bool open = stored.privacy == Privacy::open;
    const auto booking = open ? bookingOfActivity(db, stored.row) : std::nullopt;
    const auto owner = userById(db, stored.owner);
    JsonWriter out;
    out.beginObject().key("appointment").beginObject().member("id", stored.id).member("version", stored.version);
    out.member("owner", owner ? owner->login : "");
    if (shown) {
        writeTimes(db, out, *shown);
        out.member("subject", shown->subject).member("location", shown->location).member("notes", shown->notes);
        writeParticipants(out, *shown);
    }
    writeBooking(out, booking);
    out.member("ended", news.ended).endObject();
    out.key("calendar").beginObject().member("id", calendar.id).member("key", calendar.key);
    out.member("name", calendar.name).endObject().key("contacts").beginArray();
    Activity linked = shown ? *shown : Activity{};
    if (booking &&
        std::ranges::none_of(linked.participants, [&](const Participant& p) { return p.email == booking->email; }))
        for (const Participant& p : stored.participants)
            if (p.email == booking->email) linked.participants.push_back(p);
    for (const AppointmentContact& one : contactsOf(db, linked, false)) writeContact(out, one);
    out.endArray();
    std::string json = out.endObject().take();
    if (!news.more.empty()) json.replace(json.size() - 1, 1, "," + std::string(news.more) + "}");
    return json;
}

}  // namespace crmdav
