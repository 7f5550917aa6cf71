#include "bridge/outlook/values.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace crmdav::outlook {
namespace {

using namespace std::chrono;

/// `digits` digits at `at`; -1: there are others.
int numberIn(std::string_view text, std::size_t at, std::size_t digits) {
    if (text.size() < at + digits) return -1;
    int value = 0;
    for (const char c : text.substr(at, digits)) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

Json parse(const std::string& text) {
    try {
        return parseJson(text, pageLimits);
    } catch (const JsonError& error) {
        throw Nonsense(std::string("Outlook answered something that is no JSON: ") + error.what());
    }
}

std::optional<local_days> readDate(std::string_view text) {
    const int y = numberIn(text, 0, 4), m = numberIn(text, 5, 2), d = numberIn(text, 8, 2);
    if (y < 0 || m < 0 || d < 0 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!date.ok()) return std::nullopt;
    return local_days{date};
}

std::optional<LocalTime> readClock(std::string_view text) {
    const auto date = readDate(text);
    if (!date) return std::nullopt;
    if (text.size() == 10) return *date;
    const int h = numberIn(text, 11, 2), m = numberIn(text, 14, 2), s = text.size() > 16 ? numberIn(text, 17, 2) : 0;
    if (text[10] != 'T' || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60) return std::nullopt;
    return *date + hours(h) + minutes(m) + seconds(std::min(s, 59));
}

std::string dateText(local_days day) {
    const year_month_day date{day};
    std::array<char, 16> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", static_cast<int>(date.year()) % 10'000,
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return out.data();
}

std::string clockText(LocalTime time) {
    const auto day = floor<days>(time);
    const hh_mm_ss clock{time - day};
    std::array<char, 16> out{};
    std::snprintf(out.data(), out.size(), "T%02d:%02d:%02d", static_cast<int>(clock.hours().count() % 24),
                  static_cast<int>(clock.minutes().count() % 60), static_cast<int>(clock.seconds().count() % 60));
    return dateText(day) + out.data();
}

std::optional<Instant> readInstant(std::string_view text) {
    const auto clock = readClock(text);
    if (!clock || *clock < local_days{year{1900} / January / 1}) return std::nullopt;
    return Instant{clock->time_since_epoch()};
}

}  // namespace crmdav::outlook
