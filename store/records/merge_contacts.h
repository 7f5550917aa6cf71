#pragma once
#include <span>
#include <string>
#include <vector>

#include "store/history/history.h"
#include "store/store.h"

/// Several contacts that are one person become one. Verbs of store.h, inside the caller's transaction.
namespace crmdav {

class Connection;

/// The others lie in the trash from then on, as nobody's to restore but this merge's undo; their rows are what it
/// brings back. Of what the bridge keeps in step, see sync/merge_links.h.
Contact mergeContacts(Connection&, const Actor&, const Id& into, std::span<const Id> others, const std::string& based);

/// Brings back who was merged into `into` by that entry of its history, with members, references and links; what the
/// merge wrote into `into` itself is the caller's to take back, before. @returns false: there is nobody to bring back,
/// because it was done already or they aren't in the trash any more
bool unmerge(Connection&, const Actor&, std::int64_t entry, std::int64_t into);

/// Contacts that look like one person (rule D7), in one pass over those that share a name.
std::vector<std::vector<Contact>> duplicates(Connection&, std::int64_t user, std::size_t limit);

}  // namespace crmdav
