#include "store/sync/failed_sign_ins.h"

#include <algorithm>

#include "store/engine/database.h"

namespace crmdav {

namespace {

constexpr std::chrono::hours counting{1};
constexpr std::int64_t most = 10'000;

/// The oldest go, so that many addresses don't fill the store.
void makeRoom(Connection& db) {
    std::int64_t known = 0;
    if (auto row = db.query("SELECT COUNT(*) FROM failed_sign_ins"); row.next()) known = row.int64(0);
    if (known <= most) return;
    db.exec("DELETE FROM failed_sign_ins WHERE key IN (SELECT key FROM failed_sign_ins ORDER BY last LIMIT ?)",
            known - most);
}

}  // namespace

std::vector<Store::Failures> failures(Connection& db, std::span<const std::string> keys) {
    const Instant now = db.now();
    std::vector<Store::Failures> found(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto row =
            db.query("SELECT count, last FROM failed_sign_ins WHERE key=? AND last > ?", Blob{keys[i]}, now - counting);
        // Another machine's clock may be ahead.
        if (row.next()) found[i] = {row.int64(0), std::max(now - row.instant(1), std::chrono::seconds(0))};
    }
    return found;
}

void noteFailure(Connection& db, std::span<const std::string> keys) {
    pruneFailures(db);
    for (const std::string& key : keys)
        db.exec(
            "INSERT INTO failed_sign_ins(key, count, last) VALUES(?, 1, ?) ON CONFLICT(key) DO UPDATE SET "
            "count=failed_sign_ins.count + 1, last=excluded.last",
            Blob{key}, db.now());
    makeRoom(db);
}

void forgetFailures(Connection& db, const std::string& key) {
    db.exec("DELETE FROM failed_sign_ins WHERE key=?", Blob{key});
}

void pruneFailures(Connection& db) { db.exec("DELETE FROM failed_sign_ins WHERE last <= ?", db.now() - counting); }

}  // namespace crmdav
