#include "store/history.h"
#include "store/sync/accounts.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

// What changed, and whose run made it: empty where it wasn't one.
#define NEWS_BY "CASE WHEN w.via='bridge' THEN substr(h.request, 1, 46) ELSE '' END"
#define NEWS " FROM history h {join in order} actors w ON w.id=h.actor_id "
#define SINCE " h.id>?1 AND h.id<=?2 AND "
#define ANOTHERS " AND s.requests<>" NEWS_BY " "

bool anySleeps(Connection& db) {
    return db
        .query("SELECT 1 FROM sync_sides WHERE wanted=0 AND status NOT IN (?, ?, ?) LIMIT 1", SyncStatus::none,
               SyncStatus::authorised, SyncStatus::stopped)
        .next();
}

void wakeForChanges(Connection& db, std::int64_t since, std::int64_t until) {
    db.exec(
        "UPDATE sync_sides SET wanted=1 WHERE wanted=0 AND status NOT IN (?3, ?4, ?5) AND (account_id, kind) IN ("
        // owned by its user; contacts of the organisation are everybody's
        "SELECT s.account_id, s.kind FROM (SELECT DISTINCT h.kind AS kind, h.owner AS owner, " NEWS_BY " AS run" NEWS
        "WHERE" SINCE
        "h.kind IN (?6, ?7)) n {join in order} sync_accounts a ON a.user_id=n.owner OR (n.owner=0 AND "
        "n.kind=?7) {join in order} sync_sides s ON s.account_id=a.id AND s.kind=CASE n.kind WHEN ?7 THEN ?9 ELSE ?8 "
        "END AND s.requests<>n.run "
        // linked
        "UNION ALL SELECT s.account_id, s.kind" NEWS
        "{join in order} sync_links l ON l.local=h.record {join in order} sync_sides s ON s.account_id=l.account_id "
        "AND "
        "s.kind=l.kind" ANOTHERS "WHERE" SINCE
        "h.kind IN (?6, ?7) "
        // in a calendar of its user: another's meeting
        "UNION ALL SELECT s.account_id, s.kind" NEWS
        "{join in order} activities r ON r.uuid=h.record {join in order} members m ON m.record_row=r.id AND "
        "m.record_kind=?6 {join in order} collections c ON c.id=m.collection_id {join in order} sync_accounts a ON "
        "a.user_id=c.owner {join in order} sync_sides s ON s.account_id=a.id AND s.kind=?8" ANOTHERS "WHERE" SINCE
        "h.kind=?6)",
        since, until, SyncStatus::none, SyncStatus::authorised, SyncStatus::stopped, RecordKind::activity,
        RecordKind::contact, SyncKind::calendar, SyncKind::contacts);
}

}  // namespace crmdav
