#include <algorithm>

#include "bridge/rules/field_tools.h"
#include "bridge/rules/fields.h"
#include "bridge/zone_family.h"
#include "store/records/activity_ical.h"
#include "store/records/calendar_series.h"
#include "store/records/calendar_times.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

/// Wall clock and zone, the zone by its family's name; floating times and dates are what they are (C9).
std::string timeText(const When& when) {
    When plain = when;
    if (plain.kind == When::Kind::zoned) {
        plain.zone = zoneFamily(plain.zone);
        if (plain.zone == "Etc/UTC" || plain.zone == "UTC") plain.kind = When::Kind::utc;
    }
    return textOf(plain);
}

/// A time that comes from elsewhere, where the other side has a zone of the same family: by the name that it has there.
void keepZone(When& when, const When& own) {
    const bool zoned = when.kind == When::Kind::zoned && own.kind == When::Kind::zoned;
    if (zoned && zoneFamily(when.zone) == zoneFamily(own.zone)) when.zone = own.zone;
}

Elements readTime(const Activity& a) { return one(timeText(a.start) + " – " + timeText(a.end)); }
void copyTime(const Activity& from, Activity& to) {
    const Activity before = to;
    to.start = from.start;
    to.end = from.end;
    keepZone(to.start, before.start);
    keepZone(to.end, before.end);
    settleExceptions(before, to);
}

Elements readRecurrence(const Activity& a) {
    std::string text = upperAscii(a.rrule);
    std::vector<std::string> extra;
    for (const When& date : a.extraDates) extra.push_back(timeText(date));
    std::ranges::sort(extra);
    for (const std::string& date : extra) text += "\n+" + date;
    return one(text);
}
void copyRecurrence(const Activity& from, Activity& to) {
    to.rrule = from.rrule;
    to.extraDates = from.extraDates;
    for (When& date : to.extraDates) keepZone(date, to.start);
}

/// Which occurrence it is, by its distance from the start: a series that moves as a whole takes its exceptions along
/// (C8). Those of another form than the start are what they are.
std::string exceptionKey(const Activity& a, const Exception& e) {
    if (e.original.kind != a.start.kind || e.original.zone != a.start.zone) return timeText(e.original);
    constexpr std::int64_t enough = 10'000'000'000;  // seconds: positive, and of as many digits
    return std::to_string(enough + (e.original.local - a.start.local).count());
}
bool isAtItsTime(const Exception& e) { return timeText(e.start) == timeText(e.original); }
std::string textOfException(const Activity& a, const Exception& e) {
    if (e.cancelled) return "cancelled";
    std::string when;
    if (!isAtItsTime(e))
        when = timeText(e.start) + " – " + timeText(e.end);
    else if (e.end.local - e.start.local != a.end.local - a.start.local)
        when = "until " + timeText(e.end);
    return when + "\n" + plainLine(e.subject) + "\n" + plainLine(e.location) + "\n" + plainText(e.notes);
}
Elements readExceptions(const Activity& a) {
    return elementsOf(a.exceptions, [&](const Exception& e) {
        return Element{exceptionKey(a, e), textOfException(a, e), timeText(e.original)};
    });
}
void putException(const Activity& from, Activity& to, std::string_view key) {
    std::erase_if(to.exceptions, [&](const Exception& e) { return exceptionKey(to, e) == key; });
    const auto source =
        std::ranges::find_if(from.exceptions, [&](const Exception& e) { return exceptionKey(from, e) == key; });
    if (source == from.exceptions.end()) return;
    Exception put = *source;
    const auto follow = [&](When& when) {
        if (when.kind != When::Kind::none) when = shifted(when, from.start, to.start);
    };
    if (from.start != to.start) {
        if (isAtItsTime(*source)) follow(put.start), follow(put.end);
        follow(put.original);
    }
    for (When* when : {&put.original, &put.start, &put.end}) keepZone(*when, to.start);
    const auto place = std::ranges::upper_bound(to.exceptions, put.original.local, {},
                                                [](const Exception& e) { return e.original.local; });
    to.exceptions.insert(place, std::move(put));
}

std::string participantKey(const Participant& p) { return normalEmail(p.email); }
std::string textOfParticipant(const Participant& p) {
    return (p.organizer ? "organizer " : "") + p.role + " " + p.response + " " + p.kind;
}

std::string reminderKey(const Reminder& r) { return r.action + " " + std::to_string(r.minutes); }

// What is cancelled takes no time.
Elements readBusy(const Activity& a) { return one(a.cancelled || !a.busy ? "free" : a.tentative ? "tentative" : ""); }
/// Where there is no cancelling – many providers know only deletions –, or it may not be told, it takes no time
/// instead.
void copyBusy(const Activity& from, Activity& to) {
    const bool instead = from.cancelled && !to.cancelled;
    to.busy = from.busy && !instead;
    to.tentative = from.tentative && !instead;
}

// In this order: a moved time of a series moves its exceptions, and what isn't cancelled takes no time instead.
constexpr ComparedField<Activity> activityTable[] = {
    {"subject", [](const Activity& a) { return one(plainLine(a.subject)); },
     [](const Activity& from, Activity& to) { to.subject = from.subject; }, nullptr, false, true},
    {"time", readTime, copyTime, nullptr, false, true},
    {"recurrence", readRecurrence, copyRecurrence, nullptr, false, true},
    {"exceptions", readExceptions, [](const Activity& from, Activity& to) { to.exceptions = from.exceptions; },
     putException, false, true},
    {"location", [](const Activity& a) { return one(plainLine(a.location)); },
     [](const Activity& from, Activity& to) { to.location = from.location; }, nullptr, false, true},
    {"notes", [](const Activity& a) { return one(plainText(a.notes)); },
     [](const Activity& from, Activity& to) { to.notes = from.notes; }, nullptr, false, true},
    {"participants",
     [](const Activity& a) {
         return elementsOf(a.participants, [](const Participant& p) {
             return Element{participantKey(p), textOfParticipant(p)};
         });
     },
     [](const Activity& from, Activity& to) { to.participants = from.participants; },
     [](const Activity& from, Activity& to, std::string_view key) {
         putElement<&Activity::participants, participantKey>(from, to, key);
     },
     false, true, true},
    {"visibility", [](const Activity& a) { return one(a.privacy == Privacy::open ? "" : "private"); },
     [](const Activity& from, Activity& to) { to.privacy = from.privacy; }, nullptr, false, false},
    {"cancelled", [](const Activity& a) { return one(a.cancelled ? "cancelled" : ""); },
     [](const Activity& from, Activity& to) { to.cancelled = from.cancelled; }, nullptr, false, true},
    {"busy", readBusy, copyBusy, nullptr, false, false},
    {"reminders",
     [](const Activity& a) {
         return elementsOf(a.reminders, [](const Reminder& r) { return Element{reminderKey(r), ""}; });
     },
     [](const Activity& from, Activity& to) { to.reminders = from.reminders; },
     [](const Activity& from, Activity& to, std::string_view key) {
         putElement<&Activity::reminders, reminderKey>(from, to, key);
     },
     false, false},
    {"done", [](const Activity& a) { return one(a.done ? "done" : ""); },
     [](const Activity& from, Activity& to) { to.done = from.done; }, nullptr, false, false},
};

}  // namespace

std::span<const ComparedField<Activity>> activityFields() { return activityTable; }

}  // namespace crmdav
