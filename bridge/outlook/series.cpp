#include <algorithm>
#include <map>

#include "bridge/outlook/events.h"
#include "bridge/outlook/recurrence.h"
#include "bridge/outlook/uid.h"
#include "bridge/outlook/values.h"
#include "bridge/outlook/zone.h"
#include "bridge/urls.h"
#include "protocol/text/zones.h"

/// Reading events whole: a series with what was changed and cancelled of it.
namespace crmdav::outlook {
namespace {

using namespace std::chrono;

constexpr days widestView{1800};  // Graph answers up to five years

// All that one would get without $select, which the lists of exceptions need.
constexpr std::string_view everything =
    "id,changeKey,createdDateTime,lastModifiedDateTime,iCalUId,transactionId,type,seriesMasterId,subject,isAllDay,"
    "isCancelled,isOrganizer,isDraft,sensitivity,showAs,importance,start,end,originalStartTimeZone,"
    "originalEndTimeZone,isReminderOn,reminderMinutesBeforeStart,categories,location,locations,body,organizer,"
    "attendees,responseStatus,responseRequested,isOnlineMeeting,onlineMeetingProvider,onlineMeeting,recurrence,"
    "hideAttendees,allowNewTimeProposals,hasAttachments";

std::string marked() { return "singleValueExtendedProperties($filter=id eq '" + std::string(linkProperty) + "')"; }

/// Original date of an occurrence in the zone of its series; empty: it doesn't say.
std::string originalDate(const Json& occurrence, const ZonePtr& zone) {
    const auto id = textAt(occurrence, "occurrenceId");
    if (const auto dot = id.rfind('.'); dot != std::string_view::npos)
        if (const auto day = readDate(id.substr(dot + 1))) return dateText(*day);
    const auto instant = readInstant(textAt(occurrence, "originalStart"));
    return instant ? dateText(floor<days>(zone->toLocal(*instant))) : std::string();
}

/// Of an all-day event: UTC, in which its dates are given.
ZonePtr ownZone(const Json& event, const EventOptions& options) {
    const ZonePtr zone = trueAt(event, "isAllDay") ? nullptr : findZone(zoneNameOf(event, options));
    return zone ? zone : utcZone();
}

/// Occurrences that are looked for one by one: all of a series with an end, else those until `horizon`, and two years
/// in any case.
std::vector<local_seconds> expected(const Activity& series, local_seconds horizon) {
    constexpr std::size_t most = 4000;
    const auto end = std::max(horizon, series.start.local + days(730));
    const bool endless =
        series.rrule.find("COUNT=") == std::string::npos && series.rrule.find("UNTIL=") == std::string::npos;
    return occurrencesOf(series.rrule, series.start, endless ? end : local_seconds::max(), most);
}

}  // namespace

std::string eventPlace(const std::string& id) { return "/me/events/" + percentEncoded(id); }

RemoteItem itemOf(std::string raw) {
    const Json json = parse(raw);
    const Json& master = at(json, "master");
    RemoteItem item;
    item.id = textAt(master, "id");
    item.version = textAt(master, "@odata.etag");
    item.uid = meetingUid(textAt(master, "iCalUId"));
    item.raw = std::move(raw);
    if (item.id.empty()) throw Nonsense("Outlook gave an event without an id");
    return item;
}

std::optional<RemoteItem> Events::whole(const std::string& id) {
    const Answer answer = calls_.ask("GET", eventPlace(id) + "?" + formEncoded({{"$expand", marked()}}));
    if (answer.status == 404 || answer.code == "errorinvalididmalformed") return std::nullopt;
    if (!answer.good()) fail(answer);
    if (const auto master = textAt(answer.json, "seriesMasterId"); !master.empty()) return series(std::string(master));
    if (!at(answer.json, "recurrence").isNull()) return series(id);
    return itemOf(R"({"master":)" + toText(answer.json) + "}");
}

bool Events::isIn(const std::string& calendar, const std::string& id) {
    const Answer answer = calls_.ask("GET", eventPlace(id) + "/calendar?$select=id");
    return !answer.good() || textAt(answer.json, "id") == calendar;
}

std::optional<RemoteItem> Events::read(const std::string& calendar, const std::string& id) {
    if (id.empty()) return std::nullopt;
    auto item = whole(id);
    if (item && !isIn(calendar, item->id)) item.reset();
    return item;
}

std::optional<RemoteItem> Events::series(const std::string& id) {
    Answer answer = calls_.ask("GET", eventPlace(id) + "?" +
                                          formEncoded({{"$select", std::string(everything) + ",cancelledOccurrences"},
                                                       {"$expand", "exceptionOccurrences," + marked()}}));
    if (answer.status == 404) return std::nullopt;
    if (answer.status == 400) answer = calls_.ask("GET", eventPlace(id) + "?" + formEncoded({{"$expand", marked()}}));
    if (!answer.good()) fail(answer);
    Json& master = answer.json;
    const bool listed = master.find("cancelledOccurrences") && master.find("exceptionOccurrences");
    JsonWriter exceptions, cancelled;
    exceptions.beginObject();
    cancelled.beginArray();
    if (listed) {
        const ZonePtr zone = ownZone(master, options_);
        std::map<std::string, std::string> byDate;
        const auto add = [&](const Json& occurrence) {
            if (const std::string date = originalDate(occurrence, zone); !date.empty())
                byDate[date] = toText(occurrence);
        };
        for (const Json& occurrence : at(master, "exceptionOccurrences").array) add(occurrence);
        if (const auto next = textAt(master, "exceptionOccurrences@odata.nextLink"); !next.empty())
            calls_.each(std::string(next), add);
        for (const auto& [date, json] : byDate) exceptions.key(date).raw(json);
        for (const Json& occurrence : at(master, "cancelledOccurrences").array)
            if (const auto dot = occurrence.string.rfind('.'); dot != std::string::npos)
                cancelled.text(occurrence.string.substr(dot + 1));
    } else {
        addFromInstances(id, master, exceptions, cancelled);
    }
    for (const char* name : {"cancelledOccurrences", "exceptionOccurrences", "exceptionOccurrences@odata.nextLink"})
        drop(master, name);
    exceptions.endObject();
    cancelled.endArray();
    return itemOf(R"({"master":)" + toText(master) + R"(,"exceptions":)" + exceptions.take() + R"(,"cancelled":)" +
                  cancelled.take() + "}");
}

/// Where Graph doesn't list them: occurrences that aren't what, or where, the rule says.
void Events::addFromInstances(const std::string& id, const Json& master, JsonWriter& exceptions,
                              JsonWriter& cancelled) {
    Activity series;
    try {
        series = std::get<Activity>(readEvent(R"({"master":)" + toText(master) + "}", options_).record);
    } catch (const Refused&) {
        return;  // whoever parses it says why
    }
    if (series.rrule.empty()) return;
    const ZonePtr zone = ownZone(master, options_);
    const auto starts = expected(series, local_seconds{horizon().time_since_epoch()});
    if (starts.empty()) return;
    std::map<std::string, std::string> changed;
    std::set<std::string> there;
    const auto look = [&](const Json& instance) {
        std::string date = originalDate(instance, zone);
        if (date.empty()) {
            const When start = readWhen(at(instance, "start"), zone->id(), trueAt(instance, "isAllDay"));
            date = dateText(floor<days>(start.local));
        }
        there.insert(date);
        if (textAt(instance, "type") == "exception") changed[date] = toText(instance);
    };
    // Two days more on both ends, for the sake of zones and of occurrences that were moved.
    const Instant end = Instant{starts.back().time_since_epoch()} + days(2);
    for (Instant from = Instant{starts.front().time_since_epoch()} - days(2); from < end; from += widestView)
        calls_.each(eventPlace(id) + "/instances?" +
                        formEncoded({{"startDateTime", timeText(from)},
                                     {"endDateTime", timeText(std::min(from + widestView, end))},
                                     {"$top", "200"}}),
                    look);
    for (const auto& [date, json] : changed) exceptions.key(date).raw(json);
    for (const local_seconds start : starts)
        if (const std::string date = dateText(floor<days>(start)); !there.contains(date)) cancelled.text(date);
}

std::vector<BusyPeriod> Events::busy(const std::string& calendar, const TimeRange& range) {
    std::vector<BusyPeriod> all;
    calls_.each("/me/calendars/" + percentEncoded(calendar) + "/calendarView?" +
                    formEncoded({{"startDateTime", timeText(range.start)},
                                 {"endDateTime", timeText(range.end)},
                                 {"$select", "start,end,isAllDay,isCancelled,showAs"},
                                 {"$top", "200"}}),
                [&](const Json& event) {
                    const auto shown = textAt(event, "showAs");
                    if (shown == "free" || trueAt(event, "isCancelled")) return;
                    const bool allDay = trueAt(event, "isAllDay");
                    const When start = readWhen(at(event, "start"), "UTC", allDay);
                    const When end = readWhen(at(event, "end"), "UTC", allDay);
                    if (start.kind == When::Kind::none || end.kind == When::Kind::none) return;
                    all.push_back({instantOf(start, options_.zone), instantOf(end, options_.zone),
                                   shown == "tentative" ? Busy::tentative : Busy::busy});
                });
    return all;
}

}  // namespace crmdav::outlook
