#include "store/sync/links.h"

#include "store/sync/guests.h"
#include "store/sync/stage.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

#define LINK_SELECT                                                                                                  \
    "SELECT l.uuid, a.uuid, l.kind, l.state, l.origin, l.block, l.local, l.collection, l.remote, l.version, l.uid, " \
    "l.note, l.base_local, l.base_remote, l.raw FROM sync_links l JOIN sync_accounts a ON a.id=l.account_id WHERE "
#define LINK_SCOPE "l.account_id=" SYNC_ACCOUNT " AND l.kind=?2 AND "

Link readLink(const Rows& row) {
    Link link;
    link.id = idOf(row.blob(0));
    link.account = idOf(row.blob(1));
    link.kind = row.as<SyncKind>(2);
    link.state = row.as<LinkState>(3);
    link.origin = row.as<Origin>(4);
    link.block = row.boolean(5);
    link.local = idOf(row.blob(6));
    link.collection = row.text(7);
    link.remote = row.text(8);
    link.version = row.text(9);
    link.uid = row.text(10);
    link.note = row.text(11);
    link.baseLocal = row.text(12);
    link.baseRemote = row.text(13);
    link.raw = row.blob(14);
    return link;
}

std::optional<Link> first(Rows rows) { return rows.next() ? std::optional(readLink(rows)) : std::nullopt; }

std::vector<Link> all(Rows rows) {
    std::vector<Link> links;
    for (auto& row : rows) links.push_back(readLink(row));
    return links;
}

}  // namespace

std::optional<Link> link(Connection& db, const Id& id) {
    return first(db.query(LINK_SELECT "l.uuid=?", Blob{bytesOf(id)}));
}

std::optional<Link> linkOfRemote(Connection& db, const SyncScope& scope, std::string_view collection,
                                 std::string_view remote) {
    return first(db.query(LINK_SELECT LINK_SCOPE "l.collection=? AND l.remote=? AND l.remote<>''",
                          Blob{bytesOf(scope.account)}, scope.kind, collection, remote));
}

std::optional<Link> linkOfLocal(Connection& db, const SyncScope& scope, const Id& local) {
    return first(db.query(LINK_SELECT LINK_SCOPE "l.local=? ORDER BY l.id LIMIT 1", Blob{bytesOf(scope.account)},
                          scope.kind, Blob{bytesOf(local)}));
}

std::optional<Link> linkOfUid(Connection& db, const SyncScope& scope, std::string_view uid) {
    return first(db.query(LINK_SELECT LINK_SCOPE "l.uid=? AND l.uid<>'' AND l.block=0 ORDER BY l.id LIMIT 1",
                          Blob{bytesOf(scope.account)}, scope.kind, uid));
}

std::vector<Link> links(Connection& db, const SyncScope& scope, const Id& after, std::size_t limit) {
    return all(db.query(LINK_SELECT LINK_SCOPE "l.uuid>? ORDER BY l.uuid LIMIT ?", Blob{bytesOf(scope.account)},
                        scope.kind, Blob{bytesOf(after)}, limit));
}

std::vector<Link> linksBeingMade(Connection& db, const SyncScope& scope) {
    return all(db.query(LINK_SELECT LINK_SCOPE
                        "l.remote='' AND (l.state=? OR (l.state=? AND l.local IS NULL)) ORDER BY l.id",
                        Blob{bytesOf(scope.account)}, scope.kind, LinkState::creating, LinkState::suppressed));
}

std::vector<Link> linksOf(Connection& db, const Id& local) {
    return all(db.query(LINK_SELECT "l.local=? ORDER BY l.id", Blob{bytesOf(local)}));
}

void saveLink(Connection& db, const Link& link) {
    const ScopeRow scope(db, {link.account, link.kind});
    if (link.id.empty()) throw StoreError("a link has an id before it is stored");
    const std::string id = storable(link.id), local = storable(link.local);
    db.exec(
        "INSERT INTO sync_links(uuid, account_id, kind, state, origin, block, local, collection, remote, version, uid, "
        "note, base_local, base_remote, raw) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(uuid) DO "
        "UPDATE SET state=excluded.state, origin=excluded.origin, block=excluded.block, local=excluded.local, "
        "collection=excluded.collection, remote=excluded.remote, version=excluded.version, uid=excluded.uid, "
        "note=excluded.note, base_local=excluded.base_local, base_remote=excluded.base_remote, raw=excluded.raw",
        Blob{id}, scope.account, link.kind, link.state, link.origin, link.block, orNull(local), link.collection,
        link.remote, link.version, link.uid, link.note, link.baseLocal, link.baseRemote, Blob{link.raw});
    meetInStage(db, scope, {id, local, link.collection, link.remote});
}

void removeLink(Connection& db, const Id& id) {
    const std::string bytes = bytesOf(id);
    forgetInStage(db, bytes);
    forgetGuestsOf(db, bytes);
    db.exec("DELETE FROM sync_links WHERE uuid=?", Blob{bytes});
}

SyncStore::LinkCounts countLinks(Connection& db, const SyncScope& scope) {
    SyncStore::LinkCounts counts;
    for (auto& row : db.query("SELECT state, block, COUNT(*) FROM sync_links WHERE " SYNC_KIND " GROUP BY state, block",
                              Blob{bytesOf(scope.account)}, scope.kind)) {
        const std::int64_t count = row.int64(2);
        switch (row.as<LinkState>(0)) {
            case LinkState::creating: break;
            case LinkState::linked: (row.boolean(1) ? counts.blocks : counts.linked) += count; break;
            case LinkState::suppressed: counts.suppressed += count; break;
            case LinkState::unsyncable: counts.unsyncable += count; break;
            case LinkState::left: counts.left += count; break;
        }
    }
    return counts;
}

}  // namespace crmdav
