#include "store/availability.h"

#include <algorithm>
#include <iterator>

#include "protocol/text/zones.h"

namespace crmdav {
namespace {

using namespace std::chrono;

/// What an appointment mustn't overlap, as times at which it mustn't begin: by start, united.
std::vector<TimeRange> forbidden(const SlotRules& rules, std::span<const BusyPeriod> periods) {
    std::vector<TimeRange> out;
    for (const BusyPeriod& period : periods) {
        if (period.kind == Busy::free || period.start >= period.end) continue;
        const bool hours = period.kind == Busy::unavailable;
        // [s - before, s + duration + after) overlaps [start, end) where start - duration - after < s < end + before
        const Instant first = period.start - rules.duration - (hours ? minutes(0) : rules.after) + seconds(1);
        out.push_back({first, period.end + (hours ? minutes(0) : rules.before)});
    }
    std::ranges::sort(out, {}, &TimeRange::start);
    std::size_t kept = 0;
    for (const TimeRange& range : out) {
        if (kept > 0 && range.start <= out[kept - 1].end)
            out[kept - 1].end = std::max(out[kept - 1].end, range.end);
        else
            out[kept++] = range;
    }
    out.resize(kept);
    return out;
}

/// The starts that the clock of the zone offers, ascending: none that it skips, one that it shows twice once.
std::vector<Instant> candidates(const TimeRange& range, const SlotRules& rules) {
    const ZonePtr zone = findZone(rules.zone);
    const Zone& clock = zone ? *zone : *utcZone();
    std::vector<Instant> out;
    for (local_days day = floor<days>(clock.toLocal(range.start)) - days(1);
         day <= floor<days>(clock.toLocal(range.end)) + days(1); day += days(1))
        for (minutes at{0}; at < hours(24); at += rules.step) {
            const Instant start = clock.toUtc(day + at);
            if (start < range.start || start >= range.end || clock.toLocal(start) != day + at) continue;
            if (out.empty() || out.back() < start) out.push_back(start);
        }
    return out;
}

}  // namespace

TimeRange covered(const TimeRange& range, const SlotRules& rules) {
    return {range.start - rules.before, range.end + rules.duration + rules.after};
}

std::vector<Instant> freeSlots(const TimeRange& range, const SlotRules& rules, std::span<const BusyPeriod> periods,
                               Instant now) {
    const TimeRange asked{std::max(range.start, now + rules.notice),
                          std::min(range.end, now + rules.horizon + seconds(1))};
    if (asked.start >= asked.end) return {};
    std::vector<Instant> out = candidates(asked, rules);
    const std::vector<TimeRange> taken = forbidden(rules, periods);
    auto at = taken.begin();
    std::erase_if(out, [&](Instant start) {
        while (at != taken.end() && at->end <= start) ++at;
        return at != taken.end() && at->start <= start;
    });
    return out;
}

std::vector<Instant> anyOf(std::span<const std::vector<Instant>> slots) {
    std::vector<Instant> out;
    for (const auto& one : slots) {
        std::vector<Instant> both;
        std::ranges::set_union(out, one, std::back_inserter(both));
        out = std::move(both);
    }
    return out;
}

std::vector<Instant> allOf(std::span<const std::vector<Instant>> slots) {
    if (slots.empty()) return {};
    std::vector<Instant> out = slots.front();
    for (const auto& one : slots.subspan(1)) {
        std::vector<Instant> both;
        std::ranges::set_intersection(out, one, std::back_inserter(both));
        out = std::move(both);
    }
    return out;
}

}  // namespace crmdav
