#include "store/sql_store.h"

namespace crmdav {

Organisation SqlStore::organisation() const { throw StoreError("organisation: not in this build"); }
void SqlStore::saveOrganisation(const Actor&, const Organisation&) {
    throw StoreError("saveOrganisation: not in this build");
}
std::vector<User> SqlStore::users() const { throw StoreError("users: not in this build"); }
std::optional<User> SqlStore::user(std::string_view) const { throw StoreError("user: not in this build"); }
std::optional<User> SqlStore::userById(std::int64_t) const { throw StoreError("userById: not in this build"); }
User SqlStore::addUser(const Actor&, const User&) { throw StoreError("addUser: not in this build"); }
User SqlStore::saveUser(const Actor&, const User&) { throw StoreError("saveUser: not in this build"); }
void SqlStore::removeUser(const Actor&, std::int64_t, std::int64_t) {
    throw StoreError("removeUser: not in this build");
}
std::optional<Credentials> SqlStore::credentials(std::string_view) const {
    throw StoreError("credentials: not in this build");
}
void SqlStore::setPasswordHash(const Actor&, std::int64_t, const std::string&) {
    throw StoreError("setPasswordHash: not in this build");
}
NewAppPassword SqlStore::addAppPassword(const Actor&, std::int64_t, const std::string&, const Scope&,
                                        std::optional<Instant>) {
    throw StoreError("addAppPassword: not in this build");
}
std::vector<AppPassword> SqlStore::appPasswords(std::int64_t) const {
    throw StoreError("appPasswords: not in this build");
}
void SqlStore::revokeAppPassword(const Actor&, std::int64_t, const Id&) {
    throw StoreError("revokeAppPassword: not in this build");
}
std::optional<Store::SignedIn> SqlStore::signIn(std::string_view, std::string_view) const {
    throw StoreError("signIn: not in this build");
}
void SqlStore::touchAppPassword(const Id&, const std::string&, const std::string&) {
    throw StoreError("touchAppPassword: not in this build");
}
Feed SqlStore::addFeed(const Actor&, std::int64_t, CollectionId, Detail, const std::string&) {
    throw StoreError("addFeed: not in this build");
}
std::vector<Feed> SqlStore::feeds(std::int64_t) const { throw StoreError("feeds: not in this build"); }
std::optional<Feed> SqlStore::feed(std::string_view) const { throw StoreError("feed: not in this build"); }
void SqlStore::revokeFeed(const Actor&, std::int64_t, const Id&) { throw StoreError("revokeFeed: not in this build"); }
Store::Page<Contact> SqlStore::contacts(const Query&) const { throw StoreError("contacts: not in this build"); }
std::optional<Contact> SqlStore::contact(std::int64_t, const Id&) const {
    throw StoreError("contact: not in this build");
}
Contact SqlStore::saveContact(const Actor&, const Contact&, const std::string&) {
    throw StoreError("saveContact: not in this build");
}
std::optional<std::string> SqlStore::contactPhoto(std::int64_t, const Id&) const {
    throw StoreError("contactPhoto: not in this build");
}
void SqlStore::setContactPhoto(const Actor&, const Id&, std::string_view) {
    throw StoreError("setContactPhoto: not in this build");
}
Store::Page<Company> SqlStore::companies(const Query&) const { throw StoreError("companies: not in this build"); }
std::optional<Company> SqlStore::company(std::int64_t, const Id&) const {
    throw StoreError("company: not in this build");
}
Company SqlStore::saveCompany(const Actor&, const Company&, const std::string&) {
    throw StoreError("saveCompany: not in this build");
}
Store::Page<Deal> SqlStore::deals(const Query&) const { throw StoreError("deals: not in this build"); }
std::optional<Deal> SqlStore::deal(std::int64_t, const Id&) const { throw StoreError("deal: not in this build"); }
Deal SqlStore::saveDeal(const Actor&, const Deal&, const std::string&) {
    throw StoreError("saveDeal: not in this build");
}
std::vector<ActivityType> SqlStore::activityTypes() const { throw StoreError("activityTypes: not in this build"); }
ActivityType SqlStore::saveActivityType(const Actor&, const ActivityType&, const std::string&) {
    throw StoreError("saveActivityType: not in this build");
}
void SqlStore::removeActivityType(const Actor&, const Id&) {
    throw StoreError("removeActivityType: not in this build");
}
Store::Page<Activity> SqlStore::activities(const Query&) const { throw StoreError("activities: not in this build"); }
std::optional<Activity> SqlStore::activity(std::int64_t, const Id&) const {
    throw StoreError("activity: not in this build");
}
Activity SqlStore::saveActivity(const Actor&, const Activity&, const std::string&) {
    throw StoreError("saveActivity: not in this build");
}
void SqlStore::removeRecord(const Actor&, RecordKind, const Id&, const std::string&) {
    throw StoreError("removeRecord: not in this build");
}
std::vector<HistoryEntry> SqlStore::history(const HistoryFilter&) const {
    throw StoreError("history: not in this build");
}
std::int64_t SqlStore::lastHistoryId() const { throw StoreError("lastHistoryId: not in this build"); }
std::vector<TrashItem> SqlStore::trash(std::int64_t, std::size_t) const {
    throw StoreError("trash: not in this build");
}
void SqlStore::restore(const Actor&, RecordKind, const Id&) { throw StoreError("restore: not in this build"); }
void SqlStore::undoRecord(const Actor&, std::int64_t) { throw StoreError("undoRecord: not in this build"); }
UndoReport SqlStore::undoDevice(const Actor&, const std::string&, const std::string&, Instant, Instant, bool) {
    throw StoreError("undoDevice: not in this build");
}
std::size_t SqlStore::erase(const Actor&, const Id&) { throw StoreError("erase: not in this build"); }

}  // namespace crmdav
