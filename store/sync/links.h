#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "store/sync.h"

/// Links. Verbs of SyncStore, inside the caller's transaction.
namespace crmdav {

class Connection;

std::optional<Link> link(Connection&, const Id&);
std::optional<Link> linkOfRemote(Connection&, const SyncScope&, std::string_view collection, std::string_view remote);
std::optional<Link> linkOfLocal(Connection&, const SyncScope&, const Id& local);
std::optional<Link> linkOfUid(Connection&, const SyncScope&, std::string_view uid);
std::vector<Link> links(Connection&, const SyncScope&, const Id& after, std::size_t limit);
std::vector<Link> linksBeingMade(Connection&, const SyncScope&);
std::vector<Link> linksOf(Connection&, const Id& local);
void saveLink(Connection&, const Link&);
void removeLink(Connection&, const Id&);
SyncStore::LinkCounts countLinks(Connection&, const SyncScope&);

}  // namespace crmdav
