#include "store/engine/migrations.h"

#include <Poco/UUIDGenerator.h>

#include <string>

#include "store/engine/database.h"
#include "store/objects/collections.h"
#include "store/records/activity_types.h"
#include "store/store.h"

namespace crmdav {

namespace {

void makeTables(Connection& db) {
    for (const std::string_view tables : {recordTables(), objectTables(), historyTables()}) db.script(tables);
    seedActivityTypes(db);
    renewEpoch(db);
    makeOrganisationBooks(db);
    db.exec("INSERT INTO meta(name, value) VALUES('zones', ?)", db.database().options().zoneData);
}

/// Step n brings the schema from n-1 to n. A released step is never changed.
constexpr MigrationStep ownSteps[] = {
    makeTables,       keepBodies,      indexRemovedObjects, makeTeams,         mountCollections,   tagMeetings,
    shareCollections, placeActivities, takeBusyTimes,       leaseWork,         countFailedSignIns, rememberSyncs,
    nameContacts,     rememberPushes,  tellOthers,          keepSessions,      rememberMerges,     bookTimes,
    nameAppointments, tellApart,       sortNames,           rememberCampaigns, rememberMembers,    rememberGuests,
};

}  // namespace

std::span<const MigrationStep> migrationSteps() noexcept { return ownSteps; }

int currentSchema() noexcept { return static_cast<int>(std::size(ownSteps)); }

void renewEpoch(Connection& db) {
    db.exec("INSERT INTO meta(name, value) VALUES('epoch', ?) ON CONFLICT(name) DO UPDATE SET value=excluded.value",
            Poco::UUIDGenerator::defaultGenerator().createRandom().toString().substr(0, 8));
}

int schemaOf(Connection& db) {
    auto table = db.query("{has table}", "meta");
    if (!table.next()) return 0;
    auto row = db.query("SELECT value FROM meta WHERE name='schema'");
    return row.next() ? std::stoi(row.string(0)) : 0;
}

void migrate(Database& database, bool allowed) { migrate(database, allowed, ownSteps); }

void migrate(Database& database, bool allowed, std::span<const MigrationStep> steps) {
    const int current = static_cast<int>(steps.size());
    int have = schemaOf(Reading(database));
    if (have > current)
        throw StoreError(database.name() + " has schema " + std::to_string(have) + ", this program knows " +
                         std::to_string(current) + ": use a newer crmdav");
    if (have < current && have > 0 && !allowed)
        throw StoreError(database.name() + " has schema " + std::to_string(have) + ", this program needs " +
                         std::to_string(current) + ": run crmdav migrate");
    while (have < current)
        have = write(database, [&](Connection& db) {
            const int now = schemaOf(db);  // another process may have been quicker
            if (now >= current) return now;
            steps[static_cast<std::size_t>(now)](db);
            db.exec(
                "INSERT INTO meta(name, value) VALUES('schema', ?) ON CONFLICT(name) DO UPDATE SET "
                "value=excluded.value",
                std::to_string(now + 1));
            return now + 1;
        });
    Reading reading(database);
    auto row = reading.db().query("SELECT value FROM meta WHERE name='epoch'");
    if (!row.next()) throw StoreError(database.name() + " has no epoch: it isn't a store of crmdav");
    database.setEpoch(row.string(0));
}

}  // namespace crmdav
