#include "store/engine/migrations.h"

namespace crmdav {

// Kept lean on purpose: a member of 0.5 KB has to fit with all its indexes into three times its size.
std::string_view objectTables() {
    return R"(
CREATE TABLE meta(
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) {clustered};

CREATE TABLE collections(
    id {key},
    owner BIGINT NOT NULL,             -- users.id; 0: the organisation
    home INTEGER NOT NULL,
    name TEXT NOT NULL,
    purpose INTEGER NOT NULL,
    components INTEGER NOT NULL,       -- a bit per ComponentKind
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    color TEXT NOT NULL,
    sort_order TEXT NOT NULL,
    timezone TEXT NOT NULL,
    timezone_id TEXT NOT NULL,
    transparent INTEGER NOT NULL,
    type_id TEXT NOT NULL,
    counter BIGINT NOT NULL,           -- of the last change
    oldest BIGINT NOT NULL,            -- tokens before this one have lost tombstones
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    deleted_at BIGINT,                 -- in the trash since; its name is free then
    deleted_by BIGINT
);
CREATE UNIQUE INDEX collections_name ON collections(owner, home, name) WHERE deleted_at IS NULL;

-- One row a name, tombstones included; the bytes are in `bodies` so that listings and deltas don't step over them.
CREATE TABLE members(
    id {key},
    collection_id BIGINT NOT NULL,
    change BIGINT NOT NULL,            -- the collection's counter at the last save or removal
    deleted INTEGER NOT NULL,
    name TEXT NOT NULL,
    etag TEXT NOT NULL,
    component INTEGER NOT NULL,
    size BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    created BIGINT NOT NULL,
    uid TEXT NOT NULL,
    record_kind INTEGER,
    record_row BIGINT,
    span INTEGER,                      -- key of the only row in `occurrences`; NULL: none, or many (see series)
    start_utc BIGINT
);
CREATE UNIQUE INDEX members_name ON members(collection_id, name);
CREATE UNIQUE INDEX members_change ON members(collection_id, change);
CREATE INDEX members_uid ON members(uid, collection_id) WHERE deleted = 0;
CREATE INDEX members_record ON members(record_row, record_kind) WHERE record_row IS NOT NULL;

CREATE TABLE bodies(
    member_id {key},
    content {blob} NOT NULL
);

-- When members take place. `span` is a class of lengths, so that an overlap is a few range scans; `flags` see
-- objects/occurrences.h.
CREATE TABLE occurrences(
    collection_id BIGINT NOT NULL,
    span INTEGER NOT NULL,
    start_utc BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    length BIGINT NOT NULL,
    flags INTEGER NOT NULL,
    PRIMARY KEY(collection_id, span, start_utc, member_id, seq)
) {clustered};

-- Members with several rows in `occurrences`, or not all of theirs there.
CREATE TABLE series(
    member_id INTEGER PRIMARY KEY,
    collection_id BIGINT NOT NULL,
    covered_from BIGINT NOT NULL,      -- everything that ends after this …
    covered_until BIGINT NOT NULL,     -- … and starts before that has a row
    keys {blob} NOT NULL               -- of its rows, packed
);
CREATE INDEX series_from ON series(collection_id, covered_from);
CREATE INDEX series_until ON series(collection_id, covered_until);

CREATE TABLE dead_properties(
    collection_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,         -- 0: the collection's own
    ns TEXT NOT NULL,
    name TEXT NOT NULL,
    xml TEXT NOT NULL,
    PRIMARY KEY(collection_id, member_id, ns, name)
) {clustered};

CREATE TABLE path_properties(
    path TEXT NOT NULL,
    ns TEXT NOT NULL,
    name TEXT NOT NULL,
    xml TEXT NOT NULL,
    PRIMARY KEY(path, ns, name)
) {clustered};

{card text}
)";
}

}  // namespace crmdav
