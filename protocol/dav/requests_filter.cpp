#include <algorithm>
#include <array>

#include "protocol/dav/requests_read.h"
#include "protocol/text/text_values.h"

/// CALDAV:filter (RFC 4791 §9.7) and CARDDAV:filter (RFC 6352 §10.5) out of their XML.
namespace crmdav {

using namespace reading;

namespace {

/// What differs between the two filters.
struct Dialect {
    QName text_match, param_filter, is_not_defined;
    QName wrong;  ///< condition of a filter that isn't one
    QName wrongCollation;
    Collation collation;  ///< the default
};
constexpr Dialect calendars{caldav::text_match,   caldav::param_filter,        caldav::is_not_defined,
                            caldav::valid_filter, caldav::supported_collation, Collation::asciiCasemap};
constexpr Dialect cards{carddav::text_match,       carddav::param_filter,        carddav::is_not_defined,
                        carddav::supported_filter, carddav::supported_collation, Collation::unicodeCasemap};

[[noreturn]] void badFilter(const Dialect& dialect, const std::string& why) { throw DavError(403, why, dialect.wrong); }

std::string nameOf(const Xml& element, const Dialect& dialect) {
    const auto name = element.attribute("name");
    if (!name || name->empty()) badFilter(dialect, std::string(element.name().name) + " without name");
    return upperAscii(*name);
}

bool flagOf(const Xml& element, const Dialect& dialect, std::string_view attribute, std::string_view yes,
            std::string_view no, bool otherwise) {
    const auto value = element.attribute(attribute).value_or(otherwise ? yes : no);
    if (value != yes && value != no) badFilter(dialect, std::string(attribute) + " has a value it can't have");
    return value == yes;
}

template <class Value, std::size_t size>
const Value* lookUp(const std::array<std::pair<std::string_view, Value>, size>& table, std::string_view name) {
    for (const auto& row : table)
        if (row.first == name) return &row.second;
    return nullptr;
}
constexpr std::array<std::pair<std::string_view, Collation>, 3> collations{
    {{"i;ascii-casemap", Collation::asciiCasemap},
     {"i;octet", Collation::octet},
     {"i;unicode-casemap", Collation::unicodeCasemap}}};
constexpr std::array<std::pair<std::string_view, MatchType>, 4> matchTypes{{{"contains", MatchType::contains},
                                                                            {"equals", MatchType::equals},
                                                                            {"starts-with", MatchType::startsWith},
                                                                            {"ends-with", MatchType::endsWith}}};

TextMatch readTextMatch(const Xml& element, const Dialect& dialect) {
    Collation collation = dialect.collation;
    if (const auto name = element.attribute("collation"); name && *name != "default") {
        const auto* known = lookUp(collations, *name);
        if (!known) throw DavError(403, "unknown collation", dialect.wrongCollation);
        collation = *known;
    }
    // A type that nobody defined is the default: so did Apple's server, and clients send "endswith".
    const auto* type = lookUp(matchTypes, element.attribute("match-type").value_or("contains"));
    const bool negate = flagOf(element, dialect, "negate-condition", "yes", "no", false);
    return textMatch(std::string(element.text()), collation, type ? *type : MatchType::contains, negate);
}

ParamFilter readParamFilter(const Xml& element, const Dialect& dialect) {
    ParamFilter filter{nameOf(element, dialect), false, {}};
    for (const Xml* child = element.firstElement(); child; child = child->nextElement()) {
        if (child->is(dialect.is_not_defined))
            filter.absent = true;
        else if (child->is(dialect.text_match))
            filter.text = readTextMatch(*child, dialect);
        else if (child->name().ns == element.name().ns)
            badFilter(dialect, "unknown element in param-filter");
    }
    if (filter.absent && filter.text) badFilter(dialect, "is-not-defined stands alone");
    return filter;
}

constexpr std::array<std::string_view, 14> dateProperties{
    "DTSTART",       "DTEND",  "DUE",   "COMPLETED",    "CREATED",  "DTSTAMP",       "LAST-MODIFIED",
    "RECURRENCE-ID", "EXDATE", "RDATE", "ACKNOWLEDGED", "FREEBUSY", "X-MOZ-LASTACK", "X-MOZ-SNOOZE-TIME"};

TimeRange readFilterRange(const Xml& element) {
    if (!element.attribute("start") && !element.attribute("end")) bad("time-range without start and end");
    const auto range = readRange(element);
    if (!range) badFilter(calendars, "time-range needs UTC times, the end after the start");
    return *range;
}

PropFilter readPropFilter(const Xml& element, const Dialect& dialect) {
    PropFilter filter;
    filter.name = nameOf(element, dialect);
    filter.allOf = flagOf(element, dialect, "test", "allof", "anyof", &dialect == &calendars);
    for (const Xml* child = element.firstElement(); child; child = child->nextElement()) {
        if (child->is(dialect.is_not_defined)) {
            filter.absent = true;
        } else if (child->is(dialect.text_match)) {
            filter.texts.push_back(readTextMatch(*child, dialect));
        } else if (child->is(dialect.param_filter)) {
            filter.params.push_back(readParamFilter(*child, dialect));
        } else if (child->is(caldav::time_range)) {
            if (std::find(dateProperties.begin(), dateProperties.end(), filter.name) == dateProperties.end())
                badFilter(dialect, "time-range on a property that has no time");
            filter.range = readFilterRange(*child);
        } else if (child->name().ns == element.name().ns) {
            badFilter(dialect, "unknown element in prop-filter");
        }
    }
    // Apple's Contacts asks for "KIND is individual, or not there" in one anyof filter, against the DTD.
    if (filter.absent && filter.allOf && (filter.range || !filter.texts.empty() || !filter.params.empty()))
        badFilter(dialect, "is-not-defined stands alone");
    return filter;
}

/// Which components may stand in which, and where a time-range has a meaning (RFC 4791 §9.9). Components that no RFC
/// names may stand anywhere.
struct Place {
    std::string_view name, parent;
    bool ranged;
};
constexpr Place places[] = {
    {"VCALENDAR", "", false},           {"VEVENT", "VCALENDAR", true},         {"VTODO", "VCALENDAR", true},
    {"VJOURNAL", "VCALENDAR", true},    {"VFREEBUSY", "VCALENDAR", true},      {"VAVAILABILITY", "VCALENDAR", true},
    {"VTIMEZONE", "VCALENDAR", false},  {"AVAILABLE", "VAVAILABILITY", false}, {"VALARM", "VEVENT", true},
    {"VALARM", "VTODO", true},          {"VALARM", "VAVAILABILITY", false},    {"STANDARD", "VTIMEZONE", false},
    {"DAYLIGHT", "VTIMEZONE", false},   {"PARTICIPANT", "VEVENT", false},      {"PARTICIPANT", "VTODO", false},
    {"PARTICIPANT", "VJOURNAL", false}, {"VLOCATION", "VEVENT", false},        {"VRESOURCE", "VEVENT", false},
};

/// @returns whether a time-range is allowed here
bool requirePlace(std::string_view name, std::string_view parent) {
    bool known = false;
    for (const Place& place : places) {
        if (place.name == name && place.parent == parent) return place.ranged;
        known = known || place.name == name;
    }
    if (known || parent.empty()) badFilter(calendars, std::string(name) + " can't be there");
    return false;
}

CompFilter readCompFilter(const Xml& element, std::string_view parent) {
    CompFilter filter{nameOf(element, calendars), false, true, {}, {}, {}};
    const bool ranged = requirePlace(filter.name, parent);
    filter.allOf = flagOf(element, calendars, "test", "allof", "anyof", true);
    for (const Xml* child = element.firstElement(); child; child = child->nextElement()) {
        if (child->is(caldav::is_not_defined))
            filter.absent = true;
        else if (child->is(caldav::prop_filter))
            filter.props.push_back(readPropFilter(*child, calendars));
        else if (child->is(caldav::comp_filter))
            filter.comps.push_back(readCompFilter(*child, filter.name));
        else if (child->is(caldav::time_range) && ranged)
            filter.range = readFilterRange(*child);
        else if (child->name().ns == caldav::ns)
            badFilter(calendars, "element that can't be in this comp-filter");
    }
    if (filter.absent && (filter.range || !filter.props.empty() || !filter.comps.empty()))
        badFilter(calendars, "is-not-defined stands alone");
    return filter;
}

}  // namespace

CalendarQuery parseCalendarQuery(const Xml& root) {
    requireName(root, caldav::calendar_query);
    CalendarQuery query;
    query.wanted = readWanted(root);
    const Xml* filter = root.child(caldav::filter);
    const Xml* comp = filter ? filter->child(caldav::comp_filter) : nullptr;
    if (!comp) badFilter(calendars, "calendar-query without a comp-filter");
    for (const Xml* more = comp->nextElement(); more; more = more->nextElement())
        if (more->is(caldav::comp_filter)) badFilter(calendars, "more than one comp-filter for VCALENDAR");
    query.filter.root = readCompFilter(*comp, "");
    query.filter.zone = readTimezone(root);
    query.limit = readLimit(root);
    return query;
}

AddressbookQuery parseAddressbookQuery(const Xml& root) {
    requireName(root, carddav::addressbook_query);
    AddressbookQuery query;
    query.wanted = readWanted(root);
    const Xml* filter = root.child(carddav::filter);
    if (!filter) bad("addressbook-query without filter");
    query.filter.allOf = flagOf(*filter, cards, "test", "allof", "anyof", false);
    for (const Xml* child = filter->firstElement(); child; child = child->nextElement()) {
        if (child->is(carddav::prop_filter))
            query.filter.props.push_back(readPropFilter(*child, cards));
        else if (child->name().ns == carddav::ns)
            badFilter(cards, "unknown element in filter");
    }
    query.limit = readLimit(root);
    return query;
}

}  // namespace crmdav
