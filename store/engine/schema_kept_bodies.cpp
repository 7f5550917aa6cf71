#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// The bytes of a member that is replaced or removed stay where they are: the history names them, instead of carrying
// them over. A body belongs to one member or to one entry of the history.
void keepBodies(Connection& db) {
    std::int64_t last = 0;
    if (auto row = db.query("SELECT MAX(member_id) FROM bodies"); row.next()) last = row.int64(0);
    db.script(R"(
ALTER TABLE bodies RENAME COLUMN member_id TO id;
ALTER TABLE members ADD COLUMN body BIGINT;
UPDATE members SET body=id WHERE deleted=0;
DROP INDEX members_uid;
CREATE INDEX members_uid ON members(uid, collection_id);
CREATE TABLE kept(
    history_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    collection_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    uid TEXT NOT NULL,
    component INTEGER NOT NULL,
    body BIGINT NOT NULL,
    PRIMARY KEY(history_id, position)
) {clustered};
)");
    db.exec(
        "INSERT INTO kept SELECT history_id, position, collection_id, name, uid, component, ? + ROW_NUMBER() OVER "
        "(ORDER BY history_id, position) FROM history_objects",
        last);
    db.script(R"(
INSERT INTO bodies(id, content) SELECT k.body, o.content FROM kept k
    JOIN history_objects o ON o.history_id=k.history_id AND o.position=k.position;
DROP TABLE history_objects;
ALTER TABLE kept RENAME TO history_objects;
)");
}

}  // namespace crmdav
