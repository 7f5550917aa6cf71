#include "protocol/text/icalendar.h"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/dav/names.h"
#include "protocol/text/recurrence.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

constexpr std::array<std::string_view, 6> kinds{"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY", "VPOLL"};

// ---------------------------------------------------------------- values

bool isTime(const Property& property) {
    return DateTime::parse(trim(property.value()), property.parameter("TZID")).has_value();
}

bool isDuration(const Property& property) { return Duration::parse(trim(property.value())).has_value(); }

/// RFC 9074 §6.1: in UTC.
bool isUtcTime(const Property& property) {
    const auto time = DateTime::parse(trim(property.value()));
    return time && time->kind == DateTime::Kind::utc;
}

bool isTrigger(const Property& property) { return isDuration(property) || isTime(property); }

template <typename Test>
bool eachOfList(const Property& property, const Test& test) {
    if (trim(property.value()).empty()) return true;  // an empty EXDATE says nothing, and is sent
    for (const auto value : splitEscaped(property.value(), ','))
        if (!test(trim(value))) return false;
    return true;
}

bool isTimeList(const Property& property) {
    const auto tzid = property.parameter("TZID");
    return eachOfList(property, [&](auto value) { return DateTime::parse(value, tzid).has_value(); });
}

bool isPeriodList(const Property& property) {
    const auto tzid = property.parameter("TZID");
    return eachOfList(property, [&](auto value) { return Period::parse(value, tzid).has_value(); });
}

bool isTimeOrPeriodList(const Property& property) { return isTimeList(property) || isPeriodList(property); }

bool isOffset(const Property& property) {
    const auto value = trim(property.value());
    return (value.size() == 5 || value.size() == 7) && (value[0] == '+' || value[0] == '-') &&
           value.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

struct ValueCheck {
    std::string_view name;
    bool (*test)(const Property&);
    bool once;  ///< more than one in a component is wrong (RFC 5545 §3.6)
};

/// Only what the server itself computes with: anything else is the client's to judge (Google exports
/// CREATED:00001231T000000Z).
constexpr ValueCheck valueChecks[] = {
    {"DTSTART", isTime, true},
    {"DTEND", isTime, true},
    {"DUE", isTime, true},
    {"DURATION", isDuration, true},
    {"RECURRENCE-ID", isTime, true},
    {"COMPLETED", isTime, true},
    {"EXDATE", isTimeList, false},
    {"RDATE", isTimeOrPeriodList, false},
    {"FREEBUSY", isPeriodList, false},
    {"TRIGGER", isTrigger, true},
    {"ACKNOWLEDGED", isUtcTime, true},
    {"TZOFFSETFROM", isOffset, true},
    {"TZOFFSETTO", isOffset, true},
};

struct Problem {
    std::string text;
    QName condition = caldav::valid_calendar_data;
};

std::string quoted(const Property& property) { return std::string(property.line().substr(0, 120)); }

Problem problemOfRule(const Property& property) {
    try {
        Rule::parse(trim(property.value()));
    } catch (const RuleError& error) {
        const bool scale = error.kind() == RuleError::Kind::unsupportedScale;
        return {std::string(error.what()) + ": " + quoted(property),
                scale ? caldav::supported_rscale : caldav::valid_calendar_data};
    }
    return {};
}

Problem problemOf(const Component& component) {
    std::array<bool, std::size(valueChecks)> seen{};
    for (const Property& property : component.properties()) {
        if (property.is("RRULE") || property.is("EXRULE")) {
            if (auto problem = problemOfRule(property); !problem.text.empty()) return problem;
            continue;
        }
        const auto* const check =
            std::ranges::find_if(valueChecks, [&](const auto& row) { return property.is(row.name); });
        if (check == std::end(valueChecks)) continue;
        if (!check->test(property)) return {"not a value of its type: " + quoted(property)};
        if (check->once && std::exchange(seen[static_cast<std::size_t>(check - valueChecks)], true))
            return {std::string(check->name) + " more than once in " + std::string(component.name())};
    }
    const Property* const start = component.find("DTSTART");
    for (const std::string_view name : {"DTEND", "DUE"}) {
        const Property* const end = component.find(name);
        if (end == nullptr) continue;
        if (component.find("DURATION") != nullptr) return {std::string(name) + " together with DURATION"};
    }
    if (component.is("VEVENT") && start == nullptr) return {"VEVENT without DTSTART"};
    if (component.is("VTIMEZONE") && component.value("TZID").empty()) return {"VTIMEZONE without TZID"};
    for (const Component& inner : component.components()) {
        if (component.is("VPOLL")) break;  // its proposals have no times of their own yet
        if (auto problem = problemOf(inner); !problem.text.empty()) return problem;
    }
    return {};
}

// ---------------------------------------------------------------- structure

[[noreturn]] void invalid(const std::string& text) { throw DavError(403, text, caldav::valid_calendar_data); }
[[noreturn]] void notAnObject(const std::string& text) {
    throw DavError(403, text, caldav::valid_calendar_object_resource);
}

std::string_view kindOfObject(const Component& component) {
    const auto* const found = std::ranges::find_if(kinds, [&](auto kind) { return component.is(kind); });
    return found == kinds.end() ? std::string_view{} : *found;
}

/// RFC 7809 §7: a time zone without a definition beside it is one that the server knows by that name.
void requireKnownZones(const Component& root, const Component& component) {
    for (const Property& property : component.properties()) {
        const auto tzid = property.parameter("TZID");
        if (tzid.empty() || std::ranges::none_of(valueChecks, [&](const auto& row) { return property.is(row.name); }))
            continue;
        const auto value = trim(property.value());
        if (value.find('T') == value.npos || value.ends_with('Z')) continue;
        const bool defined = std::ranges::any_of(root.components(), [&](const Component& zone) {
            return zone.is("VTIMEZONE") && zone.value("TZID") == tzid;
        });
        if (!defined && !findZone(tzid))
            throw DavError(403, "unknown time zone: " + quoted(property), caldav::valid_timezone);
    }
    for (const Component& inner : component.components()) requireKnownZones(root, inner);
}

std::string recurrenceKey(const Property& id) {
    const auto time = DateTime::parse(trim(id.value()), id.parameter("TZID"));
    return time ? time->text() + ';' + time->zone : std::string(id.value());
}

void requireOneUid(const CalendarObject& object) {
    const auto check = [&](const Component& component) {
        if (component.count("UID") != 1 || trim(component.value("UID")).empty())
            notAnObject(std::string(object.component) + " without exactly one UID");
        if (trim(component.value("UID")) != object.uid) notAnObject("components with different UIDs");
    };
    if (object.master != nullptr) check(*object.master);
    for (const Component* override : object.overrides) check(*override);
}

void requireDistinctInstances(const CalendarObject& object) {
    std::vector<std::string> ids;
    for (const Component* override : object.overrides) ids.push_back(recurrenceKey(*override->find("RECURRENCE-ID")));
    std::ranges::sort(ids);
    if (const auto twice = std::ranges::adjacent_find(ids); twice != ids.end())
        notAnObject("RECURRENCE-ID more than once: " + *twice);
}

}  // namespace

std::span<const std::string_view> calendarKinds() { return kinds; }

CalendarObject readCalendarObject(const Document& document) {
    CalendarObject object;
    for (const Component& component : document.root().components()) {
        const auto kind = kindOfObject(component);
        if (kind.empty() || (!object.component.empty() && kind != object.component)) continue;
        object.component = kind;
        if (component.find("RECURRENCE-ID") != nullptr)
            object.overrides.push_back(&component);
        else if (object.master == nullptr)
            object.master = &component;
    }
    if (!object.component.empty()) object.uid = trim(object.first().value("UID"));
    return object;
}

CalendarObject requireCalendarObject(const Document& document, std::span<const std::string_view> allowed) {
    const Component& root = document.root();
    if (!root.is("VCALENDAR")) invalid("no VCALENDAR");
    if (root.count("VERSION") != 1 || trim(root.value("VERSION")) != "2.0") invalid("VERSION is not 2.0");
    if (root.find("METHOD") != nullptr) notAnObject("METHOD is for messages, not for stored objects");
    CalendarObject object = readCalendarObject(document);
    if (object.component.empty()) notAnObject("no event, task or other object in the calendar");

    std::size_t masters = 0;
    for (const Component& component : root.components()) {
        const auto kind = kindOfObject(component);
        if (!kind.empty() && kind != object.component) notAnObject("components of two kinds");
        if (!kind.empty() && component.find("RECURRENCE-ID") == nullptr) ++masters;
    }
    if (!allowed.empty() &&
        std::ranges::none_of(allowed, [&](auto kind) { return equalsIgnoreCase(kind, object.component); }))
        throw DavError(403, std::string(object.component) + " is not taken by this calendar",
                       caldav::supported_calendar_component);
    requireOneUid(object);
    if (masters > 1) notAnObject("two components without RECURRENCE-ID");
    for (const Component& component : root.components())
        if (const Problem problem = problemOf(component); !problem.text.empty())
            throw DavError(403, problem.text, problem.condition);
    for (const Component& component : root.components()) requireKnownZones(root, component);
    requireDistinctInstances(object);
    return object;
}

Document requireCalendar(std::string bytes, const TextLimits& limits) {
    try {
        return Document::parse(std::move(bytes), limits);
    } catch (const ParseError& error) {
        invalid(error.what());
    }
}

Document requireCalendarOver(std::string_view bytes, const TextLimits& limits) {
    try {
        return Document::over(bytes, limits);
    } catch (const ParseError& error) {
        invalid(error.what());
    }
}

std::string calendarValueProblem(const Component& component) { return problemOf(component).text; }

}  // namespace crmdav
