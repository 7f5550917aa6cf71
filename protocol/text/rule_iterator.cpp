#include <algorithm>

#include "protocol/text/recurrence.h"
#include "protocol/text/rule_days.h"
#include "protocol/text/rule_scale.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using Frequency = Rule::Frequency;

// A Gregorian cycle of days without a hit: there are no more.
constexpr std::size_t longestGap = 150'000;
// Days, or units below a day, that one walk looks at: every day until the year 9999.
constexpr std::size_t mostLooks = 3'000'000;
// Hits passed over to reach what was asked for (rules with COUNT).
constexpr std::size_t longestCount = 300'000;
constexpr local_days lastDay = local_days{year{9999} / December / 31};
constexpr local_days lastScaledDay = local_days{year{2151} / January / 1};

constexpr std::int64_t unitSeconds[] = {1, 60, 3600, 86'400, 7 * 86'400};

std::int64_t floorDiv(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::uint64_t bitsOf(const std::vector<int>& values) {
    std::uint64_t bits = 0;
    for (const int value : values) bits |= std::uint64_t{1} << static_cast<unsigned>(std::min(value, 59));
    return bits;
}

}  // namespace

// A rule is a row of periods (years, months, weeks, days, hours, …), each INTERVAL apart. A period yields `bases_`
// (fitting days, or the hour itself) times `offsets_` (times within the base), of which BYSETPOS may pick some.
struct RuleIterator::State {
    State(const Rule& given, LocalTime first, std::optional<LocalTime> end)
        : rule(given), start(first), until(end), days(given, floor<std::chrono::days>(first)) {
        setTimes();
        if ((!rule.scale.empty() && rule.scale != "GREGORIAN") || rule.skip != Rule::Skip::omit) {
            scaled.emplace(rule, floor<std::chrono::days>(first));
            over = !scaled->usable();
        }
        if (!over) period = periodOf(start);
        if (rule.count) remaining = *rule.count;
        countToUntil();
    }

    void setTimes() {
        const auto clock = (start - floor<std::chrono::days>(start)).count();
        std::vector<int> h = rule.hours, m = rule.minutes, s = rule.seconds;
        if (h.empty()) h.push_back(static_cast<int>(clock / 3600));
        if (m.empty()) m.push_back(static_cast<int>(clock / 60 % 60));
        if (s.empty()) s.push_back(static_cast<int>(clock % 60));
        if (rule.frequency <= Frequency::hourly) h = {0};
        if (rule.frequency <= Frequency::minutely) m = {0};
        if (rule.frequency == Frequency::secondly) s = {0};
        for (const int hour : h)
            for (const int minute : m)
                for (const int second : s) offsets.push_back(hour * 3600 + minute * 60 + std::min(second, 59));
        std::sort(offsets.begin(), offsets.end());
        offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
        hourBits = bitsOf(rule.hours);
        minuteBits = bitsOf(rule.minutes);
        secondBits = bitsOf(rule.seconds);
    }

    // Number of the period that holds `time`: year, month since year 0, or units since 1970.
    std::int64_t periodOf(LocalTime time) const {
        const auto day = floor<std::chrono::days>(time);
        if (scaled && rule.frequency >= Frequency::monthly) return scaled->periodOf(day);
        const year_month_day date{day};
        const auto y = static_cast<int>(date.year());
        switch (rule.frequency) {
            case Frequency::yearly: return y;
            case Frequency::monthly: return y * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
            case Frequency::weekly: return floorDiv(day.time_since_epoch().count() + weekShift(), 7);
            default: return floorDiv(time.time_since_epoch().count(), unit());
        }
    }
    std::int64_t unit() const { return unitSeconds[static_cast<std::size_t>(rule.frequency)]; }
    std::int64_t weekShift() const { return (4 + 7 - rule.weekStart) % 7; }  // 1970 began on a Thursday

    // A plain rule with COUNT ends at a time that can be reckoned, so that it can be sought in like any other.
    void countToUntil() {
        const bool ownDay = rule.days.size() == 1 && rule.days[0].ordinal == 0 &&
                            rule.days[0].weekday == weekday{floor<std::chrono::days>(start)}.c_encoding();
        const bool plain = rule.frequency <= Frequency::weekly && rule.months.empty() && rule.monthDays.empty() &&
                           rule.yearDays.empty() && rule.weeks.empty() && rule.hours.empty() && rule.minutes.empty() &&
                           rule.seconds.empty() && rule.positions.empty() && rule.scale.empty() &&
                           (rule.days.empty() || (ownDay && rule.frequency == Frequency::weekly));
        if (!rule.count || !plain) return;
        constexpr std::int64_t farAway = 400'000'000'000;  // 12,000 years: beyond what is walked
        const std::int64_t step = rule.interval * unit(), steps = *rule.count - 1;
        if (steps <= farAway / step) until = start + seconds{steps * step};
        remaining.reset();
    }

    void seek(LocalTime from) {
        if (from <= start) return;
        skipBefore = from;
        if (remaining || over) return;
        const auto steps = (periodOf(from) - period) / rule.interval;
        period += steps * rule.interval;
    }

    void looked(std::size_t times) {
        gap += times;
        looks += times;
    }

    // Collects the next period. `over` when there is none.
    void fill() {
        bases.clear();
        at = 0;
        if (scaled && rule.frequency >= Frequency::monthly) {
            over = !scaled->collect(period, bases);
            looked(31);
            finish();
            period += rule.interval;
            return;
        }
        switch (rule.frequency) {
            case Frequency::yearly: {
                const year y{static_cast<int>(std::min<std::int64_t>(period, 20'000))};
                collect(local_days{y / January / 1}, local_days{(y + years{1}) / January / 1});
                break;
            }
            case Frequency::monthly: {
                const auto m = std::min<std::int64_t>(period, 12 * 20'000);
                const year_month month =
                    year{static_cast<int>(m / 12)} / std::chrono::month{static_cast<unsigned>(m % 12 + 1)};
                collect(local_days{month / 1}, local_days{(month + months{1}) / 1});
                break;
            }
            case Frequency::weekly: collectDays(period * 7 - weekShift(), 7); break;
            case Frequency::daily: collectDays(period, 1); break;
            default: collectUnit(); return;
        }
        period += rule.interval;
    }

    void collectDays(std::int64_t first, int count) {
        const local_days day{std::chrono::days{std::min<std::int64_t>(first, 10'000'000)}};
        collect(day, day + std::chrono::days{count});
    }

    void collect(local_days from, local_days end) {
        if (from > lastDay || (scaled && from > lastScaledDay)) {
            over = true;
        } else if (scaled) {
            for (local_days day = from; day < end; day += std::chrono::days{1}, looked(1))
                if (scaled->fits(day)) bases.push_back(day);
        } else {
            looked(days.collect(from, end, bases) + 1);
        }
        finish();
    }

    // One hour, minute or second; jumps over days, hours and minutes that do not fit.
    void collectUnit() {
        looked(1);
        const LocalTime time{seconds{period * unit()}};
        const auto day = floor<std::chrono::days>(time);
        if (day > lastDay) {
            over = true;
            return;
        }
        const auto clock = (time - day).count();
        const auto fits = [](std::uint64_t bits, std::int64_t value) { return bits == 0 || (bits >> value & 1U) != 0; };
        if (!(scaled ? scaled->fits(day) : days.fits(day))) return jumpTo(day + std::chrono::days{1});
        if (!fits(hourBits, clock / 3600)) return jumpTo(floor<hours>(time) + hours{1});
        if (rule.frequency < Frequency::hourly && !fits(minuteBits, clock / 60 % 60))
            return jumpTo(floor<minutes>(time) + minutes{1});
        period += rule.interval;
        if (rule.frequency == Frequency::secondly && !fits(secondBits, clock % 60)) return;
        bases.push_back(time);
        finish();
    }

    void jumpTo(LocalTime time) {
        const auto missing = floorDiv(time.time_since_epoch().count() + unit() - 1, unit()) - period;
        period += std::max<std::int64_t>((missing + rule.interval - 1) / rule.interval, 1) * rule.interval;
    }

    void finish() {
        const auto all = static_cast<std::int64_t>(bases.size() * offsets.size());
        picked.clear();
        size = static_cast<std::size_t>(all);
        if (rule.positions.empty()) return passDays();
        for (const int position : rule.positions) {
            const std::int64_t index = position > 0 ? position - 1 : all + position;
            if (index >= 0 && index < all) picked.push_back(static_cast<std::size_t>(index));
        }
        std::sort(picked.begin(), picked.end());
        picked.erase(std::unique(picked.begin(), picked.end()), picked.end());
        size = picked.size();
    }

    // Whole days that nobody asks for: a period may have 31 million times.
    void passDays() {
        if (scaled) return;  // its days needn't be in order
        const LocalTime least = remaining ? start : std::max(start, skipBefore.value_or(start));
        const auto first = std::lower_bound(bases.begin(), bases.end(), least - std::chrono::days{1});
        at = static_cast<std::size_t>(first - bases.begin()) * offsets.size();
    }

    // The next start that fits, before DTSTART too.
    std::optional<LocalTime> candidate() {
        while (at >= size) {
            if (over) return std::nullopt;
            if (gap > longestGap) return std::nullopt;
            cut = cut || looks > mostLooks;
            if (cut) return std::nullopt;
            size = 0;
            fill();
        }
        gap = 0;
        const std::size_t index = picked.empty() ? at : picked[at];
        ++at;
        return bases[index / offsets.size()] + seconds{offsets[index % offsets.size()]};
    }

    std::optional<LocalTime> next() {
        std::size_t passed = 0;
        while (!over && !cut) {
            const auto time = candidate();
            if (!time || (until && *time > *until)) break;
            if (*time < start || (last && *time <= *last)) continue;  // SKIP may run into the next period
            last = time;
            if (remaining) {
                // DTSTART always is the first of COUNT, whether it fits or not (RFC 5545 §3.3.10)
                if (!counted && *time != start) --*remaining;
                counted = true;
                if (*remaining == 0) break;
                --*remaining;
            }
            if (!skipBefore || *time >= *skipBefore) return time;
            if (++passed > longestCount) cut = true;
        }
        over = true;
        return std::nullopt;
    }

    const Rule rule;
    const LocalTime start;
    std::optional<LocalTime> until, skipBefore, last;
    std::optional<std::uint32_t> remaining;
    const RuleDays days;
    std::optional<ScaleDays> scaled;  // instead of `days`, where years and months are others
    std::vector<int> offsets;
    std::uint64_t hourBits = 0, minuteBits = 0, secondBits = 0;
    std::int64_t period = 0;
    std::vector<LocalTime> bases;
    std::vector<std::size_t> picked;
    std::size_t at = 0, size = 0, gap = 0, looks = 0;
    bool over = false, cut = false, counted = false;
};

RuleIterator::RuleIterator(const Rule& rule, LocalTime start, std::optional<LocalTime> until)
    : state_(std::make_unique<State>(rule, start, until)) {}
RuleIterator::~RuleIterator() = default;
RuleIterator::RuleIterator(RuleIterator&&) noexcept = default;
RuleIterator& RuleIterator::operator=(RuleIterator&&) noexcept = default;
void RuleIterator::seek(LocalTime from) { state_->seek(from); }
std::optional<LocalTime> RuleIterator::next() { return state_->next(); }
bool RuleIterator::cutShort() const noexcept { return state_->cut; }

}  // namespace crmdav
