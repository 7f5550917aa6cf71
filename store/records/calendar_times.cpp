#include "store/records/calendar_times.h"

#include <algorithm>
#include <functional>

#include "protocol/text/datetime.h"
#include "protocol/text/views.h"

namespace crmdav {
namespace {

using namespace std::chrono;

When whenOf(const Component& calendar, const DateTime& time) {
    switch (time.kind) {
        case DateTime::Kind::date: return {When::Kind::date, time.local, {}};
        case DateTime::Kind::floating: return {When::Kind::floating, time.local, {}};
        case DateTime::Kind::utc: return {When::Kind::utc, time.local, {}};
        case DateTime::Kind::zoned: break;
    }
    if (std::string iana = ianaZoneId(time.zone); !iana.empty())
        return {When::Kind::zoned, time.local, std::move(iana)};
    for (const Component& zone : calendar.components()) {
        if (!zone.is("VTIMEZONE") || trim(zone.value("TZID")) != trim(time.zone)) continue;
        if (std::string iana = ianaZoneId(zone.value("X-LIC-LOCATION")); !iana.empty())
            return {When::Kind::zoned, time.local, std::move(iana)};
        if (const ZonePtr own = zoneOf(zone))
            return {When::Kind::utc, LocalTime{own->toUtc(time.local).time_since_epoch()}, {}};
    }
    return {When::Kind::floating, time.local, {}};
}

/// The name under which the calendar knows the zone; adds a VTIMEZONE where it doesn't.
std::string tzidFor(Component& calendar, const When& when) {
    for (const Component& zone : calendar.components())
        if (zone.is("VTIMEZONE") && ianaZoneId(zone.value("TZID")) == when.zone)
            return std::string(trim(zone.value("TZID")));
    const Instant since = Instant{when.local.time_since_epoch()} - days(366);
    if (std::string text = writeTimeZone(when.zone, since); !text.empty())
        calendar.addComponent(Document::parse(std::move(text)).root());
    return when.zone;
}

DateTime dateTimeOf(const When& when) {
    switch (when.kind) {
        case When::Kind::date: return {DateTime::Kind::date, when.local, {}};
        case When::Kind::utc: return {DateTime::Kind::utc, when.local, {}};
        case When::Kind::zoned: return {DateTime::Kind::zoned, when.local, when.zone};
        case When::Kind::floating:
        case When::Kind::none: break;
    }
    return {DateTime::Kind::floating, when.local, {}};
}

ZonePtr zoneFor(const When& when, const ZonePtr& floating) {
    if (when.kind == When::Kind::utc) return utcZone();
    if (when.kind == When::Kind::zoned)
        if (ZonePtr zone = findZone(when.zone)) return zone;
    return floating;
}

When plus(const When& start, const Duration& duration) {
    When end = start;
    end.local += duration.days;
    if (duration.seconds == seconds(0)) return end;
    if (start.kind != When::Kind::zoned) {
        end.local += duration.seconds;
        return end;
    }
    const ZonePtr zone = zoneFor(start, utcZone());  // seconds are exact, also across a change of clocks
    end.local = zone->toLocal(zone->toUtc(end.local) + duration.seconds);
    return end;
}

std::string_view endName(const Component& item) { return item.is("VTODO") ? "DUE" : "DTEND"; }

}  // namespace

When readWhen(const Component& calendar, const Property& property) {
    const auto time = DateTime::parse(trim(property.value()), property.parameter("TZID"));
    return time ? whenOf(calendar, *time) : When{};
}

void writeWhen(Component& calendar, Property& property, const When& when) {
    if (readWhen(calendar, property) == when) return;
    const std::string_view written = property.parameter("TZID");
    if (when.kind != When::Kind::zoned)
        property.removeParameter("TZID");
    else if (written.empty() || ianaZoneId(written) != when.zone)
        property.setParameter("TZID", tzidFor(calendar, when));
    if (when.kind == When::Kind::date)
        property.setParameter("VALUE", "DATE");
    else if (equalsIgnoreCase(property.parameter("VALUE"), "DATE"))
        property.removeParameter("VALUE");
    property.setValue(dateTimeOf(when).text());
}

Property propertyOf(Component& calendar, std::string_view name, const When& when) {
    Property property(name);
    writeWhen(calendar, property, when);
    return property;
}

When readEnd(const Component& calendar, const Component& item) {
    if (const Property* end = item.find(endName(item))) return readWhen(calendar, *end);
    const Property* length = item.find("DURATION");
    const Property* start = item.find("DTSTART");
    if (!length || !start) return {};
    const auto duration = Duration::parse(trim(length->value()));
    const When begin = readWhen(calendar, *start);
    return duration && begin.kind != When::Kind::none ? plus(begin, *duration) : When{};
}

void writeEnd(Component& calendar, Component& item, const When& start, const When& end) {
    if (readEnd(calendar, item) == end) return;
    if (end.kind == When::Kind::none) {
        item.remove(endName(item));
        item.remove("DURATION");
        return;
    }
    if (Property* length = item.find("DURATION"); length && start.kind == end.kind && start.zone == end.zone) {
        Duration duration{{}, end.local - start.local};
        if (const auto from = utcOf(start, utcZone()), to = utcOf(end, utcZone()); from && to)
            duration.seconds = *to - *from;
        if (duration.seconds % seconds(days(1)) == seconds(0)) {
            duration.days = duration_cast<days>(duration.seconds);
            duration.seconds = {};
        }
        length->setValue(duration.text());
        if (duration.approximate() > seconds(0) && readEnd(calendar, item) == end) return;
    }
    item.remove("DURATION");
    if (Property* property = item.find(endName(item)))
        writeWhen(calendar, *property, end);
    else
        item.add(propertyOf(calendar, endName(item), end));
}

std::vector<ListedTime> readTimes(const Component& calendar, const Component& item, std::string_view name) {
    std::vector<ListedTime> times;
    const auto properties = item.properties();
    for (std::size_t line = 0; line < properties.size(); ++line) {
        if (!properties[line].is(name)) continue;
        const auto parts = splitEscaped(properties[line].value(), ',');
        for (std::size_t part = 0; part < parts.size(); ++part) {
            const std::string_view moment = trim(parts[part].substr(0, parts[part].find('/')));
            if (const auto time = DateTime::parse(moment, properties[line].parameter("TZID")))
                times.push_back({line, part, whenOf(calendar, *time)});
        }
    }
    return times;
}

void removeTimes(Component& item, std::vector<ListedTime> unwanted) {
    std::ranges::sort(unwanted, std::greater{}, [](const ListedTime& t) { return std::pair(t.line, t.part); });
    for (const ListedTime& time : unwanted) {
        Property& property = item.properties()[time.line];
        std::string rest;
        const auto parts = splitEscaped(property.value(), ',');
        for (std::size_t i = 0; i < parts.size(); ++i)
            if (i != time.part) rest.append(rest.empty() ? "" : ",").append(parts[i]);
        if (!rest.empty())
            property.setValue(rest);
        else
            item.removeIf([&](const Property& p) { return &p == &property; });
    }
}

std::optional<Instant> utcOf(const When& when, const ZonePtr& floating) {
    if (when.kind == When::Kind::none) return std::nullopt;
    return zoneFor(when, floating)->toUtc(when.local);
}

When inFormOf(const When& when, const When& start) {
    if (when.kind == start.kind && when.zone == start.zone) return when;
    if (start.kind == When::Kind::date) return {When::Kind::date, floor<days>(when.local), {}};
    if (when.kind == When::Kind::floating || when.kind == When::Kind::date || start.kind == When::Kind::none)
        return when;
    const auto moment = utcOf(when, utcZone());
    if (!moment || start.kind == When::Kind::floating) return when;
    return {start.kind, zoneFor(start, utcZone())->toLocal(*moment), start.zone};
}

std::string textOf(const When& when) {
    if (when.kind == When::Kind::none) return {};
    std::string digits;
    appendDateTime(digits, when.local);  // 20260105T100000
    std::string text = digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2);
    if (when.kind == When::Kind::date) return text;
    text += " " + digits.substr(9, 2) + ":" + digits.substr(11, 2);
    if (digits.substr(13, 2) != "00") text += ":" + digits.substr(13, 2);
    if (when.kind == When::Kind::utc) text += " UTC";
    if (when.kind == When::Kind::zoned) text += " " + when.zone;
    return text;
}

}  // namespace crmdav
