#include "store/sql_store.h"

#include "store/engine/migrations.h"
#include "store/housekeeping.h"
#include "store/objects/changes.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/objects/mounts.h"
#include "store/objects/shares.h"
#include "store/queries.h"
#include "store/save.h"
#include "store/sync/leases.h"

namespace crmdav {

using enum Reading::Sees;

std::unique_ptr<Store> Store::open(const StoreOptions& options, bool migrate) {
    return std::make_unique<SqlStore>(options, migrate);
}

std::size_t Store::statementsOfThread() noexcept { return Database::statementsOfThread(); }

SqlStore::SqlStore(const StoreOptions& options, bool migrate) : database_(options) {
    crmdav::migrate(database_, migrate);
}

SqlStore::~SqlStore() {
    try {
        lastUses_.write(database_);
        releaseLeases(database_, database_.holder());
    } catch (const StoreError&) {  // both are a courtesy: no reason to fail
    }
}

void SqlStore::batch(const std::function<void()>& work) {
    Writing writing(database_);
    work();
    writing.commit();
}

namespace {

class SqlState final : public Store::State {
public:
    explicit SqlState(Database& database) { held_.emplace(database); }
    void end() override { held_.reset(); }

private:
    std::optional<OneState> held_;
};

}  // namespace

std::unique_ptr<Store::State> SqlStore::state() const { return std::make_unique<SqlState>(database_); }

// ---------------------------------------------------------------- collections

std::optional<Collection> SqlStore::collection(std::string_view login, Home home, std::string_view name) const {
    return findCollection(Reading(database_), login, home, name);
}

std::optional<Collection> SqlStore::collectionById(CollectionId id) const {
    return findCollection(Reading(database_), id);
}

std::vector<Collection> SqlStore::home(std::string_view login, Home home) const {
    return listHome(Reading(database_), login, home);
}

Collection SqlStore::mounted(std::int64_t user, const Collection& collection) const {
    return asSeenBy(Reading(database_), user, collection);
}

void SqlStore::hideCollection(const Actor& actor, std::int64_t user, CollectionId id, bool hidden) {
    write(database_, [&](Connection& db) { return crmdav::hideCollection(db, actor, user, id, hidden); });
}

std::optional<Collection> SqlStore::defaultCollection(std::int64_t user, Home home) const {
    Reading reading(database_);
    return home == Home::calendars ? defaultCalendar(reading, user) : defaultBook(reading, user);
}

void SqlStore::setDefaultCollection(const Actor& actor, std::int64_t user, Home home, CollectionId id) {
    write(database_, [&](Connection& db) { return crmdav::setDefaultCollection(db, actor, user, home, id); });
}

std::vector<Share> SqlStore::shares(const Actor& actor, CollectionId id) const {
    return crmdav::shares(Reading(database_), actor, id);
}

void SqlStore::share(const Actor& actor, CollectionId id, const Share& wanted) {
    write(database_, [&](Connection& db) { return crmdav::share(db, actor, id, wanted); });
}

void SqlStore::unshare(const Actor& actor, CollectionId id, const Share& gone) {
    write(database_, [&](Connection& db) { return crmdav::unshare(db, actor, id, gone); });
}

Collection SqlStore::makeCollection(const Actor& actor, const Collection& wanted) {
    return write(database_, [&](Connection& db) { return crmdav::makeCollection(db, actor, wanted); });
}

void SqlStore::removeCollection(const Actor& actor, CollectionId id) {
    write(database_, [&](Connection& db) { return crmdav::removeCollection(db, actor, id); });
}

void SqlStore::renameCollection(const Actor& actor, CollectionId id, const std::string& name) {
    write(database_, [&](Connection& db) { return crmdav::renameCollection(db, actor, id, name); });
}

void SqlStore::patchCollection(const Actor& actor, const Collection& changed, std::span<const DeadProperty> dead) {
    write(database_, [&](Connection& db) { return crmdav::patchCollection(db, actor, changed, dead); });
}

std::vector<std::pair<MemberId, Store::DeadProperty>> SqlStore::deadProperties(CollectionId id, bool ofMembers) const {
    return crmdav::deadProperties(Reading(database_), id, ofMembers);
}

std::vector<std::pair<CollectionId, Store::DeadProperty>> SqlStore::deadProperties(
    std::span<const CollectionId> collections) const {
    return crmdav::deadProperties(Reading(database_), collections);
}

void SqlStore::patchMember(const Actor& actor, CollectionId id, std::string_view name,
                           std::span<const DeadProperty> dead) {
    write(database_, [&](Connection& db) { return crmdav::patchMember(db, actor, id, name, dead); });
}

std::vector<Store::DeadProperty> SqlStore::pathProperties(std::string_view path) const {
    return crmdav::pathProperties(Reading(database_), path);
}

void SqlStore::patchPath(const Actor& actor, std::string_view path, std::span<const DeadProperty> dead) {
    write(database_, [&](Connection& db) { return crmdav::patchPath(db, actor, path, dead); });
}

Store::Usage SqlStore::usage(std::string_view login) const { return crmdav::usage(Reading(database_), login); }

// ---------------------------------------------------------------- members

namespace {
bool hides(const Sight& sight, const StoredMember& member) { return sight.veiled && member.veiled != 0; }
}  // namespace

std::optional<Member> SqlStore::member(const Sight& sight, std::string_view name) const {
    auto found = findMember(Reading(database_), sight.id, name);
    return found && !found->deleted && !hides(sight, *found) ? std::optional(std::move(found->member)) : std::nullopt;
}

bool SqlStore::object(const Sight& sight, std::string_view name, const VisitMember& visit) const {
    if (const auto small = visitSmallObject(Reading(database_), sight, name, visit)) return *small;
    return visitObject(Reading(database_, nested), sight, name, visit);
}

std::optional<Member> SqlStore::memberByUid(const Sight& sight, std::string_view uid) const {
    auto found = findByUid(Reading(database_), sight.id, uid);
    return found && !hides(sight, *found) ? std::optional(std::move(found->member)) : std::nullopt;
}

void SqlStore::members(const Sight& sight, MemberDetail detail, const VisitMember& visit) const {
    visitMembers(Reading(database_, nested), sight, detail, visit);
}

void SqlStore::multiget(const Sight& sight, std::span<const std::string> names, bool withBytes,
                        const VisitMember& visit) const {
    visitNamed(Reading(database_, nested), sight, names, withBytes, visit);
}

std::optional<Reached> SqlStore::changesSince(const Sight& sight, std::string_view since, std::size_t limit,
                                              MemberDetail detail, const VisitChange& visit) const {
    // One statement, but for large bytes.
    const auto sees = isFirstSync(since) ? oneState : detail == MemberDetail::bytes ? nested : latest;
    return crmdav::changesSince(Reading(database_, sees), sight, since, limit, detail, visit);
}

bool SqlStore::queryCalendar(const Sight& sight, const CalendarFilter& filter, const std::string& zone,
                             std::size_t limit, const VisitMember& visit, bool withBytes) const {
    return crmdav::queryCalendar(Reading(database_, oneState), sight, filter, zone, limit, visit, withBytes);
}

bool SqlStore::queryBook(const Sight& sight, const CardFilter& filter, std::size_t limit, const VisitMember& visit,
                         bool withBytes) const {
    return crmdav::queryBook(Reading(database_, oneState), sight, filter, limit, visit, withBytes);
}

std::vector<BusyPeriod> SqlStore::freeBusy(std::span<const CollectionId> ids, const TimeRange& range,
                                           const std::string& zone) const {
    return crmdav::freeBusy(Reading(database_, oneState), ids, range, zone);
}

Saved SqlStore::saveObject(const Actor& actor, CollectionId id, std::string_view name, std::string_view bytes,
                           const Precondition& condition) {
    return crmdav::saveObject(database_, actor, id, name, bytes, condition);
}

void SqlStore::removeObject(const Actor& actor, CollectionId id, std::string_view name, const Precondition& condition) {
    write(database_, [&](Connection& db) { crmdav::removeObject(db, actor, id, name, condition); });
}

Saved SqlStore::transferObject(const Actor& actor, CollectionId from, std::string_view name, CollectionId to,
                               std::string_view target, bool move, bool overwrite, const Precondition& condition) {
    return write(database_, [&](Connection& db) {
        return crmdav::transferObject(db, actor, from, name, to, target, move, overwrite, condition);
    });
}

// ---------------------------------------------------------------- housekeeping

std::vector<std::string> SqlStore::check(const std::function<void(std::size_t, std::size_t)>& progress) const {
    return crmdav::check(Reading(database_, oneState), progress);
}

void SqlStore::backup(const std::string& file) const { backupStore(database_, file); }

bool SqlStore::tend() {
    lastUses_.write(database_);
    return crmdav::tend(database_);
}

Store::Traffic SqlStore::traffic() const { return database_.traffic(); }

std::vector<Lease> SqlStore::leases() const { return crmdav::leases(Reading(database_)); }

Store::Figures SqlStore::figures() const { return crmdav::figures(Reading(database_, oneState)); }

}  // namespace crmdav
