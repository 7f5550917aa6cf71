#include "store/booking/reminders.h"

#include <algorithm>
#include <map>
#include <vector>

#include "protocol/text/json.h"
#include "protocol/text/time_in_words.h"
#include "protocol/text/zones.h"
#include "store/booking/appointment_json.h"
#include "store/booking/bookings.h"
#include "store/booking/enrolments.h"
#include "store/booking/templates.h"
#include "store/engine/database.h"
#include "store/records/activities.h"
#include "store/records/users.h"
#include "store/records/uuid.h"
#include "store/sync/outbox.h"
#include "store/sync/webhooks.h"

namespace crmdav {
namespace {

constexpr std::size_t slice = 50;
constexpr std::string_view germanRegions[] = {"DE", "AT", "CH", "LI"};

struct DueReminder {
    std::int64_t activity = 0, original = 0;
    Id step;
    Instant start, end;
};

std::vector<DueReminder> dueOnes(Connection& db) {
    std::vector<DueReminder> all;
    for (auto& row : db.query("SELECT activity_id, original, step, start_utc, end_utc FROM appointment_reminders WHERE "
                              "fired IS NULL AND due<=? ORDER BY due, activity_id LIMIT ?",
                              db.now(), slice))
        all.push_back({row.int64(0), row.int64(1), idOf(row.blob(2)), row.instant(3), row.instant(4)});
    return all;
}

using Values = std::map<std::string_view, std::string>;

/// One reminder that fires: what its texts are made of.
class Campaign {
public:
    Campaign(Connection& db, const DueReminder& due, const StoredActivity& a, const StoredCalendar& calendar,
             const ReminderStep& step)
        : db_(db), due_(due), activity_(a), calendar_(calendar), step_(step), booking_(bookingOfActivity(db, a.row)) {
        const Organisation own = organisation(db);
        organisation_ = own.name;
        language_ = booking_ ? booking_->language : "";
        if (language_.empty())
            language_ = std::ranges::find(germanRegions, own.region) != std::end(germanRegions) ? "de" : "en";
    }

    void mail() const {
        Values values = common(activity_);
        for (const AppointmentContact& one : contactsOf(db_, activity_, true)) {
            if (one.address.empty() || (!one.takesPart && activity_.privacy != Privacy::open)) continue;
            add(values, one);
            OutboxItem item;
            item.channel = "mail";
            item.key = key() + ":" + one.contact.id;
            item.target = one.address;
            item.subject = fillTemplate(step_.subject, values);
            std::ranges::replace(item.subject, '\n', ' ');
            item.body = fillTemplate(step_.text, values);
            item.about = activity_.id;
            post(db_, item);
        }
    }

    /// One for each contact; and where none may be told of, one that says no more than when.
    void webhook() const {
        const Activity shown = openTo(activity_).value_or(Activity{});
        const auto contacts = contactsOf(db_, shown, false);
        Values values = common(shown);
        for (const AppointmentContact& one : contacts) {
            add(values, one);
            tell(values, one.contact.id);
        }
        if (contacts.empty()) tell(values, {});
    }

private:
    std::string key() const {
        return "reminder:" + activity_.id + ":" + step_.id + ":" + std::to_string(due_.original);
    }

    Values common(const Activity& a) const {
        ZonePtr zone = findZone(booking_ ? booking_->zone : a.start.zone);
        if (!zone) zone = findZone(zoneOfUser(db_, activity_.owner));
        if (!zone) zone = utcZone();
        const auto host = userById(db_, activity_.owner);
        const std::string date = dateInWords(zone->toLocal(due_.start), language_);
        const bool day = activity_.start.kind == When::Kind::date;
        return {{"appointment.subject", a.subject},
                {"appointment.location", a.location},
                {"appointment.when", day ? date : timeInWords(due_.start, due_.end, *zone, language_)},
                {"appointment.date", date},
                {"appointment.time", day ? "" : clockInWords(zone->toLocal(due_.start))},
                {"appointment.end", day ? "" : clockInWords(zone->toLocal(due_.end))},
                {"appointment.zone", zone->id()},
                {"host.name", host ? host->name : ""},
                {"host.email", host ? host->email : ""},
                {"calendar.name", calendar_.name},
                {"organisation.name", organisation_}};
    }

    static void add(Values& values, const AppointmentContact& one) {
        values["contact.name"] = one.contact.displayName;
        values["contact.firstName"] = one.contact.firstName;
        values["contact.lastName"] = one.contact.lastName;
        values["contact.email"] = one.address;
        values["contact.company"] = one.contact.companyName;
    }

    void tell(const Values& values, const Id& contact) const {
        JsonWriter out;
        out.beginObject().key("reminder").beginObject().member("id", step_.id);
        out.member("from", step_.fromEnd ? "end" : "start").member("minutes", std::int64_t{step_.minutes});
        out.member("start", timeText(due_.start)).member("end", timeText(due_.end)).member("contact", contact);
        out.member("subject", fillTemplate(step_.subject, values)).member("text", fillTemplate(step_.text, values));
        std::string more = out.endObject().endObject().take();
        more = more.substr(1, more.size() - 2);  // its members
        announce(db_, {key() + ":" + contact, "appointment.reminder",
                       appointmentJson(db_, activity_, calendar_, {.more = more}), activity_.id});
    }

    Connection& db_;
    const DueReminder& due_;
    const StoredActivity& activity_;
    const StoredCalendar& calendar_;
    const ReminderStep& step_;
    std::optional<Booking> booking_;
    std::string organisation_, language_;
};

/// @returns false: it isn't to fire: the appointment is off, or has begun before a reminder of its beginning went out
bool fire(Connection& db, const DueReminder& due) {
    const auto a = loadActivity(db, due.activity, storedTypes(db));
    if (!a || a->deleted || a->cancelled || a->calendar.empty()) return false;
    const auto calendar = calendarOfId(db, a->calendar);
    if (!calendar || !calendar->triggers) return false;
    const auto step = std::ranges::find(calendar->reminders, due.step, &ReminderStep::id);
    if (step == calendar->reminders.end()) return false;
    if (step->minutes > 0 && (step->fromEnd ? due.end : due.start) <= db.now()) return false;
    const Campaign campaign(db, due, *a, *calendar, *step);
    step->channel == "mail" ? campaign.mail() : campaign.webhook();
    return true;
}

}  // namespace

bool hasReminders(Connection& db) {
    return toBePlanned(db) ||
           db.query("SELECT 1 FROM appointment_reminders WHERE fired IS NULL AND due<=? LIMIT 1", db.now()).next();
}

bool postReminders(Connection& db) {
    if (planSome(db)) return true;
    const auto all = dueOnes(db);
    for (const DueReminder& due : all) {
        const std::string step = bytesOf(due.step);
        if (fire(db, due))
            db.exec("UPDATE appointment_reminders SET fired=? WHERE activity_id=? AND step=? AND original=?", db.now(),
                    due.activity, Blob{step}, due.original);
        else
            db.exec("DELETE FROM appointment_reminders WHERE activity_id=? AND step=? AND original=?", due.activity,
                    Blob{step}, due.original);
    }
    return all.size() == slice;
}

}  // namespace crmdav
