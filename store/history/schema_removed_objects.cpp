#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Records in the trash are found by their own tables; only removed objects without one are looked for in the history.
// 4 is RecordKind::object, 2 is Deed::deleted: a partial index takes literals.
void indexRemovedObjects(Connection& db) {
    db.script("DROP INDEX history_removed; CREATE INDEX history_removed ON history(at) WHERE deed = 2 AND kind = 4;");
}

}  // namespace crmdav
