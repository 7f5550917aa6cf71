#pragma once
#include <span>
#include <string>
#include <vector>

#include "store/objects.h"

/// Filters and free-busy: the indexes find candidates, the bytes decide where an index can't.
namespace crmdav {

class Connection;
struct CalendarFilter;
struct CardFilter;

bool queryCalendar(Connection&, const Sight&, const CalendarFilter&, const std::string& zone, std::size_t limit,
                   const VisitMember&, bool withBytes);
bool queryBook(Connection&, const Sight&, const CardFilter&, std::size_t limit, const VisitMember&, bool withBytes);
std::vector<BusyPeriod> freeBusy(Connection&, std::span<const CollectionId>, const TimeRange&, const std::string& zone);

}  // namespace crmdav
