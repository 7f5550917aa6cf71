#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Activities know the appointment calendar that they are in, booked or not.
void nameAppointments(Connection& db) {
    db.script(R"(
ALTER TABLE activities ADD COLUMN calendar_uuid {blob};
UPDATE activities SET calendar_uuid=(SELECT c.uuid FROM bookings b JOIN appointment_calendars c ON c.id=b.calendar_id
    WHERE b.activity_id=activities.id) WHERE id IN (SELECT activity_id FROM bookings);
CREATE INDEX activities_calendar ON activities(calendar_uuid, until_utc) WHERE calendar_uuid IS NOT NULL;
)");
}

}  // namespace crmdav
