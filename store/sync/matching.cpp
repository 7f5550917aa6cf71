#include "store/sync/matching.h"

#include "store/records/contact_details.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

std::optional<Id> activityOfUid(Connection& db, std::int64_t user, std::string_view uid) {
    {
        auto own = db.query(
            "SELECT a.uuid FROM members m JOIN collections c ON c.id=m.collection_id AND c.deleted_at IS NULL JOIN "
            "activities a ON a.id=m.record_row AND a.deleted_at IS NULL WHERE m.uid=? AND m.deleted=0 AND "
            "m.record_kind=? AND c.owner=? ORDER BY a.id LIMIT 1",
            uid, RecordKind::activity, user);
        if (own.next()) return idOf(own.blob(0));
    }
    // A provider may have given it another UID than the CRM has.
    auto linked = db.query(
        "SELECT a.uuid FROM sync_links l JOIN activities a ON a.uuid=l.local AND a.deleted_at IS NULL WHERE l.uid=? "
        "AND l.uid<>'' AND l.kind=? AND l.block=0 AND (a.owner=? OR EXISTS(SELECT 1 FROM activity_participants p WHERE "
        "p.activity_id=a.id "
        "AND p.user_id=?)) ORDER BY l.id LIMIT 1",
        uid, SyncKind::calendar, user, user);
    return linked.next() ? std::optional(idOf(linked.blob(0))) : std::nullopt;
}

std::vector<Id> contactsNamed(Connection& db, std::int64_t owner, std::string_view matchName) {
    std::vector<Id> ids;
    if (matchName.empty()) return ids;
    for (auto& row :
         db.query("SELECT uuid FROM contacts WHERE match_name=? AND owner=? AND deleted_at IS NULL ORDER BY "
                  "created, id LIMIT 50",
                  matchName, owner))
        ids.push_back(idOf(row.blob(0)));
    return ids;
}

std::optional<Id> companyNamed(Connection& db, std::string_view normalName) {
    auto row =
        db.query("SELECT uuid FROM companies WHERE name_key=? AND deleted_at IS NULL ORDER BY id LIMIT 1", normalName);
    return row.next() ? std::optional(idOf(row.blob(0))) : std::nullopt;
}

bool hadContact(Connection& db, std::string_view email) {
    return db
        .query(
            "SELECT 1 FROM details d JOIN contacts c ON c.id=d.record_row AND c.deleted_at IS NOT NULL WHERE "
            "d.normal=? "
            "AND d.kind<=1 AND d.record_kind=?",
            email, RecordKind::contact)
        .next();
}

}  // namespace crmdav
