#pragma once
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "store/history.h"
#include "store/model.h"
#include "store/objects.h"
#include "store/people_store.h"

namespace crmdav {

struct CalendarFilter;  // protocol/dav/filter.h
struct CardFilter;
class BookingStore;  // store/booking.h
class SyncStore;     // store/sync.h

/// The database can't be opened, read or written.
struct StoreError : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// All connections are busy past the deadline, or the disk is full: try again later (503).
struct StoreBusy : StoreError {
    using StoreError::StoreError;
};
/// Somebody else has, or had, the lease of the work that was about to be written.
struct LeaseLost : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// The condition doesn't hold for what is stored now (412).
struct PreconditionFailed : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// There is no such record, or the asker may not know of it (404).
struct NotFound : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// The asker may see it but not do this (403).
struct Forbidden : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// A field of a record isn't acceptable (422); `field` names it.
struct InvalidField : std::runtime_error {
    InvalidField(std::string name, const std::string& why) : std::runtime_error(why), field(std::move(name)) {}
    std::string field;
};
// What a DAV client sends and can't be stored is a DavError with its precondition element (protocol/dav/errors.h).

struct StoreOptions {
    std::string url = "sqlite:crmdav-data/crmdav.db";
    std::size_t readers = 16;                 ///< read connections kept; more wait up to `wait`
    std::chrono::milliseconds wait{10000};    ///< for a connection or the write lock, then StoreBusy
    std::size_t maxObjectBytes = 10'485'760;  ///< max-resource-size
    std::function<Instant()> now;             ///< empty: the system clock
    std::string zoneData;                     ///< version of the zone data that the indexes need; empty: the system's
};

/// A piece of background work that one of all processes does at a time.
struct Lease {
    std::string name;        ///< of the work
    std::string holder;      ///< of a process: host, process id, and something that tells two lives of it apart
    std::int64_t fence = 0;  ///< higher with each change of hands
    Instant until{};
};

/// The one facade of the CRM's records and the DAV objects made from them. Thread safe. Each writing verb is one
/// transaction: it takes effect whole or not at all, with change log, indexes, history, and the other members of the
/// same record. Every verb throws StoreError or StoreBusy where the database fails.
class Store : public PeopleStore {
public:
    /// Opens, or creates with every migration applied.
    /// @throws StoreError  schema newer than this program, or older when `migrate` is false
    static std::unique_ptr<Store> open(const StoreOptions& options, bool migrate = true);
    ~Store() override;

    // ------------------------------------------------------------ bulk
    /// Runs `work` with the write lock held: every verb that this thread calls in it joins one transaction, durable
    /// when `batch` returns. A verb that throws inside takes back only itself (a savepoint), and `work` may go on; when
    /// `work` throws, nothing of it stays. For imports and the demo: some hundred verbs a call, never waiting in it.
    virtual void batch(const std::function<void()>& work) { work(); }

    // ------------------------------------------------------------ reading
    /// For a request that writes after a few short look-ups. Until the thread that made it writes, or it ends, what the
    /// thread reads of a SQLite file is one state, for one look at its log instead of one a verb. It may hold the write
    /// lock: never across a wait, or an answer on its way to the client. With PostgreSQL there is nothing to gain, and
    /// it does nothing.
    class State {
    public:
        virtual ~State() = default;
        virtual void end() = 0;
    };
    [[nodiscard]] virtual std::unique_ptr<State> state() const = 0;

    // ------------------------------------------------------------ collections (objects/collections.cpp)
    /// The collection that `login`'s home mounts under `name`: their own, or the organisation's. One statement.
    virtual std::optional<Collection> collection(std::string_view login, Home, std::string_view name) const = 0;
    virtual std::optional<Collection> collectionById(CollectionId) const = 0;
    /// All of a home as its user has it, the organisation's mounts and what is hidden included, in a stable order.
    virtual std::vector<Collection> home(std::string_view login, Home) const = 0;
    /// The same collection as that user has it: their own name, colour and order for what isn't theirs.
    virtual Collection mounted(std::int64_t user, const Collection&) const = 0;
    /// Keeps a collection of the user's homes off their devices, or lets them list it again; its address goes on
    /// working. @throws NotFound, InvalidField: inbox/ and outbox/ can't be hidden
    virtual void hideCollection(const Actor&, std::int64_t user, CollectionId, bool hidden) = 0;
    /// Where invitations of the user, or cards without a place, go: what they chose, else activities/ or contacts/.
    virtual std::optional<Collection> defaultCollection(std::int64_t user, Home) const = 0;
    /// @param id 0: the usual one again. @throws NotFound, InvalidField: nothing for events, or for people
    virtual void setDefaultCollection(const Actor&, std::int64_t user, Home, CollectionId id) = 0;
    /// Who has a part in it, by name. @throws NotFound, Forbidden  for all but its owner
    virtual std::vector<Share> shares(const Actor&, CollectionId) const = 0;
    /// Gives them a part, or another one: it is in the homes of all of them from now on. @throws NotFound, Forbidden as
    /// above; InvalidField  nobody of that name, or nothing that can be shared
    virtual void share(const Actor&, CollectionId, const Share&) = 0;
    /// From now on it isn't there for them. @throws NotFound, Forbidden as above; NotFound  they had no part
    virtual void unshare(const Actor&, CollectionId, const Share&) = 0;
    /// @throws DavError 405 or DAV:resource-must-be-null when the name is taken; StoreError
    virtual Collection makeCollection(const Actor&, const Collection& wanted) = 0;
    /// To the trash with all members. @throws Forbidden for the collections every user has; DavError
    /// default-calendar-needed, default-addressbook-needed for what its owner chose as default (RFC 6638 §4.3.1.1)
    virtual void removeCollection(const Actor&, CollectionId) = 0;
    virtual void renameCollection(const Actor&, CollectionId, const std::string& name) = 0;
    /// Own columns (displayName, color …) from `changed`, and dead properties: name → XML element, nullopt removes. Of
    /// what isn't the actor's, name, colour and order are the actor's own: there `changed` is made from mounted().
    struct DeadProperty {
        std::string ns, name;
        std::optional<std::string> xml;
    };
    virtual void patchCollection(const Actor&, const Collection& changed, std::span<const DeadProperty>) = 0;
    /// Dead properties of a collection (`member` empty) or of all its members asked for, by member id.
    virtual std::vector<std::pair<MemberId, DeadProperty>> deadProperties(CollectionId, bool ofMembers) const = 0;
    /// Of several collections themselves, in one statement.
    virtual std::vector<std::pair<CollectionId, DeadProperty>> deadProperties(std::span<const CollectionId>) const = 0;
    virtual void patchMember(const Actor&, CollectionId, std::string_view name, std::span<const DeadProperty>) = 0;
    /// Dead properties of anything else that has an address (homes, principals), by path.
    virtual std::vector<DeadProperty> pathProperties(std::string_view path) const = 0;
    virtual void patchPath(const Actor&, std::string_view path, std::span<const DeadProperty>) = 0;
    struct Usage {
        std::int64_t bytes = 0, members = 0;
    };
    virtual Usage usage(std::string_view login) const = 0;

    // ------------------------------------------------------------ reading members (objects/members.cpp, changes.cpp)
    /// Each of these takes the same number of statements whatever the collection holds; rows come as they are read.
    virtual std::optional<Member> member(const Sight&, std::string_view name) const = 0;
    /// Visits the member with its bytes; false: there is none.
    virtual bool object(const Sight&, std::string_view name, const VisitMember&) const = 0;
    virtual std::optional<Member> memberByUid(const Sight&, std::string_view uid) const = 0;
    /// In order of their last change.
    virtual void members(const Sight&, MemberDetail, const VisitMember&) const = 0;
    /// In the order of `names`; what isn't there is visited with an empty etag and its name (answer 404).
    virtual void multiget(const Sight&, std::span<const std::string> names, bool withBytes,
                          const VisitMember&) const = 0;
    /// Members that changed after `since`, oldest change first, each once.
    /// @param since empty: every member, none of the deleted ones
    /// @param limit 0: none
    /// @returns nullopt when `since` isn't a token of this collection, or its history is gone
    virtual std::optional<Reached> changesSince(const Sight&, std::string_view since, std::size_t limit, MemberDetail,
                                                const VisitChange&) const = 0;

    // ------------------------------------------------------------ queries (queries.cpp)
    /// Members that match (RFC 4791 §9.7), exactly: the index finds candidates, the bytes decide.
    /// @param zone   IANA or a VCALENDAR: for floating times when the filter has none (§9.8)
    /// @param limit  0: none. @returns true when there were more
    /// @param withBytes  also hand over the bytes
    virtual bool queryCalendar(const Sight&, const CalendarFilter&, const std::string& zone, std::size_t limit,
                               const VisitMember&, bool withBytes = true) const = 0;
    /// Members that match (RFC 6352 §10.5).
    virtual bool queryBook(const Sight&, const CardFilter&, std::size_t limit, const VisitMember&,
                           bool withBytes = true) const = 0;
    /// Busy times of the collections, merged and in order (RFC 4791 §7.10): transparent, cancelled and
    /// declined-by-owner events don't count. Reads the index alone, but for series beyond their horizon.
    virtual std::vector<BusyPeriod> freeBusy(std::span<const CollectionId>, const TimeRange&,
                                             const std::string& zone) const = 0;

    // ------------------------------------------------------------ writing members (save.cpp: THE door)
    /// Creates or replaces a member from the bytes a client sent, and the record from what they say.
    /// @throws PreconditionFailed
    /// @throws DavError  what can't be stored, with its precondition: valid-calendar-data,
    /// supported-calendar-component,
    ///                   valid-calendar-object-resource, no-uid-conflict (inner: href of the other member, relative
    ///                   to the collection), max-resource-size, max-instances …
    virtual Saved saveObject(const Actor&, CollectionId, std::string_view name, std::string_view bytes,
                             const Precondition&) = 0;
    /// @throws PreconditionFailed, NotFound
    virtual void removeObject(const Actor&, CollectionId, std::string_view name, const Precondition&) = 0;
    /// COPY or MOVE (RFC 4918 §9.8, §9.9) with everything that saveObject checks.
    /// @param overwrite false: the target must not exist, else PreconditionFailed
    virtual Saved transferObject(const Actor&, CollectionId from, std::string_view name, CollectionId to,
                                 std::string_view target, bool move, bool overwrite, const Precondition&) = 0;

    // ------------------------------------------------------------ records (records/)
    /// Each list: newest change last, `after` is the cursor of the last answer (empty: from the start), at most
    /// `limit`. With one of these in `after` a list begins that goes the other way, or, of contacts and companies, by
    /// their names, whatever case and accents.
    static constexpr const char* newestFirst = "-";
    static constexpr const char* byName = "n";
    struct Query {
        std::int64_t user = 0;                             ///< who asks; 0: the system
        std::string text;                                  ///< substring of names, emails, subject …; empty: all
        std::optional<Instant> updatedSince, from, until;  ///< from/until: activities in that time
        Id contact, company, deal, type;                   ///< linked with
        std::string email;  ///< contacts with this address, activities with this participant
        std::string owner;  ///< login
        std::optional<bool> done;
        std::string after;
        std::size_t limit = 100;
    };
    template <class Record>
    struct Page {
        std::vector<Record> records;
        std::string next;
    };

    virtual Page<Contact> contacts(const Query&) const = 0;
    virtual std::optional<Contact> contact(std::int64_t user, const Id&) const = 0;
    /// New (empty id) or changed. `based`: version it was based on; empty: whatever is there.
    /// The touched fields are overlaid on every member of the record; all else in the members stays byte for byte.
    /// @throws InvalidField, NotFound, Forbidden, PreconditionFailed
    virtual Contact saveContact(const Actor&, const Contact&, const std::string& based) = 0;
    /// One contact of several: `into` gets what it lacks of the others, oldest first; these go, their ids lead to it
    /// from then on, and so do activities, deals and links that had them. One entry in the history, `merged`, whose
    /// undoRecord() brings all of it back. @throws NotFound, Forbidden, PreconditionFailed
    virtual Contact mergeContacts(const Actor&, const Id& into, std::span<const Id> others,
                                  const std::string& based) = 0;
    /// Contacts that look like one person (same name and a shared address, number or organisation, as rule D7 compares
    /// them), in groups of two and more, the oldest of each first.
    virtual std::vector<std::vector<Contact>> duplicates(std::int64_t user, std::size_t limit) const = 0;
    /// Somebody knows that all of these are different people, or takes it back, of every two of them: duplicates()
    /// never puts them together. The matching of syncs doesn't go by it. @throws NotFound, InvalidField
    virtual void setDistinct(const Actor&, std::span<const Id> contacts, bool distinct) = 0;
    virtual std::optional<std::string> contactPhoto(std::int64_t user, const Id&) const = 0;  ///< image bytes
    virtual void setContactPhoto(const Actor&, const Id&, std::string_view image) = 0;        ///< empty: none
    virtual Page<Company> companies(const Query&) const = 0;
    virtual std::optional<Company> company(std::int64_t user, const Id&) const = 0;
    virtual Company saveCompany(const Actor&, const Company&, const std::string& based) = 0;
    virtual Page<Deal> deals(const Query&) const = 0;
    virtual std::optional<Deal> deal(std::int64_t user, const Id&) const = 0;
    virtual Deal saveDeal(const Actor&, const Deal&, const std::string& based) = 0;
    virtual std::vector<ActivityType> activityTypes() const = 0;
    virtual ActivityType saveActivityType(const Actor&, const ActivityType&, const std::string& based) = 0;
    virtual void removeActivityType(const Actor&, const Id&) = 0;
    /// What the asker may see of others' activities is cut down to their visibility (rule F4).
    virtual Page<Activity> activities(const Query&) const = 0;
    virtual std::optional<Activity> activity(std::int64_t user, const Id&) const = 0;
    virtual Activity saveActivity(const Actor&, const Activity&, const std::string& based) = 0;
    /// The times at which what `activities(query)` would list takes place, series expanded, and the busy blocks of the
    /// asker, in order of their starts. `from` and `until` are needed, `limit` counts occurrences.
    /// @param complete  set to false where there were more than `limit`
    virtual std::vector<CalendarEntry> occurrences(const Query&, bool& complete) const = 0;
    /// The meetings of the contact, company or deal that is asked for (rule F2), series expanded: those that began
    /// before `until`, the latest first, or, coming, those from `from` on, the next first.
    virtual Page<Meeting> meetings(const Query&, bool coming) const = 0;
    /// To the trash, with all its members. @throws NotFound, Forbidden, PreconditionFailed
    virtual void removeRecord(const Actor&, RecordKind, const Id&, const std::string& based) = 0;

    // ------------------------------------------------------------ history (history/)
    virtual std::vector<HistoryEntry> history(const HistoryFilter&) const = 0;
    virtual std::int64_t lastHistoryId() const = 0;
    /// What the history has after `since` of others' activities of which this user sees something, or did, oldest
    /// first.
    virtual std::vector<HistoryEntry> othersActivities(std::int64_t user, std::int64_t since,
                                                       std::size_t limit) const = 0;
    virtual std::vector<TrashItem> trash(std::int64_t user, std::size_t limit) const = 0;
    virtual void restore(const Actor&, RecordKind, const Id&) = 0;
    /// Back to what the record was before history entry `entry`. @throws NotFound
    virtual void undoRecord(const Actor&, std::int64_t entry) = 0;
    /// What one device did between two moments, record by record; later changes by others are left alone and reported.
    virtual UndoReport undoDevice(const Actor&, const std::string& login, const std::string& device, Instant from,
                                  Instant until, bool dryRun) = 0;
    /// Removes a person everywhere: record, members, trash, history, participants' names. @returns places removed from
    virtual std::size_t erase(const Actor&, const Id& contact) = 0;

    // ------------------------------------------------------------ the bridge
    /// What it remembers; lives as long as the store.
    virtual SyncStore& sync() = 0;

    // ------------------------------------------------------------ appointments
    /// Calendars, working hours, bookings; lives as long as the store.
    virtual BookingStore& booking() = 0;

    // ------------------------------------------------------------ housekeeping
    /// Every record against its objects, indexes and change log; one line a fault, empty when clean.
    virtual std::vector<std::string> check(
        const std::function<void(std::size_t done, std::size_t all)>& progress) const = 0;
    /// A consistent copy while serving. @throws StoreError
    virtual void backup(const std::string& file) const = 0;
    /// One slice of background work: horizons, expired trash and tombstones, last uses. Of several processes the one
    /// that has its lease does it. @returns true: more to do
    virtual bool tend() = 0;
    /// Statements run by this thread since it began; for tests and /metrics.
    static std::size_t statementsOfThread() noexcept;
    struct Figures {
        std::int64_t bytes = 0, users = 0, contacts = 0, activities = 0, changes = 0;
        int schema = 0;
    };
    virtual Figures figures() const = 0;
    /// What this process waited for since it opened the store.
    struct Traffic {
        std::size_t connections = 0, inUse = 0;             ///< that read
        std::uint64_t waits = 0, waitedMicros = 0;          ///< for a connection
        std::uint64_t lockWaits = 0, lockWaitedMicros = 0;  ///< for the turn to write, a millisecond or more
        std::uint64_t retries = 0;                          ///< transactions that the database took back
        std::uint64_t reconnects = 0;                       ///< connections that were lost
    };
    virtual Traffic traffic() const = 0;
    virtual std::vector<Lease> leases() const = 0;  ///< those that are held, by name
};

}  // namespace crmdav
