#include "protocol/dav/requests_read.h"

#include <algorithm>
#include <charconv>

#include "protocol/text/content_lines.h"
#include "protocol/text/text_values.h"

namespace crmdav::reading {

namespace {

constexpr std::size_t mostProperties = 1000;

void addName(std::vector<QName>& names, const QName& name) {
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    if (names.size() == mostProperties) bad("more than 1000 properties asked for");
    names.push_back(name);
}

bool asksForJson(const Xml& element) {
    return equalsIgnoreCase(element.attribute("content-type").value_or(""), "application/calendar+json");
}

void readNames(PropertiesWanted& wanted, const Xml& prop) {
    for (const Xml* name = prop.firstElement(); name; name = name->nextElement()) {
        addName(wanted.names, name->name());
        if (name->is(caldav::calendar_data)) wanted.calendarData = readCalendarData(*name);
        if (name->is(carddav::address_data)) wanted.addressData = readAddressData(*name);
        if (name->is(caldav::calendar_timezone)) wanted.jsonTimezone = asksForJson(*name);
    }
}

CompSelection::Prop readProp(const Xml& element) {
    return {upperName(element), readFlag(element, "novalue", "yes", "no", false)};
}

/// RFC 4791 §9.6.1: what isn't named is left out, but an empty element takes everything, as VTIMEZONE in §7.8.1.
CompSelection readComp(const Xml& element) {
    const bool all = element.firstElement() == nullptr;
    CompSelection comp{upperName(element), all, all, {}, {}};
    for (const Xml* child = element.firstElement(); child; child = child->nextElement()) {
        if (child->is(caldav::allprop))
            comp.allProps = true;
        else if (child->is(caldav::allcomp))
            comp.allComps = true;
        else if (child->is(caldav::prop))
            comp.props.push_back(readProp(*child));
        else if (child->is(caldav::comp))
            comp.comps.push_back(readComp(*child));
    }
    return comp;
}

TimeRange requireRange(const Xml& element) {
    const auto range = readRange(element);
    if (!range || !element.attribute("start") || !element.attribute("end"))
        bad(std::string(element.name().name) + " needs start and end in UTC");
    return *range;
}

struct RangeSlot {
    QName name;
    std::optional<TimeRange> CalendarDataRequest::*slot;
};
constexpr RangeSlot rangeSlots[] = {
    {caldav::expand, &CalendarDataRequest::expand},
    {caldav::limit_recurrence_set, &CalendarDataRequest::limitRecurrenceSet},
    {caldav::limit_freebusy_set, &CalendarDataRequest::limitFreeBusySet},
};

/// A VCALENDAR with its VERSION, as an iCalendar object has to have one (RFC 5545 §3.6).
bool isCalendar(std::string_view text) {
    try {
        const Document calendar = Document::parse(std::string(text), TextLimits{.bytes = 1U << 20U});
        return calendar.root().is("VCALENDAR") && calendar.root().value("VERSION") == "2.0";
    } catch (const ParseError&) {
        return false;
    }
}

}  // namespace

void bad(const std::string& why) { throw DavError(400, why); }

void requireName(const Xml& element, const QName& name) {
    if (!element.is(name)) bad("expected " + std::string(name.name) + ", not " + std::string(element.name().name));
}

std::string upperName(const Xml& element) {
    const auto name = element.attribute("name");
    if (!name || name->empty()) bad(std::string(element.name().name) + " without name");
    return upperAscii(*name);
}

bool readFlag(const Xml& element, std::string_view attribute, std::string_view yes, std::string_view no,
              bool otherwise) {
    const auto value = element.attribute(attribute);
    if (!value) return otherwise;
    if (*value != yes && *value != no)
        bad(std::string(attribute) + " is neither " + std::string(yes) + " nor " + std::string(no));
    return *value == yes;
}

std::optional<TimeRange> readRange(const Xml& element) {
    const auto start = element.attribute("start"), end = element.attribute("end");
    if (!start && !end) return std::nullopt;
    TimeRange range;
    if (start) {
        const auto instant = parseUtc(*start);
        if (!instant) return std::nullopt;
        range.start = *instant;
    }
    if (end) {
        const auto instant = parseUtc(*end);
        if (!instant) return std::nullopt;
        range.end = *instant;
    }
    if (range.end <= range.start) return std::nullopt;
    return range;
}

std::size_t readLimit(const Xml& root) {
    for (const Xml* limit = root.firstElement(); limit; limit = limit->nextElement()) {
        if (limit->name().name != "limit") continue;
        const Xml* count = limit->firstElement();
        if (!count || count->name().name != "nresults") bad("limit without nresults");
        const std::string_view text = count->trimmed();
        std::size_t value = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (fault != std::errc() || end != text.data() + text.size() || value == 0)
            bad("nresults is no number above 0");
        return value;
    }
    return 0;
}

CalendarDataRequest readCalendarData(const Xml& element) {
    const auto type = element.attribute("content-type");
    const auto version = element.attribute("version");
    CalendarDataRequest data;
    data.json = asksForJson(element);
    if ((type && !data.json && !equalsIgnoreCase(*type, "text/calendar")) || (version && *version != "2.0"))
        throw DavError(403, "calendar data are text/calendar 2.0 or application/calendar+json",
                       caldav::supported_calendar_data);
    for (const Xml* child = element.firstElement(); child; child = child->nextElement()) {
        if (child->is(caldav::comp)) {
            data.selection = readComp(*child);
            if (data.selection->name != "VCALENDAR") bad("calendar-data selects from VCALENDAR");
        }
        for (const RangeSlot& row : rangeSlots)
            if (child->is(row.name)) data.*row.slot = requireRange(*child);
    }
    if (data.expand && data.limitRecurrenceSet) bad("expand and limit-recurrence-set exclude each other");
    return data;
}

AddressDataRequest readAddressData(const Xml& element) {
    const auto type = element.attribute("content-type");
    const auto version = element.attribute("version");
    if ((type && !equalsIgnoreCase(*type, "text/vcard")) || (version && *version != "3.0" && *version != "4.0"))
        throw DavError(403, "address data are text/vcard 3.0 or 4.0", carddav::supported_address_data);
    AddressDataRequest data;
    if (version) data.version = *version;
    for (const Xml* child = element.firstElement(); child; child = child->nextElement())
        if (child->is(carddav::prop)) data.props.push_back(readProp(*child));
    data.allProps = data.props.empty() || element.child(carddav::allprop);
    return data;
}

PropertiesWanted readWanted(const Xml& root) {
    PropertiesWanted wanted;
    bool given = false;
    for (const Xml* child = root.firstElement(); child; child = child->nextElement()) {
        const bool prop = child->is(dav::prop), all = child->is(dav::allprop), names = child->is(dav::propname);
        if (!prop && !all && !names) continue;
        if (given) bad("only one of prop, allprop and propname is allowed");
        given = true;
        if (all) wanted.kind = PropertiesWanted::Kind::all;
        if (names) wanted.kind = PropertiesWanted::Kind::names;
        if (prop) readNames(wanted, *child);
    }
    if (const Xml* include = root.child(dav::include); include && wanted.kind == PropertiesWanted::Kind::all)
        readNames(wanted, *include);
    return wanted;
}

ZonePtr readTimezone(const Xml& root) {
    if (const Xml* text = root.child(caldav::timezone)) {
        if (ZonePtr zone = isCalendar(text->trimmed()) ? readZone(text->trimmed()) : nullptr) return zone;
        throw DavError(403, "timezone is no VCALENDAR with one VTIMEZONE", caldav::valid_calendar_data);
    }
    if (const Xml* name = root.child(caldav::timezone_id)) {
        if (ZonePtr zone = findZone(name->trimmed())) return zone;
        throw DavError(403, "unknown time zone", caldav::valid_timezone);
    }
    return nullptr;
}

}  // namespace crmdav::reading
