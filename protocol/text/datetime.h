#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Times as iCalendar writes them, without any zone arithmetic (RFC 5545 §3.3.4 to §3.3.9). No allocation
/// besides a long TZID.
namespace crmdav {

using Instant = std::chrono::sys_seconds;      ///< UTC, second precision
using LocalTime = std::chrono::local_seconds;  ///< a wall clock, whose zone is known from elsewhere

/// [start, end); open ends are the defaults.
struct TimeRange {
    Instant start = Instant::min();
    Instant end = Instant::max();
    friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// DATE or DATE-TIME in one of its three forms.
struct DateTime {
    enum class Kind : std::uint8_t { date, floating, utc, zoned };
    Kind kind = Kind::utc;
    LocalTime local{};  ///< wall clock of `zone`; of UTC for `utc`; midnight for `date`
    std::string zone;   ///< TZID as written, `zoned` only

    bool isDate() const noexcept { return kind == Kind::date; }

    /// Reads the value of DTSTART and the like. The form decides, not VALUE: eight digits are a date even where a
    /// client forgot VALUE=DATE. A `Z` makes TZID void. Second 60 is read as 59 (RFC 5545 §3.3.12).
    /// @returns nullopt for what is no time (20240230, 24:00, trailing text, year 0)
    static std::optional<DateTime> parse(std::string_view value, std::string_view tzid = {});

    static DateTime ofDate(std::chrono::local_days day) { return {Kind::date, day, {}}; }
    static DateTime ofInstant(Instant instant) { return {Kind::utc, LocalTime{instant.time_since_epoch()}, {}}; }

    /// The value as iCalendar writes it: 20260131, 20260131T120000, 20260131T120000Z. TZID and VALUE are parameters
    /// of the property and the caller's.
    std::string text() const;
    friend bool operator==(const DateTime&, const DateTime&) = default;
};

/// Appends 20260131 / 20260131T120000 without suffix.
void appendDate(std::string& out, LocalTime time);
void appendDateTime(std::string& out, LocalTime time);
/// 20260131T120000Z
std::string utcText(Instant instant);
/// Reads 20260131T120000Z only (time ranges of CalDAV are UTC: RFC 4791 §9.9).
std::optional<Instant> parseUtc(std::string_view value);

std::string timeText(Instant);  ///< 2026-11-20T09:00:00Z
/// RFC 3339 with offset, fractions of a second cut off. nullopt: it isn't
std::optional<Instant> parseInstant(std::string_view);

/// DURATION (RFC 5545 §3.3.6): days are nominal (the same wall clock on another day), seconds exact.
struct Duration {
    std::chrono::days days{};        ///< weeks included; negative for -P…
    std::chrono::seconds seconds{};  ///< same sign as `days`

    /// @returns nullopt for anything that is not a duration, or longer than 1,000 years
    static std::optional<Duration> parse(std::string_view value);
    std::string text() const;  ///< P1DT2H, -PT15M, PT0S, P2W
    /// Length when each day has 24 hours.
    std::chrono::seconds approximate() const { return std::chrono::seconds(days) + seconds; }
    friend bool operator==(const Duration&, const Duration&) = default;
};

/// PERIOD (RFC 5545 §3.3.9): exactly one of `end` and `duration` is set.
struct Period {
    DateTime start;
    std::optional<DateTime> end;
    std::optional<Duration> duration;
    static std::optional<Period> parse(std::string_view value, std::string_view tzid = {});
};

}  // namespace crmdav
