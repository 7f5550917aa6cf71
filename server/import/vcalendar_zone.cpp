#include "server/import/vcalendar_zone.h"

#include <algorithm>
#include <cstdio>

#include "protocol/text/datetime.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::size_t mostSummers = 100;

/// +02, -0500, +05:30
std::optional<seconds> readOffset(std::string_view text) {
    text = trim(text);
    if (text.empty()) return std::nullopt;
    const bool west = text.front() == '-';
    if (west || text.front() == '+') text.remove_prefix(1);
    std::string digits;
    for (const char c : text) {
        if (c == ':') continue;
        if (c < '0' || c > '9' || digits.size() == 4) return std::nullopt;
        digits += c;
    }
    if (digits.empty()) return std::nullopt;
    const int number = std::stoi(digits);
    const seconds offset = digits.size() > 2 ? hours{number / 100} + minutes{number % 100} : hours{number};
    if (offset > hours{15} || number % 100 > 59) return std::nullopt;
    return west ? -offset : offset;
}

std::string offsetText(seconds offset) {
    const auto all = duration_cast<minutes>(offset).count(), size = std::abs(all);
    char text[16];
    std::snprintf(text, sizeof text, "%c%02d%02d", all < 0 ? '-' : '+', static_cast<int>(size / 60) % 100,
                  static_cast<int>(size % 60));
    return text;
}

/// On the clock of before it, as VTIMEZONE has it (RFC 5545 §3.6.5).
struct Summer {
    seconds offset;
    LocalTime begin, end;
};

/// The last second before a change is written as well as the first after it.
LocalTime onTheMinute(LocalTime time) { return time - floor<minutes>(time) == seconds{59} ? time + seconds{1} : time; }

/// `TRUE;+02;20050327T020000;20051030T030000;CET;CEST`. Names are not used: many are empty, or both are offsets.
std::optional<Summer> readSummer(std::string_view value, std::optional<seconds> standard) {
    const auto parts = splitTexts(value, ';');
    if (parts.size() < 4 || !equalsIgnoreCase(trim(parts[0]), "TRUE")) return std::nullopt;
    const auto offset = readOffset(parts[1]);
    const auto begin = DateTime::parse(trim(parts[2])), end = DateTime::parse(trim(parts[3]));
    if (!offset || !begin || !end || begin->isDate() || end->isDate()) return std::nullopt;
    const auto local = [](const DateTime& time, seconds east) {
        return onTheMinute(time.kind == DateTime::Kind::utc ? time.local + east : time.local);
    };
    return Summer{*offset, local(*begin, standard.value_or(*offset - hours{1})), local(*end, *offset)};
}

/// Its day as a rule: the second Sunday of March, the last one of October.
std::string yearly(LocalTime time) {
    constexpr const char* names[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const unsigned inMonth = static_cast<unsigned>(date.day());
    const unsigned length = static_cast<unsigned>((date.year() / date.month() / last).day());
    const std::string ordinal = inMonth + 7 > length ? "-1" : std::to_string((inMonth - 1) / 7 + 1);
    return "FREQ=YEARLY;BYMONTH=" + std::to_string(static_cast<unsigned>(date.month())) + ";BYDAY=" + ordinal +
           names[weekday{day}.c_encoding()];
}

Component observance(const char* kind, LocalTime from, seconds before, seconds after, bool goesOn) {
    Component made(kind);
    made.setValue("DTSTART", DateTime{DateTime::Kind::floating, from, {}}.text());
    if (goesOn) made.setValue("RRULE", yearly(from));
    made.setValue("TZOFFSETFROM", offsetText(before));
    made.setValue("TZOFFSETTO", offsetText(after));
    return made;
}

/// Its times, one or a list of them, all in the form that `convert` gives; unchanged when one of them has none.
template <class Convert>
bool rewrite(Property& property, Convert convert) {
    std::string made;
    for (const auto value : splitEscaped(property.value(), ',')) {
        const auto time = DateTime::parse(trim(value));
        const std::optional<DateTime> now = time ? convert(*time) : std::nullopt;
        if (!now) return false;
        made.append(made.empty() ? "" : ",").append(now->text());
    }
    property.setValue(made);
    return true;
}

bool isOneOf(const Property& property, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return property.is(name); });
}

/// UNTIL beside a start with a zone is in UTC (RFC 5545 §3.3.10).
void untilInUtc(Property& rule, const Zone& zone) {
    std::string value(rule.value());
    const auto at = value.find("UNTIL=");
    if (at == std::string::npos) return;
    const auto from = at + 6, end = std::min(value.find(';', from), value.size());
    value.replace(from, end - from, inUtc(std::string_view(value).substr(from, end - from), zone));
    rule.setValue(value);
}

}  // namespace

std::optional<Component> zoneOfOld(const Component& calendar) {
    std::optional<seconds> standard = readOffset(calendar.value("TZ"));
    std::vector<Summer> summers;
    for (const Property* line : calendar.findAll("DAYLIGHT"))
        if (const auto summer = readSummer(line->value(), standard); summer && summers.size() < mostSummers)
            summers.push_back(*summer);
    if (!standard && summers.empty()) return std::nullopt;
    if (!standard) standard = summers.front().offset - hours{1};
    std::ranges::sort(summers, {}, &Summer::begin);

    Component zone("VTIMEZONE");
    std::string name = "vCalendar " + offsetText(*standard);
    if (!summers.empty()) name += '/' + offsetText(summers.back().offset);
    zone.setValue("TZID", name);
    constexpr LocalTime always = local_days{year{1970} / January / 1};
    zone.addComponent(observance("STANDARD", always, *standard, *standard, false));
    const auto latest = std::ranges::max_element(summers, {}, &Summer::end);
    for (auto summer = summers.begin(); summer != summers.end(); ++summer) {
        zone.addComponent(
            observance("DAYLIGHT", summer->begin, *standard, summer->offset, summer + 1 == summers.end()));
        zone.addComponent(observance("STANDARD", summer->end, summer->offset, *standard, summer == latest));
    }
    return zone;
}

std::string inUtc(std::string_view text, const Zone& zone) {
    const auto time = DateTime::parse(trim(text));
    return time && time->kind == DateTime::Kind::floating ? utcText(zone.toUtc(time->local)) : std::string(text);
}

bool moveIntoZone(Component& item, const Component& definition, const Zone& zone) {
    const bool inSeries = item.find("RRULE") && definition.findComponent("DAYLIGHT");
    const auto local = [&](const DateTime& time) -> std::optional<DateTime> {
        if (time.kind == DateTime::Kind::floating) return time;
        if (time.kind != DateTime::Kind::utc || !inSeries) return std::nullopt;
        const Instant instant{time.local.time_since_epoch()};
        return DateTime{DateTime::Kind::floating, zone.toLocal(instant), {}};
    };
    const auto utc = [&](const DateTime& time) -> std::optional<DateTime> {
        if (time.kind != DateTime::Kind::floating) return std::nullopt;
        return DateTime::ofInstant(zone.toUtc(time.local));
    };
    bool named = false;
    for (Property& property : item.properties()) {
        if (isOneOf(property, {"DTSTART", "DTEND", "DUE", "EXDATE", "RDATE"}) && rewrite(property, local)) {
            property.setParameter("TZID", definition.value("TZID"));
            named = true;
        } else if (isOneOf(property, {"COMPLETED", "CREATED", "LAST-MODIFIED", "DTSTAMP"})) {
            rewrite(property, utc);
        }
    }
    if (named)
        for (Property& property : item.properties())
            if (property.is("RRULE")) untilInUtc(property, zone);
    return named;
}

}  // namespace crmdav
