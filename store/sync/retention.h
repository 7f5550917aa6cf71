#pragma once
#include <cstddef>
#include <cstdint>

#include "protocol/text/datetime.h"

/// What the bridge doesn't remember for ever. Each verb does a slice of the work, oldest first.
namespace crmdav {

class Connection;

/// Journal and runs of more than 90 days ago, and what went out more than 30 days ago. @returns true: more to do
bool pruneSyncs(Connection&, Instant now, std::size_t slice);

/// Runs of more than a day ago that found nothing to do. @param after  where the last slice ended
bool pruneIdleRuns(Connection&, Instant now, std::size_t slice, std::int64_t& after);

/// Remote objects as they were before actions of more than 30 days ago: these can't be undone any more.
bool forgetRemotes(Connection&, Instant now, std::size_t slice, std::int64_t& after);

}  // namespace crmdav
