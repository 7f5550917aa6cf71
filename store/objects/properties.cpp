#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/objects/mounts.h"
#include "store/objects/shares.h"
#include "store/records/rows.h"

namespace crmdav {

namespace {

/// Own columns of a collection that clients set: the one table of them.
struct Column {
    std::string_view field;
    std::string Collection::*value;
};
constexpr Column columns[] = {
    {"displayname", &Collection::displayName},
    {"description", &Collection::description},
    {"color", &Collection::color},
    {"order", &Collection::order},
    {"timezone", &Collection::timezone},
    {"timezone-id", &Collection::timezoneId},
};

std::vector<FieldChange> difference(const Collection& before, const Collection& after) {
    std::vector<FieldChange> changes;
    for (const auto& [field, value] : columns)
        if (before.*value != after.*value) changes.push_back({std::string(field), before.*value, after.*value});
    if (before.transparent != after.transparent)
        changes.push_back({"transparent", before.transparent ? "1" : "0", after.transparent ? "1" : "0"});
    return changes;
}

void patchDead(Connection& db, CollectionId collection, MemberId member, std::span<const Store::DeadProperty> dead) {
    for (const auto& property : dead) {
        if (property.xml)
            db.exec(
                "INSERT INTO dead_properties(collection_id, member_id, ns, name, xml) VALUES(?, ?, ?, ?, ?) "
                "ON CONFLICT(collection_id, member_id, ns, name) DO UPDATE SET xml=excluded.xml",
                collection, member, property.ns, property.name, *property.xml);
        else
            db.exec("DELETE FROM dead_properties WHERE collection_id=? AND member_id=? AND ns=? AND name=?", collection,
                    member, property.ns, property.name);
    }
}

}  // namespace

void patchCollection(Connection& db, const Actor& actor, const Collection& wanted,
                     std::span<const Store::DeadProperty> dead) {
    const auto before = findCollection(db, wanted.id);
    if (!before) throw NotFound("no such collection");
    const Part part = actor.user == 0 ? Part::own : partIn(db, actor.user, *before);
    if (part == Part::none) throw Forbidden("another user's collection");
    Collection changed = wanted;
    const bool mounted = actor.user != 0 && actor.user != before->owner;
    if (mounted) keepDress(db, actor, *before, changed);
    const auto changes = difference(*before, changed);
    if (mounted && changes.empty() && dead.empty()) return;
    if (part < Part::write) throw Forbidden("another user's collection");
    db.exec(
        "UPDATE collections SET display_name=?, description=?, color=?, sort_order=?, timezone=?, timezone_id=?, "
        "transparent=?, updated=CASE WHEN updated < ? THEN ? ELSE updated + 1 END WHERE id=?",
        changed.displayName, changed.description, changed.color, changed.order, changed.timezone, changed.timezoneId,
        changed.transparent, db.now(), db.now(), changed.id);
    patchDead(db, changed.id, 0, dead);
    if (changes.empty()) return;
    const std::string& title = changed.displayName.empty() ? before->name : changed.displayName;
    remember(db, actor,
             {RecordKind::collection, collectionId(changed.id), title, Deed::updated, before->owner, changes, {}});
}

std::vector<std::pair<MemberId, Store::DeadProperty>> deadProperties(Connection& db, CollectionId collection,
                                                                     bool ofMembers) {
    std::vector<std::pair<MemberId, Store::DeadProperty>> found;
    for (auto& row : db.query("SELECT member_id, ns, name, xml FROM dead_properties "
                              "WHERE collection_id=? AND member_id BETWEEN ? AND ?",
                              collection, ofMembers ? 1 : 0, ofMembers ? std::int64_t{1} << 62U : 0))
        found.push_back({row.int64(0), {row.string(1), row.string(2), row.string(3)}});
    return found;
}

std::vector<std::pair<CollectionId, Store::DeadProperty>> deadProperties(Connection& db,
                                                                         std::span<const CollectionId> collections) {
    std::vector<std::pair<CollectionId, Store::DeadProperty>> found;
    for (auto& row : db.query("SELECT collection_id, ns, name, xml FROM dead_properties WHERE " ANY_OF(
                                  "collection_id") " AND member_id=0",
                              RowKeys(collections).json()))
        found.push_back({row.int64(0), {row.string(1), row.string(2), row.string(3)}});
    return found;
}

void patchMember(Connection& db, const Actor& actor, CollectionId collection, std::string_view name,
                 std::span<const Store::DeadProperty> dead) {
    const auto c = findCollection(db, collection);
    const auto member = c ? findMember(db, collection, name) : std::nullopt;
    if (!member || member->deleted) throw NotFound("no such member");
    requireWritable(db, actor, *c);
    patchDead(db, collection, member->member.id, dead);
}

void copyDeadProperties(Connection& db, const Member& from, CollectionId to, MemberId target) {
    db.exec("DELETE FROM dead_properties WHERE collection_id=? AND member_id=?", to, target);
    db.exec(
        "INSERT INTO dead_properties(collection_id, member_id, ns, name, xml) "
        "SELECT ?, ?, ns, name, xml FROM dead_properties WHERE collection_id=? AND member_id=?",
        to, target, from.collection, from.id);
}

std::vector<Store::DeadProperty> pathProperties(Connection& db, std::string_view path) {
    std::vector<Store::DeadProperty> found;
    for (auto& row : db.query("SELECT ns, name, xml FROM path_properties WHERE path=?", path))
        found.push_back({row.string(0), row.string(1), row.string(2)});
    return found;
}

void patchPath(Connection& db, const Actor&, std::string_view path, std::span<const Store::DeadProperty> dead) {
    for (const auto& property : dead) {
        if (property.xml)
            db.exec(
                "INSERT INTO path_properties(path, ns, name, xml) VALUES(?, ?, ?, ?) "
                "ON CONFLICT(path, ns, name) DO UPDATE SET xml=excluded.xml",
                path, property.ns, property.name, *property.xml);
        else
            db.exec("DELETE FROM path_properties WHERE path=? AND ns=? AND name=?", path, property.ns, property.name);
    }
}

}  // namespace crmdav
