#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/expand.h"
#include "store/objects.h"

/// The occurrence index: when members take place, as rows in UTC, so that a time range is a few range scans whatever
/// the collection holds.
namespace crmdav {

class Connection;

/// What `occurrences.flags` says beside how it blocks time (its two lowest bits, Busy).
namespace occurrence {
inline constexpr int busyMask = 3;
inline constexpr int floating = 4;  ///< written as if in UTC and widened by `slack` at both ends
inline constexpr int allDay = 8;    ///< of a floating one: a date
inline constexpr int loose = 16;    ///< a to-do or journal: §9.9 has a rule of its own, the bytes decide

/// No zone is further from UTC than this.
inline constexpr std::int64_t slack = 14 * 3600;
inline constexpr std::int64_t earliest = -62'135'596'800, latest = 253'402'300'799;  ///< years 1 … 9999
}  // namespace occurrence

/// One class of lengths: members of it last `reach` seconds at most, so those that overlap a moment began within them.
struct Span {
    int number;
    std::int64_t reach;
};
int spanOf(std::int64_t length) noexcept;

/// One row, ready to be stored.
struct OccurrenceRow {
    int span = 0;
    std::int64_t start = 0, length = 0;
    int flags = 0;
    friend bool operator==(const OccurrenceRow&, const OccurrenceRow&) = default;
};

/// All that the index holds about one member.
struct Indexed {
    std::vector<OccurrenceRow> rows;
    bool series = false;  ///< has a row in `series`: more than one occurrence, or not all of them here
    std::int64_t coveredFrom = occurrence::earliest, coveredUntil = occurrence::latest;
    friend bool operator==(const Indexed&, const Indexed&) = default;
};

/// Reads an object for the index. Never throws for bad content: what can't be read has no rows.
/// @param now  the middle of the time in which people look
/// @param own  addresses of the calendar's owner: an invitation they declined doesn't block their time
Indexed indexOf(const Component& calendar, ComponentKind component, Instant now, std::span<const std::string> own);

/// Writes the rows; the key of the only row of a member without series belongs into its own row (span, start_utc).
void addOccurrences(Connection&, CollectionId, MemberId, const Indexed&);

/// Where a member's rows are, as its own row says.
struct IndexKey {
    CollectionId collection = 0;
    MemberId member = 0;
    std::optional<int> span = std::nullopt;  ///< nullopt: it has a series, or nothing
    std::int64_t start = 0;
};

void dropOccurrences(Connection&, const IndexKey&);

/// Puts `index` in the place of what is there, and leaves alone what is the same.
void replaceOccurrences(Connection&, const IndexKey&, const Indexed& index);

/// The rows that are in the index, for check().
Indexed storedIndex(Connection&, const IndexKey&);

/// Addresses of the calendar's owner, lower case; none are looked up where the object has no attendees.
std::vector<std::string> ownAddresses(Connection&, CollectionId, const Component& calendar);

/// Reads at most `slice` members of calendars again, by rules of zones that are new: the rows of those with times in
/// zones, and what activities know of their extent in UTC.
/// @param cursor  the member that was looked at last; 0 begins a round
/// @returns true: there are more
bool rereadZones(Connection&, Instant now, std::size_t slice, MemberId& cursor);

/// Moves the horizon of at most `slice` series that end within three months of `now`.
/// @param cursor  the member that was looked at last; 0 begins a round
/// @returns true: there are more
bool moveHorizons(Connection&, Instant now, std::size_t slice, MemberId& cursor);

}  // namespace crmdav
