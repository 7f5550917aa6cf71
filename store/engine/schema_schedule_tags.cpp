#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// RFC 6638 §3.2.10: meetings have a Schedule-Tag beside their ETag, which stays when only answers come in.
// 3 is RecordKind::activity, as it was when this step was written.
void tagMeetings(Connection& db) {
    db.script(R"(
ALTER TABLE members ADD COLUMN schedule_tag TEXT;
UPDATE members SET schedule_tag=etag WHERE deleted=0 AND record_kind=3 AND EXISTS(SELECT 1 FROM activity_participants p
    WHERE p.activity_id=members.record_row AND p.organizer=1);
)");
}

}  // namespace crmdav
