#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "bridge/json_values.h"
#include "protocol/text/datetime.h"
#include "tests/standins/http_host.h"

/// What the parts of the stand-in for Google share.
namespace crmdav::standins {

/// What isn't known of Google for sure, or differs: the seed decides.
struct GoogleQuirks {
    explicit GoogleQuirks(std::uint64_t seed);
    std::size_t pageSize = 250;          ///< at most; pages may be smaller than asked for
    bool emptyPages = false;             ///< a page without items in between
    std::uint64_t order = 0;             ///< of lists: unspecified
    bool exceptionsFollow = false;       ///< a change of the series shows in fields that an exception didn't change
    bool bareTombstones = true;          ///< cancelled occurrences come with their identity only
    bool exceptionsEnd = false;          ///< those of a deleted series are reported as cancelled, too
    bool undelete = true;                ///< PUT of a deleted event is allowed
    bool deletedIsChanged = false;       ///< deleting twice: 412 rather than 410
    bool offsetsOfCalendar = false;      ///< dateTime in the calendar's zone, not the event's
    bool confidentialIsPrivate = false;  ///< visibility
    unsigned delay = 0;                  ///< requests until a written contact shows in lists
    bool listEtagsCount = false;         ///< updateContact takes etags of lists
    bool splitsNames = true;             ///< unstructuredName becomes parts
    int expiredShape = 0;                ///< of EXPIRED_SYNC_TOKEN: 0 … 2
};

/// A failure as Google says it. Thrown by the parts.
struct GoogleError {
    int status;
    std::string reason, message;
    std::string state = {};  ///< of newer APIs: FAILED_PRECONDITION …; empty: an older API
    Reply reply() const;
};

Reply jsonReply(const Json&);

/// Now, with milliseconds that never repeat: 2026-03-01T08:00:06.172Z.
std::string stamp(Instant now);

std::uint64_t hashOf(std::string_view text, std::uint64_t seed);

}  // namespace crmdav::standins
