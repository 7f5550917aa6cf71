#include "bridge/google/times.h"

#include <algorithm>

#include "bridge/json_values.h"
#include "bridge/provider.h"
#include "protocol/text/recurrence.h"
#include "protocol/text/text_values.h"
#include "protocol/text/zones.h"
#include "store/records/calendar_times.h"

namespace crmdav::google {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string dayText(LocalTime local) { return crmdav::timeText(Instant(local.time_since_epoch())).substr(0, 10); }

std::string clockText(LocalTime local, seconds offset) {
    std::string text = crmdav::timeText(Instant(local.time_since_epoch()));
    text.pop_back();
    const auto ahead = std::chrono::duration_cast<minutes>(offset < seconds(0) ? -offset : offset).count();
    const auto two = [](auto number) { return std::string(number < 10 ? "0" : "") + std::to_string(number); };
    return text + (offset < seconds(0) ? "-" : "+") + two(ahead / 60) + ":" + two(ahead % 60);
}

ZonePtr zoneOf(const When& when) {
    if (when.kind != When::Kind::zoned) return utcZone();
    ZonePtr zone = findZone(when.zone);
    if (!zone) throw Refused("the zone " + when.zone + " is unknown");
    return zone;
}

When whenOf(const DateTime& time) {
    if (time.kind == DateTime::Kind::date) return {When::Kind::date, time.local, {}};
    if (time.kind == DateTime::Kind::utc) return {When::Kind::utc, time.local, {}};
    const std::string zone = time.kind == DateTime::Kind::zoned ? ianaZoneId(time.zone) : "";
    if (zone.empty()) return {When::Kind::floating, time.local, {}};
    if (zone == "UTC") return {When::Kind::utc, time.local, {}};
    return {When::Kind::zoned, time.local, zone};
}

/// UNTIL in the form of the start (RFC 5545 §3.3.10): a date with dates, else UTC.
std::string untilText(const DateTime& until, const When& start) {
    When last = whenOf(until);
    if (start.kind == When::Kind::date) return DateTime::ofDate(floor<days>(last.local)).text();
    if (last.kind == When::Kind::date) last = {start.kind, last.local + hours(24) - seconds(1), start.zone};
    if (last.kind == When::Kind::floating) last = {start.kind, last.local, start.zone};
    return utcText(zoneOf(last)->toUtc(last.local));
}

std::string ruleText(const std::string& written, const When& start) {
    Rule rule;
    try {
        rule = Rule::parse(written);
    } catch (const RuleError& error) {
        throw Refused(std::string("Google can't have this series: ") + error.what());
    }
    if (rule.frequency < Rule::Frequency::daily) throw Refused("Google has no series more often than daily");
    if ((!rule.scale.empty() && rule.scale != "GREGORIAN") || rule.skip != Rule::Skip::omit)
        throw Refused("Google has no series by other calendars than the Gregorian one");
    if (!rule.until) return written;
    std::string text;
    for (const auto part : splitEscaped(written, ';')) {
        if (!text.empty()) text += ';';
        text += startsWithIgnoreCase(part, "UNTIL=") ? "UNTIL=" + untilText(*rule.until, start) : std::string(part);
    }
    return text;
}

std::string timesLine(std::string_view name, const When& when) {
    std::string line(name);
    if (when.kind == When::Kind::date) return line + ";VALUE=DATE:" + DateTime::ofDate(floor<days>(when.local)).text();
    if (when.kind == When::Kind::zoned) line += ";TZID=" + when.zone;
    line += ':';
    appendDateTime(line, when.local);
    return when.kind == When::Kind::utc ? line + 'Z' : line;
}

/// RDATE;TZID=Europe/Zurich:20260301T100000,20260308T100000
void readTimes(std::string_view parameters, std::string_view values, const When& start, std::vector<When>& out) {
    std::string zone;
    for (const auto parameter : splitEscaped(parameters, ';'))
        if (startsWithIgnoreCase(parameter, "TZID=")) zone = parameter.substr(5);
    for (auto value : splitEscaped(values, ',')) {
        value = value.substr(0, value.find('/'));  // of a PERIOD its start
        if (const auto time = DateTime::parse(trim(value), zone)) out.push_back(inFormOf(whenOf(*time), start));
    }
}

}  // namespace

When readTime(const Json& point) {
    if (const auto date = textAt(point, "date"); !date.empty()) {
        const auto midnight = parseInstant(std::string(date) + "T00:00:00Z");
        return midnight ? When{When::Kind::date, LocalTime(midnight->time_since_epoch()), {}} : When{};
    }
    const auto moment = parseInstant(textAt(point, "dateTime"));
    if (!moment) return {};
    const std::string zone = ianaZoneId(textAt(point, "timeZone"));
    if (zone.empty() || zone == "UTC") return {When::Kind::utc, LocalTime(moment->time_since_epoch()), {}};
    return {When::Kind::zoned, findZone(zone)->toLocal(*moment), zone};
}

When settled(const When& when, const std::string& zone) {
    if (when.kind != When::Kind::floating) return when;
    const std::string iana = ianaZoneId(zone);
    if (iana.empty() || iana == "UTC") return {When::Kind::utc, when.local, {}};
    return {When::Kind::zoned, when.local, iana};
}

std::string timeText(const When& when) {
    if (when.kind == When::Kind::date) return dayText(when.local);
    const ZonePtr zone = zoneOf(when);
    const Instant moment = zone->toUtc(when.local);
    const seconds offset = zone->offsetAt(moment);
    if (offset == seconds(0) || offset % minutes(1) != seconds(0)) return crmdav::timeText(moment);
    return clockText(zone->toLocal(moment), offset);
}

Json timeJson(const When& floating, const std::string& zone) {
    const When when = settled(floating, zone);
    if (when.kind == When::Kind::date) return jsonObject({{"date", jsonText(dayText(when.local))}});
    return jsonObject({{"dateTime", jsonText(timeText(when))},
                       {"timeZone", jsonText(when.kind == When::Kind::zoned ? when.zone : "UTC")}});
}

Json timePatch(const When& when, const std::string& zone, const Json& old) {
    Json point = timeJson(when, zone);
    for (const auto& [name, value] : old.object)
        if (!point.find(name)) set(point, name, {});
    return point;
}

std::string occurrenceKey(const When& when) {
    if (when.kind == When::Kind::date) return dayText(when.local);
    return utcText(zoneOf(when)->toUtc(when.local));
}

Recurrence readRecurrence(const Json& lines, const When& start) {
    Recurrence found;
    for (const Json& json : lines.array) {
        const std::string_view line = json.string;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto head = line.substr(0, std::min(line.find(';'), colon));
        const auto parameters = line.substr(head.size(), colon - head.size());
        const auto value = trim(line.substr(colon + 1));
        if (equalsIgnoreCase(head, "RRULE")) {
            if (!found.rule.empty()) found.problem = "the series has more than one rule";
            found.rule = value;
        } else if (equalsIgnoreCase(head, "RDATE")) {
            readTimes(parameters, value, start, found.dates);
        } else if (equalsIgnoreCase(head, "EXDATE")) {
            readTimes(parameters, value, start, found.without);
        } else if (equalsIgnoreCase(head, "EXRULE")) {
            found.problem = "the series has a rule of exceptions";
        }
    }
    if (found.rule.empty()) return found;
    try {
        Rule::parse(found.rule);
    } catch (const RuleError& error) {
        found.problem = error.what();
    }
    return found;
}

Json recurrenceJson(const Recurrence& recurrence, const When& start) {
    Json lines = jsonArray();
    if (!recurrence.rule.empty()) lines.array.push_back(jsonText("RRULE:" + ruleText(recurrence.rule, start)));
    for (const When& when : recurrence.dates)
        lines.array.push_back(jsonText(timesLine("RDATE", inFormOf(when, start))));
    for (const When& when : recurrence.without)
        lines.array.push_back(jsonText(timesLine("EXDATE", inFormOf(when, start))));
    return lines;
}

}  // namespace crmdav::google
