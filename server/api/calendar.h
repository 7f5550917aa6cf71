#pragma once
#include <span>

#include "server/api/routes.h"

/// The calendar's rows of the table of routes.
namespace crmdav {

std::span<const Route> calendarRoutes();    // calendar.cpp: what takes place, series expanded
std::span<const Route> occurrenceRoutes();  // occurrences.cpp: changes of one, the following, or all

}  // namespace crmdav
