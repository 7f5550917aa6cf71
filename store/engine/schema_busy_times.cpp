#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// activities/ takes VFREEBUSY beside events, as calendars that users make do.
// 0 is Purpose::activities and 8 the bit of ComponentKind::other, as they were when this step was written.
void takeBusyTimes(Connection& db) { db.script("UPDATE collections SET components=components | 8 WHERE purpose=0;"); }

}  // namespace crmdav
