#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/text/datetime.h"

/// When a person can be met, as a week and the days that differ from it; and the same as the VAVAILABILITY that native
/// apps read and set (RFC 7953).
namespace crmdav {

class Document;

/// [from, until) since midnight by the wall clock; at most 24 hours.
struct DaySpan {
    std::chrono::minutes from, until;
    friend bool operator==(const DaySpan&, const DaySpan&) = default;
};
using DaySpans = std::vector<DaySpan>;  ///< ascending, none touches the next

struct WorkingHours {
    std::string zone;                                  ///< IANA
    std::array<DaySpans, 7> week;                      ///< Monday first
    std::map<std::chrono::local_days, DaySpans> days;  ///< instead of what the week says; empty: not at all
    friend bool operator==(const WorkingHours&, const WorkingHours&) = default;
};

/// Monday to Friday, nine to five.
WorkingHours usualHours(std::string zone);

/// Why these can't be kept, in words; empty: they can. Their order, and how many there are: a calendar's reader looks
/// at no more than 30 spans and 100 stretches of days.
std::string problemOf(const WorkingHours&);

/// A VCALENDAR. @param stamp DTSTAMP. @param uid of the week; the days' have it in front
std::string writeWorkingHours(const WorkingHours&, Instant stamp, const std::string& uid);

/// What a calendar says about availability, where a week and days can say it.
/// @returns nullopt: it says more than that (also: hours that begin after `now`), or nothing
std::optional<WorkingHours> readWorkingHours(const Document& calendar, Instant now);

}  // namespace crmdav
