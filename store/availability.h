#pragma once
#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "protocol/text/freebusy.h"

/// The times at which somebody can be booked (rule E6): pure, over what is known of when they are busy.
namespace crmdav {

/// What an appointment calendar asks of a time.
struct SlotRules {
    std::chrono::minutes duration{30};  ///< of an appointment: 5 minutes … 24 hours
    std::chrono::minutes step{30};      ///< between the starts that are offered, from midnight by the clock of `zone`
    std::chrono::minutes before{0}, after{0};  ///< nothing else may take place so long before and after it
    std::chrono::minutes notice{0};            ///< nothing begins sooner than so long after now
    std::chrono::days horizon{60};             ///< nothing begins later than so many days after now
    std::string zone;                          ///< IANA
    friend bool operator==(const SlotRules&, const SlotRules&) = default;
};

/// The starts in [range.start, range.end) of appointments that fit, ascending: within the notice and the horizon; no
/// time of `periods` that is busy, tentative or unknown during them or their buffers, and none that is `unavailable`
/// (outside of working hours) during themselves.
/// @param periods any order, overlapping as they like; they have to cover what is known of `covered(range, rules)`
std::vector<Instant> freeSlots(const TimeRange& range, const SlotRules& rules, std::span<const BusyPeriod> periods,
                               Instant now);

/// The time of which one has to know to answer for `range`.
TimeRange covered(const TimeRange& range, const SlotRules& rules);

/// Of several people, each ascending: free when at least one is, or when all are.
std::vector<Instant> anyOf(std::span<const std::vector<Instant>> slots);
std::vector<Instant> allOf(std::span<const std::vector<Instant>> slots);

}  // namespace crmdav
