#include "store/sync/webhooks.h"

#include <algorithm>

#include "protocol/text/datetime.h"
#include "protocol/text/json.h"
#include "store/records/packed.h"
#include "store/sync/outbox.h"
#include "store/sync/sync_rows.h"

namespace crmdav {

namespace {

#define WEBHOOK_SELECT "SELECT uuid, url, active, created, events FROM webhooks "

Webhook readWebhook(const Rows& row) {
    return {idOf(row.blob(0)), row.string(1), row.boolean(2), row.instant(3), unpack(row.text(4))};
}

bool wants(const Webhook& webhook, const std::string& event) {
    return webhook.active &&
           (webhook.events.empty() || std::ranges::find(webhook.events, event) != webhook.events.end());
}

}  // namespace

void announce(Connection& db, const Announcement& what) {
    OutboxItem item;
    item.channel = "webhook";
    item.subject = what.event;
    item.about = what.about;
    JsonWriter out;
    out.beginObject().member("event", what.event).member("time", timeText(db.now())).key("data").raw(what.data);
    item.body = out.endObject().take();
    for (const Webhook& webhook : webhooks(db)) {
        if (!wants(webhook, what.event)) continue;
        item.key = what.key + ":" + webhook.id;
        item.target = webhook.id;
        post(db, item);
    }
}

std::vector<Webhook> webhooks(Connection& db) {
    std::vector<Webhook> all;
    for (auto& row : db.query(WEBHOOK_SELECT "ORDER BY id")) all.push_back(readWebhook(row));
    return all;
}

std::optional<Webhook> webhook(Connection& db, const Id& id) {
    auto row = db.query(WEBHOOK_SELECT "WHERE uuid=?", Blob{bytesOf(id)});
    return row.next() ? std::optional(readWebhook(row)) : std::nullopt;
}

Webhook saveWebhook(Connection& db, const Webhook& wanted, std::string_view secret) {
    Webhook webhook = wanted;
    const std::string encrypted(secret);
    if (webhook.id.empty()) throw StoreError("a webhook has an id before it is stored");
    if (db.exec("UPDATE webhooks SET url=?, active=?, events=? WHERE uuid=?", webhook.url, webhook.active,
                pack(webhook.events), Blob{storable(webhook.id)}) > 0) {
        if (!secret.empty())
            db.exec("UPDATE webhooks SET secret=? WHERE uuid=?", Blob{encrypted}, Blob{storable(webhook.id)});
        return *crmdav::webhook(db, webhook.id);
    }
    webhook.created = db.now();
    db.insert("INSERT INTO webhooks(uuid, url, active, created, secret, events) VALUES(?, ?, ?, ?, ?, ?)",
              Blob{storable(webhook.id)}, webhook.url, webhook.active, webhook.created, Blob{encrypted},
              pack(webhook.events));
    return webhook;
}

std::string webhookSecret(Connection& db, const Id& id) {
    auto row = db.query("SELECT secret FROM webhooks WHERE uuid=?", Blob{bytesOf(id)});
    return row.next() ? std::string(row.blob(0)) : std::string();
}

void removeWebhook(Connection& db, const Id& id) {
    if (db.exec("DELETE FROM webhooks WHERE uuid=?", Blob{bytesOf(id)}) == 0) throw NotFound("no such webhook");
    db.exec(
        "UPDATE sync_outbox SET next_try=NULL, last_error='the webhook was removed' WHERE channel='webhook' AND "
        "target=? AND sent IS NULL AND next_try IS NOT NULL",
        id);
}

}  // namespace crmdav
