#include "store/sync/retention.h"

#include "store/engine/database.h"

namespace crmdav {

namespace {

constexpr std::chrono::days journalLife{90}, undoLife{30}, outboxLife{30}, idleLife{1};

/// Row numbers rise with time: the oldest are found without looking at the rest. Moves `after` to the last of them that
/// is older than `before`. @returns true: there may be more
bool walk(Rows rows, Instant before, std::size_t slice, std::int64_t& after) {
    std::size_t passed = 0;
    for (auto& row : rows) {
        if (row.instant(1) >= before) return false;
        after = row.int64(0);
        ++passed;
    }
    return passed == slice;
}

}  // namespace

bool pruneSyncs(Connection& db, Instant now, std::size_t slice) {
    const auto all = static_cast<std::int64_t>(slice);
#define OLDEST(table, time) \
    "DELETE FROM " table " WHERE id IN (SELECT id FROM " table " ORDER BY id LIMIT ?) AND " time " < ?"
    return db.exec(OLDEST("sync_journal", "at"), slice, now - journalLife) == all ||
           db.exec(OLDEST("sync_runs", "started"), slice, now - journalLife) == all ||
           db.exec(OLDEST("sync_outbox", "created"), slice, now - outboxLife) == all;
}

bool pruneIdleRuns(Connection& db, Instant now, std::size_t slice, std::int64_t& after) {
    const std::int64_t from = after;
    const bool more = walk(db.query("SELECT id, started FROM sync_runs WHERE id > ? ORDER BY id LIMIT ?", from, slice),
                           now - idleLife, slice, after);
    if (after > from)
        db.exec("DELETE FROM sync_runs WHERE id > ? AND id <= ? AND mode='run' AND phase='done' AND summary='{}'", from,
                after);
    return more;
}

bool forgetRemotes(Connection& db, Instant now, std::size_t slice, std::int64_t& after) {
    const std::int64_t from = after;
    const bool more = walk(db.query("SELECT id, at FROM sync_journal WHERE id > ? ORDER BY id LIMIT ?", from, slice),
                           now - undoLife, slice, after);
    if (after > from)
        db.exec("UPDATE sync_journal SET raw_before=?1, forgotten=1 WHERE id > ?2 AND id <= ?3 AND raw_before <> ?1",
                Blob{}, from, after);
    return more;
}

}  // namespace crmdav
