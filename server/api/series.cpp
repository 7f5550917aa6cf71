#include "server/api/series.h"

#include <algorithm>

#include "protocol/text/recurrence.h"
#include "protocol/text/zones.h"
#include "server/api/series_rule.h"
#include "server/api/times.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::size_t mostCounted = 20'000;

seconds lengthOf(const Activity& series) {
    if (series.end.kind == When::Kind::none) return seconds(0);
    if (series.start.kind == When::Kind::date) return series.end.local - series.start.local;
    return whenUtc(series.end) - whenUtc(series.start);
}

/// `start` and the series' length after it: by the clock on the wall for dates, else as time passes.
When endAfter(const Activity& series, const When& start) {
    if (series.end.kind == When::Kind::none) return {};
    if (start.kind != When::Kind::zoned) return {start.kind, start.local + lengthOf(series), start.zone};
    const ZonePtr zone = findZone(start.zone);
    if (!zone) return {start.kind, start.local + lengthOf(series), start.zone};
    return {start.kind, zone->toLocal(zone->toUtc(start.local) + lengthOf(series)), start.zone};
}

When shifted(const When& when, const When& from, const When& to) {
    if (to.kind == When::Kind::date)
        return {to.kind, floor<days>(when.local) + (floor<days>(to.local) - floor<days>(from.local)), {}};
    return {to.kind, when.local + (to.local - from.local), to.zone};
}

/// Starts by the rule up to `last`, DTSTART included.
std::vector<LocalTime> startsOf(const Activity& series, LocalTime last) {
    std::vector<LocalTime> starts;
    if (series.rrule.empty()) return {series.start.local};
    const Rule rule = Rule::parse(series.rrule);
    RuleIterator next(rule, series.start.local, untilOf(rule, series.start));
    while (const auto start = next.next()) {
        if (*start > last || starts.size() == mostCounted) break;
        starts.push_back(*start);
    }
    if (starts.empty() || starts.front() != series.start.local) starts.insert(starts.begin(), series.start.local);
    return starts;
}

bool ruleHas(const Activity& series, LocalTime original) {
    if (original == series.start.local) return true;
    if (series.rrule.empty()) return false;
    const Rule rule = Rule::parse(series.rrule);
    RuleIterator starts(rule, series.start.local, untilOf(rule, series.start));
    starts.seek(original);
    return starts.next() == original;
}

bool isListed(const Activity& series, const When& original) {
    return std::ranges::find(series.extraDates, original) != series.extraDates.end();
}

auto exceptionAt(Activity& series, const When& original) {
    return std::ranges::find(series.exceptions, original, &Exception::original);
}

void put(Activity& series, Exception exception) {
    if (const auto there = exceptionAt(series, exception.original); there != series.exceptions.end())
        *there = std::move(exception);
    else
        series.exceptions.push_back(std::move(exception));
}

bool saysNothing(const Activity& series, const Exception& e) {
    return !e.cancelled && e.subject == series.subject && e.location == series.location && e.notes == series.notes &&
           e.start == e.original && e.end == endAfter(series, e.original);
}

/// Originals of before by the place that they have among the starts: the k-th stays the k-th.
When placed(const When& original, const Activity& before, const std::vector<LocalTime>& was, const Activity& after,
            const std::vector<LocalTime>& is) {
    const auto at = std::ranges::lower_bound(was, original.local);
    const auto place = static_cast<std::size_t>(at - was.begin());
    if (at == was.end() || *at != original.local || place >= is.size())
        return shifted(original, before.start, after.start);
    return {after.start.kind, is[place], after.start.zone};
}

LocalTime lastOriginal(const Activity& series) {
    LocalTime last = series.start.local;
    for (const Exception& e : series.exceptions) last = std::max(last, e.original.local);
    return last;
}

}  // namespace

bool hasOccurrence(const Activity& series, const When& original) {
    const auto own = std::ranges::find(series.exceptions, original, &Exception::original);
    if (own != series.exceptions.end()) return !own->cancelled;
    if (isListed(series, original)) return true;
    return original.kind == series.start.kind && original.zone == series.start.zone && ruleHas(series, original.local);
}

Exception occurrenceOf(const Activity& series, const When& original) {
    const auto own = std::ranges::find(series.exceptions, original, &Exception::original);
    if (own != series.exceptions.end()) return *own;
    Exception plain;
    plain.original = plain.start = original;
    plain.end = endAfter(series, original);
    plain.subject = series.subject;
    plain.location = series.location;
    plain.notes = series.notes;
    return plain;
}

void editThis(Activity& series, const When& original, const OccurrenceEdit& edit) {
    Exception exception = occurrenceOf(series, original);
    if (edit.subject) exception.subject = *edit.subject;
    if (edit.location) exception.location = *edit.location;
    if (edit.notes) exception.notes = *edit.notes;
    if (edit.start) exception.start = *edit.start;
    if (edit.end) exception.end = *edit.end;
    put(series, std::move(exception));
}

void cancelThis(Activity& series, const When& original) {
    Exception exception;
    exception.original = original;
    exception.cancelled = true;
    put(series, std::move(exception));
}

void moveAll(Activity& series, const When& original, const When& start, const When& end) {
    const Activity before = series;
    const auto was = startsOf(before, lastOriginal(before));
    series.start = shifted(before.start, original, start);
    series.end = end.kind == When::Kind::none ? end : shifted(end, start, series.start);
    series.rrule = movedRule(before.rrule, before.start, series.start);
    for (When& date : series.extraDates) date = shifted(date, before.start, series.start);
    std::vector<LocalTime> is;
    if (!before.exceptions.empty())  // as far as the last of them can have come
        is = startsOf(series, lastOriginal(before) + (series.start.local - before.start.local) + days(366));
    for (Exception& e : series.exceptions) {
        const bool dragged = e.original == original, ownTime = e.start != e.original && !dragged;
        const bool ownLength = !e.cancelled && e.end != endAfter(before, e.start) && !dragged;
        const seconds length = e.end.local - e.start.local;
        e.original = placed(e.original, before, was, series, is);
        if (e.cancelled || ownTime) continue;
        e.start = e.original;
        e.end = ownLength ? When{e.start.kind, e.start.local + length, e.start.zone} : endAfter(series, e.start);
    }
    std::erase_if(series.exceptions, [&](const Exception& e) { return saysNothing(series, e); });
}

void dropStrayExceptions(Activity& series) {
    std::erase_if(series.exceptions, [&](const Exception& e) {
        return !isListed(series, e.original) && !ruleHas(series, e.original.local);
    });
}

bool isFirst(const Activity& series, const When& original) {
    return original.local <= series.start.local &&
           std::ranges::none_of(series.extraDates, [&](const When& date) { return date.local < original.local; });
}

Activity splitAt(Activity& series, const When& original) {
    Activity rest = series;
    static_cast<RecordHead&>(rest) = {};
    rest.owner = series.owner;
    rest.uid.clear();
    rest.start = original;
    rest.end = endAfter(series, original);
    const auto before = startsOf(series, original.local - seconds(1)).size();
    std::tie(series.rrule, rest.rrule) = splitRule(series.rrule, series.start, original, before);
    std::erase_if(series.extraDates, [&](const When& date) { return date.local >= original.local; });
    std::erase_if(rest.extraDates, [&](const When& date) { return date.local <= original.local; });
    std::erase_if(series.exceptions, [&](const Exception& e) { return e.original.local >= original.local; });
    std::erase_if(rest.exceptions, [&](const Exception& e) { return e.original.local < original.local; });
    return rest;
}

}  // namespace crmdav
