#include "store/history/history.h"
#include "store/history/others.h"
#include "store/records/activities.h"
#include "store/records/activity_types.h"
#include "store/records/companies.h"
#include "store/records/contacts.h"
#include "store/records/distinct.h"
#include "store/records/merge_contacts.h"
#include "store/records/records.h"
#include "store/records/sessions.h"
#include "store/records/sign_in.h"
#include "store/records/teams.h"
#include "store/records/users.h"
#include "store/sql_store.h"
#include "store/sync/failed_sign_ins.h"

namespace crmdav {

using enum Reading::Sees;

Organisation SqlStore::organisation() const { return crmdav::organisation(Reading(database_)); }

std::string SqlStore::setting(std::string_view name) const { return crmdav::setting(Reading(database_), name); }

void SqlStore::saveSetting(const Actor& actor, std::string_view name, std::string_view value, std::string_view shown) {
    write(database_, [&](Connection& db) { crmdav::saveSetting(db, actor, name, value, shown); });
}

NewConsoleSession SqlStore::addSession(const Actor& actor, std::int64_t user, std::chrono::seconds life) {
    return write(database_, [&](Connection& db) { return crmdav::addSession(db, actor, user, life); });
}

std::optional<PeopleStore::SessionUser> SqlStore::session(std::string_view secret) const {
    return crmdav::session(Reading(database_), secret);
}

std::vector<ConsoleSession> SqlStore::sessions(std::int64_t user) const {
    return crmdav::sessions(Reading(database_), user);
}

void SqlStore::touchSession(const Id& id, std::chrono::seconds life) {
    write(database_, [&](Connection& db) { crmdav::touchSession(db, id, life); });
}

void SqlStore::endSession(const Actor& actor, std::int64_t user, const Id& id) {
    write(database_, [&](Connection& db) { crmdav::endSession(db, actor, user, id); });
}

std::size_t SqlStore::endSessions(const Actor& actor, std::int64_t user, const Id& except) {
    return write(database_, [&](Connection& db) { return crmdav::endSessions(db, actor, user, except); });
}

void SqlStore::handOverRecords(const Actor& actor, std::int64_t user, std::int64_t heir) {
    write(database_, [&](Connection& db) { crmdav::handOverRecords(db, actor, user, heir); });
}

Contact SqlStore::mergeContacts(const Actor& actor, const Id& into, std::span<const Id> others,
                                const std::string& based) {
    return write(database_, [&](Connection& db) { return crmdav::mergeContacts(db, actor, into, others, based); });
}

std::vector<std::vector<Contact>> SqlStore::duplicates(std::int64_t user, std::size_t limit) const {
    return crmdav::duplicates(Reading(database_, oneState), user, limit);
}

void SqlStore::setDistinct(const Actor& actor, std::span<const Id> contacts, bool distinct) {
    write(database_, [&](Connection& db) { crmdav::setDistinct(db, actor, contacts, distinct); });
}

Store::Page<Meeting> SqlStore::meetings(const Query& query, bool coming) const {
    return crmdav::meetings(Reading(database_, oneState), query, coming);
}

std::vector<CalendarEntry> SqlStore::occurrences(const Query& query, bool& complete) const {
    return crmdav::occurrences(Reading(database_, oneState), query, complete);
}

std::vector<User> SqlStore::users() const { return crmdav::users(Reading(database_)); }

std::optional<User> SqlStore::user(std::string_view login) const { return crmdav::user(Reading(database_), login); }

std::optional<User> SqlStore::userById(std::int64_t id) const { return crmdav::userById(Reading(database_), id); }

std::vector<User> SqlStore::principals() const { return crmdav::principals(Reading(database_)); }

std::optional<User> SqlStore::principal(std::string_view login) const {
    return crmdav::principal(Reading(database_), login);
}

std::vector<Team> SqlStore::teams() const { return crmdav::teams(Reading(database_)); }

std::optional<Team> SqlStore::team(std::string_view key) const { return crmdav::team(Reading(database_), key); }

Team SqlStore::saveTeam(const Actor& actor, const Team& wanted) {
    return write(database_, [&](Connection& db) { return crmdav::saveTeam(db, actor, wanted); });
}

void SqlStore::removeTeam(const Actor& actor, std::int64_t team) {
    write(database_, [&](Connection& db) { crmdav::removeTeam(db, actor, team); });
}

std::vector<std::string> SqlStore::membersOf(std::int64_t team, bool expanded) const {
    return crmdav::membersOf(Reading(database_), team, expanded);
}

std::vector<std::string> SqlStore::teamsOf(std::int64_t principal, bool expanded) const {
    return crmdav::teamsOf(Reading(database_), principal, expanded);
}

std::optional<Credentials> SqlStore::credentials(std::string_view login) const {
    return crmdav::credentials(Reading(database_), login);
}

std::optional<Store::SignedIn> SqlStore::signIn(std::string_view login, std::string_view secret) const {
    return crmdav::signIn(Reading(database_), login, secret);
}

std::vector<Feed> SqlStore::feeds(std::int64_t user) const { return crmdav::feeds(Reading(database_), user); }

std::optional<Feed> SqlStore::feed(std::string_view secret) const { return crmdav::feed(Reading(database_), secret); }

std::vector<ActivityType> SqlStore::activityTypes() const { return crmdav::activityTypes(Reading(database_)); }

std::vector<HistoryEntry> SqlStore::history(const HistoryFilter& filter) const {
    return crmdav::history(Reading(database_), filter);
}

std::int64_t SqlStore::lastHistoryId() const { return crmdav::lastHistoryId(Reading(database_)); }
std::vector<HistoryEntry> SqlStore::othersActivities(std::int64_t user, std::int64_t since, std::size_t limit) const {
    return crmdav::othersActivities(Reading(database_), user, since, limit);
}

Store::Page<Contact> SqlStore::contacts(const Query& query) const {
    return crmdav::contacts(Reading(database_, oneState), query);
}

Store::Page<Company> SqlStore::companies(const Query& query) const {
    return crmdav::companies(Reading(database_, oneState), query);
}

Store::Page<Deal> SqlStore::deals(const Query& query) const {
    return crmdav::deals(Reading(database_, oneState), query);
}

Store::Page<Activity> SqlStore::activities(const Query& query) const {
    return crmdav::activities(Reading(database_, oneState), query);
}

std::optional<Contact> SqlStore::contact(std::int64_t user, const Id& id) const {
    return crmdav::contact(Reading(database_, oneState), user, id);
}

std::optional<Company> SqlStore::company(std::int64_t user, const Id& id) const {
    return crmdav::company(Reading(database_, oneState), user, id);
}

std::optional<Deal> SqlStore::deal(std::int64_t user, const Id& id) const {
    return crmdav::deal(Reading(database_, oneState), user, id);
}

std::optional<Activity> SqlStore::activity(std::int64_t user, const Id& id) const {
    return crmdav::activity(Reading(database_, oneState), user, id);
}

std::optional<std::string> SqlStore::contactPhoto(std::int64_t user, const Id& id) const {
    return crmdav::contactPhoto(Reading(database_, oneState), user, id);
}

std::vector<TrashItem> SqlStore::trash(std::int64_t user, std::size_t limit) const {
    return crmdav::trash(Reading(database_, oneState), user, limit);
}

std::vector<AppPassword> SqlStore::appPasswords(std::int64_t user) const {
    auto passwords = crmdav::appPasswords(Reading(database_), user);
    lastUses_.complete(passwords);
    return passwords;
}

std::vector<Store::Failures> SqlStore::failures(std::span<const std::string> keys) const {
    return crmdav::failures(Reading(database_), keys);
}

void SqlStore::noteFailure(std::span<const std::string> keys) {
    write(database_, [&](Connection& db) { crmdav::noteFailure(db, keys); });
}

void SqlStore::forgetFailures(const std::string& key) {
    write(database_, [&](Connection& db) { crmdav::forgetFailures(db, key); });
}

void SqlStore::touchAppPassword(const Id& id, const std::string& address, const std::string& agent) {
    lastUses_.note(id, {database_.now(), address, agent});
}

void SqlStore::saveOrganisation(const Actor& actor, const Organisation& wanted) {
    return write(database_, [&](Connection& db) { return crmdav::saveOrganisation(db, actor, wanted); });
}

User SqlStore::addUser(const Actor& actor, const User& wanted) {
    return write(database_, [&](Connection& db) { return crmdav::addUser(db, actor, wanted); });
}

User SqlStore::saveUser(const Actor& actor, const User& wanted) {
    return write(database_, [&](Connection& db) { return crmdav::saveUser(db, actor, wanted); });
}

void SqlStore::removeUser(const Actor& actor, std::int64_t user, std::int64_t heir) {
    return write(database_, [&](Connection& db) { return crmdav::removeUser(db, actor, user, heir); });
}

void SqlStore::setPasswordHash(const Actor& actor, std::int64_t user, const std::string& hash) {
    return write(database_, [&](Connection& db) { return crmdav::setPasswordHash(db, actor, user, hash); });
}

NewAppPassword SqlStore::addAppPassword(const Actor& actor, std::int64_t user, const std::string& label,
                                        const Scope& scope, std::optional<Instant> expires) {
    return write(database_,
                 [&](Connection& db) { return crmdav::addAppPassword(db, actor, user, label, scope, expires); });
}

void SqlStore::revokeAppPassword(const Actor& actor, std::int64_t user, const Id& id) {
    return write(database_, [&](Connection& db) { return crmdav::revokeAppPassword(db, actor, user, id); });
}

Feed SqlStore::addFeed(const Actor& actor, std::int64_t user, CollectionId collection, Detail detail,
                       const std::string& label) {
    return write(database_,
                 [&](Connection& db) { return crmdav::addFeed(db, actor, user, collection, detail, label); });
}

Feed SqlStore::renewFeed(const Actor& actor, std::int64_t user, const Id& id) {
    return write(database_, [&](Connection& db) { return crmdav::renewFeed(db, actor, user, id); });
}

void SqlStore::revokeFeed(const Actor& actor, std::int64_t user, const Id& id) {
    return write(database_, [&](Connection& db) { return crmdav::revokeFeed(db, actor, user, id); });
}

Contact SqlStore::saveContact(const Actor& actor, const Contact& wanted, const std::string& based) {
    return write(database_, [&](Connection& db) { return crmdav::saveContact(db, actor, wanted, based); });
}

void SqlStore::setContactPhoto(const Actor& actor, const Id& id, std::string_view image) {
    return write(database_, [&](Connection& db) { return crmdav::setContactPhoto(db, actor, id, image); });
}

Company SqlStore::saveCompany(const Actor& actor, const Company& wanted, const std::string& based) {
    return write(database_, [&](Connection& db) { return crmdav::saveCompany(db, actor, wanted, based); });
}

Deal SqlStore::saveDeal(const Actor& actor, const Deal& wanted, const std::string& based) {
    return write(database_, [&](Connection& db) { return crmdav::saveDeal(db, actor, wanted, based); });
}

ActivityType SqlStore::saveActivityType(const Actor& actor, const ActivityType& wanted, const std::string& based) {
    return write(database_, [&](Connection& db) { return crmdav::saveActivityType(db, actor, wanted, based); });
}

void SqlStore::removeActivityType(const Actor& actor, const Id& id) {
    return write(database_, [&](Connection& db) { return crmdav::removeActivityType(db, actor, id); });
}

Activity SqlStore::saveActivity(const Actor& actor, const Activity& wanted, const std::string& based) {
    return write(database_, [&](Connection& db) { return crmdav::saveActivity(db, actor, wanted, based); });
}

void SqlStore::removeRecord(const Actor& actor, RecordKind kind, const Id& id, const std::string& based) {
    return write(database_, [&](Connection& db) { return crmdav::removeRecord(db, actor, kind, id, based); });
}

void SqlStore::restore(const Actor& actor, RecordKind kind, const Id& id) {
    return write(database_, [&](Connection& db) { return crmdav::restore(db, actor, kind, id); });
}

void SqlStore::undoRecord(const Actor& actor, std::int64_t entry) {
    return write(database_, [&](Connection& db) { return crmdav::undoRecord(db, actor, entry); });
}

UndoReport SqlStore::undoDevice(const Actor& actor, const std::string& login, const std::string& device, Instant from,
                                Instant until, bool dryRun) {
    return write(database_,
                 [&](Connection& db) { return crmdav::undoDevice(db, actor, login, device, from, until, dryRun); });
}

std::size_t SqlStore::erase(const Actor& actor, const Id& id) {
    return write(database_, [&](Connection& db) { return crmdav::erase(db, actor, id); });
}

}  // namespace crmdav
