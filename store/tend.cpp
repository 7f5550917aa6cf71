#include <charconv>

#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "store/history/history.h"
#include "store/housekeeping.h"
#include "store/objects/changes.h"
#include "store/objects/collections.h"
#include "store/objects/occurrences.h"
#include "store/records/activities.h"
#include "store/records/collection_trash.h"
#include "store/records/contact_details.h"
#include "store/records/scheduling.h"
#include "store/records/sessions.h"
#include "store/records/users.h"
#include "store/sync/failed_sign_ins.h"
#include "store/sync/leases.h"
#include "store/sync/retention.h"

namespace crmdav {

namespace {

constexpr std::chrono::days trashLife{30}, tombstoneLife{366};
constexpr std::size_t slice = 100;

std::int64_t number(Connection& db, std::string_view name) {
    std::int64_t value = 0;
    if (auto row = db.query("SELECT value FROM meta WHERE name=?", name); row.next()) {
        const std::string_view text = row.text(0);
        std::from_chars(text.data(), text.data() + text.size(), value);
    }
    return value;
}

void setNumber(Connection& db, std::string_view name, std::int64_t value) {
    db.exec("INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value=excluded.value", name,
            std::to_string(value));
}

bool purgeOneCollection(Connection& db, Instant before) {
    auto row = db.query("SELECT id FROM collections WHERE deleted_at < ? LIMIT 1", before);
    if (!row.next()) return false;
    const CollectionId expired = row.int64(0);
    return purgeCollection(db, expired, slice);
}

std::string text(Connection& db, std::string_view name) {
    auto row = db.query("SELECT value FROM meta WHERE name=?", name);
    return row.next() ? row.string(0) : std::string();
}

/// What was reckoned by an older version of something (rules of zones, which change some times a year; the region of
/// phones) is reckoned again, slice by slice. The cursor names the version it belongs to, so that a newer one begins
/// anew.
template <class Walk>
void rereadSome(Connection& db, const std::string& name, const std::string& version, Walk walk) {
    const std::string place = name + ".cursor", cursor = text(db, place), prefix = version + " ";
    std::int64_t last = 0;
    if (cursor.starts_with(prefix)) std::from_chars(cursor.data() + prefix.size(), cursor.data() + cursor.size(), last);
    const bool more = walk(last);
    db.exec("INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value=excluded.value",
            more ? place : name, more ? prefix + std::to_string(last) : version);
    if (!more) db.exec("DELETE FROM meta WHERE name=?", place);
}

bool moveSomeHorizons(Connection& db, Instant now) {
    MemberId cursor = number(db, "horizon.cursor");
    const bool more = moveHorizons(db, now, slice, cursor);
    setNumber(db, "horizon.cursor", more ? cursor : 0);
    return more;
}

/// Of what lies in order of time: goes on every day where it ended the day before.
bool goOn(Connection& db, std::string_view name, Instant now,
          bool (*prune)(Connection&, Instant, std::size_t, std::int64_t& after)) {
    const std::int64_t from = number(db, name);
    std::int64_t after = from;
    const bool more = prune(db, now, slice, after);
    if (after != from) setNumber(db, name, after);
    return more;
}

}  // namespace

bool tend(Database& database) {
    const Instant now = database.now();
    const auto today = std::chrono::floor<std::chrono::days>(now.time_since_epoch()).count();
    const std::string& zones = database.options().zoneData;
    std::string region;
    bool tended = false, zonesRead = false, phonesRead = false, placed = false;
    {
        Reading reading(database);
        tended = number(reading, "tended") >= today;
        zonesRead = text(reading, "zones") == zones;
        region = organisation(reading).region;
        phonesRead = text(reading, "phones") == region;
        placed = !areExtentsStale(reading);
    }
    if (tended && zonesRead && phonesRead && placed) return false;

    return write(database, [&](Connection& db) {
        if (!takeLease(db, "upkeep", database.holder(), std::chrono::minutes(5))) return false;
        if (!zonesRead)
            rereadSome(db, "zones", zones, [&](auto& last) { return rereadZones(db, now, slice, last); });
        else if (!phonesRead)
            rereadSome(db, "phones", region, [&](auto& last) { return rereadPhones(db, region, slice, last); });
        else if (!placed)
            renewExtents(db, slice);
        if (!zonesRead || !phonesRead || !placed) return true;  // the next look tells what else there is
        // One kind of work after the other, so that a slice holds the write lock for some milliseconds only.
        const bool more = moveSomeHorizons(db, now) || purgeOneCollection(db, now - trashLife) ||
                          pruneTrash(db, now - trashLife, slice) || pruneMessages(db, now - trashLife, slice) ||
                          pruneTombstones(db, now - tombstoneLife, slice) || pruneSyncs(db, now, slice) ||
                          goOn(db, "idle runs.cursor", now, pruneIdleRuns) ||
                          goOn(db, "remotes.cursor", now, forgetRemotes);
        if (!more) {
            pruneFailures(db);
            pruneSessions(db);
            setNumber(db, "tended", today);
        }
        return more;
    });
}

Store::Figures figures(Connection& db) {
    const auto one = [&](Sql sql) {
        auto row = db.query(sql);
        return row.next() ? row.int64(0) : 0;
    };
    Store::Figures figures;
    figures.bytes = one("{bytes on disk}");
    figures.users = one("SELECT COUNT(*) FROM users WHERE removed_at IS NULL AND kind<>3");
    figures.contacts = one("SELECT COUNT(*) FROM contacts WHERE deleted_at IS NULL");
    figures.activities = one("SELECT COUNT(*) FROM activities WHERE deleted_at IS NULL");
    figures.changes = one("SELECT COALESCE(MAX(id), 0) FROM history");
    figures.schema = schemaOf(db);
    return figures;
}

}  // namespace crmdav
