#pragma once
#include <string>

#include "server/api/fields.h"
#include "store/model.h"

/// Times of activities in JSON. What is written is read back as the same wall clock in the same zone, whatever the
/// server's, the reader's or the caller's zone is (D07, D08):
///   zoned     2026-11-20T09:00:00+01:00 beside "zone": "Europe/Berlin"
///   UTC       2026-11-20T08:00:00Z      beside "zone": "UTC"
///   floating  2026-11-20T09:00:00       beside "zone": "floating"
///   all-day   2026-11-20, an end is the day after the last one
/// Read are also times without offset: wall clock of the zone.
namespace crmdav {

std::string whenText(const When&);

/// Zone as JSON names it: IANA, "UTC", "floating"; empty: a date, or no time.
std::string zoneText(const When&);

/// @param zone  as JSON names it; empty: none is known, then `Z` is UTC and all else is in the asker's zone
/// @throws InvalidField  no time, or an offset where times float
When readWhen(const Call&, const Json&, const std::string& zone, const std::string& path);

/// An IANA zone in its present-day spelling, "UTC" or "floating". @throws InvalidField unknown
std::string checkedZone(const Json&, const std::string& path);

/// As an instant; floating times and dates as if in UTC. For comparing two times of one activity.
Instant whenUtc(const When&);

/// The same wall clock in another zone. Dates and missing times stay.
When inZone(When, const std::string& zone);

}  // namespace crmdav
