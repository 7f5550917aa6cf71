#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Extents of floating activities were left in the zone that was their owner's: `tend` reckons them once, and `check`
// can take them at their word from then on.
void placeActivities(Connection& db) {
    db.script(
        "INSERT INTO meta(name, value) SELECT 'extents', '0' WHERE EXISTS(SELECT 1 FROM activities) "
        "ON CONFLICT(name) DO UPDATE SET value='0';");
}

}  // namespace crmdav
