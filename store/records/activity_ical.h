#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/content_lines.h"
#include "store/model.h"

/// Activity ⇄ VEVENT or VTODO (reference/mapping.md §1). Pure functions: no database, no clock.
/// Owner, hand-made links and ids stay in the record; what the CRM has no place for stays in the object.
namespace crmdav {

/// VEVENT or VTODO: event, todo; else journal or other, which have no record.
ComponentKind componentOf(const Component& calendar);

/// The master VEVENT or VTODO; of an object that holds only single occurrences the first of them. Null: none.
const Component* masterOf(const Component& calendar);
Component* masterOf(Component& calendar);

/// The mapped fields. The type is the one that CATEGORIES or X-CRMDAV-TYPE names, else `fallback` (D-rule: a client
/// that knows nothing of types).
Activity readActivity(const Document&, std::span<const ActivityType> types, const Id& fallback);

/// The type that the object itself names; empty: none, or one that isn't known.
Id namedType(const Document&, std::span<const ActivityType> types);

/// Rewrites those properties whose field differs between `before` and `after`; everything else stays byte for byte:
/// ATTENDEE lines of unchanged participants, alarms with their acknowledgements, overrides of other occurrences.
/// SEQUENCE and DTSTAMP rise when the time changes, LAST-MODIFIED with any change (RFC 5545 §3.8.7).
void overlayActivity(Document&, const Activity& before, const Activity& after, std::span<const ActivityType> types,
                     Instant now);

/// A fresh calendar object with VTIMEZONEs, UID and X-CRMDAV-ID.
Document makeCalendar(const Activity&, std::span<const ActivityType> types, Instant now);

/// Exceptions follow a start that moved, and texts of occurrences that were the series' own, unless the caller changed
/// the exceptions too.
void settleExceptions(const Activity& before, Activity& after);

}  // namespace crmdav
