#pragma once
#include <cstdint>
#include <vector>

#include "store/history.h"
#include "store/model.h"

/// What led to a contact before it was merged into another one, and how it is led back.
namespace crmdav {

class Connection;
struct RecordRef;

/// What a row of `merge_trail` tells of.
enum class Led {
    contact,      ///< the contact that went: `holder` is its own row
    object,       ///< its member: `holder` is the place among the entry's objects (history_objects.position)
    deal,         ///< `was` 1: the other contact was in it, too, and the row of this one went
    activity,     ///< linked by hand; `was` as of a deal
    participant,  ///< an activity that has it as participant
    link,         ///< sync_links.id; `was` is its LinkState, `place` 1: it was suppressed
    distinct,     ///< `holder` isn't the same person as the one that went, and so not as this one
};

struct TrailMark {
    Led led = Led::contact;
    std::int64_t holder = 0, contact = 0;
    int place = 0, was = 0;
};
using Trail = std::vector<TrailMark>;

/// Deals and activities that have one of `others` have `into` from now on: each once. @returns what they had
Trail leadTo(Connection&, std::int64_t into, const std::vector<std::int64_t>& others);
/// The way back. What was changed since in a way that leaves `into` out stays as it is.
void leadBack(Connection&, std::int64_t into, const Trail&);

void saveTrail(Connection&, std::int64_t entry, const Trail&);
/// Empty: the entry merged nothing, or that was undone.
Trail trailOf(Connection&, std::int64_t entry);
void dropTrail(Connection&, std::int64_t entry);

/// UUIDs, as bytes, of all that were merged into this one, and of what was merged into those before.
std::vector<std::string> mergedInto(Connection&, const std::string& uuid);
/// The history's entry that merged the contact into another one; 0: it is none of those.
std::int64_t mergeOf(Connection&, const std::string& uuid);

}  // namespace crmdav
