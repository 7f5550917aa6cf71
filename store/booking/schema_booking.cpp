#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Appointment calendars (rule E1), and what visitors booked. Minutes and days, as SlotRules has them.
void bookTimes(Connection& db) {
    db.script(R"(
CREATE TABLE appointment_calendars(
    id {key},
    uuid {blob} NOT NULL,
    key TEXT NOT NULL,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    location TEXT NOT NULL,
    color TEXT NOT NULL,
    type_uuid {blob} NOT NULL,         -- empty: the default type
    zone TEXT NOT NULL,
    duration INTEGER NOT NULL,
    step INTEGER NOT NULL,
    before_it INTEGER NOT NULL,
    after_it INTEGER NOT NULL,
    notice INTEGER NOT NULL,
    horizon INTEGER NOT NULL,
    collective INTEGER NOT NULL,
    bookable INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX appointment_calendars_uuid ON appointment_calendars(uuid);
CREATE UNIQUE INDEX appointment_calendars_key ON appointment_calendars(key) WHERE deleted_at IS NULL;

CREATE TABLE appointment_members(
    calendar_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY(calendar_id, position)
) {clustered};
CREATE INDEX appointment_members_user ON appointment_members(user_id);

CREATE TABLE appointment_questions(
    calendar_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    required INTEGER NOT NULL,
    choices TEXT NOT NULL,             -- packed
    PRIMARY KEY(calendar_id, position)
) {clustered};

CREATE TABLE bookings(
    id {key},
    uuid {blob} NOT NULL,
    calendar_id BIGINT NOT NULL,
    activity_id BIGINT NOT NULL,
    host BIGINT NOT NULL,              -- this and the times are the activity's, kept in step with it
    start_utc BIGINT NOT NULL,
    end_utc BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    zone TEXT NOT NULL,
    language TEXT NOT NULL,
    answers TEXT NOT NULL,             -- packed
    request_key TEXT,
    secret_hash {blob} NOT NULL,       -- SHA-256
    created BIGINT NOT NULL,
    cancelled BIGINT
);
CREATE UNIQUE INDEX bookings_uuid ON bookings(uuid);
CREATE UNIQUE INDEX bookings_secret ON bookings(secret_hash);
CREATE UNIQUE INDEX bookings_request ON bookings(calendar_id, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX bookings_start ON bookings(calendar_id, start_utc);
CREATE INDEX bookings_host ON bookings(host, start_utc);
CREATE UNIQUE INDEX bookings_activity ON bookings(activity_id);
CREATE INDEX bookings_email ON bookings(email);
ALTER TABLE sync_outbox ADD COLUMN calendar TEXT NOT NULL DEFAULT '';
)");
}

}  // namespace crmdav
