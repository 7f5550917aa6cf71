#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/text/content_lines.h"
#include "protocol/text/zones.h"
#include "store/model.h"

/// When ⇄ DTSTART, DTEND, RDATE … of one calendar object, zones included.
namespace crmdav {

/// Kind::none where the value is no time. A zone that only the object knows becomes UTC; an unknown one floats.
When readWhen(const Component& calendar, const Property&);
/// Writes it in the property's own style: the TZID keeps its spelling while the zone stays the same, and a VTIMEZONE is
/// added where the zone is new to the calendar. Nothing happens when the property says so already.
void writeWhen(Component& calendar, Property&, const When&);
/// Parameters and value of `like`, for a line of its own.
Property propertyOf(Component& calendar, std::string_view name, const When&);

/// DTEND, else DTSTART + DURATION; of a VTODO its DUE.
When readEnd(const Component& calendar, const Component& item);
/// Keeps the form that is there (DTEND, DUE or DURATION) where it can say `end`.
void writeEnd(Component& calendar, Component& item, const When& start, const When& end);

/// One value of EXDATE or RDATE (of a PERIOD its start).
struct ListedTime {
    std::size_t line, part;  ///< property of the item, value in it
    When when;
};
std::vector<ListedTime> readTimes(const Component& calendar, const Component& item, std::string_view name);
/// Leaves the lines' other values as they are; a line that has none left goes.
void removeTimes(Component& item, std::vector<ListedTime> unwanted);

/// The moment; floating times and dates are looked at in `floating`. nullopt: Kind::none.
std::optional<Instant> utcOf(const When&, const ZonePtr& floating);
/// The same moment, said as `start` is: in its zone, or as a date.
When inFormOf(const When& when, const When& start);

/// `when` as text for people and the history: 2026-01-05 10:00 Europe/Berlin.
std::string textOf(const When&);

}  // namespace crmdav
