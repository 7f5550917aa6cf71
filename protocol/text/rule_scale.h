#pragma once
#include <string_view>
#include <vector>

#include "protocol/text/recurrence.h"

namespace crmdav {

bool isSupportedScale(std::string_view upperCaseName);

/// The months of a calendar scale as ICU knows them, from 1900 to 2150.
struct Scale;

/// The days of a rule in another calendar than the Gregorian, or with SKIP (RFC 7529). Years and months are counted in
/// that calendar. Nothing before 1900 and after 2150.
class ScaleDays {
public:
    ScaleDays(const Rule& rule, std::chrono::local_days start);

    /// False: outside of the known years, or a rule part that has no meaning there (BYWEEKNO).
    bool usable() const noexcept { return scale_ != nullptr; }
    /// Number of the year (FREQ=YEARLY) or month (MONTHLY) that holds `day`.
    std::int64_t periodOf(std::chrono::local_days day) const;
    /// Appends the days of that year or month, ascending. @returns false beyond the last one
    bool collect(std::int64_t period, std::vector<LocalTime>& out) const;
    /// Does a day pass the filters (for DAILY, WEEKLY and shorter)?
    bool fits(std::chrono::local_days day) const;

private:
    void addMonth(std::size_t month, std::vector<LocalTime>& out) const;
    void addWanted(std::size_t year, std::vector<LocalTime>& out) const;
    void addMonthDay(std::size_t month, int number, std::vector<LocalTime>& out) const;
    bool fitsRest(std::size_t month, std::chrono::local_days day) const;

    Rule rule_;
    const Scale* scale_ = nullptr;
    unsigned startWeekday_ = 0;
};

}  // namespace crmdav
