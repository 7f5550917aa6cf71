#include <algorithm>

#include "bridge/html_text.h"
#include "bridge/outlook/event.h"
#include "bridge/outlook/recurrence.h"
#include "bridge/outlook/zone.h"
#include "protocol/text/text_values.h"
#include "protocol/text/zones.h"

/// What of an activity Outlook has a place for.
namespace crmdav::outlook {
namespace {

using namespace std::chrono;

void holdTimes(Activity& event, const EventOptions& options) {
    if (event.component != ComponentKind::event) throw Refused("Outlook's calendar has no tasks");
    if (event.start.kind == When::Kind::none) throw Refused("Outlook has no events without a start");
    event.start = held(event.start, options.zone);
    event.end = held(event.end, options.zone);
    const bool allDay = event.start.kind == When::Kind::date;
    if (event.end.kind == When::Kind::none) event.end = event.start;
    if (allDay != (event.end.kind == When::Kind::date)) throw Refused("It begins with a date and ends with a time");
    if (allDay) {
        event.end.local = std::max(event.end.local, event.start.local + days(1));
        return;
    }
    if (!event.rrule.empty() && (event.end.zone != event.start.zone || event.end.kind != event.start.kind)) {
        const auto lasts = instantOf(event.end, options.zone) - instantOf(event.start, options.zone);
        event.end = event.start;
        event.end.local += lasts;
    }
    if (instantOf(event.end, options.zone) < instantOf(event.start, options.zone))
        throw Refused("It ends before it begins");
}

/// The one that rings first: Outlook has one, and none after the start.
void holdReminders(Activity& event) {
    std::erase_if(event.reminders, [](const Reminder& r) { return r.action != "display" || r.minutes < 0; });
    const auto first = std::ranges::max_element(event.reminders, {}, &Reminder::minutes);
    if (first != event.reminders.end()) event.reminders = {Reminder(*first)};
}

void holdPeople(Activity& event, const EventOptions& options) {
    if (!options.guests) event.participants.clear();
    std::erase_if(event.participants, [](const Participant& person) { return person.email.empty(); });
    for (Participant& person : event.participants) {
        person.contactId.reset();
        person.userId = 0;
        if (person.organizer) {
            person.role = "chair";
            person.response = "accepted";
        } else if (person.role != "optional") {
            person.role = "required";
        }
        if (person.response == "delegated") person.response = "needs-action";
        person.kind = person.kind == "room" || person.kind == "resource" ? "resource" : "individual";
    }
}

When inForm(const When& when, const When& start, const EventOptions& options) {
    const When own = held(when, options.zone);
    if (own.kind == start.kind && own.zone == start.zone) return own;
    if (own.kind == When::Kind::date || start.kind == When::Kind::date) return own;
    const Instant instant = instantOf(own, options.zone);
    const ZonePtr zone = start.kind == When::Kind::zoned ? findZone(start.zone) : utcZone();
    return {start.kind, (zone ? zone : utcZone())->toLocal(instant), start.zone};
}

/// An occurrence stays between the days of its neighbours (Exchange: ErrorOccurrenceCrossingBoundary).
void requireBetweenNeighbours(const Activity& event, const std::vector<local_seconds>& starts) {
    struct Day {
        local_days day;
        bool moved;
    };
    std::vector<Day> order;
    for (const local_seconds start : starts) {
        const auto own =
            std::ranges::find(event.exceptions, start, [](const Exception& e) { return e.original.local; });
        if (own == event.exceptions.end()) {
            order.push_back({floor<days>(start), false});
        } else if (!own->cancelled) {
            const local_days day = floor<days>(own->start.local);
            order.push_back({day, day != floor<days>(start)});
        }
    }
    for (std::size_t i = 1; i < order.size(); ++i)
        if ((order[i - 1].moved || order[i].moved) && order[i - 1].day >= order[i].day)
            throw Refused("In Outlook an occurrence can't be moved to or past the day of the next or previous one");
}

/// Two zones that are one at Outlook may name the same occurrence twice: what was added later holds.
void keepLast(std::vector<Exception>& exceptions) {
    std::vector<Exception> kept;
    for (auto one = exceptions.rbegin(); one != exceptions.rend(); ++one)
        if (std::ranges::find(kept, one->original, &Exception::original) == kept.end()) kept.push_back(std::move(*one));
    exceptions = std::move(kept);
}

void holdExceptions(Activity& event, const EventOptions& options) {
    if (!event.extraDates.empty()) throw Refused("Outlook has no series with extra dates");
    if (event.exceptions.empty()) return;
    local_seconds last{};
    for (Exception& exception : event.exceptions) {
        exception.original = inForm(exception.original, event.start, options);
        last = std::max(last, exception.original.local);
        if (exception.cancelled) {
            Exception cancelled;
            cancelled.original = exception.original;
            cancelled.cancelled = true;
            exception = std::move(cancelled);
            continue;
        }
        exception.subject = oneLine(exception.subject);
        exception.location = oneLine(exception.location);
        exception.notes = normalText(exception.notes);
        exception.start = inForm(exception.start, event.start, options);
        exception.end =
            exception.end.kind == When::Kind::none ? exception.start : inForm(exception.end, event.start, options);
    }
    keepLast(event.exceptions);
    const auto starts = occurrencesOf(event.rrule, event.start, last + days(800), 20'000);
    const auto isOne = [&](const Exception& e) { return std::ranges::binary_search(starts, e.original.local); };
    std::erase_if(event.exceptions, [&](const Exception& e) { return e.cancelled && !isOne(e); });
    if (!std::ranges::all_of(event.exceptions, isOne))
        throw Refused("One of its changed occurrences isn't an occurrence of the series");
    std::erase_if(event.exceptions, [&](const Exception& e) { return e == ownOccurrence(event, e.original); });
    std::ranges::sort(event.exceptions, {}, [](const Exception& e) { return e.original.local; });
    requireBetweenNeighbours(event, starts);
}

/// @param known  the rule came from Outlook: that it can have it needs no proof
Activity hold(Activity event, bool known, const EventOptions& options) {
    static_cast<RecordHead&>(event) = {};
    event.typeId.clear();
    event.url.clear();
    event.contactIds.clear();
    event.companyIds.clear();
    event.dealIds.clear();
    event.calendar.clear();
    event.done = false;
    event.completed.reset();
    event.percent = 0;
    event.subject = oneLine(event.subject);
    event.location = oneLine(event.location);
    event.notes = normalText(event.notes);
    holdTimes(event, options);
    if (event.tentative) event.busy = true;  // tentative is one of the ways to show time there
    if (event.cancelled) event.busy = event.tentative = false;
    event.cancelled = false;
    event.priority = event.priority == 0 || event.priority == 5 ? 0 : event.priority < 5 ? 1 : 9;
    holdReminders(event);
    holdPeople(event, options);
    if (event.rrule.empty()) {
        event.extraDates.clear();
        event.exceptions.clear();
        return event;
    }
    if (!known) patternOf(event.rrule, event.start);
    holdExceptions(event, options);
    return event;
}

}  // namespace

std::string oneLine(std::string_view text) {
    std::string line = normalText(text);
    std::ranges::replace(line, '\n', ' ');
    return std::string(trim(line));
}

Activity heldEvent(const Activity& activity, const EventOptions& options) { return hold(activity, false, options); }

Activity wantedEvent(const Activity& before, const Activity& after, const EventOptions& options) {
    return hold(after, before.rrule == after.rrule, options);
}

}  // namespace crmdav::outlook
