#include "store/sync/stage.h"

#include "protocol/text/json.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

#define STAGE_SELECT                                                                                               \
    "SELECT id, link, collection, remote, listed, gone, version, uid, raw, local, decision, attempts, retry FROM " \
    "sync_stage WHERE " SYNC_SCOPE " AND "

Staged readStaged(const Rows& row) {
    Staged staged;
    staged.id = row.int64(0);
    staged.link = idOf(row.blob(1));
    staged.collection = row.text(2);
    staged.remote = row.text(3);
    staged.listed = row.boolean(4);
    staged.gone = row.boolean(5);
    staged.version = row.text(6);
    staged.uid = row.text(7);
    staged.raw = row.blob(8);
    staged.local = idOf(row.blob(9));
    staged.decision = row.text(10);
    staged.attempts = row.integer(11);
    staged.retry = row.optionalInstant(12);
    return staged;
}

void emptyPreview(Connection& db, const ScopeRow& scope) {
    for (const Sql sql : {Sql("DELETE FROM sync_cursors WHERE account_id=? AND kind=? AND preview=1"),
                          Sql("DELETE FROM sync_stage WHERE account_id=? AND kind=? AND preview=1"),
                          Sql("DELETE FROM sync_listed WHERE account_id=? AND kind=? AND preview=1"),
                          Sql("DELETE FROM sync_seen WHERE account_id=? AND kind=? AND preview=1")})
        db.exec(sql, scope.account, scope.kind);
}

}  // namespace

void beginPreview(Connection& db, const SyncScope& wanted) {
    const ScopeRow scope(db, wanted);
    emptyPreview(db, scope);
    for (const Sql sql :
         {Sql("INSERT INTO sync_cursors(account_id, kind, preview, collection, cursor) SELECT account_id, kind, 1, "
              "collection, cursor FROM sync_cursors WHERE account_id=? AND kind=? AND preview=0"),
          Sql("INSERT INTO sync_listed(account_id, kind, preview, collection, remote) SELECT account_id, kind, 1, "
              "collection, remote FROM sync_listed WHERE account_id=? AND kind=? AND preview=0"),
          Sql("INSERT INTO sync_seen(account_id, kind, preview, collection, remote, version) SELECT account_id, kind, "
              "1, collection, remote, version FROM sync_seen WHERE account_id=? AND kind=? AND preview=0"),
          Sql("INSERT INTO sync_stage(account_id, kind, preview, link, local, collection, remote, listed, gone, "
              "attempts, retry, version, uid, decision, raw) SELECT account_id, kind, 1, link, local, collection, "
              "remote, listed, gone, attempts, retry, version, uid, decision, raw FROM sync_stage WHERE account_id=? "
              "AND kind=? AND preview=0 ORDER BY id")})
        db.exec(sql, scope.account, scope.kind);
}

void endPreview(Connection& db, const SyncScope& scope) { emptyPreview(db, ScopeRow(db, scope)); }

std::vector<SyncCursor> cursors(Connection& db, const SyncScope& scope) {
    std::vector<SyncCursor> all;
    for (auto& row : db.query("SELECT collection, cursor FROM sync_cursors WHERE " SYNC_SCOPE " ORDER BY collection",
                              Blob{bytesOf(scope.account)}, scope.kind, scope.preview))
        all.push_back({row.string(0), row.string(1)});
    return all;
}

void saveCursor(Connection& db, const ScopeRow& scope, const SyncCursor& cursor) {
    db.exec(
        "INSERT INTO sync_cursors(account_id, kind, preview, collection, cursor) VALUES(?, ?, ?, ?, ?) ON "
        "CONFLICT(account_id, kind, preview, collection) DO UPDATE SET cursor=excluded.cursor",
        scope.account, scope.kind, scope.preview, cursor.collection, cursor.cursor);
}

void keepCollections(Connection& db, const SyncScope& wanted, std::span<const std::string> collections) {
    const ScopeRow scope(db, wanted);
    JsonWriter names;
    names.beginArray();
    for (const std::string& name : collections) names.text(name);
    const std::string kept = names.endArray().take();
#define IN_OTHERS \
    "account_id=? AND kind=? AND preview=? AND collection NOT IN (SELECT wanted.value FROM {list as wanted})"
    for (const Sql sql :
         {Sql("DELETE FROM sync_cursors WHERE " IN_OTHERS), Sql("DELETE FROM sync_stage WHERE " IN_OTHERS),
          Sql("DELETE FROM sync_listed WHERE " IN_OTHERS), Sql("DELETE FROM sync_seen WHERE " IN_OTHERS)})
        db.exec(sql, scope.account, scope.kind, scope.preview, kept);
}

std::optional<Staged> stagedRemote(Connection& db, const SyncScope& scope, std::string_view collection,
                                   std::string_view remote) {
    auto row = db.query(STAGE_SELECT "collection=? AND remote=?", Blob{bytesOf(scope.account)}, scope.kind,
                        scope.preview, collection, remote);
    return row.next() ? std::optional(readStaged(row)) : std::nullopt;
}

std::vector<Staged> staged(Connection& db, const SyncScope& scope, std::int64_t after, std::size_t limit) {
    std::vector<Staged> page;
    for (auto& row : db.query(STAGE_SELECT "id>? ORDER BY id LIMIT ?", Blob{bytesOf(scope.account)}, scope.kind,
                              scope.preview, after, limit))
        page.push_back(readStaged(row));
    return page;
}

std::int64_t countStaged(Connection& db, const SyncScope& scope) {
    auto row = db.query("SELECT COUNT(*) FROM sync_stage WHERE " SYNC_SCOPE, Blob{bytesOf(scope.account)}, scope.kind,
                        scope.preview);
    return row.next() ? row.int64(0) : 0;
}

void decide(Connection& db, const SyncScope& wanted, std::span<const Staged> decided) {
    const ScopeRow scope(db, wanted);
    for (const Staged& one : decided)
        db.exec(
            "UPDATE sync_stage SET decision=?, attempts=?, retry=? WHERE id=? AND account_id=? AND kind=? AND "
            "preview=?",
            one.decision, one.attempts, one.retry, one.id, scope.account, scope.kind, scope.preview);
}

void unstage(Connection& db, const SyncScope& scope, std::int64_t id) {
    db.exec("DELETE FROM sync_stage WHERE " SYNC_SCOPE " AND id=?", Blob{bytesOf(scope.account)}, scope.kind,
            scope.preview, id);
}

void clearStage(Connection& db, const SyncScope& scope) {
    db.exec("DELETE FROM sync_stage WHERE " SYNC_SCOPE, Blob{bytesOf(scope.account)}, scope.kind, scope.preview);
}

}  // namespace crmdav
