#pragma once
#include "store/booking/sql_booking.h"
#include "store/engine/database.h"
#include "store/records/sign_in.h"
#include "store/store.h"
#include "store/sync/sql_sync.h"

namespace crmdav {

/// The store on SQL. Each verb is a line that opens a Reading or a Writing and hands over to its topic's file: objects
/// in sql_store.cpp, records, people and history in records/sql_records.cpp.
class SqlStore final : public Store {
public:
    SqlStore(const StoreOptions& options, bool migrate);
    ~SqlStore() override;

    // bulk
    void batch(const std::function<void()>& work) override;

    // reading
    std::unique_ptr<State> state() const override;

    // people (people.cpp)
    Organisation organisation() const override;
    void saveOrganisation(const Actor&, const Organisation&) override;
    std::string setting(std::string_view name) const override;
    void saveSetting(const Actor&, std::string_view name, std::string_view value, std::string_view shown) override;
    std::vector<User> users() const override;
    std::optional<User> user(std::string_view login) const override;
    std::optional<User> userById(std::int64_t id) const override;
    User addUser(const Actor&, const User&) override;
    User saveUser(const Actor&, const User&) override;
    void removeUser(const Actor&, std::int64_t user, std::int64_t heir) override;
    void handOverRecords(const Actor&, std::int64_t user, std::int64_t heir) override;
    std::vector<User> principals() const override;
    std::optional<User> principal(std::string_view login) const override;
    std::vector<Team> teams() const override;
    std::optional<Team> team(std::string_view key) const override;
    Team saveTeam(const Actor&, const Team&) override;
    void removeTeam(const Actor&, std::int64_t team) override;
    std::vector<std::string> membersOf(std::int64_t team, bool expanded) const override;
    std::vector<std::string> teamsOf(std::int64_t principal, bool expanded) const override;
    std::optional<Credentials> credentials(std::string_view login) const override;
    void setPasswordHash(const Actor&, std::int64_t user, const std::string& hash) override;
    NewAppPassword addAppPassword(const Actor&, std::int64_t user, const std::string& label, const Scope&,
                                  std::optional<Instant> expires) override;
    std::vector<AppPassword> appPasswords(std::int64_t user) const override;
    void revokeAppPassword(const Actor&, std::int64_t user, const Id&) override;
    std::optional<SignedIn> signIn(std::string_view login, std::string_view secret) const override;
    std::vector<Failures> failures(std::span<const std::string> keys) const override;
    void noteFailure(std::span<const std::string> keys) override;
    void forgetFailures(const std::string& key) override;
    void touchAppPassword(const Id&, const std::string& address, const std::string& agent) override;
    NewConsoleSession addSession(const Actor&, std::int64_t user, std::chrono::seconds life) override;
    std::optional<SessionUser> session(std::string_view secret) const override;
    std::vector<ConsoleSession> sessions(std::int64_t user) const override;
    void touchSession(const Id&, std::chrono::seconds life) override;
    void endSession(const Actor&, std::int64_t user, const Id&) override;
    std::size_t endSessions(const Actor&, std::int64_t user, const Id& except) override;
    Feed addFeed(const Actor&, std::int64_t user, CollectionId, Detail, const std::string& label) override;
    std::vector<Feed> feeds(std::int64_t user) const override;
    std::optional<Feed> feed(std::string_view secret) const override;
    Feed renewFeed(const Actor&, std::int64_t user, const Id&) override;
    void revokeFeed(const Actor&, std::int64_t user, const Id&) override;

    // collections (objects/collections.cpp)
    std::optional<Collection> collection(std::string_view login, Home, std::string_view name) const override;
    std::optional<Collection> collectionById(CollectionId) const override;
    std::vector<Collection> home(std::string_view login, Home) const override;
    Collection mounted(std::int64_t user, const Collection&) const override;
    void hideCollection(const Actor&, std::int64_t user, CollectionId, bool hidden) override;
    std::optional<Collection> defaultCollection(std::int64_t user, Home) const override;
    void setDefaultCollection(const Actor&, std::int64_t user, Home, CollectionId) override;
    std::vector<Share> shares(const Actor&, CollectionId) const override;
    void share(const Actor&, CollectionId, const Share&) override;
    void unshare(const Actor&, CollectionId, const Share&) override;
    Collection makeCollection(const Actor&, const Collection& wanted) override;
    void removeCollection(const Actor&, CollectionId) override;
    void renameCollection(const Actor&, CollectionId, const std::string& name) override;
    void patchCollection(const Actor&, const Collection& changed, std::span<const DeadProperty>) override;
    std::vector<std::pair<MemberId, DeadProperty>> deadProperties(CollectionId, bool ofMembers) const override;
    std::vector<std::pair<CollectionId, DeadProperty>> deadProperties(std::span<const CollectionId>) const override;
    void patchMember(const Actor&, CollectionId, std::string_view name, std::span<const DeadProperty>) override;
    std::vector<DeadProperty> pathProperties(std::string_view path) const override;
    void patchPath(const Actor&, std::string_view path, std::span<const DeadProperty>) override;
    Usage usage(std::string_view login) const override;

    // reading members (objects/members.cpp, changes.cpp)
    std::optional<Member> member(const Sight&, std::string_view name) const override;
    bool object(const Sight&, std::string_view name, const VisitMember&) const override;
    std::optional<Member> memberByUid(const Sight&, std::string_view uid) const override;
    void members(const Sight&, MemberDetail, const VisitMember&) const override;
    void multiget(const Sight&, std::span<const std::string> names, bool withBytes, const VisitMember&) const override;
    std::optional<Reached> changesSince(const Sight&, std::string_view since, std::size_t limit, MemberDetail,
                                        const VisitChange&) const override;

    // queries (queries.cpp)
    bool queryCalendar(const Sight&, const CalendarFilter&, const std::string& zone, std::size_t limit,
                       const VisitMember&, bool withBytes) const override;
    bool queryBook(const Sight&, const CardFilter&, std::size_t limit, const VisitMember&,
                   bool withBytes) const override;
    std::vector<BusyPeriod> freeBusy(std::span<const CollectionId>, const TimeRange&,
                                     const std::string& zone) const override;

    // writing members (save.cpp: THE door)
    Saved saveObject(const Actor&, CollectionId, std::string_view name, std::string_view bytes,
                     const Precondition&) override;
    void removeObject(const Actor&, CollectionId, std::string_view name, const Precondition&) override;
    Saved transferObject(const Actor&, CollectionId from, std::string_view name, CollectionId to,
                         std::string_view target, bool move, bool overwrite, const Precondition&) override;

    // records (records/)
    Page<Contact> contacts(const Query&) const override;
    std::optional<Contact> contact(std::int64_t user, const Id&) const override;
    Contact saveContact(const Actor&, const Contact&, const std::string& based) override;
    Contact mergeContacts(const Actor&, const Id& into, std::span<const Id> others, const std::string& based) override;
    std::vector<std::vector<Contact>> duplicates(std::int64_t user, std::size_t limit) const override;
    void setDistinct(const Actor&, std::span<const Id> contacts, bool distinct) override;
    std::optional<std::string> contactPhoto(std::int64_t user, const Id&) const override;
    void setContactPhoto(const Actor&, const Id&, std::string_view image) override;
    Page<Company> companies(const Query&) const override;
    std::optional<Company> company(std::int64_t user, const Id&) const override;
    Company saveCompany(const Actor&, const Company&, const std::string& based) override;
    Page<Deal> deals(const Query&) const override;
    std::optional<Deal> deal(std::int64_t user, const Id&) const override;
    Deal saveDeal(const Actor&, const Deal&, const std::string& based) override;
    std::vector<ActivityType> activityTypes() const override;
    ActivityType saveActivityType(const Actor&, const ActivityType&, const std::string& based) override;
    void removeActivityType(const Actor&, const Id&) override;
    Page<Activity> activities(const Query&) const override;
    std::optional<Activity> activity(std::int64_t user, const Id&) const override;
    Activity saveActivity(const Actor&, const Activity&, const std::string& based) override;
    std::vector<CalendarEntry> occurrences(const Query&, bool& complete) const override;
    Page<Meeting> meetings(const Query&, bool coming) const override;
    void removeRecord(const Actor&, RecordKind, const Id&, const std::string& based) override;

    // history (history/)
    std::vector<HistoryEntry> history(const HistoryFilter&) const override;
    std::int64_t lastHistoryId() const override;
    std::vector<HistoryEntry> othersActivities(std::int64_t user, std::int64_t since, std::size_t limit) const override;
    std::vector<TrashItem> trash(std::int64_t user, std::size_t limit) const override;
    void restore(const Actor&, RecordKind, const Id&) override;
    void undoRecord(const Actor&, std::int64_t entry) override;
    UndoReport undoDevice(const Actor&, const std::string& login, const std::string& device, Instant from,
                          Instant until, bool dryRun) override;
    std::size_t erase(const Actor&, const Id& contact) override;

    // the bridge (sync/)
    SyncStore& sync() override { return sync_; }
    BookingStore& booking() override { return booking_; }

    // housekeeping
    std::vector<std::string> check(
        const std::function<void(std::size_t done, std::size_t all)>& progress) const override;
    void backup(const std::string& file) const override;
    bool tend() override;
    Figures figures() const override;
    Traffic traffic() const override;
    std::vector<Lease> leases() const override;

    Database& database() noexcept { return database_; }

private:
    mutable Database database_;
    SqlSync sync_{database_};
    SqlBooking booking_{database_};
    LastUses lastUses_;
};

}  // namespace crmdav
