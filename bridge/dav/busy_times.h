#pragma once
#include <span>
#include <string>
#include <vector>

#include "bridge/dav/collection.h"

namespace crmdav {

/// Adds when a calendar is busy: the server's own answer (RFC 4791 §7.10), else from its events.
/// @param own  the owner's addresses: what was declined takes no time
/// @throws Refused  the server does neither, or an event has more occurrences than can be looked at
void addBusyOf(DavCollection& calendar, const TimeRange& range, std::span<const std::string> own,
               std::vector<BusyPeriod>& out);

}  // namespace crmdav
