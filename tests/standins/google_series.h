#pragma once
#include <functional>
#include <optional>
#include <string>

#include "bridge/json_values.h"
#include "protocol/text/expand.h"

/// Occurrences of Google's recurring events, by iCalendar's rules.
namespace crmdav::standins {

/// {"date"} or {"dateTime","timeZone"} as an instant; dates at midnight UTC. nullopt: neither.
std::optional<Instant> momentOf(const Json& point);
/// The same with other words: offset of `zone`.
Json shownIn(const Json& point, const std::string& zone);
/// dateTime without offset gets that of its timeZone. false: it can't be read
bool settle(Json& point, const std::string& calendarZone);

struct Occurrence {
    Instant start, end;
    Json original;    ///< originalStartTime
    std::string key;  ///< of its id: 20260310T090000Z, 20260310
};

/// By the master's rule and dates alone, ascending; false stops.
void forEachOccurrence(const Json& master, const TimeRange&, const std::function<bool(const Occurrence&)>&);
std::optional<Occurrence> occurrenceAt(const Json& master, Instant original);
/// The occurrence as an event: without rule, with id and series.
Json instanceOf(const Json& master, const Occurrence&);
/// Whether an event, with all its occurrences, ends after a moment.
bool lastsBeyond(const Json& event, Instant);

}  // namespace crmdav::standins
