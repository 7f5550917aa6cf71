#include <algorithm>

#include "bridge/google/event.h"
#include "bridge/google/event_fields.h"
#include "bridge/google/guests.h"
#include "bridge/google/times.h"
#include "bridge/json_values.h"
#include "store/records/calendar_times.h"

namespace crmdav::google {
namespace {

using std::chrono::days;

/// Start and end as Google takes them: no floating times, always an end, a day lasts a day.
struct Times {
    When start, end;
    friend bool operator==(const Times&, const Times&) = default;
};

Times timesOf(const When& from, const When& to, const std::string& zone) {
    Times times{settled(from, zone), settled(to, zone)};
    if (times.start.kind == When::Kind::none) throw Refused("Google has no events without a start");
    if (times.end.kind == When::Kind::none) times.end = times.start;
    if (times.start.kind == When::Kind::date && times.end.local <= times.start.local)
        times.end.local = times.start.local + days(1);
    return times;
}

Times timesOf(const Activity& activity, const EventOptions& options) {
    return timesOf(activity.start, activity.end, options.zone);
}

bool isRecurring(const Activity& activity) { return !activity.rrule.empty() || !activity.extraDates.empty(); }

std::vector<When> inForm(std::vector<When> times, const When& start) {
    for (When& when : times) when = inFormOf(when, start);
    std::ranges::sort(times, {}, &When::local);
    return times;
}

const Exception* find(const std::vector<Exception>& all, const When& original) {
    const auto found = std::ranges::find(all, original, &Exception::original);
    return found == all.end() ? nullptr : &*found;
}

/// The series' lines. Of what is left out, only `without` stands in them: Google keeps cancelled occurrences as items.
Json seriesJson(const Activity& activity, std::vector<When> without, const When& start) {
    return recurrenceJson({activity.rrule, inForm(activity.extraDates, start), inForm(std::move(without), start), {}},
                          start);
}

void changeTimes(Json& body, const Json& master, const Times& before, const Times& after) {
    if (before == after) return;
    set(body, "start", timePatch(after.start, "UTC", at(master, "start")));
    set(body, "end", timePatch(after.end, "UTC", at(master, "end")));
    if (trueAt(master, "endTimeUnspecified")) set(body, "endTimeUnspecified", jsonFlag(false));
}

void changeSeries(Json& body, const Json& master, const Activity& before, const Activity& after, const Times& times) {
    if (!isRecurring(after)) {
        if (isSeries(master)) set(body, "recurrence", {});
        return;
    }
    const Recurrence old = readRecurrence(at(master, "recurrence"), before.start);
    std::vector<When> without;
    for (const When& when : old.without)
        if (const Exception* still = find(after.exceptions, when); still && still->cancelled) without.push_back(when);
    const bool same = isSeries(master) && before.rrule == after.rrule && without.size() == old.without.size() &&
                      inForm(before.extraDates, times.start) == inForm(after.extraDates, times.start) &&
                      before.start.kind == after.start.kind;
    if (!same) set(body, "recurrence", seriesJson(after, std::move(without), times.start));
}

void requireTakeable(const Activity& activity) {
    if (activity.component != ComponentKind::event) throw Refused("tasks don't go to Google's calendar");
}

}  // namespace

Json newEvent(const Activity& activity, const EventOptions& options) {
    requireTakeable(activity);
    const Times times = timesOf(activity, options);
    Json body =
        jsonObject({{"start", timeJson(times.start, options.zone)}, {"end", timeJson(times.end, options.zone)}});
    const Activity blank;
    for (const EventField& field : eventFields)
        if (!field.same(blank, activity)) set(body, field.name, field.value(activity));
    if (isRecurring(activity)) {
        std::vector<When> without;
        for (const Exception& exception : activity.exceptions)
            if (exception.cancelled) without.push_back(settled(exception.original, options.zone));
        set(body, "recurrence", seriesJson(activity, std::move(without), times.start));
    }
    if (Json guests = guestsJson({}, {}, activity.participants, options.login); !guests.array.empty())
        set(body, "attendees", std::move(guests));
    return body;
}

Json changedEvent(const Json& master, const Activity& before, const Activity& after, const EventOptions& options) {
    requireTakeable(after);
    const bool organiser = !master.find("organizer") || trueAt(master, {"organizer", "self"}) ||
                           trueAt(master, "guestsCanModify") || trueAt(master, "privateCopy");
    Json body = jsonObject();
    bool others = false;  // what belongs to the organiser
    for (const EventField& field : eventFields) {
        if (field.same(before, after)) continue;
        // The link is its author's alone, and so is what Google itself puts in its place.
        if (field.name == "source" && master.find("creator") && !trueAt(master, {"creator", "self"})) continue;
        others = others || field.owner == FieldOwner::organiser;
        set(body, field.name, field.value(after));
    }
    Json whole = jsonObject();
    const Times now = timesOf(after, options);
    changeTimes(whole, master, timesOf(before, options), now);
    changeSeries(whole, master, before, after, now);
    const bool guests = !sameGuests(before.participants, after.participants) && !trueAt(master, "attendeesOmitted");
    if (!organiser) {
        Json answer = guests ? ownAnswerJson(master, after.participants, options.login) : Json();
        if (others || !whole.object.empty() || (guests && answer.isNull()))
            throw Refused("only its organiser may change this event");
        if (!answer.isNull()) set(body, "attendees", std::move(answer));
        return body;
    }
    for (auto& [name, value] : whole.object) set(body, name, std::move(value));
    if (guests)
        set(body, "attendees",
            guestsJson(at(master, "attendees"), before.participants, after.participants, options.login));
    return body;
}

std::vector<OccurrenceChange> occurrenceChanges(const Activity& now, const Activity& after,
                                                const EventOptions& options) {
    std::vector<OccurrenceChange> changes;
    if (!isRecurring(after)) return changes;
    const Times times = timesOf(after, options);
    const auto lasts = times.end.local - times.start.local;
    std::vector<Exception> wanted = after.exceptions;
    for (Exception& exception : wanted) {
        exception.original = inFormOf(settled(exception.original, options.zone), times.start);
        if (exception.cancelled) {
            exception = Exception{exception.original, true, {}, {}, {}, {}, {}};
            continue;
        }
        const Times own = timesOf(exception.start, exception.end, options.zone);
        exception.start = inFormOf(own.start, times.start);
        exception.end = inFormOf(own.end, times.start);
    }
    for (const Exception& exception : wanted) {
        const Exception* old = find(now.exceptions, exception.original);
        if (!old || *old != exception) changes.push_back({exception.original, exception.cancelled, exception});
    }
    for (const Exception& old : now.exceptions) {
        if (find(wanted, old.original)) continue;
        Exception usual{old.original, false, after.subject, after.location, after.notes, old.original, old.original};
        usual.end.local += lasts;
        changes.push_back({old.original, false, std::move(usual)});
    }
    return changes;
}

Json changedOccurrence(const Json& instance, const OccurrenceChange& change, const EventOptions& options) {
    Json body = jsonObject();
    if (change.cancel) {
        if (!isCancelled(instance)) set(body, "status", jsonText("cancelled"));
        return body;
    }
    Activity before, after;
    readTexts(instance, before);
    after.subject = change.wanted.subject;
    after.location = change.wanted.location;
    after.notes = change.wanted.notes;
    for (const EventField& field : eventFields)
        if (!field.same(before, after)) set(body, field.name, field.value(after));
    const auto differs = [&](std::string_view name, const When& wanted) {
        const When there = readTime(at(instance, name));
        return there.kind == When::Kind::none || occurrenceKey(there) != occurrenceKey(wanted);
    };
    if (differs("start", change.wanted.start) || differs("end", change.wanted.end)) {
        set(body, "start", timePatch(change.wanted.start, options.zone, at(instance, "start")));
        set(body, "end", timePatch(change.wanted.end, options.zone, at(instance, "end")));
    }
    if (isCancelled(instance)) set(body, "status", jsonText("confirmed"));
    return body;
}

Activity heldEvent(const Activity& activity, const EventOptions& options) {
    Json master = newEvent(activity, options);
    Json self = jsonObject({{"self", jsonFlag(true)}, {"email", jsonText(options.login)}});
    set(master, "organizer", std::move(self));
    set(master, "iCalUID", jsonText(activity.uid));
    std::vector<Json> exceptions;
    const Times times = timesOf(activity, options);
    for (const Exception& exception : activity.exceptions) {
        if (exception.cancelled || !isRecurring(activity)) continue;
        Json item = changedOccurrence({}, {exception.original, false, exception}, options);
        set(item, "originalStartTime",
            timeJson(inFormOf(settled(exception.original, options.zone), times.start), "UTC"));
        exceptions.push_back(std::move(item));
    }
    return std::get<Activity>(readEvent(rawOf(master, exceptions), options).record);
}

}  // namespace crmdav::google
