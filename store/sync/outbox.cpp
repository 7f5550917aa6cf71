#include "store/sync/outbox.h"

#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

#define OUTBOX_SELECT                                                                                               \
    "SELECT id, channel, key, target, subject, body, attempts, created, next_try, sent, last_error, calendar FROM " \
    "sync_outbox "                                                                                                  \
    "WHERE "

OutboxItem readItem(const Rows& row) {
    OutboxItem item;
    item.id = row.int64(0);
    item.channel = row.text(1);
    item.key = row.text(2);
    item.target = row.text(3);
    item.subject = row.text(4);
    item.body = row.text(5);
    item.attempts = row.integer(6);
    item.created = row.instant(7);
    item.nextTry = row.optionalInstant(8);
    item.sent = row.optionalInstant(9);
    item.lastError = row.text(10);
    item.calendar = row.text(11);
    return item;
}

}  // namespace

bool post(Connection& db, const OutboxItem& item) {
    return db.exec(
               "INSERT INTO sync_outbox(key, channel, target, subject, body, attempts, created, next_try, last_error, "
               "calendar) VALUES(?, ?, ?, ?, ?, 0, ?, ?, '', ?) ON CONFLICT(key) DO NOTHING",
               item.key, item.channel, item.target, item.subject, item.body, db.now(), item.nextTry.value_or(db.now()),
               item.calendar) > 0;
}

std::vector<OutboxItem> due(Connection& db, std::size_t limit) {
    std::vector<OutboxItem> items;
    for (auto& row :
         db.query(OUTBOX_SELECT "next_try IS NOT NULL AND sent IS NULL AND next_try<=? ORDER BY next_try, id LIMIT ?",
                  db.now(), limit))
        items.push_back(readItem(row));
    return items;
}

void savePosted(Connection& db, const OutboxItem& item) {
    db.exec("UPDATE sync_outbox SET attempts=?, next_try=?, sent=?, last_error=? WHERE id=? AND sent IS NULL",
            item.attempts, item.nextTry, item.sent, item.lastError, item.id);
}

std::vector<OutboxItem> posted(Connection& db, const OutboxFilter& filter) {
    std::vector<OutboxItem> items;
    for (auto& row : db.query(
             OUTBOX_SELECT "(?1='' OR channel=?1) AND (?2='' OR target=?2) AND (?3=0 OR (next_try IS NULL AND sent IS "
                           "NULL)) AND (?4=0 OR id<?4) ORDER BY id DESC LIMIT ?5",
             filter.channel, filter.target, filter.failed, filter.before, filter.limit))
        items.push_back(readItem(row));
    return items;
}

}  // namespace crmdav
