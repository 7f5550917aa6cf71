#include "protocol/text/rule_days.h"

#include <algorithm>
#include <array>

namespace crmdav {

using namespace std::chrono;
using Frequency = Rule::Frequency;

struct RuleDays::Year {
    std::chrono::year number;
    local_days first, next;              // 1 January of this and the next year
    std::array<local_days, 4> weekOnes;  // where week 1 begins, from the year before on
};

RuleDays::RuleDays(const Rule& rule, local_days start) : weekStart_(rule.weekStart) {
    const year_month_day date{start};
    std::vector<int> months = rule.months, monthDays = rule.monthDays;
    std::vector<Rule::Day> days = rule.days;
    const bool none = rule.weeks.empty() && rule.yearDays.empty() && monthDays.empty() && days.empty();
    if (none && rule.frequency == Frequency::yearly && months.empty())
        months.push_back(static_cast<int>(static_cast<unsigned>(date.month())));
    if (none && rule.frequency >= Frequency::monthly)
        monthDays.push_back(static_cast<int>(static_cast<unsigned>(date.day())));
    const bool weekOnly = rule.frequency == Frequency::yearly && !rule.weeks.empty() && rule.yearDays.empty() &&
                          monthDays.empty() && days.empty();
    if (weekOnly || (none && rule.frequency == Frequency::weekly)) days.push_back({0, weekday{start}.c_encoding()});

    for (const int month : months) months_ |= 1U << static_cast<unsigned>(month % 100);
    for (const int day : monthDays)
        (day > 0 ? monthDays_ : monthDaysFromEnd_) |= 1U << static_cast<unsigned>(day > 0 ? day : -day);
    for (const int day : rule.yearDays)
        (day > 0 ? yearDays_ : yearDaysFromEnd_).set(static_cast<unsigned>(day > 0 ? day : -day));
    for (const int week : rule.weeks)
        (week > 0 ? weeks_ : weeksFromEnd_) |= std::uint64_t{1} << static_cast<unsigned>(week > 0 ? week : -week);
    // "the third Monday" has a meaning in a month or a year only; elsewhere the number is ignored
    const bool ordinal = rule.frequency >= Frequency::monthly && rule.weeks.empty();
    for (const auto& day : days) {
        if (day.ordinal != 0 && ordinal)
            ordinals_.push_back(day);
        else
            weekdays_ |= 1U << day.weekday;
    }
    ordinalsInMonth_ = rule.frequency == Frequency::monthly || !months.empty();
    byMonthDay_ = !monthDays.empty();
    byYearDay_ = !rule.yearDays.empty();
    byWeek_ = !rule.weeks.empty();
    byWeekday_ = !days.empty();
    always_ = months.empty() && !byMonthDay_ && !byYearDay_ && !byWeek_ && !byWeekday_;
}

RuleDays::Year RuleDays::yearOf(year number) const {
    // week 1 is the first one with four days in the year
    const auto weekOneOf = [this](local_days first) {
        const unsigned into = (weekday{first}.c_encoding() + 7 - weekStart_) % 7;
        return first - days{into} + days{into <= 3 ? 0 : 7};
    };
    const auto firstOf = [](year y) { return local_days{y / January / 1}; };
    const local_days first = firstOf(number), next = firstOf(number + years{1});
    if (!byWeek_) return {number, first, next, {}};
    return {number,
            first,
            next,
            {weekOneOf(firstOf(number - years{1})), weekOneOf(first), weekOneOf(next),
             weekOneOf(firstOf(number + years{2}))}};
}

bool RuleDays::fitsWeek(local_days day, const Year& year) const {
    std::size_t of = 0;
    while (day >= year.weekOnes[of + 1]) ++of;
    const local_days from = year.weekOnes[of], until = year.weekOnes[of + 1];
    const auto week = static_cast<unsigned>((day - from).count() / 7 + 1),
               all = static_cast<unsigned>((until - from).count() / 7);
    return (weeks_ >> week & 1U) != 0 || (weeksFromEnd_ >> (all - week + 1) & 1U) != 0;
}

bool RuleDays::fitsOrdinal(year_month_day date, local_days day, const Year& year, unsigned weekday) const {
    if (ordinals_.empty()) return false;
    const local_days first = ordinalsInMonth_ ? local_days{date.year() / date.month() / 1} : year.first;
    const local_days last =
        ordinalsInMonth_ ? local_days{date.year() / date.month() / std::chrono::last} : year.next - days{1};
    const int fromStart = static_cast<int>((day - first).count() / 7) + 1,
              fromEnd = -static_cast<int>((last - day).count() / 7) - 1;
    return std::any_of(ordinals_.begin(), ordinals_.end(), [&](const Rule::Day& wanted) {
        return wanted.weekday == weekday && (wanted.ordinal == fromStart || wanted.ordinal == fromEnd);
    });
}

bool RuleDays::fits(year_month_day date, local_days day, const Year& year) const {
    if (months_ != 0 && (months_ >> static_cast<unsigned>(date.month()) & 1U) == 0) return false;
    if (byMonthDay_) {
        const auto number = static_cast<unsigned>(date.day());
        if ((monthDays_ >> number & 1U) == 0) {
            if (monthDaysFromEnd_ == 0) return false;
            const auto length = static_cast<unsigned>((date.year() / date.month() / last).day());
            if ((monthDaysFromEnd_ >> (length - number + 1) & 1U) == 0) return false;
        }
    }
    if (byWeekday_) {
        const unsigned of = weekday{day}.c_encoding();
        if ((weekdays_ >> of & 1U) == 0 && !fitsOrdinal(date, day, year, of)) return false;
    }
    if (byYearDay_) {
        const auto fromStart = static_cast<std::size_t>((day - year.first).count() + 1);
        const auto fromEnd = static_cast<std::size_t>((year.next - day).count());
        if (!yearDays_[fromStart] && !yearDaysFromEnd_[fromEnd]) return false;
    }
    return !byWeek_ || fitsWeek(day, year);
}

bool RuleDays::fits(local_days day) const {
    if (always_) return true;
    const year_month_day date{day};
    return fits(date, day, yearOf(date.year()));
}

std::size_t RuleDays::collect(local_days from, local_days until, std::vector<LocalTime>& out) const {
    const year_month_day begin{from};
    Year year = yearOf(begin.year());
    std::size_t looked = 0;
    for (year_month month = begin.year() / begin.month();; month += months{1}) {
        const local_days first{month / 1}, next{(month + months{1}) / 1};
        if (first >= until) return looked;
        if (month.year() != year.number) year = yearOf(month.year());
        ++looked;
        if (months_ != 0 && (months_ >> static_cast<unsigned>(month.month()) & 1U) == 0) continue;
        for (local_days day = std::max(first, from); day < std::min(next, until); ++day, ++looked) {
            const year_month_day date = month / std::chrono::day{static_cast<unsigned>((day - first).count() + 1)};
            if (always_ || fits(date, day, year)) out.push_back(day);
        }
    }
}

}  // namespace crmdav
