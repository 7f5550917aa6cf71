#pragma once
#include <span>
#include <string>
#include <vector>

#include "bridge/dav/collection.h"

namespace crmdav {

/// Adds when a calendar is busy, by its events; where these can't be read, by the server's own answer (RFC 4791 §7.10):
/// not every server counts the days of a series right.
/// @param own   the owner's addresses: what was declined takes no time
/// @param zone  in which floating times and dates are looked at
/// @throws Refused  the server does neither, or an event has more occurrences than can be looked at
void addBusyOf(DavCollection& calendar, const TimeRange& range, std::span<const std::string> own, const ZonePtr& zone,
               std::vector<BusyPeriod>& out);

}  // namespace crmdav
