#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Whose turn background work is, where several processes share the database.
void leaseWork(Connection& db) {
    db.script(R"(
CREATE TABLE leases(
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    fence BIGINT NOT NULL,             -- higher with each change of hands
    until BIGINT NOT NULL
) {clustered};
)");
}

}  // namespace crmdav
