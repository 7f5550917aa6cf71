#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/text/datetime.h"

namespace crmdav {

class Component;

/// A time zone: immutable, shared between threads. Conversions take some ten nanoseconds.
class Zone {
public:
    /// From `at` on clocks are `offset` ahead of UTC.
    struct Transition {
        Instant at;
        std::int32_t offset;  ///< seconds east of UTC
        bool daylight;
        std::uint8_t abbreviation;  ///< index, see abbreviation()
    };

    /// @param transitions    ascending; the first one also holds before its time
    /// @param repeats        whether the last 400 years of `transitions` go on for ever (a Gregorian cycle)
    Zone(std::string id, std::vector<Transition> transitions, bool repeats, std::vector<std::string> abbreviations);

    const std::string& id() const noexcept { return id_; }  ///< IANA name, or the TZID of a private VTIMEZONE
    std::chrono::seconds offsetAt(Instant instant) const noexcept;
    LocalTime toLocal(Instant instant) const noexcept;

    /// RFC 5545 §3.3.5: a wall clock that happens twice is the first one; one that is skipped is read with the
    /// offset before the gap.
    Instant toUtc(LocalTime local) const noexcept;

    /// The transition in force at `instant`.
    Transition inForce(Instant instant) const noexcept;
    const std::vector<Transition>& transitions() const noexcept { return transitions_; }
    std::string_view abbreviation(const Transition& transition) const;
    bool isEndless() const noexcept { return repeats_; }  ///< changes go on for ever

private:
    std::string id_;
    std::vector<Transition> transitions_;
    std::vector<std::int64_t> walls_;  // wall clock (of the offset before) at which each transition happens
    std::vector<std::string> abbreviations_;
    bool repeats_;
};

using ZonePtr = std::shared_ptr<const Zone>;

const ZonePtr& utcZone();

/// A zone of the system (tzdata) by any spelling that clients use: IANA names and their aliases, quoted, with trailing
/// blanks, with a path in front (/freeassociation.sourceforge.net/…, /mozilla.org/20050126_1/…), Windows names
/// ("W. Europe Standard Time"), Windows display names ("(UTC+01:00) Amsterdam, Berlin, …") as far as known.
/// Loaded at first use and kept. @returns null for any other name
ZonePtr findZone(std::string_view tzid);

/// IANA name behind any such spelling, present-day form (Asia/Calcutta gives Asia/Kolkata); empty when unknown.
std::string ianaZoneId(std::string_view tzid);

/// Version of the system's zone data, like "2025b"; where tzdata doesn't say, the time of its newest file. Read at each
/// call. Empty when tzdata is not installed.
std::string zoneDataVersion();

/// All names of the system's zones, aliases too, ascending. Empty when tzdata is not installed.
std::vector<std::string> ianaZoneIds();

/// Whether this is the exact name of a zone or alias in tzdata: what a client that keeps tzdata itself knows.
bool isIanaZoneId(std::string_view tzid);

/// Name of the Windows zone of an IANA zone; empty when there is none.
std::string windowsZoneId(std::string_view iana);

/// A zone made from a VTIMEZONE (RFC 5545 §3.6.5). Kept by content: the same text is read once.
/// @returns null when it is not usable: no observance, rules other than YEARLY, absurd offsets or too many of them
ZonePtr zoneOf(const Component& vtimezone);

/// The zones that one calendar object speaks of. A TZID the system knows is the system's zone, whatever the object's
/// VTIMEZONE says; other names ("Customized Time Zone", tzone://Microsoft/Custom) are the object's own VTIMEZONE.
/// Cheap to make; not to be shared between threads.
class ObjectZones {
public:
    /// @param calendar  the VCALENDAR; must outlive this. @param floating zone of floating times and dates, not null
    ObjectZones(const Component& calendar, ZonePtr floating) : calendar_(&calendar), floating_(std::move(floating)) {}

    /// Never null: an unknown TZID is read like a floating time.
    ZonePtr find(std::string_view tzid);
    ZonePtr zoneOf(const DateTime& time);
    Instant toUtc(const DateTime& time);
    const ZonePtr& floating() const noexcept { return floating_; }

private:
    const Component* calendar_;
    ZonePtr floating_;
    std::vector<std::pair<std::string, ZonePtr>> known_;
};

}  // namespace crmdav
