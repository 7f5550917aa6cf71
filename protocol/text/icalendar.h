#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/content_lines.h"
#include "protocol/text/expand.h"

/// What makes a document a calendar object resource (RFC 4791 §4.1).
namespace crmdav {

/// Views and pointers are into the document.
struct CalendarObject {
    std::string uid;
    std::string_view component;               ///< as in RFC 5545: "VEVENT", "VTODO", …
    const Component* master = nullptr;        ///< without RECURRENCE-ID; null: only overrides (RFC 4791 §4.1)
    std::vector<const Component*> overrides;  ///< in order of the document
    /// The master, or the first override.
    const Component& first() const { return master != nullptr ? *master : *overrides.front(); }
};

/// The component names that may be an object's kind: VEVENT, VTODO, VJOURNAL, VFREEBUSY, VAVAILABILITY, VPOLL.
std::span<const std::string_view> calendarKinds();

/// Reads and checks what a client wants stored. Unknown properties, parameters and components beside the kind are
/// fine; so are missing DTSTAMP and PRODID, which real clients forget.
/// @param allowed  component names that the collection takes, any case; empty: all of calendarKinds()
/// @throws DavError 403 CALDAV:valid-calendar-data             no VCALENDAR 2.0; a time, duration or rule that is none;
///                                                             VEVENT without DTSTART
///                  403 CALDAV:valid-calendar-object-resource  METHOD; no component; two kinds; no, two or different
///                                                             UIDs; a second master or RECURRENCE-ID
///                  403 CALDAV:supported-calendar-component    a kind that is not in `allowed`
///                  403 CALDAV:valid-timezone (RFC 7809 §7)    a TZID that neither a VTIMEZONE beside it nor the system
///                  knows 403 CALDAV:supported-rscale (RFC 7529 §4)  a rule in a calendar scale that we don't have
CalendarObject requireCalendarObject(const Document& document, std::span<const std::string_view> allowed = {});

/// Reads the bytes only; the checks of requireCalendarObject are the next step.
/// @throws DavError 403 CALDAV:valid-calendar-data  no content lines at all, or beyond the limits
Document requireCalendar(std::string bytes, const TextLimits& limits = {});
/// Likewise, of bytes that outlive the document.
Document requireCalendarOver(std::string_view bytes, const TextLimits& limits = {});

/// The same without checks, for what is stored already: the first kind found, its master and overrides, UID of the
/// first. Empty `component`: nothing of these kinds in it (then master is null and overrides empty).
CalendarObject readCalendarObject(const Document& document);

/// What is wrong with the times, durations and rules of a component and what is in it; empty: nothing.
std::string calendarValueProblem(const Component& component);

}  // namespace crmdav
