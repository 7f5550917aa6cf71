#include <algorithm>

#include "store/history.h"
#include "store/sync/guests.h"
#include "store/sync/stage.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

/// History entries that one call looks at: whoever is far behind doesn't keep writers waiting.
constexpr std::int64_t mostEntries = 20'000;

}  // namespace

void stagePair(Connection& db, const ScopeRow& scope, const StagedPair& pair) {
    if (const std::int64_t row = meetingRow(db, scope, pair))
        db.exec("UPDATE sync_stage SET link=?, local=?, decision='', attempts=0, retry=NULL WHERE id=?",
                orNull(pair.link), orNull(pair.local), row);
    else
        db.exec(
            "INSERT INTO sync_stage(account_id, kind, preview, link, local, listed, gone, attempts, version, uid, "
            "decision, raw) VALUES(?, ?, ?, ?, ?, 0, 0, 0, '', '', '', ?)",
            scope.account, scope.kind, scope.preview, orNull(pair.link), orNull(pair.local), Blob{});
}

namespace {

/// A record may be at several places of an account: each of them is a pair.
void stageRecord(Connection& db, const ScopeRow& scope, const std::string& local) {
    std::vector<std::string> links;
    for (auto& row : db.query("SELECT uuid FROM sync_links WHERE local=? AND account_id=? AND kind=? ORDER BY id",
                              Blob{local}, scope.account, scope.kind))
        links.emplace_back(row.blob(0));
    if (links.empty()) stagePair(db, scope, {{}, local});
    for (const std::string& link : links) stagePair(db, scope, {link, local});
}

struct Changed {
    std::vector<std::string> records;  ///< UUIDs as bytes, each once
    std::int64_t cursor = 0;
};

/// Entries of the kind that concern the account, but for what its own runs wrote. Links by their record: the plus signs
/// keep SQLite from walking all of the account's for each entry.
#define CHANGES                                                                                                        \
    "SELECT h.id, h.record FROM history h {join in order} actors w ON w.id=h.actor_id WHERE h.id>?1 AND h.id<=?2 AND " \
    "h.kind=?3 AND NOT (w.via='bridge' AND substr(h.request, 1, 46)=?4) AND (EXISTS(SELECT 1 FROM sync_links l WHERE " \
    "l.local=h.record AND +l.account_id=?5 AND +l.kind=?6) OR "
/// From the record: from the collection it would be all of its members for each entry.
#define IN_HOME_OF(records)                                                                                 \
    "EXISTS(SELECT 1 FROM " records                                                                         \
    " r {join in order} members m ON m.record_row=r.id AND m.record_kind=?3 {join in order} collections c " \
    "ON c.id=m.collection_id WHERE r.uuid=h.record AND "

Changed changesAfter(Connection& db, const ScopeRow& scope, const SyncScope& wanted, std::int64_t cursor,
                     std::int64_t last, std::size_t limit) {
    std::int64_t user = 0;
    if (auto row = db.query("SELECT user_id FROM sync_accounts WHERE id=?", scope.account); row.next())
        user = row.int64(0);
    const std::string own = syncRequest(wanted.account, wanted.kind, {});
    Changed changed{{}, cursor};
    std::size_t entries = 0;
    const auto collect = [&](Rows rows) {
        for (auto& row : rows) {
            changed.cursor = row.int64(0);
            ++entries;
            if (std::ranges::find(changed.records, row.blob(1)) == changed.records.end())
                changed.records.emplace_back(row.blob(1));
        }
    };
    if (wanted.kind == SyncKind::calendar)
        collect(db.query(CHANGES "h.owner=?7 OR " IN_HOME_OF("activities") "c.owner=?7)) ORDER BY h.id LIMIT ?8",
                         cursor, last, RecordKind::activity, own, scope.account, wanted.kind, user, limit));
    else
        collect(db.query(CHANGES IN_HOME_OF("contacts") "((c.owner=0 AND c.purpose=?7) OR (c.owner=?8 AND "
                                                        "c.purpose=?9)))) ORDER BY h.id LIMIT ?10",
                         cursor, last, RecordKind::contact, own, scope.account, wanted.kind, Purpose::contacts, user,
                         Purpose::personal, limit));
    if (entries < limit) changed.cursor = std::max(cursor, last);
    return changed;
}

}  // namespace

std::int64_t stageChanges(Connection& db, const SyncScope& wanted, std::int64_t cursor, std::size_t limit) {
    const ScopeRow scope(db, wanted);
    if (scope.kind == SyncKind::calendar) stageRegarded(db, scope);
    std::int64_t newest = 0;
    if (auto row = db.query("SELECT MAX(id) FROM history"); row.next()) newest = row.int64(0);
    if (newest <= cursor) return cursor;
    const auto changed = changesAfter(db, scope, wanted, cursor, std::min(newest, cursor + mostEntries),
                                      std::max<std::size_t>(limit, 1));
    for (const std::string& record : changed.records) stageRecord(db, scope, record);
    if (!wanted.preview)
        db.exec("UPDATE sync_sides SET local_cursor=? WHERE account_id=? AND kind=?", changed.cursor, scope.account,
                scope.kind);
    return changed.cursor;
}

void stageLocal(Connection& db, const SyncScope& wanted, std::span<const Id> locals) {
    const ScopeRow scope(db, wanted);
    for (const Id& local : locals)
        if (const std::string bytes = storable(local); !bytes.empty()) stageRecord(db, scope, bytes);
}

}  // namespace crmdav
