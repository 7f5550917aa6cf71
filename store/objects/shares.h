#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "store/records/teams.h"
#include "store/store.h"

/// Collections that their owners share. A grantee is a row of `users` (a user, or a team and with it its members), a
/// role, or everybody. What somebody has is looked up each time: who leaves a team has lost its calendars.
namespace crmdav {

class Connection;
class Rows;

/// What is shared with a user: `columns` of collection `c` and of the mount `m`, then the owner's login and name, then
/// whether this grant lets write; a row a grant, in no order. The user is `who`, a condition on `u`; the collection is
/// `which`, a condition on `c` and its owner `o`. One arm a kind of grantee, because a list of them, or a WITH over
/// all, costs ten times as much.
#define SHARED(columns, who, which)                                                       \
    SHARED_BY("s.grantee=u.id", columns, who, which)                                      \
    " UNION ALL " SHARED_BY("s.grantee=-1", columns, who, which) " UNION ALL " SHARED_BY( \
        "s.grantee=-2-u.role", columns, who,                                              \
        which) " UNION ALL " SHARED_BY("s.grantee IN" TEAMS_ABOVE("u.id"), columns, who,  \
                                       "EXISTS(SELECT 1 FROM team_members t WHERE t.member_id=u.id) AND " which)
#define SHARED_BY(grantee, columns, who, which)                                               \
    "SELECT " columns ", o.login, o.name, s.can_write FROM users u JOIN shares s ON " grantee \
    " JOIN collections c ON c.id=s.collection_id AND c.deleted_at IS NULL AND c.owner<>u.id " \
    "JOIN users o ON o.id=c.owner AND o.removed_at IS NULL "                                  \
    "LEFT JOIN mounts m ON m.user_id=u.id AND m.collection_id=c.id "                          \
    "WHERE " who " AND u.removed_at IS NULL AND " which

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
