#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Subscriptions to what providers notify of (store/sync_push.h). What was given up is counted often.
void rememberPushes(Connection& db) {
    db.script(R"(
CREATE TABLE sync_pushes(
    id TEXT PRIMARY KEY,               -- as notifications name it
    account_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    collection TEXT NOT NULL,
    resource TEXT NOT NULL,
    callback TEXT NOT NULL,
    secret {blob} NOT NULL,            -- SHA-256 of what they bring along; empty: there is no subscription
    renew BIGINT NOT NULL,
    until BIGINT NOT NULL
) {clustered};
CREATE INDEX sync_pushes_account ON sync_pushes(account_id, kind);
CREATE INDEX sync_outbox_failed ON sync_outbox(id) WHERE next_try IS NULL AND sent IS NULL;
)");
}

}  // namespace crmdav
