#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "store/store.h"

/// Collections that their owners share. A grantee is a row of `users` (a user, or a team and with it its members), a
/// role, or everybody. What somebody has is looked up each time: who leaves a team has lost its calendars.
namespace crmdav {

class Connection;
class Rows;

/// Columns of a collection `c` that findShared… read: as collections.cpp reads them, then MOUNT_COLUMNS, then
/// the owner's login and name, then whether this grant lets write. Several rows for a collection: the last one counts.
/// The user is `who`, a condition on `u`; the collection is `which`, a condition on `c` and its owner `o`.
#define GRANTEES(who)                                                               \
    "WITH RECURSIVE me(id) AS (SELECT -1 UNION SELECT u.id FROM users u WHERE " who \
    " AND u.removed_at IS NULL UNION SELECT -2 - u.role FROM users u WHERE " who    \
    " AND u.removed_at IS NULL UNION SELECT t.team_id FROM team_members t JOIN me ON t.member_id=me.id) "
#define SHARED(columns, who, which)                                                                     \
    GRANTEES(who)                                                                                       \
    "SELECT " columns                                                                                   \
    ", o.login, o.name, s.can_write FROM me JOIN shares s ON s.grantee=me.id "                          \
    "JOIN collections c ON c.id=s.collection_id AND c.deleted_at IS NULL JOIN users o ON o.id=c.owner " \
    "JOIN users u ON " who                                                                              \
    " AND u.removed_at IS NULL AND u.id<>c.owner "                                                      \
    "LEFT JOIN mounts m ON m.user_id=u.id AND m.collection_id=c.id WHERE " which " ORDER BY c.id, s.can_write"

/// Makes a row of SHARED into what it is in the user's home: another name, "Plan (Anna)", the user's own choices.
/// @param first  column of MOUNT_COLUMNS
void mountShared(Collection&, const Rows& row, int first);

/// "Plan (Anna)": what others call it until they choose.
std::string sharedTitle(const Collection& own, std::string_view ownerLogin, std::string_view ownerName);

/// Divides `anna~plan`; nullopt: no name of a shared collection. No login has a tilde in it.
struct SharedName {
    std::string_view owner, name;
};
std::optional<SharedName> sharedName(std::string_view mounted);

/// What the user may do with a collection that isn't trashed.
Part partIn(Connection&, std::int64_t user, const Collection&);

std::vector<Share> shares(Connection&, const Actor&, CollectionId);
void share(Connection&, const Actor&, CollectionId, const Share&);
void unshare(Connection&, const Actor&, CollectionId, const Share&);
/// A user or team is removed.
void dropSharesWith(Connection&, std::int64_t principal);

}  // namespace crmdav
