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

/// `https://crmdav/sync/<epoch>/<collection>/<counter>`: any URI will do (RFC 6578 §3.2); clients never look inside.
std::string syncToken(std::string_view epoch, CollectionId, std::int64_t counter);
std::string ctagOf(std::string_view epoch, CollectionId, std::int64_t counter);

/// Counter of a token of this collection and epoch; nullopt: it isn't one.
std::optional<std::int64_t> counterOf(std::string_view epoch, CollectionId, std::string_view token);

std::optional<Reached> changesSince(Connection&, CollectionId, std::string_view since, std::size_t limit,
                                    bool withBytes, const VisitChange&);

/// Forgets at most `slice` tombstones older than `before`; tokens from before them die with it.
/// @returns true: there are more
bool pruneTombstones(Connection&, Instant before, std::size_t slice);

}  // namespace crmdav
