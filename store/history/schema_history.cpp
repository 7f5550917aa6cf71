#include "store/engine/migrations.h"

namespace crmdav {

std::string_view historyTables() {
    return R"(
-- Who from where, once each; the id is a hash of the rest.
CREATE TABLE actors(
    id {key},
    user_id BIGINT NOT NULL,
    via TEXT NOT NULL,
    device TEXT NOT NULL,
    agent TEXT NOT NULL,
    address TEXT NOT NULL
);

CREATE TABLE history(
    id {key},
    at BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    record {blob} NOT NULL,            -- 16 bytes: a UUID, or objectId(), collectionId() as such
    deed INTEGER NOT NULL,
    owner BIGINT NOT NULL,
    title TEXT NOT NULL,
    fields TEXT NOT NULL,              -- name, before, after, … between U+001F
    request TEXT NOT NULL
);
CREATE INDEX history_record ON history(record);
CREATE INDEX history_removed ON history(at) WHERE deed = 2;

CREATE TABLE history_objects(
    history_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    collection_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    uid TEXT NOT NULL,
    component INTEGER NOT NULL,
    content {blob} NOT NULL,
    PRIMARY KEY(history_id, position)
);
)";
}

}  // namespace crmdav
