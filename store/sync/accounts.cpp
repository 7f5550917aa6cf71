#include "store/sync/accounts.h"

#include "store/records/packed.h"
#include "store/sync/blocks.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

#define ACCOUNT_SELECT                                                                           \
    "SELECT uuid, user_id, provider, login, identity, address, found, secret IS NOT NULL AS c, " \
    "created, emails, signed_in FROM sync_accounts "

Account readAccount(const Rows& row) {
    Account account;
    account.id = idOf(row.blob(0));
    account.user = row.int64(1);
    account.provider = row.text(2);
    account.login = row.text(3);
    account.identity = row.text(4);
    account.address = row.text(5);
    account.found = row.text(6);
    account.connected = row.boolean(7);
    account.created = row.instant(8);
    account.emails = unpack(row.text(9));
    account.signedIn = row.instant(10);
    return account;
}

/// The same login again, whatever became of it since (rule A9).
std::optional<Account> sameLogin(Connection& db, const Account& wanted) {
    auto row = db.query(ACCOUNT_SELECT "WHERE user_id=? AND provider=? AND identity=? AND identity<>''", wanted.user,
                        wanted.provider, wanted.identity);
    return row.next() ? std::optional(readAccount(row)) : std::nullopt;
}

}  // namespace

std::string storable(const Id& id) {
    std::string bytes = bytesOf(id);
    if (bytes.empty() && !id.empty()) throw StoreError("\"" + id + "\" is no UUID");
    return bytes;
}

std::int64_t requireAccount(Connection& db, const Id& id) {
    auto row = db.query("SELECT id FROM sync_accounts WHERE uuid=?", Blob{bytesOf(id)});
    if (!row.next()) throw NotFound("no such account");
    return row.int64(0);
}

std::vector<Account> accounts(Connection& db, std::int64_t user) {
    std::vector<Account> all;
    for (auto& row : db.query(ACCOUNT_SELECT "WHERE ?1=0 OR user_id=?1 ORDER BY id", user))
        all.push_back(readAccount(row));
    return all;
}

std::optional<Account> account(Connection& db, const Id& id) {
    auto row = db.query(ACCOUNT_SELECT "WHERE uuid=?", Blob{bytesOf(id)});
    return row.next() ? std::optional(readAccount(row)) : std::nullopt;
}

Account saveAccount(Connection& db, const Account& wanted) {
    Account account = wanted;
    if (const auto same = sameLogin(db, wanted); same && wanted.id.empty())
        account.id = same->id;
    else if (same && same->id != wanted.id)
        throw InvalidField("identity", "that login is another account of the same user already");
    if (account.id.empty()) {
        account.id = newId(db.now());
        db.insert(
            "INSERT INTO sync_accounts(uuid, user_id, provider, login, identity, address, found, emails, created, "
            "signed_in) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            Blob{bytesOf(account.id)}, account.user, account.provider, account.login, account.identity, account.address,
            account.found, pack(account.emails), db.now(), account.signedIn);
    } else if (db.exec("UPDATE sync_accounts SET provider=?, login=?, identity=?, address=?, found=?, emails=?, "
                       "signed_in=? WHERE uuid=?",
                       account.provider, account.login, account.identity, account.address, account.found,
                       pack(account.emails), account.signedIn, Blob{bytesOf(account.id)}) == 0) {
        throw NotFound("no such account");
    }
    return *crmdav::account(db, account.id);
}

void removeAccount(Connection& db, const Id& id) {
    const std::int64_t row = requireAccount(db, id);
    removeBlocks(db, row);
    for (const Sql sql :
         {Sql("DELETE FROM sync_guests WHERE link IN (SELECT uuid FROM sync_links WHERE account_id=?)"),
          Sql("DELETE FROM sync_sides WHERE account_id=?"), Sql("DELETE FROM sync_links WHERE account_id=?"),
          Sql("DELETE FROM sync_cursors WHERE account_id=?"), Sql("DELETE FROM sync_stage WHERE account_id=?"),
          Sql("DELETE FROM sync_listed WHERE account_id=?"), Sql("DELETE FROM sync_seen WHERE account_id=?"),
          Sql("DELETE FROM sync_runs WHERE account_id=?"), Sql("DELETE FROM sync_journal WHERE account_id=?"),
          Sql("DELETE FROM sync_pushes WHERE account_id=?"), Sql("DELETE FROM sync_accounts WHERE id=?")})
        db.exec(sql, row);
}

std::string secret(Connection& db, const Id& account) {
    auto row = db.query("SELECT secret FROM sync_accounts WHERE uuid=?", Blob{bytesOf(account)});
    return row.next() ? std::string(row.blob(0)) : std::string();
}

void saveSecret(Connection& db, const Id& account, std::string_view encrypted) {
    const std::string bytes(encrypted);
    if (db.exec("UPDATE sync_accounts SET secret=? WHERE uuid=?", orNull(bytes), Blob{bytesOf(account)}) == 0)
        throw NotFound("no such account");
}

// ---------------------------------------------------------------- sides

namespace {

#define SIDE_SELECT                                                                                                   \
    "SELECT a.uuid, s.kind, s.status, s.cause, s.settings, s.first_start, s.last_start, s.last_success, "             \
    "s.next_try, s.failures, s.confirmed, s.wanted, s.local_cursor, s.reviewed FROM sync_sides s JOIN sync_accounts " \
    "a ON "                                                                                                           \
    "a.id=s.account_id "

SyncSide readSide(const Rows& row) {
    SyncSide side;
    side.account = idOf(row.blob(0));
    side.kind = row.as<SyncKind>(1);
    side.status = row.as<SyncStatus>(2);
    side.cause = row.text(3);
    side.settings = row.text(4);
    side.firstStart = row.optionalInstant(5);
    side.lastStart = row.optionalInstant(6);
    side.lastSuccess = row.optionalInstant(7);
    side.nextTry = row.optionalInstant(8);
    side.failures = row.integer(9);
    side.confirmed = row.boolean(10);
    side.wanted = row.boolean(11);
    side.localCursor = row.int64(12);
    side.reviewed = row.text(13);
    return side;
}

}  // namespace

std::optional<SyncSide> side(Connection& db, const Id& account, SyncKind kind) {
    auto row = db.query(SIDE_SELECT "WHERE a.uuid=? AND s.kind=?", Blob{bytesOf(account)}, kind);
    return row.next() ? std::optional(readSide(row)) : std::nullopt;
}

std::vector<SyncSide> sides(Connection& db) {
    std::vector<SyncSide> all;
    for (auto& row : db.query(SIDE_SELECT "WHERE s.status<>? ORDER BY s.account_id, s.kind", SyncStatus::none))
        all.push_back(readSide(row));
    return all;
}

std::vector<SyncSide> sidesToRun(Connection& db, Instant now) {
    std::vector<SyncSide> all;
    for (auto& row :
         db.query(SIDE_SELECT "WHERE s.last_start IS NOT NULL AND s.status NOT IN (?, ?, ?) AND (s.wanted=1 OR "
                              "s.confirmed=1 OR s.status=? OR s.next_try IS NULL OR s.next_try<=?) ORDER BY "
                              "s.account_id, s.kind",
                  SyncStatus::none, SyncStatus::authorised, SyncStatus::stopped, SyncStatus::syncing, now))
        all.push_back(readSide(row));
    return all;
}

void saveSide(Connection& db, const SyncSide& side) {
    db.exec(
        "INSERT INTO sync_sides(account_id, kind, status, cause, settings, first_start, last_start, last_success, "
        "next_try, failures, confirmed, wanted, local_cursor, requests, reviewed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, "
        "?) ON CONFLICT(account_id, kind) DO UPDATE SET status=excluded.status, cause=excluded.cause, "
        "settings=excluded.settings, first_start=excluded.first_start, last_start=excluded.last_start, "
        "last_success=excluded.last_success, next_try=excluded.next_try, failures=excluded.failures, "
        "confirmed=excluded.confirmed, wanted=excluded.wanted, local_cursor=excluded.local_cursor, "
        "reviewed=excluded.reviewed",
        requireAccount(db, side.account), side.kind, side.status, side.cause, side.settings, side.firstStart,
        side.lastStart, side.lastSuccess, side.nextTry, side.failures, side.confirmed, side.wanted, side.localCursor,
        syncRequest(side.account, side.kind, {}), side.reviewed);
}

void saveCursor(Connection& db, const SyncScope& scope, std::int64_t localCursor) {
    db.exec("UPDATE sync_sides SET local_cursor=?3 WHERE " SYNC_KIND, Blob{bytesOf(scope.account)}, scope.kind,
            localCursor);
}

}  // namespace crmdav
