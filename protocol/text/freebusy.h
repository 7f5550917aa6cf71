#pragma once
#include <span>
#include <string>
#include <vector>

#include "protocol/text/expand.h"

/// Busy time: collecting, merging, and the VFREEBUSY that answers (RFC 4791 §7.10, RFC 6638 §5).
namespace crmdav {

class Document;

struct BusyPeriod {
    Instant start, end;
    Busy kind = Busy::busy;
    friend bool operator==(const BusyPeriod&, const BusyPeriod&) = default;
};

/// Adds the busy periods of an object that overlap `range`: events by busyOf(), VFREEBUSY by its FREEBUSY lines.
/// @returns false when the object has more instances there than `bound` allows: the rest is missing
bool addBusy(const CalendarItem& item, const TimeRange& range, std::span<const std::string> own, const Bound& bound,
             std::vector<BusyPeriod>& out);

/// Adds when people are not available: the spans of each VAVAILABILITY but for what AVAILABLE inside takes out, as its
/// BUSYTYPE says; where two overlap the one of higher PRIORITY counts (RFC 7953 §4).
/// @param floating  zone of floating times
void addUnavailable(const Document& calendar, const TimeRange& range, const ZonePtr& floating,
                    std::vector<BusyPeriod>& out);

/// Clipped to `range`, ascending, what overlaps or touches united where it is of the same kind (RFC 4791 §7.10). Kinds
/// stay apart: a tentative period says so as a whole, whatever else is during it.
std::vector<BusyPeriod> mergeBusy(std::vector<BusyPeriod> periods, const TimeRange& range);

struct FreeBusyHead {
    std::string uid;                 ///< empty: a made-up one
    Instant stamp{};                 ///< DTSTAMP
    std::string method;              ///< REPLY for scheduling (RFC 6638), empty for a report
    std::vector<std::string> lines;  ///< further lines without line end: ORGANIZER…, ATTENDEE… as the request had them
};

/// A VCALENDAR with one VFREEBUSY. @param periods as of mergeBusy
std::string writeFreeBusy(const TimeRange& range, std::span<const BusyPeriod> periods, const FreeBusyHead& head);

}  // namespace crmdav
