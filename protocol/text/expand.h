#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "protocol/text/zones.h"

/// The instances of a calendar object: recurrence rules, extra and left-out dates, overrides, durations.
namespace crmdav {

class Component;

/// RFC 4791 §9.9 for something that lasts: [start, end) of both; nothing long (start == end) counts at its start.
bool overlaps(Instant start, Instant end, const TimeRange& range) noexcept;

enum class ItemKind : std::uint8_t { event, todo, journal, freeBusy, availability };

struct Instance {
    Instant start;               ///< an undated to-do: Instant::min()
    Instant end;                 ///< >= start; an undated to-do: Instant::max()
    DateTime recurrenceId;       ///< the start this instance had by rule, in the form of the master's DTSTART
    Instant recurrenceInstant;   ///< the same as an instant: overrides are told apart by it
    const Component* component;  ///< the master, or the override that applies
    bool allDay;                 ///< DTSTART is a date
    bool floating;               ///< no zone of its own (dates too): start and end depend on the floating zone
    bool overridden;             ///< `component` has a RECURRENCE-ID
};

/// Ends of the work that one object may cause.
struct Bound {
    std::size_t instances = 10'000;  ///< most instances handed out
};

enum class Walk : std::uint8_t { complete, stopped, cutShort };  ///< all seen; visitor said stop; a bound was met

/// A calendar object, read for its times. Keeps pointers into the component it was made from, which must outlive it.
class CalendarItem {
public:
    /// Reads all VEVENT, VTODO, VJOURNAL, VFREEBUSY or VAVAILABILITY of `calendar` (they share one UID). Never throws
    /// for bad content: an unreadable rule leaves the first instance, unreadable dates leave no instance; see
    /// problem().
    /// @param floating zone in which floating times and dates are looked at (CALDAV:timezone of the query or
    /// collection)
    CalendarItem(const Component& calendar, ZonePtr floating);
    ~CalendarItem();
    CalendarItem(CalendarItem&&) noexcept;
    CalendarItem& operator=(CalendarItem&&) noexcept;

    ItemKind kind() const noexcept;
    /// More than one instance is possible: RRULE, RDATE, or several components.
    bool recurring() const noexcept;
    /// Null for objects that hold overrides only.
    const Component* master() const noexcept;
    const std::vector<const Component*>& components() const noexcept;
    /// Why a part of it could not be read; empty: all well.
    const std::string& problem() const noexcept;

    /// Hands out each instance that overlaps `range` by the table of RFC 4791 §9.9 for its component: overridden ones
    /// first, then the others by start. The reference is good for the call.
    /// @param visit  false stops the walk
    Walk forEach(const TimeRange& range, const Bound& bound, const std::function<bool(const Instance&)>& visit) const;

    /// Whether any instance overlaps (a walk that stops at the first).
    bool anyIn(const TimeRange& range) const;

    /// Overrides that are of no use in `range` (RFC 4791 §9.6.6): none of them overlaps, nor would the instance it
    /// replaces, nor does it rule over later ones (THISANDFUTURE).
    std::unordered_set<const Component*> unaffecting(const TimeRange& range) const;

    /// RFC 4791 §9.9 for VALARM: one rings in [start, end) for some instance, or again (RFC 5545 §3.8.6.2). True as
    /// well where it would be too much work to tell.
    /// @param only  of these VALARMs; empty: of all
    bool alarmIn(const TimeRange& range, std::span<const Component* const> only = {}) const;

    struct State;

private:
    std::unique_ptr<State> state_;
};

// ---------------------------------------------------------------- for an index of occurrences

enum class Busy : std::uint8_t { free, busy, tentative, unavailable };

/// How an event blocks time: TRANSP, STATUS, X-MICROSOFT-CDO-BUSYSTATUS, and PARTSTAT of the attendee that is one of
/// `own` (lower-case email addresses without mailto:). VFREEBUSY is busy, anything else free.
Busy busyOf(const Component& component, std::span<const std::string> own = {});

struct Occurrence {
    Instant start, end;  ///< floating ones are given as if in UTC: they may lie 14 hours off either way
    bool allDay, floating;
    Busy busy;
};

struct Occurrences {
    std::vector<Occurrence> rows;  ///< by start
    TimeRange covered;             ///< each instance that overlaps a range inside of it has its row
    bool complete = false;         ///< nothing is missing; `covered` is open on both ends
};

/// All instances of a series, or its first `maxRows` when these reach beyond `window`, or those of the window.
/// @param calendar a VCALENDAR. @param window the time in which people look: some years around now
Occurrences occurrencesOf(const Component& calendar, const TimeRange& window, std::size_t maxRows,
                          std::span<const std::string> own = {});

}  // namespace crmdav
