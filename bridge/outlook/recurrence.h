#pragma once
#include <string>
#include <string_view>

#include "protocol/text/json.h"
#include "store/model.h"

/// patternedRecurrence ⇄ RRULE (RFC 5545 §3.3.10). Where they differ in kind, Outlook's occurrences are what counts.
namespace crmdav::outlook {

struct Pattern {
    enum class Type { daily, weekly, absoluteMonthly, relativeMonthly, absoluteYearly, relativeYearly };
    enum class Range { noEnd, endDate, numbered };

    Type type = Type::daily;
    int interval = 1;
    unsigned days = 0;      ///< bit 0: Sunday … bit 6: Saturday
    unsigned firstDay = 1;  ///< of the week; 0 Sunday … 6 Saturday
    int dayOfMonth = 0;     ///< in a shorter month its last day
    int month = 0;          ///< 1 … 12
    int index = 1;          ///< first 1 … fourth 4, last -1: of the days that `days` names
    Range range = Range::noEnd;
    std::chrono::local_days start{}, end{};  ///< end: inclusive
    int count = 0;
    friend bool operator==(const Pattern&, const Pattern&) = default;
};

/// @throws Refused  it isn't one that is known
Pattern readPattern(const Json& recurrence);
/// {"pattern": …, "range": …} with what its type needs and nothing else. @param zone  Graph's name of it
std::string writePattern(const Pattern&, std::string_view zone);

/// The rule that makes the same occurrences. @param start  of the series
std::string ruleOf(const Pattern&, const When& start);

/// @throws Refused  no pattern makes the same occurrences, or it isn't certain that one does (rule C3)
Pattern patternOf(std::string_view rrule, const When& start);

/// Whether two rules make the same occurrences: for five years and both without an end, or all of them (rule C1).
bool sameOccurrences(std::string_view a, std::string_view b, const When& start);

/// Starts of the occurrences by rule, `most` at most and none from `until` on: wall clocks of `start`.
std::vector<std::chrono::local_seconds> occurrencesOf(std::string_view rrule, const When& start,
                                                      std::chrono::local_seconds until, std::size_t most);

}  // namespace crmdav::outlook
