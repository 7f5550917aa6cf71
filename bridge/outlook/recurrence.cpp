#include "bridge/outlook/recurrence.h"

#include <algorithm>
#include <array>

#include "bridge/outlook/values.h"
#include "protocol/text/recurrence.h"
#include "protocol/text/zones.h"

namespace crmdav::outlook {
namespace {

using namespace std::chrono;
using Type = Pattern::Type;

constexpr std::array<std::string_view, 6> typeNames{"daily",           "weekly",         "absoluteMonthly",
                                                    "relativeMonthly", "absoluteYearly", "relativeYearly"};
constexpr std::array<std::string_view, 7> dayNames{"sunday",   "monday", "tuesday", "wednesday",
                                                   "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 5> indexNames{"first", "second", "third", "fourth", "last"};
constexpr std::array<std::string_view, 7> dayCodes{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
constexpr unsigned everyDay = 0b1111111;

/// @throws Refused
template <std::size_t size>
int placeOf(const std::array<std::string_view, size>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw Refused("Outlook's recurrence says " + std::string(name) + ", which isn't known");
    return static_cast<int>(found - names.begin());
}

bool isRelative(Type type) { return type == Type::relativeMonthly || type == Type::relativeYearly; }
bool isAbsolute(Type type) { return type == Type::absoluteMonthly || type == Type::absoluteYearly; }
bool isYearly(Type type) { return type == Type::absoluteYearly || type == Type::relativeYearly; }

int bounded(std::int64_t value, int least, int most, const char* what) {
    if (value < least || value > most) throw Refused(std::string("Outlook's recurrence has an odd ") + what);
    return static_cast<int>(value);
}

local_days dateAt(const Json& range, std::string_view name) {
    const auto date = readDate(textAt(range, name));
    if (!date) throw Refused("Outlook's recurrence has no " + std::string(name));
    return *date;
}

std::string codesOf(unsigned days, unsigned firstDay) {
    std::string out;
    for (unsigned i = 0; i < 7; ++i) {
        const unsigned day = (firstDay + i) % 7;
        if ((days >> day & 1U) == 0) continue;
        if (!out.empty()) out += ',';
        out += dayCodes[day];
    }
    return out;
}

/// BYMONTHDAY as Outlook means it: the 30th is 28 February.
std::string monthDayPart(int day, int month) {
    constexpr std::array<int, 13> surely{28, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (day <= surely[static_cast<std::size_t>(month)]) return ";BYMONTHDAY=" + std::to_string(day);
    if (day == 31) return ";BYMONTHDAY=-1";
    std::string out = ";BYMONTHDAY=28";
    for (int i = 29; i <= day; ++i) out += "," + std::to_string(i);
    return out + ";BYSETPOS=-1";
}

std::string relativeDayPart(unsigned days, int index, unsigned firstDay) {
    if ((days & (days - 1)) == 0) return ";BYDAY=" + std::to_string(index) + codesOf(days, firstDay);
    if (days == everyDay && index == -1) return ";BYMONTHDAY=-1";
    return ";BYDAY=" + codesOf(days, firstDay) + ";BYSETPOS=" + std::to_string(index);
}

std::string rangePart(const Pattern& pattern, const When& start) {
    if (pattern.range == Pattern::Range::numbered) return ";COUNT=" + std::to_string(pattern.count);
    if (pattern.range == Pattern::Range::noEnd) return {};
    if (start.kind == When::Kind::date) return ";UNTIL=" + DateTime::ofDate(pattern.end).text();
    const local_seconds last = pattern.end + (start.local - floor<days>(start.local));
    const ZonePtr zone = start.kind == When::Kind::zoned ? findZone(start.zone) : utcZone();
    return ";UNTIL=" + utcText((zone ? zone : utcZone())->toUtc(last));
}

}  // namespace

Pattern readPattern(const Json& recurrence) {
    const Json& json = at(recurrence, "pattern");
    const Json& range = at(recurrence, "range");
    Pattern pattern;
    pattern.type = static_cast<Type>(placeOf(typeNames, textAt(json, "type")));
    pattern.interval = bounded(at(json, "interval").isNull() ? 1 : numberAt(json, "interval"), 1, 9999, "interval");
    if (pattern.type == Type::weekly || isRelative(pattern.type)) {
        for (const Json& day : at(json, "daysOfWeek").array) pattern.days |= 1U << placeOf(dayNames, day.string);
        if (pattern.days == 0) throw Refused("Outlook's recurrence names no days of the week");
    }
    if (pattern.type == Type::weekly) {
        const auto first = textAt(json, "firstDayOfWeek");
        pattern.firstDay = first.empty() ? 0 : static_cast<unsigned>(placeOf(dayNames, first));
    }
    if (isAbsolute(pattern.type)) pattern.dayOfMonth = bounded(numberAt(json, "dayOfMonth"), 1, 31, "day of the month");
    if (isYearly(pattern.type)) pattern.month = bounded(numberAt(json, "month"), 1, 12, "month");
    if (isRelative(pattern.type)) {
        const auto index = textAt(json, "index");
        const int place = index.empty() ? 0 : placeOf(indexNames, index);
        pattern.index = place == 4 ? -1 : place + 1;
    }
    const std::string type(textAt(range, "type"));
    pattern.start = dateAt(range, "startDate");
    if (type == "endDate") {
        pattern.range = Pattern::Range::endDate;
        pattern.end = dateAt(range, "endDate");
    } else if (type == "numbered") {
        pattern.range = Pattern::Range::numbered;
        pattern.count = bounded(numberAt(range, "numberOfOccurrences"), 1, 1'000'000, "number of occurrences");
    } else if (type != "noEnd") {
        throw Refused("Outlook's recurrence has a range that isn't known: " + type);
    }
    return pattern;
}

std::string writePattern(const Pattern& pattern, std::string_view zone) {
    JsonWriter out;
    out.beginObject().key("pattern").beginObject();
    out.member("type", typeNames[static_cast<std::size_t>(pattern.type)]);
    out.key("interval").number(pattern.interval);
    if (isAbsolute(pattern.type)) out.key("dayOfMonth").number(pattern.dayOfMonth);
    if (isYearly(pattern.type)) out.key("month").number(pattern.month);
    if (pattern.days != 0) {
        out.key("daysOfWeek").beginArray();
        for (unsigned day = 0; day < 7; ++day)
            if ((pattern.days >> day & 1U) != 0) out.text(dayNames[day]);
        out.endArray();
    }
    // Graph's week begins on Sunday unless told, RFC 5545's on Monday.
    if (pattern.type == Type::weekly) out.member("firstDayOfWeek", dayNames[pattern.firstDay]);
    if (isRelative(pattern.type))
        out.member("index", indexNames[static_cast<std::size_t>(pattern.index == -1 ? 4 : pattern.index - 1)]);
    out.endObject().key("range").beginObject();
    constexpr std::array<std::string_view, 3> ranges{"noEnd", "endDate", "numbered"};
    out.member("type", ranges[static_cast<std::size_t>(pattern.range)]);
    out.member("startDate", dateText(pattern.start));
    if (pattern.range == Pattern::Range::endDate) out.member("endDate", dateText(pattern.end));
    if (pattern.range == Pattern::Range::numbered) out.key("numberOfOccurrences").number(pattern.count);
    out.member("recurrenceTimeZone", zone).endObject().endObject();
    return out.take();
}

std::string ruleOf(const Pattern& pattern, const When& start) {
    constexpr std::array<std::string_view, 6> frequencies{"DAILY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY", "YEARLY"};
    std::string rule = "FREQ=" + std::string(frequencies[static_cast<std::size_t>(pattern.type)]);
    if (pattern.interval != 1) rule += ";INTERVAL=" + std::to_string(pattern.interval);
    if (isYearly(pattern.type)) rule += ";BYMONTH=" + std::to_string(pattern.month);
    if (pattern.type == Type::weekly) rule += ";BYDAY=" + codesOf(pattern.days, pattern.firstDay);
    if (isAbsolute(pattern.type)) rule += monthDayPart(pattern.dayOfMonth, pattern.month);
    if (isRelative(pattern.type)) rule += relativeDayPart(pattern.days, pattern.index, pattern.firstDay);
    if (pattern.type == Type::weekly) rule += ";WKST=" + std::string(dayCodes[pattern.firstDay]);
    return rule + rangePart(pattern, start);
}

}  // namespace crmdav::outlook
