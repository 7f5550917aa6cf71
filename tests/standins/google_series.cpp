#include "tests/standins/google_series.h"

#include "protocol/text/content_lines.h"
#include "protocol/text/zones.h"

namespace crmdav::standins {
namespace {

using namespace std::chrono;

std::string compact(std::string_view date) {
    std::string text;
    for (const char c : date)
        if (c != '-') text += c;
    return text;
}

LocalTime wall(const Json& point) {
    const Instant at = momentOf(point).value_or(Instant{});
    const ZonePtr zone = findZone(textAt(point, "timeZone"));
    return (zone ? zone : utcZone())->toLocal(at);
}

std::string line(std::string_view name, const Json& point) {
    std::string text(name);
    if (point.find("date")) return text + ";VALUE=DATE:" + compact(textAt(point, "date")) + "\r\n";
    text += ";TZID=" + std::string(textAt(point, "timeZone")) + ":";
    appendDateTime(text, wall(point));
    return text + "\r\n";
}

Json pointAt(const Json& like, LocalTime local) {
    if (like.find("date"))
        return jsonObject({{"date", jsonText(timeText(Instant(local.time_since_epoch())).substr(0, 10))}});
    const ZonePtr zone = findZone(textAt(like, "timeZone"));
    return shownIn(jsonObject({{"dateTime", jsonText(timeText((zone ? zone : utcZone())->toUtc(local)))},
                               {"timeZone", at(like, "timeZone")}}),
                   std::string(textAt(like, "timeZone")));
}

}  // namespace

std::optional<Instant> momentOf(const Json& point) {
    if (point.find("date")) return parseInstant(std::string(textAt(point, "date")) + "T00:00:00Z");
    return parseInstant(textAt(point, "dateTime"));
}

Json shownIn(const Json& point, const std::string& name) {
    const auto moment = momentOf(point);
    const ZonePtr zone = findZone(name);
    if (point.find("date") || !moment || !zone) return point;
    const auto offset = duration_cast<minutes>(zone->offsetAt(*moment)).count();
    std::string text = timeText(Instant(zone->toLocal(*moment).time_since_epoch()));
    if (offset != 0) {
        char shift[16];
        std::snprintf(shift, sizeof shift, "%c%02d:%02d", offset < 0 ? '-' : '+', int(std::abs(offset) / 60 % 24),
                      int(std::abs(offset) % 60));
        text.pop_back();
        text += shift;
    }
    Json shown = point;
    set(shown, "dateTime", jsonText(text));
    return shown;
}

bool settle(Json& point, const std::string& calendarZone) {
    if (point.find("date")) return momentOf(point).has_value() && !point.find("dateTime");
    if (!point.find("timeZone")) set(point, "timeZone", jsonText(calendarZone));
    const ZonePtr zone = findZone(textAt(point, "timeZone"));
    if (!zone) return false;
    auto moment = momentOf(point);
    if (!moment) {
        const auto local = parseInstant(std::string(textAt(point, "dateTime")) + "Z");
        if (!local) return false;
        moment = zone->toUtc(LocalTime(local->time_since_epoch()));
    }
    set(point, "dateTime", jsonText(timeText(*moment)));
    return true;
}

void forEachOccurrence(const Json& master, const TimeRange& range,
                       const std::function<bool(const Occurrence&)>& visit) {
    const Json& start = at(master, "start");
    std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:x\r\n" + line("DTSTART", start) +
                       line("DTEND", at(master, "end"));
    for (const Json& rule : at(master, "recurrence").array) text += rule.string + "\r\n";
    const Document calendar = Document::parse(text + "END:VEVENT\r\nEND:VCALENDAR\r\n");
    const auto lasts = wall(at(master, "end")) - wall(start);
    CalendarItem(calendar.root(), utcZone()).forEach(range, Bound{5000}, [&](const Instance& instance) {
        const bool day = start.find("date") != nullptr;
        const ZonePtr zone = day ? utcZone() : findZone(textAt(start, "timeZone"));
        const LocalTime local = zone->toLocal(instance.start);
        return visit({instance.start, zone->toUtc(local + lasts), pointAt(start, local),
                      day ? utcText(instance.start).substr(0, 8) : utcText(instance.start)});
    });
}

std::optional<Occurrence> occurrenceAt(const Json& master, Instant original) {
    std::optional<Occurrence> found;
    forEachOccurrence(master, {original, original + seconds(1)}, [&](const Occurrence& one) {
        if (one.start == original) found = one;
        return !found;
    });
    return found;
}

Json instanceOf(const Json& master, const Occurrence& occurrence) {
    Json event = master;
    for (const std::string_view name : {"recurrence", "recurringEventId", "originalStartTime"}) drop(event, name);
    set(event, "id", jsonText(std::string(textAt(master, "id")) + "_" + occurrence.key));
    set(event, "recurringEventId", at(master, "id"));
    set(event, "originalStartTime", occurrence.original);
    set(event, "start", occurrence.original);
    const auto lasts = wall(at(master, "end")) - wall(at(master, "start"));
    set(event, "end", pointAt(at(master, "end"), wall(occurrence.original) + lasts));
    return event;
}

bool lastsBeyond(const Json& event, Instant moment) {
    if (const auto end = momentOf(at(event, "end")); end && *end > moment) return true;
    if (!event.find("recurrence")) return false;
    bool beyond = false;
    forEachOccurrence(event, {moment, Instant::max()}, [&](const Occurrence& one) {
        beyond = one.end > moment;
        return !beyond;
    });
    return beyond;
}

}  // namespace crmdav::standins
