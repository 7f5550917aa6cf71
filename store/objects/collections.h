#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/store.h"

/// The rows of collections. The organisation's (owner 0) are mounted in every home.
namespace crmdav {

class Connection;

/// As it is in that home: `name` may be one of a collection that is shared with the user.
std::optional<Collection> findCollection(Connection&, std::string_view login, Home, std::string_view name);
/// @param trashed  also one that is in the trash
std::optional<Collection> findCollection(Connection&, CollectionId, bool trashed = false);
bool isThere(Connection&, CollectionId);  ///< and not in the trash
std::vector<Collection> listHome(Connection&, std::string_view login, Home);
/// Another's collection as it is in the user's home; nullopt: it isn't.
std::optional<Collection> findShared(Connection&, std::int64_t user, CollectionId);
/// Those a user owns (0: the organisation), of one purpose.
std::optional<Collection> findByPurpose(Connection&, std::int64_t owner, Purpose);
std::vector<Collection> listOwned(Connection&, std::int64_t owner);
/// The owner's calendar of that activity type, else activities/.
std::optional<Collection> findTyped(Connection&, std::int64_t owner, const Id& typeId);

/// Inserts without asking who may; `id`, tokens and times of the argument don't count.
/// @throws DavError 405 the name is taken in that home, by a mount too
CollectionId insertCollection(Connection&, const Collection&);

/// What every user has: activities, tasks, busy, inbox, outbox; private. For addUser.
void makeHomeOf(Connection&, std::int64_t user);
/// What the organisation has: contacts, companies. For a new store.
void makeOrganisationBooks(Connection&);

// Verbs of the facade (store.h), inside the caller's transaction.
Collection makeCollection(Connection&, const Actor&, const Collection& wanted);
void removeCollection(Connection&, const Actor&, CollectionId);
void renameCollection(Connection&, const Actor&, CollectionId, const std::string& name);
void patchCollection(Connection&, const Actor&, const Collection& changed, std::span<const Store::DeadProperty>);
std::vector<std::pair<MemberId, Store::DeadProperty>> deadProperties(Connection&, CollectionId, bool ofMembers);
std::vector<std::pair<CollectionId, Store::DeadProperty>> deadProperties(Connection&, std::span<const CollectionId>);
void patchMember(Connection&, const Actor&, CollectionId, std::string_view name, std::span<const Store::DeadProperty>);
std::vector<Store::DeadProperty> pathProperties(Connection&, std::string_view path);
void patchPath(Connection&, const Actor&, std::string_view path, std::span<const Store::DeadProperty>);
Store::Usage usage(Connection&, std::string_view login);

/// Brings a trashed collection back with its members and their records, under a free name if its own is taken by now.
/// @throws NotFound
Collection restoreCollection(Connection&, const Actor&, CollectionId);

/// What activities/ is called until somebody calls it otherwise.
inline constexpr std::string_view nameOfActivities = "Activities";

/// Makes `updated` later than before, so that a home's state changes with every patch.
void stampCollection(Connection&, CollectionId);

/// Takes the next change number: the counter is the one of the member that is stamped next. @throws NotFound
void countChange(Connection&, CollectionId);

/// @throws Forbidden  the actor may not write into it: another user's collection that isn't shared for writing (user 0,
///                    the system, may all), or a read-only purpose. NotFound  they may not know of it
void requireWritable(Connection&, const Actor&, const Collection&);

}  // namespace crmdav
