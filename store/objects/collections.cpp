#include "store/objects/collections.h"

#include <algorithm>
#include <array>

#include "protocol/dav/errors.h"
#include "protocol/dav/names.h"
#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/changes.h"
#include "store/objects/members.h"
#include "store/objects/mounts.h"
#include "store/objects/shares.h"
#include "store/records/collection_trash.h"

namespace crmdav {

namespace {

#define COLLECTION_COLUMNS                                                                                           \
    "c.id, c.owner, c.home, c.name, c.purpose, c.components, c.display_name, c.description, c.color, c.sort_order, " \
    "c.timezone, c.timezone_id, c.transparent, c.type_id, c.counter, c.created, c.updated"

constexpr int columnCount = 17;

constexpr std::array kinds{ComponentKind::event, ComponentKind::todo, ComponentKind::journal, ComponentKind::other};

unsigned bit(ComponentKind kind) { return 1U << static_cast<unsigned>(kind); }

unsigned mask(const std::vector<ComponentKind>& components) {
    unsigned bits = 0;
    for (const ComponentKind kind : components) bits |= bit(kind);
    return bits;
}

Collection read(const Rows& row) {
    Collection c;
    c.id = row.int64(0);
    c.owner = row.int64(1);
    c.home = row.as<Home>(2);
    c.name = row.text(3);
    c.purpose = row.as<Purpose>(4);
    const auto bits = static_cast<unsigned>(row.integer(5));
    for (const ComponentKind kind : kinds)
        if (bits & bit(kind)) c.components.push_back(kind);
    c.displayName = row.text(6);
    c.description = row.text(7);
    c.color = row.text(8);
    c.order = row.text(9);
    c.timezone = row.text(10);
    c.timezoneId = row.text(11);
    c.transparent = row.boolean(12);
    c.typeId = row.text(13);
    c.counter = row.int64(14);
    c.created = row.instant(15);
    c.updated = row.instant(16);
    return c;
}

void setTags(Connection& db, Collection& c) {
    c.syncToken = syncToken(db.database().epoch(), c, c.counter);
    c.ctag = ctagOf(db.database().epoch(), c, c.counter);
}

std::optional<Collection> readOne(Connection& db, Rows rows) {
    if (!rows.next()) return std::nullopt;
    Collection c = read(rows);
    setTags(db, c);
    return c;
}

/// @param mounted  the columns of the mount follow
/// @param shared   and whether anything is shared
std::vector<Collection> readAll(Connection& db, Rows rows, bool mounted = false, bool* shared = nullptr) {
    std::vector<Collection> all;
    while (rows.next()) {
        Collection& c = all.emplace_back(read(rows));
        if (mounted) dress(c, rows, columnCount);
        if (shared) *shared = !rows.isNull(columnCount + mountColumns);
        setTags(db, c);
    }
    return all;
}

/// Of several grants for a collection the widest one.
std::vector<Collection> readShared(Connection& db, Rows rows) {
    std::vector<Collection> all;
    while (rows.next()) {
        const auto known = std::ranges::find(all, rows.int64(0), &Collection::id);
        Collection c = read(rows);
        mountShared(c, rows, columnCount);
        setTags(db, c);
        if (known == all.end())
            all.push_back(std::move(c));
        else if (known->part < c.part)
            *known = std::move(c);
    }
    return all;
}

std::optional<Collection> oneOf(std::vector<Collection> found) {
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

/// What every user, or the organisation, has from the start and can't delete.
struct Fixed {
    Purpose purpose;
    std::string_view name, displayName;
    std::initializer_list<ComponentKind> components;
    std::string_view color = "";  ///< apart from each other in apps, until the user chooses
};
constexpr std::initializer_list<ComponentKind> anyKind{ComponentKind::event, ComponentKind::todo};
constexpr std::initializer_list<ComponentKind> eventsAndBusyTimes{ComponentKind::event, ComponentKind::other};
constexpr std::initializer_list<ComponentKind> todos{ComponentKind::todo}, none{};
constexpr Fixed ofUser[] = {
    {Purpose::activities, "activities", nameOfActivities, eventsAndBusyTimes, "#1565c0"},
    {Purpose::tasks, "tasks", "Tasks", todos, "#00838f"},
    {Purpose::inbox, "inbox", "Inbox", anyKind},
    {Purpose::outbox, "outbox", "Outbox", anyKind},
    {Purpose::personal, "private", "Private contacts", none},
};
constexpr Fixed ofOrganisation[] = {
    {Purpose::contacts, "contacts", "Contacts", none},
    {Purpose::companies, "companies", "Companies", none},
};

void make(Connection& db, std::int64_t owner, std::span<const Fixed> wanted) {
    for (const Fixed& fixed : wanted) {
        Collection c;
        c.owner = owner;
        c.home = isBook(fixed.purpose) ? Home::addressbooks : Home::calendars;
        c.name = fixed.name;
        c.purpose = fixed.purpose;
        c.components = fixed.components;
        c.displayName = fixed.displayName;
        c.color = fixed.color;
        insertCollection(db, c);
    }
}

constexpr bool isMadeByUsers(Purpose purpose) { return purpose == Purpose::calendar || purpose == Purpose::book; }
constexpr bool isReadOnly(Purpose purpose) {
    return purpose == Purpose::busy || purpose == Purpose::inbox || purpose == Purpose::outbox;
}

/// Names that begin with a colleague's login and a tilde are for what they share.
bool ofAnother(Connection& db, std::string_view name) {
    const auto shared = sharedName(name);
    return shared && db.query("SELECT 1 FROM users WHERE login=? AND removed_at IS NULL", shared->owner).next();
}

/// Also of the organisation's collections, which every home mounts.
bool nameTaken(Connection& db, std::int64_t owner, Home home, std::string_view name) {
    return db.query(
                 "SELECT 1 FROM collections WHERE home=? AND name=? AND deleted_at IS NULL AND (owner IN (?, 0) OR "
                 "?=0)",
                 home, name, owner, owner)
               .next() ||
           ofAnother(db, name);
}

void note(Connection& db, const Actor& actor, const Collection& c, Deed deed,
          std::span<const FieldChange> fields = {}) {
    const std::string& title = c.displayName.empty() ? c.name : c.displayName;
    remember(db, actor, {RecordKind::collection, collectionId(c.id), title, deed, c.owner, fields, {}});
}

Collection requireOwn(Connection& db, const Actor& actor, CollectionId id) {
    auto found = findCollection(db, id);
    if (!found) throw NotFound("no such collection");
    if (actor.user != 0 && actor.user != found->owner && found->owner != 0)
        throw Forbidden("another user's collection");
    return *std::move(found);
}

}  // namespace

/// What a home shows: the user's own, and what the organisation has for everybody. Their names differ (nameTaken), so
/// the order of the two doesn't matter; `owner IN (u.id, 0)` would build a table of two rows for each look-up.
#define IN_HOME(columns, which, mount)                                                                         \
    "SELECT " COLLECTION_COLUMNS columns " FROM users u JOIN collections c ON c.owner=u.id AND c.home=?" which \
    " AND c.deleted_at IS NULL" mount                                                                          \
    " WHERE u.login=? AND u.removed_at IS NULL UNION ALL "                                                     \
    "SELECT " COLLECTION_COLUMNS columns " FROM users u JOIN collections c ON c.owner=0 AND c.home=?" which    \
    " AND c.deleted_at IS NULL" mount " WHERE u.login=? AND u.removed_at IS NULL"
#define WITH_MOUNT " LEFT JOIN mounts m ON m.user_id=u.id AND m.collection_id=c.id"
#define MOUNTED_COLUMNS COLLECTION_COLUMNS ", " MOUNT_COLUMNS

std::optional<Collection> findCollection(Connection& db, std::string_view login, Home home, std::string_view name) {
    auto own = readOne(db, db.query(IN_HOME("", " AND c.name=?", ""), home, name, login, home, name, login));
    const auto shared = own ? std::nullopt : sharedName(name);
    if (!shared) return own;
    return oneOf(
        readShared(db, db.query(SHARED(MOUNTED_COLUMNS, "u.login=?1", "c.home=?2 AND o.login=?3 AND c.name=?4"), login,
                                home, shared->owner, shared->name)));
}

std::optional<Collection> findShared(Connection& db, std::int64_t user, CollectionId id) {
    return oneOf(readShared(db, db.query(SHARED(MOUNTED_COLUMNS, "u.id=?1", "c.id=?2"), user, id)));
}

std::optional<Collection> findCollection(Connection& db, CollectionId id, bool trashed) {
    return readOne(
        db, db.query("SELECT " COLLECTION_COLUMNS " FROM collections c WHERE c.id=? AND (c.deleted_at IS NULL OR ?<>0)",
                     id, trashed));
}

bool isThere(Connection& db, CollectionId id) {
    return db.query("SELECT 1 FROM collections WHERE id=? AND deleted_at IS NULL", id).next();
}

/// Most installations, and most users, share nothing: the statement about shares is only run where there are any.
std::vector<Collection> listHome(Connection& db, std::string_view login, Home home) {
    bool shared = false;
    auto rows = db.query(IN_HOME(", " MOUNT_COLUMNS ", (SELECT 1 FROM shares LIMIT 1)", "", WITH_MOUNT), home, login,
                         home, login);
    std::vector<Collection> all = readAll(db, std::move(rows), true, &shared);
    if (shared) {
        auto others = readShared(db, db.query(SHARED(MOUNTED_COLUMNS, "u.login=?1", "c.home=?2"), login, home));
        for (Collection& other : others)
            if (std::ranges::find(all, other.name, &Collection::name) == all.end()) all.push_back(std::move(other));
    }
    // What is theirs comes first.
    std::ranges::sort(all, {}, [](const Collection& c) { return std::tuple(!c.ownerLogin.empty(), c.purpose, c.id); });
    return all;
}

std::optional<Collection> findByPurpose(Connection& db, std::int64_t owner, Purpose purpose) {
    return readOne(db, db.query("SELECT " COLLECTION_COLUMNS " FROM collections c WHERE c.owner=? AND c.home=? "
                                "AND c.purpose=? AND c.deleted_at IS NULL ORDER BY c.id LIMIT 1",
                                owner, isBook(purpose) ? Home::addressbooks : Home::calendars, purpose));
}

std::vector<Collection> listOwned(Connection& db, std::int64_t owner) {
    return readAll(db, db.query("SELECT " COLLECTION_COLUMNS " FROM collections c WHERE c.owner=? "
                                "AND c.deleted_at IS NULL ORDER BY c.home, c.purpose, c.id",
                                owner));
}

std::optional<Collection> findTyped(Connection& db, std::int64_t owner, const Id& typeId) {
    return readOne(db, db.query("SELECT " COLLECTION_COLUMNS " FROM collections c WHERE c.owner=? AND c.home=? "
                                "AND c.deleted_at IS NULL AND (c.purpose=? OR (c.purpose=? AND c.type_id=?)) "
                                "ORDER BY c.purpose DESC, c.id LIMIT 1",
                                owner, Home::calendars, Purpose::activities, Purpose::typed, typeId));
}

void stampCollection(Connection& db, CollectionId id) {
    db.exec("UPDATE collections SET updated=CASE WHEN updated < ? THEN ? ELSE updated + 1 END WHERE id=?", db.now(),
            db.now(), id);
}

CollectionId insertCollection(Connection& db, const Collection& c) {
    if (nameTaken(db, c.owner, c.home, c.name))
        throw DavError(405, "there is a collection \"" + c.name + "\" already", dav::resource_must_be_null);
    return db.insert(
        "INSERT INTO collections(owner, home, name, purpose, components, display_name, description, color, sort_order, "
        "timezone, timezone_id, transparent, type_id, counter, oldest, created, updated) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)",
        c.owner, c.home, c.name, c.purpose, mask(c.components), c.displayName, c.description, c.color, c.order,
        c.timezone, c.timezoneId, c.transparent, c.typeId, db.now(), db.now());
}

void makeHomeOf(Connection& db, std::int64_t user) { make(db, user, ofUser); }
void makeOrganisationBooks(Connection& db) { make(db, 0, ofOrganisation); }

void countChange(Connection& db, CollectionId id) {
    if (db.exec("UPDATE collections SET counter=counter+1 WHERE id=?", id) == 0) throw NotFound("no such collection");
}

void requireWritable(Connection& db, const Actor& actor, const Collection& collection) {
    if (isReadOnly(collection.purpose)) throw Forbidden("\"" + collection.name + "\" is read-only");
    if (actor.user == 0 || collection.owner == 0 || actor.user == collection.owner) return;
    if (partIn(db, actor.user, collection) < Part::write) throw Forbidden("another user's collection");
}

// ---------------------------------------------------------------- verbs

Collection makeCollection(Connection& db, const Actor& actor, const Collection& wanted) {
    if (actor.user != 0 && (wanted.owner != actor.user || !isMadeByUsers(wanted.purpose)))
        throw Forbidden("not yours to make");
    const auto made = findCollection(db, insertCollection(db, wanted));
    note(db, actor, *made, Deed::created);
    return *made;
}

void removeCollection(Connection& db, const Actor& actor, CollectionId id) {
    const Collection c = requireOwn(db, actor, id);
    if (actor.user != 0 && !isMadeByUsers(c.purpose)) throw Forbidden("\"" + c.name + "\" can't be deleted");
    requireNotDefault(db, c);
    trashRecordsOf(db, actor, c);
    db.exec("UPDATE collections SET deleted_at=?, deleted_by=? WHERE id=?", db.now(), actor.user, id);
    note(db, actor, c, Deed::deleted);
}

Collection restoreCollection(Connection& db, const Actor& actor, CollectionId id) {
    auto row =
        db.query("SELECT owner, home, name FROM collections WHERE id=? AND deleted_at IS NOT NULL AND purpose<>?", id,
                 Purpose::typed);
    if (!row.next()) throw NotFound("no such collection in the trash");
    const std::int64_t owner = row.int64(0);
    if (actor.user != 0 && actor.user != owner) throw NotFound("no such collection in the trash");
    std::string name = row.string(2);
    for (int n = 2; nameTaken(db, owner, row.as<Home>(1), name); ++n) name = row.string(2) + "-" + std::to_string(n);
    db.exec("UPDATE collections SET deleted_at=NULL, deleted_by=NULL, name=? WHERE id=?", name, id);
    stampCollection(db, id);
    const auto c = findCollection(db, id);
    restoreRecordsOf(db, actor, *c);
    note(db, actor, *c, Deed::restored);
    return *c;
}

void renameCollection(Connection& db, const Actor& actor, CollectionId id, const std::string& name) {
    const Collection c = requireOwn(db, actor, id);
    if (actor.user != 0 && !isMadeByUsers(c.purpose)) throw Forbidden("\"" + c.name + "\" can't be renamed");
    if (nameTaken(db, c.owner, c.home, name))
        throw DavError(405, "there is a collection \"" + name + "\" already", dav::resource_must_be_null);
    db.exec("UPDATE collections SET name=? WHERE id=?", name, id);
    stampCollection(db, id);
    const FieldChange change{"name", c.name, name};
    note(db, actor, c, Deed::updated, {&change, 1});
}

Store::Usage usage(Connection& db, std::string_view login) {
    auto row = db.query(
        "SELECT CAST(COALESCE(SUM(m.size), 0) AS BIGINT), COUNT(*) FROM users u "
        "JOIN collections c ON c.owner=u.id AND c.deleted_at IS NULL "
        "JOIN members m ON m.collection_id=c.id AND m.deleted=0 WHERE u.login=? AND u.removed_at IS NULL",
        login);
    row.next();
    return {row.int64(0), row.int64(1)};
}

}  // namespace crmdav
