#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Browsers that are signed in, whichever process they ask.
void keepSessions(Connection& db) {
    db.script(R"(
CREATE TABLE sessions(
    id {key},
    uuid {blob} NOT NULL UNIQUE,
    user_id BIGINT NOT NULL,
    secret_hash {blob} NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    last_used BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX sessions_user ON sessions(user_id);
CREATE INDEX sessions_expires ON sessions(expires);
)");
}

}  // namespace crmdav
