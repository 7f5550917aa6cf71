#pragma once
#include <string>

#include "bridge/engine/pairs.h"

/// Carries out one action: the remote write first, by its key or version, then the CRM's half, the link and the journal
/// in one transaction (I1, I2).
namespace crmdav {

enum class Applied {
    done,  ///< carried out, or there was nothing to do: it is off the stage
    met,   ///< done; but the provider may have been edited in the midst of it, or since an earlier try: look at it, too
    again,  ///< somebody changed it in between: look at it once more
};

/// @throws TryLater, ReconnectNeeded, CollectionGone, Nonsense  the run can't go on; LeaseLost
Applied apply(SyncSession&, const Staged&, LoadedPair&, Action&);

/// Whether it asks the provider for something: then it can't be part of a transaction of several.
bool asksProvider(const SyncSession&, const LoadedPair&, const Action&);

// ---------------------------------------------------------------- the CRM's side (crm_writes.cpp)

/// Carries out what is to happen in the CRM, inside the caller's transaction.
/// @returns the record's id; empty: there is none any more, or never was
/// @throws PreconditionFailed  it changed in between; InvalidField, DavError …  the CRM doesn't take it
Id writeCrm(SyncSession&, const LoadedPair&, const Action&);

/// Of unknown guests, as D12 says.
void makeContactsOf(SyncSession&, const Id& activity);

/// A member's name made from a UID.
std::string memberName(std::string_view uid);

/// A busy block's bytes.
std::string blockBytes(const Activity& block, const Id& id, Instant now);

}  // namespace crmdav
