#pragma once
#include <bitset>
#include <vector>

#include "protocol/text/recurrence.h"

namespace crmdav {

/// The day filters of a rule (BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY, BYDAY), with what DTSTART fills in
/// (RFC 5545 §3.3.10: "information, not contained in the rule, … derived from DTSTART").
class RuleDays {
public:
    RuleDays(const Rule& rule, std::chrono::local_days start);

    bool fits(std::chrono::local_days day) const;
    /// Appends the fitting days of [from, until). @returns how many days were looked at
    std::size_t collect(std::chrono::local_days from, std::chrono::local_days until, std::vector<LocalTime>& out) const;
    bool always() const noexcept { return always_; }  ///< no filter: every day fits

private:
    struct Year;
    bool fits(std::chrono::year_month_day date, std::chrono::local_days day, const Year& year) const;
    bool fitsWeek(std::chrono::local_days day, const Year& year) const;
    bool fitsOrdinal(std::chrono::year_month_day date, std::chrono::local_days day, const Year& year,
                     unsigned weekday) const;
    Year yearOf(std::chrono::year year) const;

    std::uint32_t months_ = 0, monthDays_ = 0, monthDaysFromEnd_ = 0, weekdays_ = 0;  // bit = number
    std::bitset<367> yearDays_, yearDaysFromEnd_;
    std::uint64_t weeks_ = 0, weeksFromEnd_ = 0;
    std::vector<Rule::Day> ordinals_;
    bool ordinalsInMonth_ = false, byMonthDay_ = false, byYearDay_ = false, byWeek_ = false, byWeekday_ = false,
         always_ = false;
    unsigned weekStart_;
};

}  // namespace crmdav
