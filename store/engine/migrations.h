#pragma once
#include <span>
#include <string_view>

/// The schema, as numbered steps. Each step is one transaction, so that a run that was killed anywhere is continued.
namespace crmdav {

class Connection;
class Database;

/// What this program needs; Figures::schema.
int currentSchema() noexcept;

/// What the file has; 0: a new one.
int schemaOf(Connection&);

/// Brings the schema to currentSchema() and reads the epoch.
/// @param allowed  false: only look
/// @throws StoreError  the file is newer than this program; or older, and `allowed` is false
void migrate(Database&, bool allowed);

/// A step from one number to the next.
using MigrationStep = void (*)(Connection&);
/// The same with other steps than this program's: as an older or a newer one would do it.
void migrate(Database&, bool allowed, std::span<const MigrationStep> steps);
std::span<const MigrationStep> migrationSteps() noexcept;

/// Makes all tokens void that were given so far: for a store whose state went back in time.
void renewEpoch(Connection&);

// Tables of step 1, in the words of dialect.h.
std::string_view objectTables();   ///< schema_objects.cpp
std::string_view recordTables();   ///< store/records/schema_records.cpp
std::string_view historyTables();  ///< store/history

// Later steps.
void keepBodies(Connection&);           ///< 2: schema_kept_bodies.cpp
void indexRemovedObjects(Connection&);  ///< 3: history/schema_removed_objects.cpp
void makeTeams(Connection&);            ///< 4: records/schema_teams.cpp
void mountCollections(Connection&);     ///< 5: schema_mounts.cpp
void tagMeetings(Connection&);          ///< 6: schema_schedule_tags.cpp
void shareCollections(Connection&);     ///< 7: schema_shares.cpp
void placeActivities(Connection&);      ///< 8: records/schema_extents.cpp
void takeBusyTimes(Connection&);        ///< 9: schema_busy_times.cpp
void leaseWork(Connection&);            ///< 10: schema_leases.cpp
void countFailedSignIns(Connection&);   ///< 11: schema_failed_sign_ins.cpp
void rememberSyncs(Connection&);        ///< 12: schema_sync.cpp
void nameContacts(Connection&);         ///< 13: records/schema_match_names.cpp
void rememberPushes(Connection&);       ///< 14: schema_pushes.cpp
void tellOthers(Connection&);           ///< 15: schema_outbox.cpp
void keepSessions(Connection&);         ///< 16: schema_sessions.cpp
void rememberMerges(Connection&);       ///< 17: records/schema_merges.cpp
void bookTimes(Connection&);            ///< 18: booking/schema_booking.cpp
void nameAppointments(Connection&);     ///< 19: booking/schema_appointments.cpp
void tellApart(Connection&);            ///< 20: records/schema_distinct.cpp
void sortNames(Connection&);            ///< 21: records/schema_sort_names.cpp
void rememberCampaigns(Connection&);    ///< 22: booking/schema_triggers.cpp
void rememberMembers(Connection&);      ///< 23: schema_sync.cpp
void rememberGuests(Connection&);       ///< 24: schema_sync.cpp

}  // namespace crmdav
