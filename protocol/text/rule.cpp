#include <charconv>

#include "protocol/text/recurrence.h"
#include "protocol/text/rule_scale.h"
#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

constexpr std::string_view frequencies[] = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
constexpr std::string_view weekdays[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
constexpr std::string_view skips[] = {"OMIT", "BACKWARD", "FORWARD"};

[[noreturn]] void fail(std::string_view part, std::string_view value) {
    throw RuleError(RuleError::Kind::syntax,
                    "RRULE: " + std::string(part) + '=' + std::string(value.substr(0, 80)) + " is not allowed");
}

template <std::size_t N>
std::size_t indexIn(const std::string_view (&table)[N], std::string_view part, std::string_view value) {
    for (std::size_t i = 0; i < N; ++i)
        if (equalsIgnoreCase(table[i], value)) return i;
    fail(part, value);
}

std::int64_t integer(std::string_view part, std::string_view text, std::int64_t low, std::int64_t high) {
    std::int64_t value = 0;
    std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value < low || value > high) fail(part, text);
    return value;
}

template <class Each>
void forEachItem(std::string_view part, std::string_view list, Each each) {
    constexpr std::size_t most = 800;  // BYYEARDAY with all days of both signs
    std::size_t items = 0;
    for (;;) {
        const auto comma = list.find(',');
        if (++items > most) fail(part, list);
        each(trim(list.substr(0, comma)));
        if (comma == std::string_view::npos) return;
        list.remove_prefix(comma + 1);
    }
}

// A list of numbers with its limits; negative ones count from the end.
struct NumberPart {
    std::string_view name;
    std::vector<int> Rule::*list;
    int low, high;
    bool negative;
};
constexpr NumberPart numberParts[] = {
    {"BYSECOND", &Rule::seconds, 0, 60, false},   {"BYMINUTE", &Rule::minutes, 0, 59, false},
    {"BYHOUR", &Rule::hours, 0, 23, false},       {"BYMONTHDAY", &Rule::monthDays, 1, 31, true},
    {"BYYEARDAY", &Rule::yearDays, 1, 385, true}, {"BYWEEKNO", &Rule::weeks, 1, 55, true},
    {"BYSETPOS", &Rule::positions, 1, 385, true},
};

void readNumbers(Rule& rule, const NumberPart& part, std::string_view value) {
    forEachItem(part.name, value, [&](std::string_view item) {
        const auto number =
            static_cast<int>(integer(part.name, item, part.negative ? -part.high : part.low, part.high));
        if (number == 0 && part.low > 0) fail(part.name, item);
        (rule.*part.list).push_back(number);
    });
}

void readDays(Rule& rule, std::string_view value) {
    forEachItem("BYDAY", value, [&](std::string_view item) {
        if (item.size() < 2) fail("BYDAY", item);
        const auto weekday = static_cast<unsigned>(indexIn(weekdays, "BYDAY", item.substr(item.size() - 2)));
        const auto ordinal = item.substr(0, item.size() - 2);
        const auto number = ordinal.empty() ? 0 : static_cast<int>(integer("BYDAY", ordinal, -53, 53));
        if (number == 0 && !ordinal.empty()) fail("BYDAY", item);
        rule.days.push_back({number, weekday});
    });
}

void readMonths(Rule& rule, std::string_view value) {
    forEachItem("BYMONTH", value, [&](std::string_view item) {
        // 5L is the leap month of RFC 7529 §4.2; only the calendars that have one know what to do with it
        const bool leap = item.ends_with('L') || item.ends_with('l');
        if (leap) item.remove_suffix(1);
        rule.months.push_back(static_cast<int>(integer("BYMONTH", item, 1, 13)) + (leap ? 100 : 0));
    });
}

void readPart(Rule& rule, std::string_view name, std::string_view value) {
    for (const NumberPart& part : numberParts)
        if (equalsIgnoreCase(part.name, name)) return readNumbers(rule, part, value);
    if (equalsIgnoreCase(name, "FREQ")) {
        rule.frequency = static_cast<Rule::Frequency>(indexIn(frequencies, name, value));
    } else if (equalsIgnoreCase(name, "INTERVAL")) {
        rule.interval = static_cast<std::uint32_t>(integer(name, value, 1, 1'000'000'000));
    } else if (equalsIgnoreCase(name, "COUNT")) {
        rule.count = static_cast<std::uint32_t>(integer(name, value, 1, 4'000'000'000));
    } else if (equalsIgnoreCase(name, "UNTIL")) {
        rule.until = DateTime::parse(value);
        if (!rule.until) fail(name, value);
    } else if (equalsIgnoreCase(name, "BYDAY")) {
        readDays(rule, value);
    } else if (equalsIgnoreCase(name, "BYMONTH")) {
        readMonths(rule, value);
    } else if (equalsIgnoreCase(name, "WKST")) {
        rule.weekStart = static_cast<unsigned>(indexIn(weekdays, name, value));
    } else if (equalsIgnoreCase(name, "RSCALE")) {
        rule.scale = upperAscii(value);
    } else if (equalsIgnoreCase(name, "SKIP")) {
        rule.skip = static_cast<Rule::Skip>(indexIn(skips, name, value));
    } else if (!startsWithIgnoreCase(name, "X-")) {
        fail(name, value);
    }
}

// What only shows when all parts are known.
void check(const Rule& rule, std::string_view parts) {
    if (parts.find(";FREQ;") == std::string_view::npos) fail("FREQ", "");
    if (rule.count && rule.until) fail("COUNT and UNTIL", rule.source);
    const bool scaled = !rule.scale.empty();
    if (parts.find(";SKIP;") != std::string_view::npos && !scaled) fail("SKIP without RSCALE", rule.source);
    const bool gregorian = !scaled || rule.scale == "GREGORIAN";
    if (scaled && !isSupportedScale(rule.scale))
        throw RuleError(RuleError::Kind::unsupportedScale,
                        "RRULE: RSCALE=" + rule.scale.substr(0, 40) + " is not supported");
    if (!gregorian) return;
    for (const int month : rule.months)
        if (month > 12) fail("BYMONTH", rule.source);
    for (const int day : rule.yearDays)
        if (day > 366 || day < -366) fail("BYYEARDAY", rule.source);
    for (const int week : rule.weeks)
        if (week > 53 || week < -53) fail("BYWEEKNO", rule.source);
}

}  // namespace

Rule Rule::parse(std::string_view value) {
    Rule rule;
    rule.source = trim(value);
    std::string seen = ";";
    std::string_view rest = rule.source;
    while (!rest.empty()) {
        const std::string_view part = trim(rest.substr(0, rest.find(';')));
        rest.remove_prefix(std::min(rest.find(';'), rest.size() - 1) + 1);
        if (part.empty()) continue;  // a semicolon at the end
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) fail(part, "");
        const std::string name = upperAscii(trim(part.substr(0, equals)));
        if (seen.find(';' + name + ';') != std::string::npos) fail(name, "twice");
        seen += name + ';';
        readPart(rule, name, trim(part.substr(equals + 1)));
    }
    check(rule, seen);
    return rule;
}

}  // namespace crmdav
