#include "store/sync/leases.h"

#include <algorithm>

#include "store/engine/database.h"

namespace crmdav {

namespace {

Lease readLease(const Rows& row) { return {row.string(0), row.string(1), row.int64(2), row.instant(3)}; }

std::optional<Lease> find(Connection& db, std::string_view name) {
    auto row = db.query("SELECT name, holder, fence, until FROM leases WHERE name=?", name);
    return row.next() ? std::optional(readLease(row)) : std::nullopt;
}

}  // namespace

std::optional<Lease> takeLease(Connection& db, std::string_view name, std::string_view holder,
                               std::chrono::seconds lasting) {
    const Instant now = db.now();
    db.exec(
        "INSERT INTO leases(name, holder, fence, until) VALUES(?1, ?2, 1, ?3) ON CONFLICT(name) DO UPDATE SET "
        "fence=leases.fence + CASE WHEN leases.holder=excluded.holder AND leases.until > ?4 THEN 0 ELSE 1 END, "
        "holder=excluded.holder, until=excluded.until WHERE leases.holder=excluded.holder OR leases.until <= ?4",
        name, holder, now + lasting, now);
    auto lease = find(db, name);
    return lease && lease->holder == holder ? lease : std::nullopt;
}

void requireLease(Connection& db, const Lease& lease) {
    const auto now = find(db, lease.name);
    if (!now || now->fence != lease.fence || now->holder != lease.holder)
        throw LeaseLost("\"" + lease.name + "\" is another process's work by now");
}

void releaseLease(Connection& db, const Lease& lease) {
    // The row stays: the next holder's fencing number has to be higher.
    db.exec("UPDATE leases SET until=0 WHERE name=? AND holder=? AND fence=?", lease.name, lease.holder, lease.fence);
}

void releaseLeases(Database& database, std::string_view holder) {
    const auto held = leases(Reading(database));
    if (std::ranges::none_of(held, [&](const Lease& lease) { return lease.holder == holder; })) return;
    write(database, [&](Connection& db) { db.exec("UPDATE leases SET until=0 WHERE holder=?", holder); });
}

std::vector<Lease> leases(Connection& db) {
    std::vector<Lease> held;
    for (auto& row : db.query("SELECT name, holder, fence, until FROM leases WHERE until > ? ORDER BY name", db.now()))
        held.push_back(readLease(row));
    return held;
}

}  // namespace crmdav
