#include "store/records/typed_calendars.h"

#include <algorithm>

#include "store/engine/database.h"
#include "store/objects/collections.h"
#include "store/records/own_members.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

/// Name and colour that a calendar was given; what differs from it is its user's own choice.
struct Dress {
    std::string name, color;
};
const Dress general{std::string(nameOfActivities), ""};

Dress dressOf(Connection& db, const Id& type) {
    if (type.empty()) return general;
    auto row = db.query("SELECT name, color FROM activity_types WHERE uuid=?", Blob{bytesOf(type)});
    return row.next() ? Dress{row.string(0), row.string(1)} : general;
}

void redress(Connection& db, const Collection& calendar, const Id& type) {
    const Dress before = dressOf(db, calendar.typeId), after = dressOf(db, type);
    db.exec("UPDATE collections SET type_id=?, display_name=?, color=? WHERE id=?", type,
            calendar.displayName == before.name ? after.name : calendar.displayName,
            calendar.color == before.color ? after.color : calendar.color, calendar.id);
    stampCollection(db, calendar.id);
}

std::vector<Collection> typedCalendars(Connection& db, std::int64_t user) {
    auto all = listOwned(db, user);
    std::erase_if(all, [](const Collection& c) { return c.purpose != Purpose::typed; });
    return all;
}

std::string freeCalendarName(Connection& db, std::int64_t user, const std::string& key) {
    const auto all = listOwned(db, user);
    const auto taken = [&](const std::string& name) {
        return std::ranges::any_of(all,
                                   [&](const Collection& c) { return c.home == Home::calendars && c.name == name; });
    };
    std::string name = key;
    for (int n = 2; taken(name); ++n) name = key + "-" + std::to_string(n);
    return name;
}

/// The one that the user had before comes back, if it's still there: its tokens go on.
void makeCalendar(Connection& db, const Collection& activities, const StoredType& type) {
    const std::string name = freeCalendarName(db, activities.owner, type.key);
    CollectionId gone = 0;
    if (auto row = db.query("SELECT id FROM collections WHERE owner=? AND purpose=? AND type_id=? AND deleted_at IS "
                            "NOT NULL ORDER BY id DESC LIMIT 1",
                            activities.owner, Purpose::typed, type.id);
        row.next())
        gone = row.int64(0);
    if (gone) {
        db.exec("UPDATE collections SET deleted_at=NULL, name=? WHERE id=?", name, gone);
        stampCollection(db, gone);
        return;
    }
    Collection made;
    made.owner = activities.owner;
    made.name = name;
    made.purpose = Purpose::typed;
    made.components = {ComponentKind::event};
    made.displayName = type.name;
    made.color = type.color;
    made.timezone = activities.timezone;
    made.timezoneId = activities.timezoneId;
    made.transparent = activities.transparent;
    made.typeId = type.id;
    insertCollection(db, made);
}

/// @returns false: it has an object of that UID already, the member stays where it is
bool moveMember(Connection& db, const Collection& from, const Collection& to, const StoredMember& member) {
    if (findByUid(db, to.id, member.member.uid)) return false;
    const std::string bytes = memberBytes(db, member.member.id).value_or("");
    const Document document = Document::parse(std::string(bytes));
    const auto taken = findMember(db, to.id, member.member.name);
    const std::string name = taken && !taken->deleted ? freeName(db, to, "", ".ics") : member.member.name;
    const MemberWritten written = writeMember(db, to,
                                              {.name = name,
                                               .document = document,
                                               .bytes = bytes,
                                               .uid = member.member.uid,
                                               .component = member.member.component,
                                               .recordKind = member.recordKind,
                                               .recordRow = member.recordRow});
    copyDeadProperties(db, member.member, to.id, written.id);
    forget(db, dropMember(db, from, member));
    return true;
}

/// Moves what lies in the wrong one of the user's calendars.
void sortMembers(Connection& db, std::int64_t user) {
    struct Move {
        MemberId member;
        CollectionId from;
        Id type;
    };
    std::vector<Move> lying;
    for (auto& row : db.query("SELECT m.id, c.id, t.uuid FROM collections c JOIN members m ON m.collection_id=c.id AND "
                              "m.deleted=0 AND m.record_kind=? JOIN activities a ON a.id=m.record_row JOIN "
                              "activity_types t ON t.id=a.type_id WHERE c.owner=? AND c.purpose IN (?, ?) AND "
                              "c.deleted_at IS NULL ORDER BY m.id",
                              RecordKind::activity, user, Purpose::activities, Purpose::typed))
        lying.push_back({row.int64(0), row.int64(1), idOf(row.blob(2))});
    std::ranges::stable_sort(lying, {}, &Move::type);
    std::optional<Collection> from, to;
    Id known;
    for (const Move& move : lying) {
        if (!to || known != move.type) to = calendarOf(db, user, ComponentKind::event, known = move.type);
        if (!to || to->id == move.from) continue;
        if (!from || from->id != move.from) from = findCollection(db, move.from);
        if (const auto member = findMember(db, move.member)) moveMember(db, *from, *to, *member);
    }
}

}  // namespace

bool isShared(const Collection& collection) {
    return collection.purpose == Purpose::activities || collection.purpose == Purpose::tasks ||
           collection.purpose == Purpose::typed;
}

std::optional<Collection> calendarOf(Connection& db, std::int64_t user, ComponentKind component, const Id& typeId) {
    return component == ComponentKind::todo ? findByPurpose(db, user, Purpose::tasks) : findTyped(db, user, typeId);
}

std::optional<StoredMember> siblingOf(Connection& db, const Collection& collection, std::string_view uid) {
    if (collection.typeId.empty()) return std::nullopt;
    MemberId found = 0;
    if (auto row = db.query("SELECT m.id FROM members m JOIN collections c ON c.id=m.collection_id WHERE m.uid=? AND "
                            "m.deleted=0 AND c.owner=? AND c.type_id<>'' AND c.deleted_at IS NULL AND c.id<>?",
                            uid, collection.owner, collection.id);
        row.next())
        found = row.int64(0);
    return found ? findMember(db, found) : std::nullopt;
}

void settleMembers(Connection& db, std::int64_t activity, const Id& typeId) {
    for (const StoredMember& member : membersOfRecord(db, RecordKind::activity, activity)) {
        const auto from = findCollection(db, member.member.collection);
        if (!from || from->typeId.empty() || from->typeId == typeId) continue;
        const auto to = calendarOf(db, from->owner, member.member.component, typeId);
        if (to && to->id != from->id) moveMember(db, *from, *to, member);
    }
}

void settleCalendars(Connection& db, std::int64_t id) {
    const auto user = userById(db, id);
    const auto activities = user ? findByPurpose(db, id, Purpose::activities) : std::nullopt;
    if (!activities) return;
    const auto types = storedTypes(db);
    const Id main = user->calendarPerType ? defaultType(types).id : Id();
    auto typed = typedCalendars(db, id);
    if (activities->typeId != main) redress(db, *activities, main);
    if (user->calendarPerType)
        for (const StoredType& type : types)
            if (!type.isDefault && std::ranges::find(typed, type.id, &Collection::typeId) == typed.end())
                makeCalendar(db, *activities, type);
    const auto wanted = [&](const Collection& c) {
        return user->calendarPerType && c.typeId != main && typeOfId(types, c.typeId);
    };
    std::erase_if(typed, wanted);
    for (const Collection& c : typed) db.exec("UPDATE collections SET type_id='' WHERE id=?", c.id);
    sortMembers(db, id);
    for (const Collection& c : typed) {  // one that couldn't be emptied stays
        db.exec(
            "UPDATE collections SET deleted_at=? WHERE id=? AND NOT EXISTS(SELECT 1 FROM members m WHERE "
            "m.collection_id=collections.id AND m.deleted=0)",
            db.now(), c.id);
        db.exec("UPDATE collections SET type_id=? WHERE id=?", c.typeId, c.id);
    }
}

void settleAllCalendars(Connection& db) {
    std::vector<std::int64_t> users;
    for (auto& row : db.query("SELECT id FROM users WHERE per_type=1 AND removed_at IS NULL"))
        users.push_back(row.int64(0));
    for (const std::int64_t user : users) settleCalendars(db, user);
}

void dressCalendars(Connection& db, const ActivityType& before, const ActivityType& after) {
    std::vector<CollectionId> calendars;
    for (auto& row : db.query("SELECT id FROM collections WHERE type_id=?", after.id))
        calendars.push_back(row.int64(0));
    for (const CollectionId calendar : calendars) {
        db.exec(
            "UPDATE collections SET display_name=CASE display_name WHEN ? THEN ? ELSE display_name END, color=CASE "
            "color WHEN ? THEN ? ELSE color END WHERE id=?",
            before.name, after.name, before.color, after.color, calendar);
        stampCollection(db, calendar);
    }
}

}  // namespace crmdav
