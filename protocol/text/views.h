#pragma once
#include <string>

#include "protocol/text/expand.h"

/// Views that a client can ask for instead of the object as stored (children of CALDAV:calendar-data, RFC 4791 §9.6).
/// Lines that a view does not touch are copied byte for byte.
namespace crmdav {

class Document;

/// CALDAV:expand (RFC 4791 §9.6.5): one component per instance that overlaps, times in UTC, RECURRENCE-ID, without
/// rules and VTIMEZONE. Dates stay dates; floating times become UTC through `floating`. Nothing in range: a VCALENDAR
/// without components.
/// @throws DavError 403 DAV:number-of-matches-within-limits  more than `most` instances
std::string expandView(const Document& document, const TimeRange& range, const ZonePtr& floating,
                       std::size_t most = 5'000);

/// CALDAV:limit-recurrence-set (§9.6.6): the master, and the overrides that are in range now or would have been.
std::string limitRecurrenceSet(const Document& document, const TimeRange& range, const ZonePtr& floating);

/// CALDAV:limit-freebusy-set (§9.6.7): of FREEBUSY only the periods that overlap.
std::string limitFreeBusySet(const Document& document, const TimeRange& range);

/// Without each VTIMEZONE whose TZID is an IANA zone that the client knows itself (CalDAV-Timezones: F, RFC 7809
/// §3.1.1).
std::string withoutStandardZones(const Document& document);

/// A VTIMEZONE (with its line ends) for a zone of the system, in the form that Outlook, Google and Apple read: the rule
/// in force as two RRULE observances, or one fixed offset; older changes since `since` as observances of their own.
/// @returns empty when `iana` is unknown
std::string writeTimeZone(std::string_view iana, Instant since);

/// As writeTimeZone, wrapped in a VCALENDAR (CALDAV:calendar-timezone).
std::string writeTimeZoneCalendar(std::string_view iana, Instant since);

}  // namespace crmdav
