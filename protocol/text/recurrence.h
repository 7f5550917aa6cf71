#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/datetime.h"

namespace crmdav {

/// What is wrong with a rule.
class RuleError : public std::runtime_error {
public:
    enum class Kind { syntax, unsupportedScale };  ///< unsupportedScale: CALDAV:supported-rscale (RFC 7529 §6)
    RuleError(Kind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}
    Kind kind() const noexcept { return kind_; }

private:
    Kind kind_;
};

/// RECUR (RFC 5545 §3.3.10) with RSCALE and SKIP (RFC 7529).
struct Rule {
    enum class Frequency : std::uint8_t { secondly, minutely, hourly, daily, weekly, monthly, yearly };
    enum class Skip : std::uint8_t { omit, backward, forward };
    struct Day {
        int ordinal;       ///< -1SU: -1; 0: each
        unsigned weekday;  ///< 0 Sunday … 6 Saturday
    };

    Frequency frequency = Frequency::daily;
    std::uint32_t interval = 1;
    std::optional<std::uint32_t> count;
    std::optional<DateTime> until;  ///< inclusive
    std::vector<int> seconds, minutes, hours, monthDays, yearDays, weeks, months, positions;
    std::vector<Day> days;
    unsigned weekStart = 1;  ///< Monday
    std::string scale;       ///< upper case; empty: GREGORIAN
    Skip skip = Skip::omit;
    std::string source;  ///< the value as given

    /// @throws RuleError  not a rule: unknown or double part, value out of range, COUNT with UNTIL, …
    static Rule parse(std::string_view value);
    bool endless() const noexcept { return !count && !until; }
};

/// Calendar scales that rules may use: GREGORIAN, CHINESE, HEBREW, … (CALDAV:supported-rscale-set, RFC 7529 §6).
const std::vector<std::string>& supportedScales();

/// The starts that a rule makes, ascending, as wall clocks of DTSTART's zone. DTSTART itself comes only if it fits the
/// rule. Hostile rules cannot make it run long: a walk without hits, or one over very many of them, ends the series and
/// is told by `cutShort()`.
class RuleIterator {
public:
    /// @param start  DTSTART; @param until the rule's UNTIL as wall clock of the same zone (inclusive), if any
    RuleIterator(const Rule& rule, LocalTime start, std::optional<LocalTime> until);
    ~RuleIterator();
    RuleIterator(RuleIterator&&) noexcept;
    RuleIterator& operator=(RuleIterator&&) noexcept;

    /// Leaves out what is before `from`, in constant time (except for rules with COUNT and filters, which have to be
    /// counted). Call before the first next().
    void seek(LocalTime from);
    std::optional<LocalTime> next();
    bool cutShort() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace crmdav
