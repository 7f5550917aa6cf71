#include "store/sync/outbox.h"

#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

#define OUTBOX_SELECT                                                                                         \
    "SELECT o.id, o.channel, o.key, o.target, o.subject, o.body, o.attempts, o.created, o.next_try, o.sent, " \
    "o.last_error, o.calendar, o.about FROM sync_outbox o WHERE "
/// A webhook is told of a record in order (D67): nothing before it, about the same one, is still to be sent.
#define IS_FIRST                                                                                               \
    "(o.about='' OR o.channel<>'webhook' OR NOT EXISTS(SELECT 1 FROM sync_outbox e WHERE e.about=o.about AND " \
    "e.about<>'' AND e.target=o.target AND e.id<o.id AND e.sent IS NULL AND e.next_try IS NOT NULL)) "

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
    item.about = row.text(12);
    return item;
}

}  // namespace

bool post(Connection& db, const OutboxItem& item) {
    return db.exec(
               "INSERT INTO sync_outbox(key, channel, target, subject, body, attempts, created, next_try, last_error, "
               "calendar, about) VALUES(?, ?, ?, ?, ?, 0, ?, ?, '', ?, ?) ON CONFLICT(key) DO NOTHING",
               item.key, item.channel, item.target, item.subject, item.body, db.now(), item.nextTry.value_or(db.now()),
               item.calendar, item.about) > 0;
}

std::vector<OutboxItem> due(Connection& db, std::size_t limit) {
    std::vector<OutboxItem> items;
    for (auto& row : db.query(OUTBOX_SELECT "o.next_try IS NOT NULL AND o.sent IS NULL AND o.next_try<=? AND " IS_FIRST
                                            "ORDER BY o.next_try, o.id LIMIT ?",
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
             OUTBOX_SELECT "(?1='' OR o.channel=?1) AND (?2='' OR o.target=?2) AND (?3=0 OR (o.next_try IS NULL AND "
                           "o.sent IS NULL)) AND (?4=0 OR o.id<?4) AND (?6='' OR o.about=?6) ORDER BY o.id DESC LIMIT "
                           "?5",
             filter.channel, filter.target, filter.failed, filter.before, filter.limit, filter.about))
        items.push_back(readItem(row));
    return items;
}

}  // namespace crmdav
