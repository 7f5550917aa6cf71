#include <algorithm>
#include <array>

#include "tests/standins/graph_mailbox.h"

/// Outlook's own way from a pattern to days, written apart from the bridge's.
namespace crmdav::standins {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> names{"sunday",   "monday", "tuesday", "wednesday",
                                                "thursday", "friday", "saturday"};

unsigned dayNumber(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw Problem{400, "ErrorInvalidRequest", "unknown day of the week"};
    return static_cast<unsigned>(found - names.begin());
}

struct Pattern {
    std::string type, index;
    int interval = 1, dayOfMonth = 0, month = 0;
    std::set<unsigned> days;
    unsigned firstDay = 0;
};

Pattern read(const Json& json) {
    Pattern pattern;
    pattern.type = textAt(json, "type");
    pattern.index = json.find("index") ? std::string(textAt(json, "index")) : "first";
    pattern.interval = static_cast<int>(numberAt(json, "interval", 0));
    pattern.dayOfMonth = static_cast<int>(numberAt(json, "dayOfMonth"));
    pattern.month = static_cast<int>(numberAt(json, "month"));
    for (const Json& day : at(json, "daysOfWeek").array) pattern.days.insert(dayNumber(day.string));
    if (const auto first = textAt(json, "firstDayOfWeek"); !first.empty()) pattern.firstDay = dayNumber(first);
    const bool needsDays = pattern.type == "weekly" || pattern.type.starts_with("relative");
    const bool needsDay = pattern.type.starts_with("absolute"), needsMonth = pattern.type.ends_with("Yearly");
    if (pattern.interval < 1 || (needsDays && pattern.days.empty()) ||
        (needsDay && (pattern.dayOfMonth < 1 || pattern.dayOfMonth > 31)) ||
        (needsMonth && (pattern.month < 1 || pattern.month > 12)))
        throw Problem{400, "ErrorPropertyValidationFailure", "the recurrence pattern lacks something"};
    return pattern;
}

local_days inMonth(const Pattern& pattern, year_month month) {
    const local_days last{month / std::chrono::last};
    if (pattern.type.starts_with("absolute")) {
        const int day =
            std::min(pattern.dayOfMonth, static_cast<int>(static_cast<unsigned>(year_month_day{last}.day())));
        return local_days{month / day};
    }
    std::vector<local_days> fitting;
    for (local_days day{month / 1}; day <= last; day += days(1))
        if (pattern.days.contains(weekday{day}.c_encoding())) fitting.push_back(day);
    if (pattern.index == "last") return fitting.back();
    const std::array<std::string_view, 4> order{"first", "second", "third", "fourth"};
    const auto place = static_cast<std::size_t>(std::ranges::find(order, pattern.index) - order.begin());
    if (place >= 4) throw Problem{400, "ErrorInvalidRequest", "unknown index"};
    return fitting[place];
}

/// Days of one period: a day, a week, a month, a year.
std::vector<local_days> period(const Pattern& pattern, local_days start, int number) {
    const int step = number * pattern.interval;
    if (pattern.type == "daily") return {start + days(step)};
    if (pattern.type == "weekly") {
        const unsigned into = (weekday{start}.c_encoding() + 7 - pattern.firstDay) % 7;
        const local_days week = start - days(into) + days(7) * step;
        std::vector<local_days> all;
        for (int i = 0; i < 7; ++i)
            if (pattern.days.contains(weekday{week + days(i)}.c_encoding())) all.push_back(week + days(i));
        return all;
    }
    const year_month_day first{start};
    if (pattern.type.ends_with("Monthly")) return {inMonth(pattern, first.year() / first.month() + months(step))};
    if (pattern.type.ends_with("Yearly"))
        return {inMonth(pattern, (first.year() + years(step)) / month{static_cast<unsigned>(pattern.month)})};
    throw Problem{400, "ErrorInvalidRequest", "unknown type of recurrence"};
}

}  // namespace

std::vector<local_days> datesOf(const Json& recurrence, local_days until) {
    const Pattern pattern = read(at(recurrence, "pattern"));
    const Json& range = at(recurrence, "range");
    const local_days start = floor<days>(clockOf(textAt(range, "startDate")));
    const auto type = textAt(range, "type");
    std::size_t most = 100'000;
    if (type == "numbered") most = static_cast<std::size_t>(numberAt(range, "numberOfOccurrences"));
    if (type == "endDate") until = std::min(until, local_days(floor<days>(clockOf(textAt(range, "endDate")))));
    std::vector<local_days> all;
    for (int number = 0; number < 20'000; ++number) {
        bool beyond = false;
        for (const local_days day : period(pattern, start, number)) {
            beyond = beyond || day > until;
            if (day < start || day > until || all.size() >= most) continue;
            all.push_back(day);
        }
        if (beyond || all.size() >= most) break;
    }
    return all;
}

}  // namespace crmdav::standins
