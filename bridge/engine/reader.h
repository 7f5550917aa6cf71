#pragma once
#include "bridge/engine/session.h"

/// The first phase of a run: what changed on both sides goes onto the stage, page by page (I3, I9).
namespace crmdav {

/// @param told  called after each page with what was read so far
/// @throws ProviderError, Stopped
void readProvider(SyncSession&, const std::function<void(std::int64_t read)>& told);

/// @param everything  also what didn't change: in a first run, or when settings changed
/// @returns the new SyncSide::localCursor
std::int64_t readCrmChanges(SyncSession&, std::int64_t cursor, bool everything);

}  // namespace crmdav
