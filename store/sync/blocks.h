#pragma once
#include <cstdint>
#include <string_view>

#include "store/sync.h"

/// Busy blocks (rule B2): members of a user's `busy/` that stand for no record and leave no trace in the history.
/// Verbs of SyncStore, inside the caller's transaction.
namespace crmdav {

class Connection;

/// @throws NotFound  no such user; DavError  no event
void saveBlock(Connection&, std::int64_t user, const Id& block, std::string_view bytes);
void removeBlock(Connection&, std::int64_t user, const Id& block);
/// All that links of an account stand for.
void removeBlocks(Connection&, std::int64_t account);

}  // namespace crmdav
