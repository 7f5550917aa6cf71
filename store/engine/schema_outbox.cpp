#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Who is told by webhook; which sign-in of an account a mail was about; what the journal doesn't keep any more.
void tellOthers(Connection& db) {
    db.script(R"(
CREATE TABLE webhooks(
    id {key},
    uuid {blob} NOT NULL,
    url TEXT NOT NULL,
    active INTEGER NOT NULL,
    created BIGINT NOT NULL,
    secret {blob} NOT NULL             -- encrypted
);
CREATE UNIQUE INDEX webhooks_uuid ON webhooks(uuid);
ALTER TABLE sync_accounts ADD COLUMN signed_in BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sync_journal ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
)");
}

}  // namespace crmdav
