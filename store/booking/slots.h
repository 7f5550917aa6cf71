#pragma once
#include <cstdint>
#include <vector>

#include "store/booking/calendars.h"

/// The free times of an appointment calendar, and who hosts one (rule E6).
namespace crmdav {

/// The times at which each member can host, in the order of members.
std::vector<std::vector<Instant>> slotsOfMembers(Connection&, const StoredCalendar&, const TimeRange&);
/// Of the calendar.
std::vector<Instant> slotsOf(const StoredCalendar&, const std::vector<std::vector<Instant>>& ofMembers);

/// Who hosts an appointment at `start`: of a round robin whoever can and has the fewest bookings in the next 30 days,
/// then the lowest id; else the first member. 0: nobody can.
std::int64_t hostAt(Connection&, const StoredCalendar&, const std::vector<std::vector<Instant>>& ofMembers,
                    Instant start);

}  // namespace crmdav
