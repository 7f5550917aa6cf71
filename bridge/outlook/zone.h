#pragma once
#include <string>
#include <string_view>

#include "protocol/text/json.h"
#include "store/model.h"

/// Times as Microsoft Graph has them: wall clocks with Windows zone names.
namespace crmdav::outlook {

/// What to call an IANA zone there: by its Windows name where that zone's clocks go alike from `at` on, else by its
/// own.
std::string graphZone(const std::string& iana, std::chrono::local_seconds at);

/// `when` as Graph gives it back: Europe/Zurich becomes Europe/Berlin, as both are "W. Europe Standard Time". Floating
/// times are in `zone`, the calendar's own (IANA). @throws Refused  the zone is unknown
When held(const When& when, const std::string& zone);

/// A dateTimeTimeZone of an answer, in a zone by Graph's name; a date where the event is all-day (rule C9).
/// @param zone  unknown: the time is given in UTC
/// @returns     Kind::none: it is no time
When readWhen(const Json& time, std::string_view zone, bool allDay);

/// {"dateTime", "timeZone"} of a time that is held(); of a date its midnight.
std::string writeWhen(const When&);

/// The moment; a date is its midnight in `zone` (IANA).
Instant instantOf(const When&, const std::string& zone);

}  // namespace crmdav::outlook
