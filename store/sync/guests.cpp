#include "store/sync/guests.h"

#include "store/sync/stage.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

std::vector<std::string> contactsAmong(Connection& db, std::int64_t user, std::span<const std::string> emails) {
    std::vector<std::string> known;
    for (const std::string& email : emails)
        if (db.query("SELECT 1 FROM details d JOIN contacts c ON c.id=d.record_row WHERE d.normal=? AND d.kind<=1 AND "
                     "d.kind=0 AND d.record_kind=0 AND c.deleted_at IS NULL AND (c.owner=0 OR c.owner=?) LIMIT 1",
                     email, user)
                .next())
            known.push_back(email);
    return known;
}

std::vector<WatchedGuest> watchedGuests(Connection& db, const Id& link) {
    std::vector<WatchedGuest> guests;
    for (auto& row : db.query("SELECT email, known FROM sync_guests WHERE link=? ORDER BY email", Blob{bytesOf(link)}))
        guests.push_back({row.string(0), row.boolean(1)});
    return guests;
}

void watchGuests(Connection& db, const Id& link, std::span<const WatchedGuest> guests) {
    const std::string bytes = storable(link);
    forgetGuestsOf(db, bytes);
    for (const WatchedGuest& guest : guests)
        db.exec(
            "INSERT INTO sync_guests(email, link, known, news) VALUES(?, ?, ?, 0) ON CONFLICT(email, link) DO NOTHING",
            guest.email, Blob{bytes}, guest.known);
}

void regardGuests(Connection& db, std::span<const std::string> emails) {
    std::int64_t watched = 0;
    for (const std::string& email : emails) watched += db.exec("UPDATE sync_guests SET news=1 WHERE email=?", email);
    if (watched == 0) return;
    db.exec(
        "UPDATE sync_sides SET wanted=1 WHERE wanted=0 AND kind=? AND status NOT IN (?, ?, ?) AND account_id IN "
        "(SELECT l.account_id FROM sync_guests g {join in order} sync_links l ON l.uuid=g.link WHERE g.news=1)",
        SyncKind::calendar, SyncStatus::none, SyncStatus::authorised, SyncStatus::stopped);
}

void stageRegarded(Connection& db, const ScopeRow& scope) {
    std::vector<StagedPair> pairs;
    for (auto& row : db.query("SELECT DISTINCT l.uuid, l.local FROM sync_guests g {join in order} sync_links l ON "
                              "l.uuid=g.link WHERE g.news=1 AND l.account_id=?",
                              scope.account))
        pairs.push_back({std::string(row.blob(0)), std::string(row.blob(1))});
    for (const StagedPair& pair : pairs) {
        stagePair(db, scope, pair);
        if (!scope.preview) db.exec("UPDATE sync_guests SET news=0 WHERE link=? AND news=1", Blob{pair.link});
    }
}

void forgetGuestsOf(Connection& db, const std::string& link) {
    db.exec("DELETE FROM sync_guests WHERE link=?", Blob{link});
}

void forgetGuests(Connection& db, std::span<const std::string> emails) {
    for (const std::string& email : emails) db.exec("DELETE FROM sync_guests WHERE email=?", email);
}

}  // namespace crmdav
