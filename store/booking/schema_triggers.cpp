#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Triggers of appointment calendars (rules E3, E4): which events a webhook wants, which record an item that goes out is
// about, the steps of reminder campaigns, the appointments in them, and when which step is due.
void rememberCampaigns(Connection& db) {
    db.script(R"(
ALTER TABLE appointment_calendars ADD COLUMN triggers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE webhooks ADD COLUMN events TEXT NOT NULL DEFAULT '';  -- packed; empty: all
ALTER TABLE sync_outbox ADD COLUMN about TEXT NOT NULL DEFAULT '';
CREATE INDEX sync_outbox_about ON sync_outbox(about, target, id) WHERE about<>'';

CREATE TABLE appointment_steps(
    calendar_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    uuid {blob} NOT NULL,
    from_end INTEGER NOT NULL,
    minutes INTEGER NOT NULL,          -- before it; negative: after it
    channel TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY(calendar_id, position)
) {clustered};

CREATE TABLE appointment_enrolments(
    activity_id BIGINT NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL,             -- what was due by then isn't planned any more
    planned_until BIGINT NOT NULL      -- 0: to be planned anew
);
CREATE INDEX appointment_enrolments_planned ON appointment_enrolments(planned_until);

CREATE TABLE appointment_reminders(
    activity_id BIGINT NOT NULL,
    step {blob} NOT NULL,
    original BIGINT NOT NULL,          -- start of the occurrence by its rule; 0: no series
    due BIGINT NOT NULL,
    start_utc BIGINT NOT NULL,
    end_utc BIGINT NOT NULL,
    fired BIGINT,
    PRIMARY KEY(activity_id, step, original)
) {clustered};
CREATE INDEX appointment_reminders_due ON appointment_reminders(due) WHERE fired IS NULL;
)");
}

}  // namespace crmdav
