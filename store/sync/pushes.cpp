#include "store/sync/pushes.h"

#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

#define PUSH_SELECT                                                                                                   \
    "SELECT p.id, a.uuid, p.kind, p.collection, p.resource, p.callback, p.secret, p.renew, p.until FROM sync_pushes " \
    "p JOIN sync_accounts a ON a.id=p.account_id "

SyncPush readPush(const Rows& row) {
    SyncPush push;
    push.id = row.text(0);
    push.account = idOf(row.blob(1));
    push.kind = row.as<SyncKind>(2);
    push.collection = row.text(3);
    push.resource = row.text(4);
    push.callback = row.text(5);
    push.secret = row.blob(6);
    push.renew = row.instant(7);
    push.until = row.instant(8);
    return push;
}

}  // namespace

std::vector<SyncPush> pushes(Connection& db, const Id& account, SyncKind kind) {
    std::vector<SyncPush> all;
    for (auto& row : db.query(PUSH_SELECT "WHERE a.uuid=? AND p.kind=? ORDER BY p.id", Blob{bytesOf(account)}, kind))
        all.push_back(readPush(row));
    return all;
}

std::optional<SyncPush> push(Connection& db, std::string_view id) {
    auto row = db.query(PUSH_SELECT "WHERE p.id=?", id);
    return row.next() ? std::optional(readPush(row)) : std::nullopt;
}

void savePush(Connection& db, const SyncPush& push) {
    db.exec(
        "INSERT INTO sync_pushes(id, account_id, kind, collection, resource, callback, secret, renew, until) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET collection=excluded.collection, "
        "resource=excluded.resource, callback=excluded.callback, secret=excluded.secret, renew=excluded.renew, "
        "until=excluded.until",
        push.id, requireAccount(db, push.account), push.kind, push.collection, push.resource, push.callback,
        Blob{push.secret}, push.renew, push.until);
}

void removePush(Connection& db, std::string_view id) { db.exec("DELETE FROM sync_pushes WHERE id=?", id); }

#define ASLEEP SYNC_KIND " AND wanted=0 AND status NOT IN (?3, ?4, ?5)"

bool sleeps(Connection& db, const Id& account, SyncKind kind) {
    return db
        .query("SELECT 1 FROM sync_sides WHERE " ASLEEP, Blob{bytesOf(account)}, kind, SyncStatus::none,
               SyncStatus::authorised, SyncStatus::stopped)
        .next();
}

void wake(Connection& db, const Id& account, SyncKind kind) {
    db.exec("UPDATE sync_sides SET wanted=1 WHERE " ASLEEP, Blob{bytesOf(account)}, kind, SyncStatus::none,
            SyncStatus::authorised, SyncStatus::stopped);
}

}  // namespace crmdav
