#include "store/sync/outbox.h"

#include "store/sync/sync_rows.h"

namespace crmdav {

bool post(Connection& db, const OutboxItem& item) {
    return db.exec(
               "INSERT INTO sync_outbox(key, channel, target, subject, body, attempts, created, next_try, last_error) "
               "VALUES(?, ?, ?, ?, ?, 0, ?, ?, '') ON CONFLICT(key) DO NOTHING",
               item.key, item.channel, item.target, item.subject, item.body, db.now(),
               item.nextTry.value_or(db.now())) > 0;
}

std::vector<OutboxItem> due(Connection& db, std::size_t limit) {
    std::vector<OutboxItem> items;
    for (auto& row :
         db.query("SELECT id, channel, key, target, subject, body, attempts, next_try, sent, last_error FROM "
                  "sync_outbox WHERE next_try IS NOT NULL AND sent IS NULL AND next_try<=? ORDER BY "
                  "next_try, id LIMIT ?",
                  db.now(), limit)) {
        OutboxItem item;
        item.id = row.int64(0);
        item.channel = row.text(1);
        item.key = row.text(2);
        item.target = row.text(3);
        item.subject = row.text(4);
        item.body = row.text(5);
        item.attempts = row.integer(6);
        item.nextTry = row.optionalInstant(7);
        item.sent = row.optionalInstant(8);
        item.lastError = row.text(9);
        items.push_back(std::move(item));
    }
    return items;
}

void savePosted(Connection& db, const OutboxItem& item) {
    db.exec("UPDATE sync_outbox SET attempts=?, next_try=?, sent=?, last_error=? WHERE id=?", item.attempts,
            item.nextTry, item.sent, item.lastError, item.id);
}

}  // namespace crmdav
