#pragma once
#include <optional>

#include "bridge/engine/session.h"

/// Finds both halves of what is staged: the only place that knows which record belongs to which.
namespace crmdav {

struct LoadedPair {
    Pair pair;  ///< without its link, which decide() puts in
    std::optional<Link> link;
    RemoteItem item;                   ///< the provider's half, as far as it is known
    Id local;                          ///< of the CRM's half; empty: there is none
    std::optional<std::string> photo;  ///< to be put on the contact
    /// What was sent to the provider, where it has something else now, and what it had before (Written::sent).
    std::string sent, sentOver;
    bool moved = false;  ///< the link's remote half is at another place now (C7)
};

/// @throws ProviderError  where the provider had to be asked
LoadedPair loadPair(SyncSession&, const Staged&);

/// What the rules say about it.
Action decide(const SyncSession&, LoadedPair&);

/// The provider's record as the rules see it: without what the bridge added.
Remote readRemote(const SyncSession&, const RemoteItem&);

/// The CRM's half as it is now; nullopt: it was never there.
std::optional<CrmHalf> readCrm(const SyncSession&, const Id& local, const Link* link);

}  // namespace crmdav
