#include "bridge/outlook/event.h"

#include <algorithm>
#include <array>

#include "bridge/outlook/body.h"
#include "bridge/outlook/recurrence.h"
#include "bridge/outlook/uid.h"
#include "bridge/outlook/values.h"
#include "bridge/outlook/zone.h"
#include "protocol/text/zones.h"
#include "store/records/normalise.h"

namespace crmdav::outlook {
namespace {

using namespace std::chrono;

struct Word {
    std::string_view graph, ours;
};
constexpr std::array<Word, 6> responses{{{"accepted", "accepted"},
                                         {"declined", "declined"},
                                         {"tentativelyAccepted", "tentative"},
                                         {"organizer", "accepted"},
                                         {"notResponded", "needs-action"},
                                         {"none", "needs-action"}}};

void readTimes(const Json& event, const EventOptions& options, Activity& activity) {
    const bool allDay = trueAt(event, "isAllDay");
    const std::string zone = zoneNameOf(event, options);
    std::string endZone = zone;
    if (at(event, "recurrence").isNull())
        if (const auto name = textAt(event, "originalEndTimeZone"); !name.empty() && findZone(name)) endZone = name;
    activity.start = readWhen(at(event, "start"), zone, allDay);
    activity.end = readWhen(at(event, "end"), endZone, allDay);
}

Participant readAttendee(const Json& attendee) {
    const Json& address = at(attendee, "emailAddress");
    Participant person;
    person.email = normalEmail(textAt(address, "address"));
    person.name = cleanText(textAt(address, "name"));
    if (normalEmail(person.name) == person.email) person.name.clear();
    const auto type = textAt(attendee, "type");
    if (type == "optional") person.role = "optional";
    if (type == "resource") person.kind = "resource";
    const auto response = std::ranges::find(responses, textAt(at(attendee, "status"), "response"), &Word::graph);
    if (response != responses.end()) person.response = response->ours;
    return person;
}

/// Organiser first; a guest's copy lists the organiser among the attendees again, without an answer.
std::vector<Participant> readParticipants(const Json& event) {
    std::vector<Participant> people;
    if (at(event, "attendees").array.empty()) return people;
    Participant organiser = readAttendee(at(event, "organizer"));
    organiser.organizer = true;
    organiser.role = "chair";
    organiser.response = "accepted";
    if (!organiser.email.empty()) people.push_back(std::move(organiser));
    for (const Json& attendee : at(event, "attendees").array) {
        Participant person = readAttendee(attendee);
        if (!person.email.empty() && std::ranges::find(people, person.email, &Participant::email) == people.end())
            people.push_back(std::move(person));
    }
    return people;
}

void readStates(const Json& event, Activity& activity) {
    const auto privacy = textAt(event, "sensitivity"), shown = textAt(event, "showAs"),
               importance = textAt(event, "importance");
    if (privacy == "personal" || privacy == "private") activity.privacy = Privacy::personal;
    if (privacy == "confidential") activity.privacy = Privacy::confidential;
    activity.busy = shown != "free";
    activity.tentative = shown == "tentative";
    activity.cancelled = trueAt(event, "isCancelled");
    activity.priority = importance == "high" ? 1 : importance == "low" ? 9 : 0;
    if (trueAt(event, "isReminderOn"))
        activity.reminders.push_back({static_cast<int>(numberAt(event, "reminderMinutesBeforeStart")), "display"});
}

Exception cancelledAt(const When& original) {
    Exception cancelled;
    cancelled.original = original;
    cancelled.cancelled = true;
    return cancelled;
}

Exception readException(const Json& occurrence, const When& original, const Activity& series, const std::string& zone) {
    Exception own = ownOccurrence(series, original);
    if (trueAt(occurrence, "isCancelled")) return cancelledAt(original);
    if (!at(occurrence, "subject").isNull()) own.subject = oneLine(textAt(occurrence, "subject"));
    if (!at(occurrence, "location").isNull()) own.location = oneLine(textAt(at(occurrence, "location"), "displayName"));
    if (!at(occurrence, "body").isNull()) own.notes = notesOf(occurrence);
    const bool allDay = trueAt(occurrence, "isAllDay");
    own.start = readWhen(at(occurrence, "start"), zone, allDay);
    own.end = readWhen(at(occurrence, "end"), zone, allDay);
    return own;
}

void readExceptions(const Json& raw, const std::string& zone, Activity& activity) {
    const auto clock = activity.start.local - floor<days>(activity.start.local);
    /// Of an original date that isn't known yet.
    const auto original = [&](std::string_view date) -> std::optional<When> {
        const auto day = readDate(date);
        if (!day) return std::nullopt;
        When when = activity.start;
        when.local = *day + clock;
        const auto& known = activity.exceptions;
        if (std::ranges::find(known, when, &Exception::original) != known.end()) return std::nullopt;
        return when;
    };
    for (const Json& date : at(raw, "cancelled").array)
        if (const auto when = original(date.string)) activity.exceptions.push_back(cancelledAt(*when));
    for (const auto& [date, occurrence] : at(raw, "exceptions").object)
        if (const auto when = original(date)) {
            Exception read = readException(occurrence, *when, activity, zone);
            if (read != ownOccurrence(activity, *when)) activity.exceptions.push_back(std::move(read));
        }
    std::ranges::sort(activity.exceptions, {}, [](const Exception& e) { return e.original.local; });
}

std::optional<Instant> modifiedOf(const Json& raw) {
    auto latest = readInstant(textAt(at(raw, "master"), "lastModifiedDateTime"));
    for (const auto& [date, occurrence] : at(raw, "exceptions").object)
        if (const auto own = readInstant(textAt(occurrence, "lastModifiedDateTime"));
            own && (!latest || *own > *latest))
            latest = own;
    return latest;
}

}  // namespace

std::string zoneNameOf(const Json& event, const EventOptions& options) {
    for (const std::string_view name :
         {textAt(event, {"recurrence", "range", "recurrenceTimeZone"}), textAt(event, "originalStartTimeZone")})
        if (!name.empty() && findZone(name)) return std::string(name);
    return options.zone;
}

Exception ownOccurrence(const Activity& series, const When& original) {
    Exception own;
    own.original = own.start = own.end = original;
    own.subject = series.subject;
    own.location = series.location;
    own.notes = series.notes;
    own.end.local += series.end.local - series.start.local;
    return own;
}

std::string markOf(const Json& item) {
    for (const Json& property : at(item, "singleValueExtendedProperties").array)
        if (textAt(property, "id") == linkProperty) return std::string(textAt(property, "value"));
    return std::string(textAt(item, "transactionId"));
}

Remote readEvent(const std::string& text, const EventOptions& options) {
    const Json raw = parse(text);
    const Json& event = at(raw, "master");
    Activity activity;
    activity.uid = meetingUid(textAt(event, "iCalUId"));
    activity.subject = oneLine(textAt(event, "subject"));
    activity.location = oneLine(textAt(at(event, "location"), "displayName"));
    activity.notes = notesOf(event);
    activity.url = textAt(at(event, "onlineMeeting"), "joinUrl");
    readTimes(event, options, activity);
    if (activity.start.kind == When::Kind::none) throw Refused("The event at Outlook has no start");
    readStates(event, activity);
    activity.participants = readParticipants(event);
    Remote remote;
    if (const Json& recurrence = at(event, "recurrence"); !recurrence.isNull()) {
        activity.end.zone = activity.start.zone;
        activity.rrule = ruleOf(readPattern(recurrence), activity.start);
        readExceptions(raw, zoneNameOf(event, options), activity);
    }
    remote.modified = modifiedOf(raw);
    remote.mark = markOf(event);
    const bool guests = !at(event, "attendees").array.empty();
    const Json& organised = at(event, "isOrganizer");
    remote.organised = organised.isNull() || organised.boolean || !guests;
    remote.guestsHidden = trueAt(event, "hideAttendees") && !remote.organised;
    remote.readOnly = guests && remote.organised && !options.guests;
    if (remote.readOnly) remote.hold = "Outlook would mail its guests; that is switched off (Notify guests)";
    remote.record = std::move(activity);
    return remote;
}

bool mailsGuests(const std::string& raw) {
    const Json json = parse(raw);
    const Json& event = at(json, "master");
    const Json& organised = at(event, "isOrganizer");
    return !at(event, "attendees").array.empty() && (organised.isNull() || organised.boolean);
}

}  // namespace crmdav::outlook
