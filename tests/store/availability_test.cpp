// Rule E6: a time is offered if and only if nothing overlaps it; against a check that looks at each minute by itself.
#include "store/availability.h"

#include <gmock/gmock.h>

#include <random>

#include "protocol/text/zones.h"
#include "tests/support/sanitized.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
    SlotRules rules;
    TimeRange range;
    std::vector<BusyPeriod> periods;
    Instant now;
};

Case randomCase(std::mt19937& random) {
    const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
    constexpr const char* zones[] = {"Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
                                     "UTC"};
    // Around changes of the clock in Berlin, New York and on Lord Howe, and far from any.
    constexpr sys_days around[] = {sys_days{year{2026} / October / 24}, sys_days{year{2026} / November / 1},
                                   sys_days{year{2027} / March / 27}, sys_days{year{2027} / April / 3},
                                   sys_days{year{2027} / June / 9}};
    constexpr int steps[] = {5, 15, 20, 30, 60, 45, 7};
    Case made;
    made.rules = {minutes(5 + 5 * below(20)), minutes(steps[below(7)]), minutes(5 * below(5)), minutes(5 * below(5)),
                  minutes(60 * below(8)),     days(1 + below(4)),       zones[below(5)]};
    made.now = around[below(5)] + minutes(below(48 * 60));
    made.range = {made.now - minutes(below(300)), made.now + minutes(300 + below(2000))};
    constexpr Busy kinds[] = {Busy::busy, Busy::tentative, Busy::unavailable, Busy::free};
    for (int left = below(25); left; --left) {
        const Instant start = made.range.start - hours(12) + seconds(below(3500 * 60));
        made.periods.push_back({start, start + seconds(below(4 * 3600)), kinds[below(4)]});
    }
    return made;
}

bool isFree(const Case& c, Instant start) {
    const Instant end = start + c.rules.duration;
    return std::ranges::none_of(c.periods, [&](const BusyPeriod& p) {
        if (p.kind == Busy::free || p.start == p.end) return false;
        if (p.kind == Busy::unavailable) return p.start < end && p.end > start;
        return p.start < end + c.rules.after && p.end > start - c.rules.before;
    });
}

std::vector<Instant> slowly(const Case& c) {
    std::vector<Instant> out;
    const ZonePtr zone = findZone(c.rules.zone);
    const Instant begin = floor<minutes>(c.range.start) - hours(3);
    const LocalTime firstWall = zone->toLocal(begin) - hours(3);
    std::vector<bool> shown(static_cast<std::size_t>(
        (c.range.end - firstWall.time_since_epoch() + hours(24)).time_since_epoch() / minutes(1)));
    for (Instant at = begin; at < c.range.end; at += minutes(1)) {
        const LocalTime wall = zone->toLocal(at);
        auto before = shown[static_cast<std::size_t>((wall - firstWall) / minutes(1))];
        const bool first = !before;  // a clock that is put back shows a time twice
        before = true;
        if ((wall - floor<days>(wall)) % c.rules.step != 0s || !first || at < c.range.start) continue;
        if (at < c.now + c.rules.notice || at > c.now + c.rules.horizon) continue;
        if (isFree(c, at)) out.push_back(at);
    }
    return out;
}

TEST(Availability, ASlotIsOfferedIfAndOnlyIfNothingOverlapsIt) {
    const unsigned cases = isSanitized() ? 1'000 : 10'000;
    std::size_t offered = 0;
    for (unsigned seed = 0; seed < cases; ++seed) {
        std::mt19937 random(seed);
        const Case made = randomCase(random);
        const auto slots = freeSlots(made.range, made.rules, made.periods, made.now);
        ASSERT_EQ(slots, slowly(made)) << "seed " << seed;
        offered += slots.size();
    }
    EXPECT_GT(offered, cases);
}

constexpr Instant nine = sys_days{year{2027} / June / 9} + hours(9);

SlotRules halfHours() { return {minutes(30), minutes(30), {}, {}, {}, days(60), "UTC"}; }

TEST(Availability, WhatTouchesAnAppointmentDoesNotOverlapIt) {
    const std::vector<BusyPeriod> around{{nine - hours(1), nine, Busy::busy},
                                         {nine + minutes(30), nine + hours(2), Busy::busy}};
    EXPECT_THAT(freeSlots({nine - minutes(30), nine + hours(1)}, halfHours(), around, nine - days(1)),
                ElementsAre(nine));
}

TEST(Availability, BuffersReachBeyondTheWorkingHoursButNotIntoOtherMeetings) {
    SlotRules rules = halfHours();
    rules.before = rules.after = minutes(10);
    const std::vector<BusyPeriod> hours{{nine - days(1), nine, Busy::unavailable},
                                        {nine + minutes(30), nine + days(1), Busy::unavailable}};
    EXPECT_THAT(freeSlots({nine - minutes(30), nine + minutes(60)}, rules, hours, nine - days(1)), ElementsAre(nine));
    const std::vector<BusyPeriod> meeting{{nine + minutes(35), nine + minutes(40), Busy::busy}};
    EXPECT_THAT(freeSlots({nine, nine + minutes(30)}, rules, meeting, nine - days(1)), IsEmpty());
}

TEST(Availability, OfAGroupAnyoneOrEveryone) {
    const std::vector<std::vector<Instant>> slots{{nine, nine + hours(1)}, {nine + hours(1), nine + hours(2)}};
    EXPECT_THAT(anyOf(slots), ElementsAre(nine, nine + hours(1), nine + hours(2)));
    EXPECT_THAT(allOf(slots), ElementsAre(nine + hours(1)));
    EXPECT_THAT(allOf({}), IsEmpty());
}

}  // namespace
}  // namespace crmdav
