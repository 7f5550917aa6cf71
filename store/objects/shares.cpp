#include "store/objects/shares.h"

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/mounts.h"
#include "store/records/users.h"

namespace crmdav {

namespace {

constexpr std::int64_t everyone = -1;
constexpr std::int64_t roles = -2;  ///< of the first one; both are said in SHARED

std::int64_t granteeOf(Connection& db, const Share& share) {
    switch (share.with) {
        case Share::With::everyone: return everyone;
        case Share::With::role: return roles - static_cast<std::int64_t>(share.role);
        case Share::With::principal: break;
    }
    const auto found = principal(db, share.login);
    if (!found) throw InvalidField("with", "there is no user or team " + share.login);
    return found->id;
}

std::string wordsOf(const Share& share) {
    const std::string who = share.with == Share::With::everyone ? "everyone"
                            : share.with == Share::With::role   ? (share.role == Role::admin ? "admins" : "members")
                                                                : share.login;
    return who + (share.write ? ": write" : ": read");
}

Collection requireSharable(Connection& db, const Actor& actor, CollectionId id) {
    auto found = findCollection(db, id);
    if (!found || (actor.user != 0 && partIn(db, actor.user, *found) == Part::none))
        throw NotFound("no such collection");
    if (actor.user != 0 && found->owner != actor.user) throw Forbidden("only its owner shares it");
    switch (found->purpose) {
        case Purpose::activities:
        case Purpose::tasks:
        case Purpose::calendar:
        case Purpose::personal:
        case Purpose::book: return *std::move(found);
        default: throw InvalidField("with", "\"" + found->name + "\" can't be shared");
    }
}

void note(Connection& db, const Actor& actor, const Collection& c, const std::string& before,
          const std::string& after) {
    stampCollection(db, c.id);
    const std::string& title = c.displayName.empty() ? c.name : c.displayName;
    const FieldChange change{"share", before, after};
    remember(db, actor, {RecordKind::collection, collectionId(c.id), title, Deed::updated, c.owner, {&change, 1}, {}});
}

/// What the grantee has now, in words; empty: nothing.
std::string nowHas(Connection& db, CollectionId id, std::int64_t grantee, Share share) {
    auto row = db.query("SELECT can_write FROM shares WHERE grantee=? AND collection_id=?", grantee, id);
    if (!row.next()) return {};
    share.write = row.boolean(0);
    return wordsOf(share);
}

}  // namespace

std::string sharedTitle(const Collection& own, std::string_view ownerLogin, std::string_view ownerName) {
    std::string title = own.displayName.empty() ? own.name : own.displayName;
    return title.append(" (").append(ownerName.empty() ? ownerLogin : ownerName).append(")");
}

void mountShared(Collection& c, const Rows& row, int first) {
    const int owner = first + mountColumns;
    c.ownerLogin = row.string(owner);
    c.displayName = sharedTitle(c, c.ownerLogin, row.text(owner + 1));
    c.name = c.ownerLogin + "~" + c.name;
    c.part = row.boolean(owner + 2) ? Part::write : Part::read;
    dress(c, row, first);
}

std::optional<SharedName> sharedName(std::string_view mounted) {
    const auto tilde = mounted.find('~');
    if (tilde == std::string_view::npos) return std::nullopt;
    return SharedName{mounted.substr(0, tilde), mounted.substr(tilde + 1)};
}

Part partIn(Connection& db, std::int64_t user, const Collection& c) {
    if (c.owner == user || c.owner == 0) return Part::own;
    const auto shared = findShared(db, user, c.id);
    return shared ? shared->part : Part::none;
}

std::vector<Share> shares(Connection& db, const Actor& actor, CollectionId id) {
    requireSharable(db, actor, id);
    std::vector<Share> all;
    for (auto& row : db.query("SELECT s.grantee, s.can_write, u.login, u.name, u.kind FROM shares s LEFT JOIN users u "
                              "ON u.id=s.grantee AND u.removed_at IS NULL WHERE s.collection_id=? AND (s.grantee < 0 "
                              "OR u.id IS NOT NULL) ORDER BY s.grantee",
                              id)) {
        Share& share = all.emplace_back();
        const std::int64_t grantee = row.int64(0);
        share.write = row.boolean(1);
        share.login = row.text(2);
        share.name = row.text(3);
        share.team = row.as<UserKind>(4) == UserKind::team;
        if (grantee == everyone) share.with = Share::With::everyone;
        if (grantee <= roles) {
            share.with = Share::With::role;
            share.role = static_cast<Role>(roles - grantee);
        }
    }
    return all;
}

void share(Connection& db, const Actor& actor, CollectionId id, const Share& wanted) {
    const Collection c = requireSharable(db, actor, id);
    const std::int64_t grantee = granteeOf(db, wanted);
    if (grantee == c.owner) throw InvalidField("with", "it is theirs");
    const std::string before = nowHas(db, id, grantee, wanted);
    if (before == wordsOf(wanted)) return;
    db.exec(
        "INSERT INTO shares(grantee, collection_id, can_write) VALUES(?, ?, ?) ON CONFLICT(grantee, collection_id) DO "
        "UPDATE SET can_write=excluded.can_write",
        grantee, id, wanted.write);
    note(db, actor, c, before, wordsOf(wanted));
}

void unshare(Connection& db, const Actor& actor, CollectionId id, const Share& gone) {
    const Collection c = requireSharable(db, actor, id);
    const std::int64_t grantee = granteeOf(db, gone);
    const std::string before = nowHas(db, id, grantee, gone);
    if (before.empty()) throw NotFound("they had no part in it");
    db.exec("DELETE FROM shares WHERE grantee=? AND collection_id=?", grantee, id);
    note(db, actor, c, before, "");
}

void dropSharesWith(Connection& db, std::int64_t principal) {
    db.exec("DELETE FROM shares WHERE grantee=?", principal);
}

}  // namespace crmdav
