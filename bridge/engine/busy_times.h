#pragma once
#include <optional>
#include <string>

#include "bridge/engine/session.h"

/// Conflict calendars whose events can't be read, only when they are busy (B13). Each busy time is staged as if it were
/// an event, so that the rules for blocks make and drop its block: its id is when it is, and what isn't listed any more
/// is gone. The cursor remembers what was listed last, and the day: on another one it is tried whether the events can
/// be read by now.
namespace crmdav {

/// Cursors that are no provider's.
bool isOfBusyTimes(const std::string& cursor);
bool isOfToday(const SyncSession&, const std::string& cursor);

/// Stages the busy times from the beginning of this month, for a year, if they aren't what they were.
/// @throws CollectionGone  they can't be read either
void readBusyTimes(SyncSession&, const std::string& calendar, const std::string& cursor);

/// A busy time that was staged here. nullopt: it is a record of the provider.
std::optional<Remote> busyTimeOf(const RemoteItem&);

}  // namespace crmdav
