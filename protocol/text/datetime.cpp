#include "protocol/text/datetime.h"

#include <charconv>
#include <cstdio>

namespace crmdav {
namespace {

using namespace std::chrono;

// All of `text` as a number; -1: something else.
int number(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

/// `count` digits of `text` at `at`; -1: they aren't digits.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

std::optional<local_days> parseDay(std::string_view text) {
    const int y = number(text.substr(0, 4)), m = number(text.substr(4, 2)), d = number(text.substr(6, 2));
    if (y < 1 || m < 1 || d < 1) return std::nullopt;
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (!date.ok()) return std::nullopt;
    return local_days{date};
}

std::optional<seconds> parseClock(std::string_view text) {
    const int h = number(text.substr(0, 2)), m = number(text.substr(2, 2)), s = number(text.substr(4, 2));
    if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60) return std::nullopt;
    return hours{h} + minutes{m} + seconds{s == 60 ? 59 : s};
}

void appendDigits(std::string& out, int value, int width) {
    char digits[8];
    for (int i = width - 1; i >= 0; --i, value /= 10) digits[i] = static_cast<char>('0' + value % 10);
    out.append(digits, static_cast<std::size_t>(width));
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    return text;
}

}  // namespace

std::optional<DateTime> DateTime::parse(std::string_view value, std::string_view tzid) {
    value = trimmed(value);
    if (value.size() < 8) return std::nullopt;
    const auto day = parseDay(value.substr(0, 8));
    if (!day) return std::nullopt;
    if (value.size() == 8) return ofDate(*day);

    const bool utc = value.size() == 16 && value[15] == 'Z';
    if (value[8] != 'T' || (value.size() != 15 && !utc)) return std::nullopt;
    const auto clock = parseClock(value.substr(9, 6));
    if (!clock) return std::nullopt;
    const LocalTime local = *day + *clock;
    if (utc) return DateTime{Kind::utc, local, {}};
    if (tzid.empty()) return DateTime{Kind::floating, local, {}};
    return DateTime{Kind::zoned, local, std::string(tzid)};
}

void appendDate(std::string& out, LocalTime time) {
    const year_month_day date{floor<days>(time)};
    appendDigits(out, static_cast<int>(date.year()), 4);
    appendDigits(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    appendDigits(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
}

void appendDateTime(std::string& out, LocalTime time) {
    appendDate(out, time);
    const auto clock = static_cast<int>((time - floor<days>(time)).count());
    out += 'T';
    appendDigits(out, clock / 3600, 2);
    appendDigits(out, clock / 60 % 60, 2);
    appendDigits(out, clock % 60, 2);
}

std::string DateTime::text() const {
    std::string out;
    if (isDate())
        appendDate(out, local);
    else
        appendDateTime(out, local);
    if (kind == Kind::utc) out += 'Z';
    return out;
}

std::string utcText(Instant instant) { return DateTime::ofInstant(instant).text(); }

std::optional<Instant> parseUtc(std::string_view value) {
    const auto time = DateTime::parse(value);
    if (!time || time->kind != DateTime::Kind::utc) return std::nullopt;
    return Instant{time->local.time_since_epoch()};
}

std::string timeText(Instant at) {
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const hh_mm_ss time(at - day);
    char text[40];
    const int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", int(date.year()),
                                     unsigned(date.month()), unsigned(date.day()), int(time.hours().count()),
                                     int(time.minutes().count()), int(time.seconds().count()));
    return {text, static_cast<std::size_t>(length)};
}

std::optional<Instant> parseInstant(std::string_view text) {
    const int y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
    const int h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
    if (y < 0 || mo < 0 || d < 0 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60) return std::nullopt;
    if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const year_month_day date{year(y), month(unsigned(mo)), day(unsigned(d))};
    if (!date.ok()) return std::nullopt;
    std::size_t at = 19;
    if (at < text.size() && text[at] == '.')
        while (++at < text.size() && text[at] >= '0' && text[at] <= '9') {
        }
    const std::string_view offset = text.substr(std::min(at, text.size()));
    seconds shift{0};
    if (offset != "Z" && offset != "z") {
        const int oh = digits(offset, 1, 2), om = digits(offset, 4, 2);
        if (offset.size() != 6 || (offset[0] != '+' && offset[0] != '-') || offset[3] != ':' || oh < 0 || oh > 23 ||
            om < 0 || om > 59)
            return std::nullopt;
        shift = (offset[0] == '+' ? 1 : -1) * (hours(oh) + minutes(om));
    }
    return sys_days(date) + hours(h) + minutes(mi) + seconds(s) - shift;
}

std::optional<Duration> Duration::parse(std::string_view value) {
    constexpr std::int64_t longest = 366LL * 1000 * 86400;
    value = trimmed(value);
    const bool negative = value.starts_with('-');
    if (negative || value.starts_with('+')) value.remove_prefix(1);
    if (!value.starts_with('P')) return std::nullopt;
    value.remove_prefix(1);

    std::int64_t dayCount = 0, secondCount = 0;
    bool time = false, any = false;
    while (!value.empty()) {
        if (value.front() == 'T' && !time) {
            time = true;  // clients write P1DT, too
            value.remove_prefix(1);
            continue;
        }
        std::int64_t amount = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), amount);
        const auto digits = static_cast<std::size_t>(end - value.data());
        if (error != std::errc{} || value.front() == '-' || digits >= value.size() || amount > longest)
            return std::nullopt;
        switch (value[digits]) {
            case 'W':
                if (time) return std::nullopt;
                dayCount += amount * 7;
                break;
            case 'D':
                if (time) return std::nullopt;
                dayCount += amount;
                break;
            case 'H':
                if (!time) return std::nullopt;
                secondCount += amount * 3600;
                break;
            case 'M':
                if (!time) return std::nullopt;
                secondCount += amount * 60;
                break;
            case 'S':
                if (!time) return std::nullopt;
                secondCount += amount;
                break;
            default: return std::nullopt;
        }
        if (dayCount > longest / 86400 || secondCount > longest) return std::nullopt;
        any = true;
        value.remove_prefix(digits + 1);
    }
    if (!any) return std::nullopt;
    const int sign = negative ? -1 : 1;
    return Duration{std::chrono::days{static_cast<int>(dayCount) * sign}, std::chrono::seconds{secondCount * sign}};
}

std::string Duration::text() const {
    const bool negative = days.count() < 0 || seconds.count() < 0;
    const std::int64_t d = negative ? -days.count() : days.count(), s = negative ? -seconds.count() : seconds.count();
    std::string out = negative ? "-P" : "P";
    if (s == 0 && d != 0 && d % 7 == 0) return out + std::to_string(d / 7) + 'W';
    if (d != 0) out += std::to_string(d) + 'D';
    if (s != 0 || d == 0) {
        out += 'T';
        if (s >= 3600) out += std::to_string(s / 3600) + 'H';
        // RFC 5545 wants no gap between units: PT1H0M5S
        if (s / 60 % 60 != 0 || (s >= 3600 && s % 60 != 0)) out += std::to_string(s / 60 % 60) + 'M';
        if (s % 60 != 0 || s == 0) out += std::to_string(s % 60) + 'S';
    }
    return out;
}

std::optional<Period> Period::parse(std::string_view value, std::string_view tzid) {
    const auto slash = value.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto start = DateTime::parse(value.substr(0, slash), tzid);
    if (!start || start->isDate()) return std::nullopt;
    const std::string_view rest = value.substr(slash + 1);
    if (auto end = DateTime::parse(rest, tzid); end && !end->isDate()) return Period{*std::move(start), end, {}};
    const auto duration = Duration::parse(rest);
    if (!duration || duration->approximate().count() < 0) return std::nullopt;
    return Period{*std::move(start), {}, duration};
}

}  // namespace crmdav
