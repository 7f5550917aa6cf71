#include "protocol/text/json_types.h"

#include <algorithm>
#include <array>

#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

using Shape = JsonType::Shape;

/// RFC 5545, RFC 7986, RFC 7953, RFC 9073, RFC 9074. Sorted by name.
constexpr JsonType calendarTypes[] = {
    {"ACKNOWLEDGED", "date-time"},
    {"ACTION", "text"},
    {"ATTACH", "uri"},
    {"ATTENDEE", "cal-address"},
    {"BUSYTYPE", "text"},
    {"CALENDAR-ADDRESS", "cal-address"},
    {"CALSCALE", "text"},
    {"CATEGORIES", "text", Shape::list},
    {"CLASS", "text"},
    {"COLOR", "text"},
    {"COMMENT", "text"},
    {"COMPLETED", "date-time"},
    {"CONFERENCE", "uri"},
    {"CONTACT", "text"},
    {"CREATED", "date-time"},
    {"DESCRIPTION", "text"},
    {"DTEND", "date-time"},
    {"DTSTAMP", "date-time"},
    {"DTSTART", "date-time"},
    {"DUE", "date-time"},
    {"DURATION", "duration"},
    {"EXDATE", "date-time", Shape::list},
    {"EXRULE", "recur"},
    {"FREEBUSY", "period", Shape::list},
    {"GEO", "float", Shape::structured},
    {"IMAGE", "uri"},
    {"LAST-MODIFIED", "date-time"},
    {"LOCATION", "text"},
    {"LOCATION-TYPE", "text", Shape::list},
    {"METHOD", "text"},
    {"NAME", "text"},
    {"ORGANIZER", "cal-address"},
    {"PARTICIPANT-TYPE", "text"},
    {"PERCENT-COMPLETE", "integer"},
    {"PRIORITY", "integer"},
    {"PRODID", "text"},
    {"PROXIMITY", "text"},
    {"RDATE", "date-time", Shape::list},
    {"RECURRENCE-ID", "date-time"},
    {"REFRESH-INTERVAL", "duration"},
    {"RELATED-TO", "text"},
    {"REPEAT", "integer"},
    {"REQUEST-STATUS", "text", Shape::structured},
    {"RESOURCE-TYPE", "text"},
    {"RESOURCES", "text", Shape::list},
    {"RRULE", "recur"},
    {"SEQUENCE", "integer"},
    {"SOURCE", "uri"},
    {"STATUS", "text"},
    {"STRUCTURED-DATA", "text"},
    {"STYLED-DESCRIPTION", "text"},
    {"SUMMARY", "text"},
    {"TRANSP", "text"},
    {"TRIGGER", "duration"},
    {"TZID", "text"},
    {"TZID-ALIAS-OF", "text"},
    {"TZNAME", "text"},
    {"TZOFFSETFROM", "utc-offset"},
    {"TZOFFSETTO", "utc-offset"},
    {"TZUNTIL", "date-time"},
    {"TZURL", "uri"},
    {"UID", "text"},
    {"URL", "uri"},
    {"VERSION", "text"},
};

/// RFC 6350, RFC 6474, RFC 6715. Sorted by name.
constexpr JsonType cardTypes[] = {
    {"ADR", "text", Shape::structured},
    {"ANNIVERSARY", "date-and-or-time"},
    {"BDAY", "date-and-or-time"},
    {"BIRTHPLACE", "text"},
    {"CALADRURI", "uri"},
    {"CALURI", "uri"},
    {"CATEGORIES", "text", Shape::list},
    {"CLIENTPIDMAP", "text", Shape::structured},
    {"DEATHDATE", "date-and-or-time"},
    {"DEATHPLACE", "text"},
    {"EMAIL", "text"},
    {"EXPERTISE", "text"},
    {"FBURL", "uri"},
    {"FN", "text"},
    {"GENDER", "text", Shape::structured},
    {"GEO", "uri"},
    {"HOBBY", "text"},
    {"IMPP", "uri"},
    {"INTEREST", "text"},
    {"KEY", "uri"},
    {"KIND", "text"},
    {"LANG", "language-tag"},
    {"LOGO", "uri"},
    {"MEMBER", "uri"},
    {"N", "text", Shape::structured},
    {"NICKNAME", "text", Shape::list},
    {"NOTE", "text"},
    {"ORG", "text", Shape::structured},
    {"ORG-DIRECTORY", "uri"},
    {"PHOTO", "uri"},
    {"PRODID", "text"},
    {"RELATED", "uri"},
    {"REV", "timestamp"},
    {"ROLE", "text"},
    {"SOUND", "uri"},
    {"SOURCE", "uri"},
    {"TEL", "text"},
    {"TITLE", "text"},
    {"TZ", "text"},
    {"UID", "uri"},
    {"URL", "uri"},
    {"VERSION", "text"},
    {"XML", "text"},
};

static_assert(std::ranges::is_sorted(calendarTypes, {}, &JsonType::name));
static_assert(std::ranges::is_sorted(cardTypes, {}, &JsonType::name));

constexpr JsonType unknownType{{}, "unknown"};

bool allDigits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

std::string withoutColons(std::string_view text) {
    std::string basic(text);
    std::erase(basic, ':');
    return basic;
}

std::string extendedDate(std::string_view date) {
    std::string text(date);
    if (date.size() == 8 && allDigits(date)) text.insert(6, 1, '-').insert(4, 1, '-');
    if (date.size() == 6 && date.starts_with("--") && allDigits(date.substr(2))) text.insert(4, 1, '-');
    return text;
}

std::string basicDate(std::string_view date) {
    std::string text(date);
    if (date.size() == 10 && date[4] == '-' && date[7] == '-') text.erase(7, 1).erase(4, 1);
    if (date.size() == 7 && date.starts_with("--") && date[4] == '-') text.erase(4, 1);
    return text;
}

/// `+hhmm`, `-hhmmss` with colons.
std::string extendedOffset(std::string_view offset) {
    std::string text(offset);
    if (offset.empty() || !allDigits(offset.substr(1))) return text;
    if (offset.size() == 7) text.insert(5, 1, ':');
    if (offset.size() >= 5) text.insert(3, 1, ':');
    return text;
}

/// `hhmmss`, `hhmm`, `-mmss` and a zone behind.
std::string extendedTime(std::string_view time) {
    const auto zoneAt = std::min(time.find_first_of("Z+-", 2), time.size());
    std::string clock(time.substr(0, zoneAt));
    const std::size_t lead = clock.starts_with('-') ? 1 : 0;
    if (allDigits(std::string_view(clock).substr(lead))) {
        if (clock.size() == lead + 6) clock.insert(lead + 4, 1, ':');
        if (clock.size() >= lead + 4) clock.insert(lead + 2, 1, ':');
    }
    const auto zone = time.substr(zoneAt);
    return clock + (zone.size() > 1 ? extendedOffset(zone) : std::string(zone));
}

template <typename Date, typename Time>
std::string convert(std::string_view value, bool timeOnly, const Date& date, const Time& time) {
    if (timeOnly) return time(value);
    const auto at = value.find('T');
    if (at == std::string_view::npos) return date(value);
    return date(value.substr(0, at)) + 'T' + time(value.substr(at + 1));
}

}  // namespace

const JsonType& jsonTypeOf(std::string_view property, bool card) {
    const std::string name = upperAscii(property);
    const auto find = [&](const auto& table) -> const JsonType& {
        const auto* const found = std::ranges::lower_bound(table, name, {}, &JsonType::name);
        return found != std::end(table) && found->name == name ? *found : unknownType;
    };
    return card ? find(cardTypes) : find(calendarTypes);
}

bool isTimeType(std::string_view type) {
    constexpr std::array<std::string_view, 6> types{"date",      "date-time",        "time",
                                                    "timestamp", "date-and-or-time", "utc-offset"};
    return std::ranges::find(types, type) != types.end();
}

std::string extendedForm(std::string_view type, std::string_view value) {
    if (type == "utc-offset") return extendedOffset(value);
    return convert(value, type == "time", extendedDate, extendedTime);
}

std::string basicForm(std::string_view type, std::string_view value) {
    if (type == "utc-offset") return withoutColons(value);
    return convert(value, type == "time", basicDate, withoutColons);
}

}  // namespace crmdav
