#include <algorithm>
#include <bit>

#include "bridge/outlook/recurrence.h"
#include "bridge/provider.h"
#include "protocol/text/recurrence.h"
#include "protocol/text/zones.h"

/// RRULE → patternedRecurrence: one function for each frequency; what is left over is refused.
namespace crmdav::outlook {
namespace {

using namespace std::chrono;
using Type = Pattern::Type;
using Frequency = Rule::Frequency;

constexpr unsigned everyDay = 0b1111111, workingDays = 0b0111110, weekend = 0b1000001;
constexpr int mostOften = 999;  // of intervals and of occurrences, in Exchange

[[noreturn]] void refuse(const std::string& why) { throw Refused("Outlook can't repeat an event like this: " + why); }

struct Wanted {
    Rule rule;
    local_seconds start;
    year_month_day date;
    unsigned weekday;   ///< of the start
    unsigned days = 0;  ///< BYDAY without ordinals
    int ordinal = 0;    ///< of the only BYDAY that there is
};

Wanted read(std::string_view text, const When& start) {
    Wanted wanted{Rule::parse(text), start.local, year_month_day{floor<days>(start.local)}, 0, 0, 0};
    wanted.weekday = weekday{floor<days>(start.local)}.c_encoding();
    const Rule& rule = wanted.rule;
    for (const Rule::Day& day : rule.days) wanted.days |= 1U << day.weekday;
    const bool ordinals = std::ranges::any_of(rule.days, [](const Rule::Day& day) { return day.ordinal != 0; });
    if (ordinals && rule.days.size() > 1) refuse("several numbered days of the week");
    if (ordinals) wanted.ordinal = rule.days.front().ordinal;
    return wanted;
}

/// BYHOUR … may only repeat what the start says.
void requireOwnClock(const Wanted& wanted) {
    const hh_mm_ss clock{wanted.start - floor<days>(wanted.start)};
    const auto same = [](const std::vector<int>& values, std::int64_t own) {
        return values.empty() || (values.size() == 1 && values.front() == own);
    };
    if (!same(wanted.rule.hours, clock.hours().count()) || !same(wanted.rule.minutes, clock.minutes().count()) ||
        !same(wanted.rule.seconds, clock.seconds().count()))
        refuse("several times a day");
}

void requireCommon(const Wanted& wanted) {
    const Rule& rule = wanted.rule;
    if (rule.frequency < Frequency::daily) refuse("more often than once a day");
    if (!rule.yearDays.empty()) refuse("by days of the year");
    if (!rule.weeks.empty()) refuse("by weeks of the year");
    if (!(rule.scale.empty() || rule.scale == "GREGORIAN") || rule.skip != Rule::Skip::omit) refuse("another calendar");
    if (rule.months.size() > 1) refuse("several months");
    if (rule.positions.size() > 1) refuse("several of the fitting days");
    if (rule.interval > mostOften || rule.count.value_or(1) > mostOften) refuse("too large a number");
    requireOwnClock(wanted);
}

void daily(const Wanted& wanted, Pattern& pattern) {
    const Rule& rule = wanted.rule;
    if (!rule.monthDays.empty() || !rule.months.empty()) refuse("daily, on some days of the month or in some months");
    if (!rule.positions.empty()) refuse("daily, by position");
    if (wanted.days == 0) return;
    if (rule.interval != 1 || wanted.ordinal != 0) refuse("every few days, on some days of the week");
    pattern.type = Type::weekly;
    pattern.days = wanted.days;
    pattern.firstDay = rule.weekStart;
}

void weekly(const Wanted& wanted, Pattern& pattern) {
    const Rule& rule = wanted.rule;
    if (!rule.months.empty() || !rule.positions.empty() || !rule.monthDays.empty() || wanted.ordinal != 0)
        refuse("weekly, in some weeks only");
    pattern.type = Type::weekly;
    pattern.days = wanted.days != 0 ? wanted.days : 1U << wanted.weekday;
    pattern.firstDay = rule.weekStart;
}

/// The one day of a month that BYMONTHDAY says: 1 … 31, -1; 31 as well for the last days as Outlook counts them.
int monthDay(const Rule& rule, int startDay) {
    if (rule.monthDays.empty()) return startDay;
    const int last = *std::ranges::max_element(rule.monthDays);
    const int position = rule.positions.empty() ? 0 : rule.positions.front();
    if (rule.monthDays.size() == 1) {
        if (position != 0 && std::abs(position) != 1) refuse("a position that no month has");
        if (last < -1) refuse("days counted from the end of the month");
        return last;
    }
    // 28,29,30 with BYSETPOS=-1 is Outlook's "30th".
    std::vector<int> sorted = rule.monthDays;
    std::ranges::sort(sorted);
    const bool shortening = sorted.front() == 28 && sorted.back() - 27 == static_cast<int>(sorted.size());
    if (!shortening || position != -1) refuse("several days of the month");
    return -last;  // negative: shortened by intent
}

void absolute(const Wanted& wanted, Pattern& pattern, bool year) {
    const int day = monthDay(wanted.rule, static_cast<int>(static_cast<unsigned>(wanted.date.day())));
    if (day == -1) {
        pattern.type = year ? Type::relativeYearly : Type::relativeMonthly;
        pattern.days = everyDay;
        pattern.index = -1;
        return;
    }
    pattern.type = year ? Type::absoluteYearly : Type::absoluteMonthly;
    pattern.dayOfMonth = std::abs(day);
}

void relative(const Wanted& wanted, Pattern& pattern, bool year) {
    const Rule& rule = wanted.rule;
    if (!rule.monthDays.empty()) refuse("days of the week on some days of the month");
    const bool one = std::has_single_bit(wanted.days);
    int index = wanted.ordinal;
    if (index == 0) {
        if (rule.positions.empty()) refuse("several days in each month");
        index = rule.positions.front();
        if (!one && wanted.days != everyDay && wanted.days != workingDays && wanted.days != weekend)
            refuse("by position among some days of the week");
    } else if (!rule.positions.empty() && std::abs(rule.positions.front()) != 1) {
        refuse("a position that no month has");
    }
    if (index != -1 && (index < 1 || index > 4)) refuse("the fifth, or one counted from the end of the month");
    pattern.type = year ? Type::relativeYearly : Type::relativeMonthly;
    pattern.days = wanted.days;
    pattern.index = index;
}

void monthly(const Wanted& wanted, Pattern& pattern) {
    if (!wanted.rule.months.empty()) refuse("monthly, in some months only");
    if (wanted.days != 0) return relative(wanted, pattern, false);
    absolute(wanted, pattern, false);
}

void yearly(const Wanted& wanted, Pattern& pattern) {
    const Rule& rule = wanted.rule;
    if (rule.months.empty() && wanted.days != 0) refuse("yearly, by days of the week without a month");
    if (rule.months.empty() && !rule.monthDays.empty()) refuse("yearly, on days of every month");
    pattern.month =
        rule.months.empty() ? static_cast<int>(static_cast<unsigned>(wanted.date.month())) : rule.months.front();
    if (wanted.days != 0) return relative(wanted, pattern, true);
    absolute(wanted, pattern, true);
}

void setRange(const Wanted& wanted, const When& start, Pattern& pattern) {
    pattern.start = floor<days>(wanted.start);
    const Rule& rule = wanted.rule;
    if (rule.count) {
        pattern.range = Pattern::Range::numbered;
        pattern.count = static_cast<int>(*rule.count);
    } else if (rule.until) {
        pattern.range = Pattern::Range::endDate;
        local_seconds until = rule.until->local;
        if (rule.until->kind == DateTime::Kind::utc && start.kind == When::Kind::zoned)
            if (const ZonePtr zone = findZone(start.zone)) until = zone->toLocal(Instant{until.time_since_epoch()});
        pattern.end = floor<days>(until);
        const auto clock = wanted.start - floor<days>(wanted.start);
        if (!rule.until->isDate() && until - pattern.end < clock) pattern.end -= days(1);
    }
}

/// Local time at which UNTIL cuts the occurrences off.
std::optional<LocalTime> cut(const Rule& rule, const When& start) {
    if (!rule.until) return std::nullopt;
    if (rule.until->isDate()) return rule.until->local + days(1) - seconds(1);
    if (rule.until->kind != DateTime::Kind::utc || start.kind != When::Kind::zoned) return rule.until->local;
    const ZonePtr zone = findZone(start.zone);
    return zone ? zone->toLocal(Instant{rule.until->local.time_since_epoch()}) : rule.until->local;
}

}  // namespace

std::vector<local_seconds> occurrencesOf(std::string_view rrule, const When& start, local_seconds until,
                                         std::size_t most) {
    const Rule rule = Rule::parse(rrule);
    RuleIterator iterator(rule, start.local, cut(rule, start));
    std::vector<local_seconds> all;
    while (all.size() < most) {
        const auto next = iterator.next();
        if (!next || *next >= until) break;
        all.push_back(*next);
    }
    return all;
}

bool sameOccurrences(std::string_view a, std::string_view b, const When& start) {
    if (a == b) return true;
    if (a.empty() || b.empty()) return false;
    try {
        const Rule first = Rule::parse(a), second = Rule::parse(b);
        if (first.endless() != second.endless()) return false;
        const local_seconds until = start.local + (first.endless() ? days(5 * 366) : days(366 * 200));
        constexpr std::size_t most = 2500;  // more than five years of days
        return occurrencesOf(a, start, until, most) == occurrencesOf(b, start, until, most);
    } catch (const RuleError&) {
        return false;
    }
}

Pattern patternOf(std::string_view rrule, const When& start) {
    try {
        const Wanted wanted = read(rrule, start);
        requireCommon(wanted);
        Pattern pattern;
        pattern.interval = static_cast<int>(wanted.rule.interval);
        switch (wanted.rule.frequency) {
            case Frequency::daily: daily(wanted, pattern); break;
            case Frequency::weekly: weekly(wanted, pattern); break;
            case Frequency::monthly: monthly(wanted, pattern); break;
            default: yearly(wanted, pattern);
        }
        setRange(wanted, start, pattern);
        const auto first = occurrencesOf(rrule, start, local_seconds::max(), 1);
        if (first.empty() || first.front() != start.local) refuse("the first time doesn't fit the rule");
        // The last word: a 31st that short months skip, and whatever else the cases above let through.
        if (!sameOccurrences(rrule, ruleOf(pattern, start), start)) refuse("its days would be others there");
        return pattern;
    } catch (const RuleError& error) {
        refuse(error.what());
    }
}

}  // namespace crmdav::outlook
