#include "store/objects/mounts.h"

#include <algorithm>

#include "protocol/dav/errors.h"
#include "protocol/dav/names.h"
#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/shares.h"
#include "store/records/users.h"

namespace crmdav {

namespace {

struct Mount {
    bool hidden = false, chosen = false;
    std::optional<std::string> displayName, color, order;  ///< nullopt: as the collection has it
};

/// What users have of their own for collections that belong to others: the one table of it.
struct Personal {
    std::string_view field;
    std::string Collection::*own;
    std::optional<std::string> Mount::*kept;
};
constexpr Personal personal[] = {
    {"displayname", &Collection::displayName, &Mount::displayName},
    {"color", &Collection::color, &Mount::color},
    {"order", &Collection::order, &Mount::order},
};

std::optional<std::string> optionalText(const Rows& row, int column) {
    return row.isNull(column) ? std::nullopt : std::optional(row.string(column));
}

Mount mountOf(Connection& db, std::int64_t user, CollectionId id) {
    auto row = db.query(
        "SELECT m.hidden, m.chosen, m.display_name, m.color, m.sort_order FROM mounts m WHERE m.user_id=? AND "
        "m.collection_id=?",
        user, id);
    if (!row.next()) return {};
    return {row.boolean(0), row.boolean(1), optionalText(row, 2), optionalText(row, 3), optionalText(row, 4)};
}

void write(Connection& db, std::int64_t user, CollectionId id, const Mount& mount) {
    db.exec(
        "INSERT INTO mounts(user_id, collection_id, hidden, chosen, display_name, color, sort_order, changes) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT(user_id, collection_id) DO UPDATE SET hidden=excluded.hidden, "
        "chosen=excluded.chosen, display_name=excluded.display_name, color=excluded.color, "
        "sort_order=excluded.sort_order, changes=mounts.changes+1",
        user, id, mount.hidden, mount.chosen, mount.displayName, mount.color, mount.order);
}

/// In the history it is the matter of the user alone.
void note(Connection& db, const Actor& actor, std::int64_t user, const Collection& c,
          std::span<const FieldChange> changes) {
    const std::string& title = c.displayName.empty() ? c.name : c.displayName;
    remember(db, actor, {RecordKind::collection, collectionId(c.id), title, Deed::updated, user, changes, {}});
}

/// A collection of the user's homes. @throws NotFound
Collection requireInHome(Connection& db, std::int64_t user, CollectionId id) {
    auto found = findCollection(db, id);
    if (found && found->owner != 0 && found->owner != user) found = findShared(db, user, id);
    if (!found) throw NotFound("no such collection");
    return *std::move(found);
}

bool canBeDefault(const Collection& c, Home home) {
    if (c.home != home) return false;
    if (home == Home::addressbooks) return c.purpose != Purpose::companies && c.ownerLogin.empty();
    return c.owner != 0 && c.ownerLogin.empty() && c.purpose != Purpose::inbox && c.purpose != Purpose::outbox &&
           std::ranges::count(c.components, ComponentKind::event) != 0;
}

/// nullopt: none was chosen, or it is gone.
std::optional<Collection> chosen(Connection& db, std::int64_t user, Home home) {
    CollectionId id = 0;
    if (auto row = db.query("SELECT c.id FROM mounts m JOIN collections c ON c.id=m.collection_id AND "
                            "c.deleted_at IS NULL AND c.home=? AND c.owner IN (m.user_id, 0) WHERE m.user_id=? AND "
                            "m.chosen=1",
                            home, user);
        row.next())
        id = row.int64(0);
    return id ? findCollection(db, id) : std::nullopt;
}

}  // namespace

void dress(Collection& c, const Rows& row, int first) {
    c.mounted = row.int64(first + 4);
    c.hidden = row.boolean(first);
    for (int i = 0; const Personal& each : personal)
        if (const int column = first + ++i; !row.isNull(column)) c.*each.own = row.string(column);
}

Collection asSeenBy(Connection& db, std::int64_t user, const Collection& collection) {
    if (collection.owner != 0 && collection.owner != user)
        if (auto shared = findShared(db, user, collection.id)) return *std::move(shared);
    Collection seen = collection;
    seen.mounted = 0;
    auto row =
        db.query("SELECT " MOUNT_COLUMNS " FROM mounts m WHERE m.user_id=? AND m.collection_id=?", user, collection.id);
    if (row.next()) dress(seen, row, 0);
    return seen;
}

void keepDress(Connection& db, const Actor& actor, const Collection& own, Collection& wanted) {
    Mount mount = mountOf(db, actor.user, own.id);
    Collection undressed = own;
    if (const auto owner = own.owner ? userById(db, own.owner) : std::nullopt)
        undressed.displayName = sharedTitle(own, owner->login, owner->name);
    std::vector<FieldChange> changes;
    for (const auto& [field, column, kept] : personal) {
        const std::string was = (mount.*kept).value_or(undressed.*column);
        const std::string now = std::exchange(wanted.*column, own.*column);
        if (now == was) continue;
        mount.*kept = now.empty() || now == undressed.*column ? std::nullopt : std::optional(now);
        changes.push_back({std::string(field), was, (mount.*kept).value_or(undressed.*column)});
    }
    if (changes.empty()) return;
    write(db, actor.user, own.id, mount);
    note(db, actor, actor.user, own, changes);
}

void hideCollection(Connection& db, const Actor& actor, std::int64_t user, CollectionId id, bool hidden) {
    const Collection collection = requireInHome(db, user, id);
    if (hidden && (collection.purpose == Purpose::inbox || collection.purpose == Purpose::outbox))
        throw InvalidField("shown", "\"" + collection.name + "\" can't be hidden");
    Mount mount = mountOf(db, user, id);
    if (std::exchange(mount.hidden, hidden) == hidden) return;
    write(db, user, id, mount);
    const FieldChange change{"shown", hidden ? "yes" : "no", hidden ? "no" : "yes"};
    note(db, actor, user, collection, {&change, 1});
}

std::optional<Collection> defaultCalendar(Connection& db, std::int64_t user) {
    auto found = chosen(db, user, Home::calendars);
    return found ? found : findByPurpose(db, user, Purpose::activities);
}

std::optional<Collection> defaultBook(Connection& db, std::int64_t user) {
    auto found = chosen(db, user, Home::addressbooks);
    return found ? found : findByPurpose(db, 0, Purpose::contacts);
}

void setDefaultCollection(Connection& db, const Actor& actor, std::int64_t user, Home home, CollectionId id) {
    const auto before = chosen(db, user, home);
    if (id == (before ? before->id : 0)) return;
    if (id != 0 && !canBeDefault(requireInHome(db, user, id), home))
        throw InvalidField("default", home == Home::calendars ? "the default is a calendar for events of one's own"
                                                              : "the default is an address book for people");
    db.exec(
        "UPDATE mounts SET chosen=0 WHERE user_id=? AND chosen=1 AND collection_id IN (SELECT id "
        "FROM collections WHERE home=?)",
        user, home);
    if (id != 0)  // no change of the collection: the property is the inbox's or the home's
        db.exec(
            "INSERT INTO mounts(user_id, collection_id, hidden, chosen, changes) VALUES(?, ?, 0, 1, 0) "
            "ON CONFLICT(user_id, collection_id) DO UPDATE SET chosen=1",
            user, id);
    const auto now = home == Home::calendars ? defaultCalendar(db, user) : defaultBook(db, user);
    if (!now) return;
    const FieldChange change{"default", before ? before->name : "", now->name};
    note(db, actor, user, *now, {&change, 1});
}

void requireNotDefault(Connection& db, const Collection& c) {
    if (!mountOf(db, c.owner, c.id).chosen) return;
    throw DavError(403, "\"" + c.name + "\" is the default: choose another one first",
                   c.home == Home::calendars ? caldav::default_calendar_needed : carddav::default_addressbook_needed);
}

}  // namespace crmdav
