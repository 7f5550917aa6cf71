#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// What the bridge remembers (store/sync.h). UUIDs are 16 bytes, and rise with time where they are made here. What comes
// from a provider in its own form is bytes: nobody promises that it is text.
void rememberSyncs(Connection& db) {
    db.script(R"(
CREATE TABLE sync_accounts(
    id {key},
    uuid {blob} NOT NULL,
    user_id BIGINT NOT NULL,
    provider TEXT NOT NULL,
    login TEXT NOT NULL,
    identity TEXT NOT NULL,            -- empty: not known yet
    address TEXT NOT NULL,
    found TEXT NOT NULL,
    emails TEXT NOT NULL,              -- packed
    secret {blob},                     -- encrypted; NULL: disconnected
    created BIGINT NOT NULL
);
CREATE UNIQUE INDEX sync_accounts_uuid ON sync_accounts(uuid);
CREATE INDEX sync_accounts_user ON sync_accounts(user_id);
CREATE UNIQUE INDEX sync_accounts_identity ON sync_accounts(user_id, provider, identity) WHERE identity <> '';

CREATE TABLE sync_sides(
    account_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,             -- SyncKind, here and below
    status INTEGER NOT NULL,
    cause TEXT NOT NULL,
    settings TEXT NOT NULL,
    reviewed TEXT NOT NULL,            -- settings under which all was looked at
    first_start BIGINT,
    last_start BIGINT,
    last_success BIGINT,
    next_try BIGINT,
    failures BIGINT NOT NULL,
    confirmed INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    local_cursor BIGINT NOT NULL,      -- history.id
    requests TEXT NOT NULL,            -- with which the request of its runs' own changes begins
    PRIMARY KEY(account_id, kind)
) {clustered};

CREATE TABLE sync_links(
    id {key},
    uuid {blob} NOT NULL,
    account_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    block INTEGER NOT NULL,
    local {blob},                      -- UUID of the record, or of the block
    collection TEXT NOT NULL,
    remote TEXT NOT NULL,              -- empty: the provider hasn't told yet
    version TEXT NOT NULL,
    uid TEXT NOT NULL,
    note TEXT NOT NULL,
    base_local TEXT NOT NULL,
    base_remote TEXT NOT NULL,
    raw {blob} NOT NULL
);
CREATE UNIQUE INDEX sync_links_uuid ON sync_links(uuid);
CREATE UNIQUE INDEX sync_links_remote ON sync_links(account_id, kind, collection, remote) WHERE remote <> '';
CREATE INDEX sync_links_local ON sync_links(local) WHERE local IS NOT NULL;
CREATE INDEX sync_links_uid ON sync_links(uid) WHERE uid <> '';
CREATE INDEX sync_links_all ON sync_links(account_id, kind, uuid, state, block);

CREATE TABLE sync_cursors(
    account_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    preview INTEGER NOT NULL,
    collection TEXT NOT NULL,
    cursor TEXT NOT NULL,
    PRIMARY KEY(account_id, kind, preview, collection)
) {clustered};

-- Pairs that a run has to look at: one row a pair.
CREATE TABLE sync_stage(
    id {key},
    account_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    preview INTEGER NOT NULL,
    link {blob},
    local {blob},
    collection TEXT,                   -- with `remote`: the provider's side is to be looked at
    remote TEXT,
    listed INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    retry BIGINT,
    version TEXT NOT NULL,
    uid TEXT NOT NULL,
    decision TEXT NOT NULL,
    raw {blob} NOT NULL
);
CREATE INDEX sync_stage_order ON sync_stage(account_id, kind, preview, id);
CREATE UNIQUE INDEX sync_stage_link ON sync_stage(account_id, kind, preview, link) WHERE link IS NOT NULL;
CREATE UNIQUE INDEX sync_stage_remote ON sync_stage(account_id, kind, preview, collection, remote)
    WHERE remote IS NOT NULL;
CREATE UNIQUE INDEX sync_stage_local ON sync_stage(account_id, kind, preview, local) WHERE link IS NULL;

-- Places that a listing of everything has named so far.
CREATE TABLE sync_listed(
    account_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    preview INTEGER NOT NULL,
    collection TEXT NOT NULL,
    remote TEXT NOT NULL,
    PRIMARY KEY(account_id, kind, preview, collection, remote)
) {clustered};

CREATE TABLE sync_runs(
    id {key},
    uuid {blob} NOT NULL,
    account_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    mode TEXT NOT NULL,
    phase TEXT NOT NULL,
    cause TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    summary TEXT NOT NULL,
    started BIGINT NOT NULL,
    ended BIGINT
);
CREATE UNIQUE INDEX sync_runs_uuid ON sync_runs(uuid);
CREATE INDEX sync_runs_account ON sync_runs(account_id, id);

CREATE TABLE sync_journal(
    id {key},
    run {blob} NOT NULL,
    account_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    at BIGINT NOT NULL,
    counted INTEGER NOT NULL,
    counted_twice INTEGER NOT NULL,    -- on the other side, too
    history BIGINT NOT NULL,
    undone BIGINT,
    link {blob},
    local {blob},
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    title TEXT NOT NULL,
    collection TEXT NOT NULL,
    remote TEXT NOT NULL,
    version_after TEXT NOT NULL,
    fields TEXT NOT NULL,              -- name, before, after, lost, … between U+001F
    raw_before {blob} NOT NULL
);
CREATE INDEX sync_journal_run ON sync_journal(run, id);
CREATE INDEX sync_journal_account ON sync_journal(account_id, id);
CREATE INDEX sync_journal_counted ON sync_journal(account_id, kind, at) WHERE counted <> 0;

CREATE TABLE sync_outbox(
    id {key},
    key TEXT NOT NULL,
    channel TEXT NOT NULL,
    target TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created BIGINT NOT NULL,
    next_try BIGINT,
    sent BIGINT,
    last_error TEXT NOT NULL
);
CREATE UNIQUE INDEX sync_outbox_key ON sync_outbox(key);
CREATE INDEX sync_outbox_due ON sync_outbox(next_try) WHERE next_try IS NOT NULL AND sent IS NULL;
)");
}

// What collections were last seen to hold whose server doesn't say what changed (SeenMember). Each run looks for links
// whose creation is open: a few among many.
void rememberMembers(Connection& db) {
    db.script(R"(
CREATE TABLE sync_seen(
    account_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,
    preview INTEGER NOT NULL,
    collection TEXT NOT NULL,
    remote TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY(account_id, kind, preview, collection, remote)
) {clustered};
CREATE INDEX sync_links_open ON sync_links(account_id, kind, id) WHERE remote = '';
)");
}

// By whom an event is an activity or a block (rule B4): the addresses of its guests. A contact that gets or loses one
// finds the links by it.
void rememberGuests(Connection& db) {
    db.script(R"(
CREATE TABLE sync_guests(
    email TEXT NOT NULL,
    link {blob} NOT NULL,
    known INTEGER NOT NULL,            -- a contact had it when the event was last looked at
    news INTEGER NOT NULL,             -- a contact got or lost it since
    PRIMARY KEY(email, link)
) {clustered};
CREATE INDEX sync_guests_link ON sync_guests(link);
CREATE INDEX sync_guests_news ON sync_guests(link) WHERE news = 1;
)");
}

}  // namespace crmdav
