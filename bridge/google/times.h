#pragma once
#include <string>
#include <vector>

#include "protocol/text/json.h"
#include "store/model.h"

/// Times of Google's events ⇄ When (mapping §3). Pure.
namespace crmdav::google {

/// start, end, originalStartTime: the instant comes from `dateTime`, whose offset may be that of any zone; the wall
/// clock from `timeZone`. Without a known zone it's UTC. Kind::none: there is no time.
When readTime(const Json&);

/// {"date"} or {"dateTime","timeZone"}. Floating times, which Google has no place for, are in `zone`.
/// @throws Refused  the zone is unknown
Json timeJson(const When&, const std::string& zone);
/// The same for a PATCH over `old`: what an all-day event must not have is null, and the other way round.
Json timePatch(const When&, const std::string& zone, const Json& old);

/// RFC 3339 with the offset of its zone; of a date the date.
std::string timeText(const When&);

/// What tells occurrences apart: 2026-03-10, or the instant as 20260310T090000Z.
std::string occurrenceKey(const When&);

/// The lines of `recurrence`.
struct Recurrence {
    std::string rule;
    std::vector<When> dates;    ///< RDATE
    std::vector<When> without;  ///< EXDATE
    std::string problem;        ///< what can't be taken over; empty: nothing
};
Recurrence readRecurrence(const Json& lines, const When& start);

/// @param start  as it is written, not floating @throws Refused  Google can't have such a series
Json recurrenceJson(const Recurrence&, const When& start);

/// Floating times as Google will have them.
When settled(const When&, const std::string& zone);

}  // namespace crmdav::google
