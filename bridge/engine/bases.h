#pragma once
#include "bridge/engine/pairs.h"

/// What both sides agreed on, as a link keeps it: each side's own fields (C2).
namespace crmdav {

/// After an action: both halves as they agree by now, but for what couldn't be sent.
/// @param loaded  with the provider's item as it is after the action
void setBases(const SyncSession&, const LoadedPair& loaded, const Action&, Link&);

/// The provider's side after a write: what is new there since is no part of it.
FieldValues providerValues(const SyncSession&, const LoadedPair& written);

/// Whether the provider has what was sent to it, in all that is compared, or nothing was; else it has to be looked at
/// once more.
bool isAsSent(const SyncSession&, const LoadedPair& loaded);

/// Before a creation at the provider: what they agree on, should it be made and that not come to be known (I1).
void setIntention(const SyncSession&, const Record& wanted, Link&);

/// After a creation that an earlier try had begun: occurrences that it didn't come to write are no removals of the
/// provider's.
void forgetUnmade(const SyncSession&, const RemoteItem& there, Link&);

}  // namespace crmdav
