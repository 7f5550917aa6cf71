#include <algorithm>
#include <array>

#include "bridge/html_text.h"
#include "bridge/outlook/body.h"
#include "bridge/outlook/event.h"
#include "bridge/outlook/recurrence.h"
#include "bridge/outlook/values.h"
#include "bridge/outlook/zone.h"

/// Activity → event: whole, or what differs.
namespace crmdav::outlook {
namespace {

using namespace std::chrono;

std::string_view sensitivityOf(Privacy privacy) {
    switch (privacy) {
        case Privacy::personal: return "private";
        case Privacy::confidential: return "confidential";
        case Privacy::open: break;
    }
    return "normal";
}

std::string_view showAs(const Activity& activity) {
    if (activity.tentative) return "tentative";
    return activity.busy ? "busy" : "free";
}

std::string_view importanceOf(int priority) { return priority == 0 ? "normal" : priority < 5 ? "high" : "low"; }

void writeLocation(JsonWriter& out, const std::string& location) {
    out.key("location").beginObject().member("displayName", location).endObject();
}

/// Always together: a date without isAllDay, or one end of another kind, is refused.
void writeTimes(JsonWriter& out, const When& start, const When& end) {
    out.member("isAllDay", start.kind == When::Kind::date);
    out.key("start").raw(writeWhen(start)).key("end").raw(writeWhen(end));
}

void writeRecurrence(JsonWriter& out, const Activity& activity) {
    out.key("recurrence");
    if (activity.rrule.empty()) {
        out.null();
        return;
    }
    const std::string zone =
        activity.start.kind == When::Kind::zoned ? graphZone(activity.start.zone, activity.start.local) : "UTC";
    out.raw(writePattern(patternOf(activity.rrule, activity.start), zone));
}

/// Graph turns a reminder on that nobody asked for, unless it's told.
void writeReminder(JsonWriter& out, const std::vector<Reminder>& reminders) {
    out.member("isReminderOn", !reminders.empty());
    if (!reminders.empty()) out.key("reminderMinutesBeforeStart").number(reminders.front().minutes);
}

void writeAttendees(JsonWriter& out, const std::vector<Participant>& people) {
    out.key("attendees").beginArray();
    for (const Participant& person : people) {
        if (person.organizer) continue;
        const char* type = person.kind == "resource" ? "resource" : person.role == "optional" ? "optional" : "required";
        out.beginObject().member("type", type).key("emailAddress").beginObject();
        if (!person.name.empty()) out.member("name", person.name);
        out.member("address", person.email).endObject().endObject();
    }
    out.endArray();
}

bool sameTimes(const Activity& a, const Activity& b) { return a.start == b.start && a.end == b.end; }

/// A recurrence that is sent, changed or not, may cost the series its exceptions.
bool sameRecurrence(const Activity& before, const Activity& after) {
    if (before.rrule.empty() != after.rrule.empty()) return false;
    if (after.rrule.empty()) return true;
    return before.start.kind == after.start.kind && before.start.zone == after.start.zone &&
           floor<days>(before.start.local) == floor<days>(after.start.local) &&
           sameOccurrences(before.rrule, after.rrule, after.start);
}

bool samePeople(const std::vector<Participant>& a, const std::vector<Participant>& b) {
    return std::ranges::is_permutation(a, b, [](const Participant& x, const Participant& y) {
        return x.email == y.email && x.name == y.name && x.role == y.role && x.kind == y.kind;
    });
}

bool sameStatus(const Activity& a, const Activity& b) {
    return a.busy == b.busy && a.tentative == b.tentative && a.cancelled == b.cancelled;
}

/// What is of the login's own copy, whoever organises the meeting.
void writeOwnChanges(JsonWriter& out, const Activity& before, const Activity& after, const Activity& wanted) {
    if (before.privacy != wanted.privacy) out.member("sensitivity", sensitivityOf(wanted.privacy));
    if (!sameStatus(before, after) && showAs(before) != showAs(wanted)) out.member("showAs", showAs(wanted));
    if (before.priority != wanted.priority) out.member("importance", importanceOf(wanted.priority));
    if (before.reminders != wanted.reminders) writeReminder(out, wanted.reminders);
}

bool writeSharedChanges(JsonWriter& out, const Json& event, const Activity& before, const Activity& wanted,
                        const EventOptions& options) {
    bool any = false;
    const auto write = [&](bool differs, const auto& how) {
        if (!differs) return;
        any = true;
        how();
    };
    write(before.subject != wanted.subject, [&] { out.member("subject", wanted.subject); });
    write(before.notes != wanted.notes, [&] { out.key("body").raw(bodyOf(event, wanted.notes)); });
    write(before.location != wanted.location, [&] { writeLocation(out, wanted.location); });
    write(!sameTimes(before, wanted), [&] { writeTimes(out, wanted.start, wanted.end); });
    write(!sameRecurrence(before, wanted), [&] { writeRecurrence(out, wanted); });
    write(options.guests && !samePeople(before.participants, wanted.participants),
          [&] { writeAttendees(out, wanted.participants); });
    return any;
}

}  // namespace

std::string newEvent(const Activity& activity, std::string_view key, std::string_view transaction,
                     const EventOptions& options) {
    const Activity wanted = heldEvent(activity, options);
    JsonWriter out;
    out.beginObject();
    if (!key.empty()) {
        out.member("transactionId", transaction);
        out.key("singleValueExtendedProperties").beginArray().beginObject();
        out.member("id", linkProperty).member("value", key).endObject().endArray();
    }
    out.member("subject", wanted.subject).key("body").raw(bodyOf({}, wanted.notes));
    writeLocation(out, wanted.location);
    writeTimes(out, wanted.start, wanted.end);
    if (!wanted.rrule.empty()) writeRecurrence(out, wanted);
    out.member("sensitivity", sensitivityOf(wanted.privacy)).member("showAs", showAs(wanted));
    out.member("importance", importanceOf(wanted.priority));
    writeReminder(out, wanted.reminders);
    if (options.guests && !wanted.participants.empty()) writeAttendees(out, wanted.participants);
    out.endObject();
    return out.take();
}

std::string changedEvent(const std::string& base, const Activity& before, const Activity& after,
                         const EventOptions& options) {
    const Json raw = parse(base);
    const Json& event = at(raw, "master");
    const Activity wanted = wantedEvent(before, after, options);
    const bool ours = readEvent(base, options).organised;
    JsonWriter out;
    out.beginObject();
    writeOwnChanges(out, before, after, wanted);
    if (writeSharedChanges(out, event, before, wanted, options) && !ours)
        throw Refused("Only its organiser can change this meeting");
    out.endObject();
    const std::string body = out.take();
    return body == "{}" ? std::string() : body;
}

std::string changedOccurrence(const Exception& now, const Exception& wanted, const EventOptions& options) {
    JsonWriter out;
    out.beginObject();
    if (now.subject != wanted.subject) out.member("subject", wanted.subject);
    if (now.location != wanted.location) writeLocation(out, wanted.location);
    if (now.notes != wanted.notes) out.key("body").raw(bodyOf({}, wanted.notes));
    const When start = held(wanted.start, options.zone), end = held(wanted.end, options.zone);
    if (now.start != start || now.end != end) writeTimes(out, start, end);
    out.endObject();
    const std::string body = out.take();
    return body == "{}" ? std::string() : body;
}

}  // namespace crmdav::outlook
