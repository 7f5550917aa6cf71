#pragma once
#include <optional>

#include "protocol/text/content_lines.h"
#include "protocol/text/zones.h"

/// Time zones of vCalendar 1.0: one for the whole calendar, as an offset (TZ) and one line for each summer (DAYLIGHT).
namespace crmdav {

/// As VTIMEZONE; nullopt: the calendar says nothing that can be understood. The rule of the last summer goes on.
std::optional<Component> zoneOfOld(const Component& calendar);

/// The item's times in that zone: floating ones are meant so, and a series in UTC too, where there is summer time.
/// What has to be in UTC (RFC 5545 §3.8.2.1 and others) is.
/// @param definition  of zoneOfOld(), with `zone` made from it
/// @returns whether the item names the zone now
bool moveIntoZone(Component& item, const Component& definition, const Zone& zone);

/// A local time in UTC; text that is no local time stays.
std::string inUtc(std::string_view text, const Zone& zone);

}  // namespace crmdav
