#include "store/sync/stage.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

std::int64_t meetingRow(Connection& db, const ScopeRow& scope, const StagedPair& pair) {
    std::vector<std::int64_t> rows;
    // Each of the three by its index; joined by OR they would be looked for in all that is staged.
#define ROWS_OF "SELECT id, collection, remote FROM sync_stage WHERE account_id=?1 AND kind=?2 AND preview=?3 AND "
    for (auto& row :
         db.query("SELECT id FROM (" ROWS_OF "link=?4 UNION " ROWS_OF "link IS NULL AND local=?5 UNION " ROWS_OF
                  "collection=?6 AND remote=?7) AS met ORDER BY CASE WHEN collection=?6 AND remote=?7 THEN "
                  "0 WHEN remote IS NOT NULL THEN 1 ELSE 2 END, id",
                  scope.account, scope.kind, scope.preview, orNull(pair.link), orNull(pair.local), pair.collection,
                  pair.remote))
        rows.push_back(row.int64(0));
    for (std::size_t i = 1; i < rows.size(); ++i) db.exec("DELETE FROM sync_stage WHERE id=?", rows[i]);
    return rows.empty() ? 0 : rows.front();
}

void meetInStage(Connection& db, const ScopeRow& scope, const StagedPair& pair) {
    const std::int64_t row = meetingRow(db, scope, pair);
    if (row != 0)
        db.exec("UPDATE sync_stage SET link=?, local=? WHERE id=?", orNull(pair.link), orNull(pair.local), row);
}

void forgetInStage(Connection& db, const std::string& link) {
#define OF_LINK                                                         \
    "account_id=(SELECT account_id FROM sync_links WHERE uuid=?1) AND " \
    "kind=(SELECT kind FROM sync_links WHERE uuid=?1) AND preview IN (0, 1) AND link=?1"
    db.exec("DELETE FROM sync_stage WHERE " OF_LINK " AND remote IS NULL", Blob{link});
    db.exec("UPDATE sync_stage SET link=NULL, local=NULL WHERE " OF_LINK, Blob{link});
}

}  // namespace crmdav
