#pragma once
#include <span>

#include "protocol/text/zones.h"
#include "server/api/fields.h"
#include "server/api/routes.h"

/// The calendar's rows of the table of routes, and how what takes place is shown.
namespace crmdav {

/// A CalendarEntry whose times are wall clocks of the zone in which it is shown, or dates.
struct ShownEntry : CalendarEntry {};
template <>
std::span<const Field<ShownEntry>> fieldsOf();
/// The zone in the parameter `zone`, else the asker's. @throws Problem 400  none that there is
std::string zoneAsked(const Call&);
ShownEntry shownIn(const Zone&, CalendarEntry);

std::span<const Route> calendarRoutes();    // calendar.cpp: what takes place, series expanded
std::span<const Route> meetingRoutes();     // meetings.cpp: a record's meetings
std::span<const Route> occurrenceRoutes();  // occurrences.cpp: changes of one, the following, or all

}  // namespace crmdav
