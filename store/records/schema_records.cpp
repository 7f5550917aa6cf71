#include "store/engine/migrations.h"

namespace crmdav {

// UUIDs are 16 bytes, and rise with time, so that their index grows at its end. `revision` is a number of the table's:
// the newest record has the highest; (updated, revision) is the order and the cursor of the lists.
// Child rows are only there where the record has such values.
std::string_view recordTables() {
    return R"(
CREATE TABLE users(
    id {key},
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    other_emails TEXT NOT NULL,        -- packed; all of them stand in user_emails too
    role INTEGER NOT NULL,
    active INTEGER NOT NULL,
    zone TEXT NOT NULL,
    visibility INTEGER NOT NULL,
    per_type INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    created BIGINT NOT NULL,
    removed_at BIGINT                  -- kept for the history's sake; the login is free then
);
CREATE UNIQUE INDEX users_login ON users(login) WHERE removed_at IS NULL;

CREATE TABLE user_emails(
    email TEXT NOT NULL,               -- normalised; the first address included
    user_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY(email, user_id)
) {clustered};
CREATE INDEX user_emails_user ON user_emails(user_id, position);

CREATE TABLE app_passwords(
    id {key},
    uuid {blob} NOT NULL,
    user_id BIGINT NOT NULL,
    label TEXT NOT NULL,
    secret_hash {blob} NOT NULL,       -- SHA-256
    caldav INTEGER NOT NULL,
    carddav INTEGER NOT NULL,
    api INTEGER NOT NULL,
    collection_id BIGINT,
    read_only INTEGER NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    revoked BIGINT,
    last_used BIGINT,
    last_address TEXT NOT NULL,
    last_agent TEXT NOT NULL
);
CREATE UNIQUE INDEX app_passwords_secret ON app_passwords(secret_hash);
CREATE UNIQUE INDEX app_passwords_uuid ON app_passwords(uuid);
CREATE INDEX app_passwords_user ON app_passwords(user_id);

CREATE TABLE feeds(
    id {key},
    uuid {blob} NOT NULL,
    user_id BIGINT NOT NULL,
    collection_id BIGINT NOT NULL,
    secret_hash {blob} NOT NULL,       -- SHA-256: a copy of the database opens no feed
    detail INTEGER NOT NULL,
    label TEXT NOT NULL,
    created BIGINT NOT NULL,
    revoked BIGINT
);
CREATE UNIQUE INDEX feeds_secret ON feeds(secret_hash);
CREATE INDEX feeds_user ON feeds(user_id);

CREATE TABLE settings(
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) {clustered};

CREATE TABLE activity_types(
    id {key},
    uuid {blob} NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    color TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX activity_types_uuid ON activity_types(uuid);
CREATE UNIQUE INDEX activity_types_key ON activity_types(key) WHERE deleted_at IS NULL;

CREATE TABLE companies(
    id {key},
    uuid {blob} NOT NULL,
    owner BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    deleted_at BIGINT,
    uid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,            -- normalName()
    notes TEXT NOT NULL,
    custom TEXT NOT NULL
);
CREATE UNIQUE INDEX companies_uuid ON companies(uuid);
CREATE INDEX companies_updated ON companies(updated, revision);
CREATE INDEX companies_name ON companies(name_key);
CREATE INDEX companies_trash ON companies(deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE company_domains(
    domain TEXT NOT NULL,
    company_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY(domain, company_id)
) {clustered};
CREATE INDEX company_domains_company ON company_domains(company_id, position);

CREATE TABLE contacts(
    id {key},
    uuid {blob} NOT NULL,
    owner BIGINT NOT NULL,             -- 0: the organisation's
    revision BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    deleted_at BIGINT,
    uid TEXT NOT NULL,
    company_id BIGINT,
    has_photo INTEGER NOT NULL,
    display_name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    first_name TEXT NOT NULL,
    middle_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    suffix TEXT NOT NULL,
    nickname TEXT NOT NULL,
    company_name TEXT NOT NULL,
    department TEXT NOT NULL,
    job_title TEXT NOT NULL,
    birthday TEXT NOT NULL,
    notes TEXT NOT NULL,
    tags TEXT NOT NULL,
    custom TEXT NOT NULL
);
CREATE UNIQUE INDEX contacts_uuid ON contacts(uuid);
CREATE INDEX contacts_updated ON contacts(updated, revision);
CREATE INDEX contacts_company ON contacts(company_id) WHERE company_id IS NOT NULL;
CREATE INDEX contacts_trash ON contacts(uid) WHERE deleted_at IS NOT NULL;

-- Emails, phones, URLs, IMs and dates of contacts and companies. `value` is NULL where it is the same as `normal`.
CREATE TABLE details(
    record_kind INTEGER NOT NULL,      -- RecordKind
    record_row BIGINT NOT NULL,
    kind INTEGER NOT NULL,             -- DetailKind
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    value TEXT,
    normal TEXT NOT NULL,              -- as it is compared (D73)
    preferred INTEGER NOT NULL,
    PRIMARY KEY(record_kind, record_row, kind, position)
) {clustered};
CREATE INDEX details_normal ON details(normal) WHERE kind <= 1;    -- emails and phones

CREATE TABLE addresses(
    record_kind INTEGER NOT NULL,
    record_row BIGINT NOT NULL,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    preferred INTEGER NOT NULL,
    po_box TEXT NOT NULL,
    extended TEXT NOT NULL,
    street TEXT NOT NULL,
    locality TEXT NOT NULL,
    region TEXT NOT NULL,
    postcode TEXT NOT NULL,
    country TEXT NOT NULL,
    PRIMARY KEY(record_kind, record_row, position)
) {clustered};

CREATE TABLE deals(
    id {key},
    uuid {blob} NOT NULL,
    owner BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    deleted_at BIGINT,
    title TEXT NOT NULL,
    stage TEXT NOT NULL,
    value_cents BIGINT NOT NULL,
    currency TEXT NOT NULL,
    company_id BIGINT,
    notes TEXT NOT NULL,
    custom TEXT NOT NULL
);
CREATE UNIQUE INDEX deals_uuid ON deals(uuid);
CREATE INDEX deals_updated ON deals(updated, revision);
CREATE INDEX deals_company ON deals(company_id) WHERE company_id IS NOT NULL;
CREATE INDEX deals_trash ON deals(deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE deal_contacts(
    deal_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    contact_id BIGINT NOT NULL,
    PRIMARY KEY(deal_id, position)
) {clustered};
CREATE INDEX deal_contacts_contact ON deal_contacts(contact_id);

-- Times are wall clocks with a kind and a zone, as they were meant; `from_utc` and `until_utc` bound all of the
-- activity, a series' occurrences included, for look-ups by time.
CREATE TABLE activities(
    id {key},
    uuid {blob} NOT NULL,
    owner BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    deleted_at BIGINT,
    component INTEGER NOT NULL,
    type_id BIGINT NOT NULL,
    hidden INTEGER NOT NULL,           -- lives in a calendar of the owner's own: nobody else's business
    uid TEXT NOT NULL,
    subject TEXT NOT NULL,
    location TEXT NOT NULL,
    notes TEXT NOT NULL,
    start_kind INTEGER NOT NULL,
    start_local BIGINT NOT NULL,
    start_zone TEXT NOT NULL,
    end_kind INTEGER NOT NULL,
    end_local BIGINT NOT NULL,
    end_zone TEXT NOT NULL,
    from_utc BIGINT,
    until_utc BIGINT,                  -- of an endless series: the end of time
    rrule TEXT NOT NULL,
    privacy INTEGER NOT NULL,
    busy INTEGER NOT NULL,
    tentative INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    done INTEGER NOT NULL,
    completed BIGINT,
    percent INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    url TEXT NOT NULL,
    children INTEGER NOT NULL          -- bits: which child tables have rows (ActivityChild)
);
CREATE UNIQUE INDEX activities_uuid ON activities(uuid);
CREATE INDEX activities_updated ON activities(updated, revision);
CREATE INDEX activities_until ON activities(until_utc);
CREATE INDEX activities_trash ON activities(uid) WHERE deleted_at IS NOT NULL;    -- a live one's is its members'

CREATE TABLE activity_participants(
    activity_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    response TEXT NOT NULL,
    kind TEXT NOT NULL,
    organizer INTEGER NOT NULL,
    contact_id BIGINT,                 -- linked by address (rule F1)
    user_id BIGINT,
    company_id BIGINT,                 -- the contact's, or by the address's domain
    PRIMARY KEY(activity_id, position)
) {clustered};
CREATE INDEX activity_participants_email ON activity_participants(email);
CREATE INDEX activity_participants_contact ON activity_participants(contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX activity_participants_company ON activity_participants(company_id) WHERE company_id IS NOT NULL;

CREATE TABLE activity_reminders(
    activity_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    action TEXT NOT NULL,
    PRIMARY KEY(activity_id, position)
) {clustered};

CREATE TABLE activity_exceptions(
    activity_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    original_kind INTEGER NOT NULL,
    original_local BIGINT NOT NULL,
    original_zone TEXT NOT NULL,
    cancelled INTEGER NOT NULL,
    subject TEXT NOT NULL,
    location TEXT NOT NULL,
    notes TEXT NOT NULL,
    start_kind INTEGER NOT NULL,
    start_local BIGINT NOT NULL,
    start_zone TEXT NOT NULL,
    end_kind INTEGER NOT NULL,
    end_local BIGINT NOT NULL,
    end_zone TEXT NOT NULL,
    PRIMARY KEY(activity_id, position)
) {clustered};

CREATE TABLE activity_dates(
    activity_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    local BIGINT NOT NULL,
    zone TEXT NOT NULL,
    PRIMARY KEY(activity_id, position)
) {clustered};

-- Linked by hand.
CREATE TABLE activity_links(
    activity_id BIGINT NOT NULL,
    kind INTEGER NOT NULL,             -- RecordKind of the target
    position INTEGER NOT NULL,
    target BIGINT NOT NULL,
    PRIMARY KEY(activity_id, kind, position)
) {clustered};
CREATE INDEX activity_links_target ON activity_links(target, kind);

-- Ids that were merged into others keep resolving (D48).
CREATE TABLE aliases(
    uuid {blob} PRIMARY KEY,
    target {blob} NOT NULL
) {clustered};
)";
}

}  // namespace crmdav
