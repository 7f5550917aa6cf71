#include "store/sync/stage.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

/// The link of a place and its local half, as bytes; empty: none.
StagedPair pairOf(Connection& db, const ScopeRow& scope, std::string_view collection, std::string_view remote) {
    StagedPair pair{{}, {}, collection, remote};
    auto row = db.query(
        "SELECT uuid, local FROM sync_links WHERE account_id=? AND kind=? AND collection=? AND remote=? AND remote<>''",
        scope.account, scope.kind, collection, remote);
    if (row.next()) pair.link = row.blob(0), pair.local = row.blob(1);
    return pair;
}

void stageOne(Connection& db, const ScopeRow& scope, const Staged& item) {
    const StagedPair pair = pairOf(db, scope, item.collection, item.remote);
    if (const std::int64_t row = meetingRow(db, scope, pair))
        // What failed and didn't change isn't tried sooner for having been listed again (rule I6).
        db.exec(
            "UPDATE sync_stage SET attempts=CASE WHEN remote IS NOT NULL AND version=?8 AND gone=?6 THEN attempts ELSE "
            "0 END, retry=CASE WHEN remote IS NOT NULL AND version=?8 AND gone=?6 THEN retry END, link=?1, local=?2, "
            "collection=?3, remote=?4, listed=?5, gone=?6, raw=?7, version=?8, uid=?9, decision='' WHERE id=?10",
            orNull(pair.link), orNull(pair.local), item.collection, item.remote, item.listed, item.gone, Blob{item.raw},
            item.version, item.uid, row);
    else
        db.exec(
            "INSERT INTO sync_stage(account_id, kind, preview, link, local, collection, remote, listed, gone, "
            "attempts, "
            "version, uid, decision, raw) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '', ?)",
            scope.account, scope.kind, scope.preview, orNull(pair.link), orNull(pair.local), item.collection,
            item.remote, item.listed, item.gone, item.version, item.uid, Blob{item.raw});
}

}  // namespace

void stageRemote(Connection& db, const SyncScope& wanted, std::span<const Staged> page, const SyncCursor& cursor,
                 bool listing) {
    const ScopeRow scope(db, wanted);
    for (const Staged& item : page) {
        stageOne(db, scope, item);
        if (listing && !item.gone)
            db.exec(
                "INSERT INTO sync_listed(account_id, kind, preview, collection, remote) VALUES(?, ?, ?, ?, ?) ON "
                "CONFLICT(account_id, kind, preview, collection, remote) DO NOTHING",
                scope.account, scope.kind, scope.preview, item.collection, item.remote);
    }
    saveCursor(db, scope, cursor);
}

namespace {

void forgetListed(Connection& db, const SyncScope& scope, std::string_view collection) {
    db.exec("DELETE FROM sync_listed WHERE " SYNC_SCOPE " AND collection=?", Blob{bytesOf(scope.account)}, scope.kind,
            scope.preview, collection);
}

#define NOT_LISTED(place)                                                                               \
    " NOT EXISTS(SELECT 1 FROM sync_listed n WHERE n.account_id=?1 AND n.kind=?2 AND n.preview=?3 AND " \
    "n.collection=?4 "                                                                                  \
    "AND n.remote=" place ")"
/// Links that a listing of everything should have named: who left stays as they are.
#define MISSING_LINKS                                                                                              \
    " FROM sync_links l WHERE l.account_id=?1 AND l.kind=?2 AND l.collection=?4 AND l.remote<>'' AND l.state<>?5 " \
    "AND" NOT_LISTED("l.remote")
#define NOW_GONE "listed=0, gone=1, version='', raw=?6, decision='', attempts=0, retry=NULL"

}  // namespace

void beginListing(Connection& db, const SyncScope& scope, std::string_view collection) {
    forgetListed(db, scope, collection);
    db.exec("DELETE FROM sync_seen WHERE " SYNC_SCOPE " AND collection=?", Blob{bytesOf(scope.account)}, scope.kind,
            scope.preview, collection);
}

std::int64_t endListing(Connection& db, const SyncScope& wanted, std::string_view collection) {
    const ScopeRow scope(db, wanted);
    const auto run = [&](Sql sql) {
        return db.exec(sql, scope.account, scope.kind, scope.preview, collection, LinkState::left, Blob{});
    };
    std::int64_t missing = 0;
    if (auto row = db.query("SELECT COUNT(*)" MISSING_LINKS, scope.account, scope.kind, scope.preview, collection,
                            LinkState::left);
        row.next())
        missing = row.int64(0);
    // What was staged there before; then the pairs of which only the CRM's side is staged; then those without a row.
    db.exec(
        "UPDATE sync_stage SET listed=0, gone=1, version='', raw=?5, decision='', attempts=0, retry=NULL WHERE "
        "account_id=?1 AND kind=?2 AND preview=?3 AND collection=?4 AND gone=0 AND" NOT_LISTED("sync_stage.remote"),
        scope.account, scope.kind, scope.preview, collection, Blob{});
    if (missing > 0) {
        run("UPDATE sync_stage SET collection=?4, remote=(SELECT l.remote FROM sync_links l WHERE "
            "l.uuid=sync_stage.link), " NOW_GONE
            " WHERE account_id=?1 AND kind=?2 AND preview=?3 AND remote IS NULL AND link IN (SELECT "
            "l.uuid" MISSING_LINKS ")");
        run("INSERT INTO sync_stage(account_id, kind, preview, link, local, collection, remote, listed, gone, "
            "attempts, "
            "version, uid, decision, raw) SELECT ?1, ?2, ?3, l.uuid, l.local, ?4, l.remote, 0, 1, 0, '', l.uid, '', "
            "?6" MISSING_LINKS
            " AND NOT EXISTS(SELECT 1 FROM sync_stage s WHERE s.account_id=?1 AND s.kind=?2 AND "
            "s.preview=?3 AND s.link=l.uuid) ORDER BY l.id");
    }
    forgetListed(db, wanted, collection);
    return missing;
}

std::vector<SeenMember> seen(Connection& db, const SyncScope& scope, std::string_view collection,
                             std::string_view after, std::size_t limit) {
    std::vector<SeenMember> page;
    for (auto& row : db.query("SELECT remote, version FROM sync_seen WHERE " SYNC_SCOPE
                              " AND collection=? AND remote>? ORDER BY remote LIMIT ?",
                              Blob{bytesOf(scope.account)}, scope.kind, scope.preview, collection, after, limit))
        page.push_back({row.string(0), row.int64(1)});
    return page;
}

void saveSeen(Connection& db, const SyncScope& wanted, std::string_view collection,
              std::span<const SeenMember> members) {
    const ScopeRow scope(db, wanted);
    for (const SeenMember& member : members)
        if (member.gone)
            db.exec("DELETE FROM sync_seen WHERE account_id=? AND kind=? AND preview=? AND collection=? AND remote=?",
                    scope.account, scope.kind, scope.preview, collection, member.name);
        else
            db.exec(
                "INSERT INTO sync_seen(account_id, kind, preview, collection, remote, version) VALUES(?, ?, ?, ?, ?, "
                "?) ON CONFLICT(account_id, kind, preview, collection, remote) DO UPDATE SET version=excluded.version",
                scope.account, scope.kind, scope.preview, collection, member.name, member.version);
}

}  // namespace crmdav
