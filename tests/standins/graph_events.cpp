#include <algorithm>

#include "protocol/text/text_values.h"
#include "protocol/text/zones.h"
#include "tests/standins/graph_mailbox.h"

/// Events of the Graph stand-in: making, changing, and how they are given back.
namespace crmdav::standins {
namespace {

using namespace std::chrono;

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

/// A GlobalObjectId (MS-OXOCAL §2.2.1.27).
std::string globalId(std::string_view data) {
    std::string size(4, '\0');
    size[0] = static_cast<char>(data.size());
    return "040000008200E00074C5B7101A82E008" + std::string(8, '0') + "0123456789ABCDEF" + std::string(16, '0') +
           hex(size) + hex(data);
}

/// What Outlook makes of a body: always HTML, wrapped in its own way.
Json normalBody(const Json& body, bool nonBreakingSpaces) {
    std::string inner(textAt(body, "content"));
    if (equalsIgnoreCase(textAt(body, "contentType"), "text")) {
        std::string html;
        for (const char c : inner)
            html += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '\n' ? "<br>" : std::string(1, c);
        inner = html;
    } else if (const auto begin = inner.find("<body>"); begin != std::string::npos) {
        inner = inner.substr(begin + 6, inner.rfind("</body>") - begin - 6);
    }
    if (nonBreakingSpaces)
        for (auto at = inner.find("&nbsp;"); at != std::string::npos; at = inner.find("&nbsp;"))
            inner.replace(at, 6, "\xC2\xA0");
    return jsonObject({{"contentType", jsonText("html")},
                       {"content", jsonText("<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; "
                                            "charset=utf-8\">\r\n</head>\r\n<body>\r\n" +
                                            inner + "\r\n</body>\r\n</html>\r\n")}});
}

GraphTime readTime(const Json& json, const GraphTime& old) {
    if (json.isNull()) return old;
    const auto clock = textAt(json, "dateTime");
    if (clock.ends_with('Z') || textAt(json, "timeZone").empty())
        throw Problem{400, "ErrorInvalidRequest", "dateTime and timeZone are needed"};
    GraphTime time{clockOf(clock), std::string(textAt(json, "timeZone"))};
    if (!findZone(time.zone)) throw Problem{400, "TimeZoneNotSupportedException", "unknown time zone " + time.zone};
    return time;
}

void requireTimes(const GraphEvent& event) {
    const auto midnight = [](local_seconds time) { return time == floor<days>(time); };
    if (event.allDay && (!midnight(event.start.local) || !midnight(event.end.local)))
        throw Problem{400, "ErrorInvalidRequest",
                      "The Event.Start property for an all-day event needs to be set to midnight."};
    if (event.allDay && event.end.local - event.start.local < days(1))
        throw Problem{400, "ErrorInvalidRequest",
                      "The duration of an event marked as All day must be at least 24 hours."};
    if (event.allDay && event.start.zone != event.end.zone)
        throw Problem{400, "ErrorInvalidRequest", "both ends need the same time zone"};
    if (utcOf(event.end.local, event.end.zone) < utcOf(event.start.local, event.start.zone))
        throw Problem{400, "ErrorPropertyValidationFailure", "it ends before it begins"};
}

bool organised(const GraphEvent& event) {
    const Json& flag = at(event.properties, "isOrganizer");
    return flag.isNull() || flag.boolean;
}

bool hasGuests(const GraphEvent& event) { return !at(event.properties, "attendees").array.empty(); }

bool writable(std::string_view name) {
    for (const std::string_view known :
         {"subject", "body", "location", "sensitivity", "showAs", "importance", "isReminderOn",
          "reminderMinutesBeforeStart", "attendees", "categories", "hideAttendees", "allowNewTimeProposals",
          "responseRequested", "isOnlineMeeting"})
        if (known == name) return true;
    return false;
}

constexpr std::string_view personal[] = {"isOrganizer", "organizer", "isCancelled", "onlineMeeting", "isDraft"};

}  // namespace

void Graph::Mailbox::touch(GraphEvent& event, bool traced) {
    event.version = ++counter;
    if (traced) event.changed = counter;
    event.modified = clock();
    tell(event.calendar, false);
}

void Graph::Mailbox::mail(const char* what, const GraphEvent& event) {
    mails.push_back(std::string(what) + " " + std::string(textAt(event.properties, "subject")));
}

GraphEvent& Graph::Mailbox::require(const std::string& id) {
    const auto found = eventList.find(id);
    if (found == eventList.end())
        throw Problem{404, "ErrorItemNotFound", "The specified object was not found in the store."};
    return found->second;
}

GraphEvent& Graph::Mailbox::create(const std::string& calendar, const Json& json, bool byUser) {
    if (!calendarList.contains(calendar)) throw Problem{404, "ErrorItemNotFound", "no such calendar"};
    const std::string transaction(textAt(json, "transactionId"));
    if (const auto there = transactions.find(transaction); !transaction.empty() && there != transactions.end()) {
        if (habits.duplicateGivesEvent && eventList.contains(there->second)) return eventList.at(there->second);
        throw Problem{habits.duplicateIs409 ? 409 : 400, "ErrorDuplicateTransactionId",
                      "The TransactionId specified in the request has already been used to create a different event.",
                      habits.duplicateNamesEvent ? there->second : ""};
    }
    GraphEvent event;
    event.id = newId('E');
    event.calendar = calendar;
    event.created = clock();
    event.transaction = transaction;
    event.uid = byUser && json.find("iCalUId") ? std::string(textAt(json, "iCalUId")) : "";
    if (event.uid.empty())
        event.uid = globalId("x" + std::to_string(ids));
    else if (!habits.foreignUid)
        event.uid = globalId(std::string("vCal-Uid\x01\0\0\0", 12) + event.uid + std::string(1, '\0'));
    if (!json.find("start") || !json.find("end")) throw Problem{400, "ErrorInvalidRequest", "start and end are needed"};
    set(event.properties, "isReminderOn", jsonFlag(true));  // nobody asked for it
    set(event.properties, "reminderMinutesBeforeStart", jsonNumber(15));
    for (const Json& property : at(json, "singleValueExtendedProperties").array)
        event.extended[std::string(textAt(property, "id"))] = std::string(textAt(property, "value"));
    for (const auto name : personal)
        if (const Json& value = at(json, name); byUser && !value.isNull()) set(event.properties, name, value);
    patch(event, json, true);
    event.unsettled = habits.laterVersion && !byUser;
    if (!byUser && hasGuests(event)) mail("invitation", event);
    if (!transaction.empty()) transactions[transaction] = event.id;
    return eventList[event.id] = std::move(event);
}

void Graph::Mailbox::patch(GraphEvent& event, const Json& json, bool byUser) {
    GraphEvent changed = event;
    const bool guests = hasGuests(event);
    for (const auto& [name, value] : json.object) {
        if (name == "body")
            set(changed.properties, name, normalBody(value, habits.nonBreakingSpaces));
        else if (writable(name))
            set(changed.properties, name, value);
    }
    if (json.find("isAllDay")) changed.allDay = trueAt(json, "isAllDay");
    changed.start = readTime(at(json, "start"), changed.start);
    changed.end = readTime(at(json, "end"), changed.end);
    if (changed.allDay != event.allDay && event.version != 0 && !(json.find("start") && json.find("end")))
        throw Problem{400, "ErrorInvalidRequest", "isAllDay, start and end belong together"};
    requireTimes(changed);
    const Json* recurrence = json.find("recurrence");
    if (recurrence) changed.recurrence = *recurrence;
    if (!changed.recurrence.isNull()) {
        const local_days first = floor<days>(changed.start.local);
        if (dateOf(first) != textAt(changed.recurrence, {"range", "startDate"}))
            throw Problem{400, "ErrorInvalidRequest", "startDate is another than that of start"};
        const auto dates = datesOf(changed.recurrence, first + days(1));
        if (dates.empty() || dates.front() != first)
            throw Problem{400, "ErrorInvalidRequest", "the first occurrence isn't one of the pattern"};
    }
    const bool timesChanged = changed.start.local != event.start.local || changed.allDay != event.allDay ||
                              !sameJson(changed.recurrence, event.recurrence);
    if ((timesChanged && habits.ruleDropsExceptions) || (recurrence && habits.sameRuleDropsExceptions) ||
        changed.recurrence.isNull() || !sameJson(changed.recurrence, event.recurrence)) {
        changed.exceptions.clear();
        changed.cancelled.clear();
    } else if (timesChanged) {
        const auto by = changed.start.local - event.start.local;
        for (auto& [date, occurrence] : changed.exceptions) {
            occurrence.start += by;
            occurrence.end += by;
        }
    }
    event = std::move(changed);
    touch(event);
    if (!byUser && organised(event) && (guests || hasGuests(event))) mail("update", event);
}

void Graph::Mailbox::remove(const std::string& id, bool byUser) {
    const GraphEvent& event = require(id);
    if (!byUser && organised(event) && hasGuests(event)) mail("cancellation", event);
    tombstones.push_back({event.calendar, id, ++counter});
    tell(event.calendar, false);
    eventList.erase(id);
}

// ---------------------------------------------------------------- occurrences

std::string Graph::Mailbox::occurrenceId(const GraphEvent& event, const std::string& date) const {
    return event.id + "+O/" + date;
}

GraphEvent* Graph::Mailbox::masterOf(const std::string& id, std::string& date) {
    const auto mark = id.find("+O/");
    if (mark == std::string::npos) return nullptr;
    date = id.substr(mark + 3);
    const auto found = eventList.find(id.substr(0, mark));
    if (found == eventList.end() || found->second.cancelled.contains(date)) return nullptr;
    const local_days day = floor<days>(clockOf(date));
    const auto dates = datesOf(found->second.recurrence, day);
    return std::ranges::binary_search(dates, day) ? &found->second : nullptr;
}

namespace {

struct Span {
    local_seconds start, end;
};

Span spanOf(const GraphEvent& event, const std::string& date) {
    if (const auto own = event.exceptions.find(date); own != event.exceptions.end())
        return {own->second.start, own->second.end};
    const local_seconds start = clockOf(date) + (event.start.local - floor<days>(event.start.local));
    return {start, start + (event.end.local - event.start.local)};
}

bool overlap(const GraphEvent& event, const Span& span, Instant from, Instant until) {
    const Instant start = utcOf(span.start, event.start.zone), end = utcOf(span.end, event.start.zone);
    return start < until && (end > from || (start == end && start >= from));
}

}  // namespace

std::vector<std::string> Graph::Mailbox::occurrences(const GraphEvent& event, Instant from, Instant until) const {
    std::vector<std::string> all;
    if (event.recurrence.isNull()) return all;
    const local_days last = floor<days>(local_seconds{until.time_since_epoch()}) + days(40);
    for (const local_days day : datesOf(event.recurrence, last)) {
        const std::string date = dateOf(day);
        if (!event.cancelled.contains(date) && overlap(event, spanOf(event, date), from, until)) all.push_back(date);
    }
    return all;
}

bool Graph::Mailbox::inWindow(const GraphEvent& event, Instant from, Instant until) const {
    if (!event.recurrence.isNull()) return !occurrences(event, from, until).empty();
    return overlap(event,
                   {event.start.local, event.start.local + (utcOf(event.end.local, event.end.zone) -
                                                            utcOf(event.start.local, event.start.zone))},
                   from, until);
}

void Graph::Mailbox::patchOccurrence(GraphEvent& event, const std::string& date, const Json& json) {
    const Span old = spanOf(event, date);
    GraphOccurrence occurrence;
    if (const auto own = event.exceptions.find(date); own != event.exceptions.end()) occurrence = own->second;
    const auto local = [&](const char* name, local_seconds was) {
        const Json& time = at(json, name);
        if (time.isNull()) return was;
        const GraphTime read = readTime(time, {});
        if (event.allDay) return read.local;
        return findZone(event.start.zone)->toLocal(utcOf(read.local, read.zone));
    };
    occurrence.start = local("start", old.start);
    occurrence.end = local("end", old.end);
    if (occurrence.end < occurrence.start)
        throw Problem{400, "ErrorPropertyValidationFailure", "ends before it begins"};
    const local_days day = floor<days>(occurrence.start);
    local_days before = local_days::min(), after = local_days::max();
    for (const local_days other : datesOf(event.recurrence, floor<days>(clockOf(date)) + days(1500))) {
        const std::string name = dateOf(other);
        if (event.cancelled.contains(name) || name == date) continue;
        const local_days begins = floor<days>(spanOf(event, name).start);
        if (name < date) before = begins;
        if (name > date) {
            after = begins;
            break;
        }
    }
    if (day != floor<days>(old.start) && (day <= before || day >= after))
        throw Problem{400, "ErrorOccurrenceCrossingBoundary", "Cannot move it to or past the day of another one."};
    for (const auto& [name, value] : json.object) {
        if (name == "body")
            set(occurrence.properties, name, normalBody(value, habits.nonBreakingSpaces));
        else if (writable(name))
            set(occurrence.properties, name, value);
    }
    event.exceptions[date] = std::move(occurrence);
    touch(event);
}

void Graph::Mailbox::cancel(GraphEvent& event, const std::string& date) {
    event.exceptions.erase(date);
    event.cancelled.insert(date);
    touch(event, false);
    if (habits.cancellationTraced) tombstones.push_back({event.calendar, occurrenceId(event, date), counter});
}

// ---------------------------------------------------------------- as it is given back

Json Graph::Mailbox::render(const GraphEvent& event) const {
    const bool series = !event.recurrence.isNull();
    Json json = jsonObject({{"@odata.etag", jsonText(etag(event.version))},
                            {"id", jsonText(event.id)},
                            {"changeKey", jsonText("ck" + std::to_string(event.version))},
                            {"createdDateTime", jsonText(timeText(event.created))},
                            {"lastModifiedDateTime", jsonText(timeText(event.modified))},
                            {"iCalUId", jsonText(event.uid)},
                            {"type", jsonText(series ? "seriesMaster" : "singleInstance")},
                            {"seriesMasterId", {}},
                            {"isAllDay", jsonFlag(event.allDay)},
                            {"isCancelled", jsonFlag(false)},
                            {"isOrganizer", jsonFlag(true)},
                            {"subject", jsonText("")},
                            {"attendees", jsonArray()},
                            {"location", jsonObject({{"displayName", jsonText("")}})},
                            {"sensitivity", jsonText("normal")},
                            {"showAs", jsonText("busy")},
                            {"importance", jsonText("normal")},
                            {"originalStartTimeZone", jsonText(event.start.zone)},
                            {"originalEndTimeZone", jsonText(event.end.zone)}});
    set(json, "transactionId", event.transaction.empty() ? Json() : jsonText(event.transaction));
    set(json, "organizer",
        jsonObject({{"emailAddress", jsonObject({{"name", jsonText("Ann")}, {"address", jsonText(login)}})}}));
    set(json, "body", normalBody(jsonObject(), false));
    for (const auto& [name, value] : event.properties.object) set(json, name, value);
    set(json, "start", timeJson(event.start.local, event.allDay ? "UTC" : event.start.zone));
    set(json, "end", timeJson(event.end.local, event.allDay ? "UTC" : event.end.zone));
    if (!series) {
        set(json, "recurrence", {});
        return json;
    }
    // Outlook fills in what the type doesn't use.
    Json recurrence = event.recurrence;
    for (auto& [part, value] : recurrence.object) {
        if (part == "pattern") {
            for (const char* name : {"month", "dayOfMonth"})
                if (!value.find(name)) set(value, name, jsonNumber(0));
            if (!value.find("daysOfWeek")) set(value, "daysOfWeek", jsonArray());
            if (!value.find("firstDayOfWeek")) set(value, "firstDayOfWeek", jsonText("sunday"));
            if (!value.find("index")) set(value, "index", jsonText("first"));
        } else if (part == "range") {
            if (!value.find("endDate")) set(value, "endDate", jsonText("0001-01-01"));
            if (!value.find("numberOfOccurrences")) set(value, "numberOfOccurrences", jsonNumber(0));
        }
    }
    set(json, "recurrence", std::move(recurrence));
    return json;
}

Json Graph::Mailbox::renderOccurrence(const GraphEvent& event, const std::string& date, bool sparse) const {
    const auto own = event.exceptions.find(date);
    const bool changed = own != event.exceptions.end();
    const Span span = spanOf(event, date);
    const std::string zone = event.allDay ? "UTC" : event.start.zone;
    Json json = sparse && !changed ? jsonObject({{"@odata.etag", jsonText(etag(event.version))}}) : render(event);
    set(json, "id", jsonText(occurrenceId(event, date)));
    set(json, "type", jsonText(changed ? "exception" : "occurrence"));
    set(json, "seriesMasterId", jsonText(event.id));
    set(json, "start", timeJson(span.start, zone));
    set(json, "end", timeJson(span.end, zone));
    if (sparse && !changed) return json;
    set(json, "recurrence", {});
    set(json, "transactionId", {});
    set(json, "occurrenceId", jsonText("OID." + event.id + "." + date));
    if (changed)
        for (const auto& [name, value] : own->second.properties.object) set(json, name, value);
    if (!sparse && habits.originalStartGiven) {
        const local_seconds original = clockOf(date) + (event.start.local - floor<days>(event.start.local));
        set(json, "originalStart", jsonText(timeText(utcOf(original, zone))));
    }
    return json;
}

}  // namespace crmdav::standins
