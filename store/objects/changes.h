#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/objects.h"

/// Change log of a collection (RFC 6578): the members' change numbers read in order. One row a name, so a delta costs
/// what it returns and the log never outgrows members and retained tombstones.
namespace crmdav {

class Connection;

/// `https://crmdav/sync/<epoch>/<collection>/<counter>[-<begun>]`: any URI will do (RFC 6578 §3.2); clients never look
/// inside.
/// Of those who see the private objects and those who don't, each has tokens and tags of their own: who loses sight of
/// them starts over.
std::string syncToken(std::string_view epoch, const Sight&, std::int64_t counter, std::int64_t begun = 0);
std::string ctagOf(std::string_view epoch, const Sight&, std::int64_t counter);

/// What a token says. A first sync that was cut short remembers the counter it began at: tombstones from before then
/// are of no interest to it, however far its pages have come.
struct Position {
    std::int64_t counter = 0, begun = 0;
};
/// nullopt: not a token of this collection and epoch.
std::optional<Position> positionOf(std::string_view epoch, const Sight&, std::string_view token);

/// Whether a client with this token asks for all there is, or for the rest of it: however much that may be.
bool isFirstSync(std::string_view token);

/// A first sync is to be read in one state (Reading::Sees), in which it comes in pieces.
std::optional<Reached> changesSince(Connection&, const Sight&, std::string_view since, std::size_t limit, MemberDetail,
                                    const VisitChange&);

/// Forgets at most `slice` tombstones older than `before`; tokens from before them die with it.
/// @returns true: there are more
bool pruneTombstones(Connection&, Instant before, std::size_t slice);

}  // namespace crmdav
