#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// What led to contacts that were merged into others, so that an undo can lead it back (records/merge_trail.h). The
// contacts themselves lie in the trash for 30 days, where `aliases` knows them.
void rememberMerges(Connection& db) {
    db.script(R"(
CREATE TABLE merge_trail(
    history_id BIGINT NOT NULL,        -- of the entry `merged`
    led INTEGER NOT NULL,              -- Led
    holder BIGINT NOT NULL,            -- row of what led to the contact
    contact BIGINT NOT NULL,           -- row of the contact that it led to
    place INTEGER NOT NULL,            -- where in the holder
    was INTEGER NOT NULL,              -- see Led
    PRIMARY KEY(history_id, led, holder, contact)
) {clustered};
)");
}

}  // namespace crmdav
