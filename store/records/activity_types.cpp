#include "store/records/activity_types.h"

#include <algorithm>

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/activity_ical.h"
#include "store/records/normalise.h"
#include "store/records/own_members.h"
#include "store/records/typed_calendars.h"
#include "store/records/uuid.h"
#include "store/store.h"

namespace crmdav {
namespace {

struct Seed {
    const char *key, *name, *color;
};
constexpr Seed seeds[] = {{"call", "Call", "#2e7d32"},
                          {"meeting", "Meeting", "#1565c0"},
                          {"lunch", "Lunch", "#ef6c00"},
                          {"demo", "Demo", "#6a1b9a"},
                          {"email", "Email", "#546e7a"}};

bool validKey(std::string_view key) {
    return !key.empty() && key.size() <= 40 && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool validColor(std::string_view color) {
    return color.size() == 7 && color[0] == '#' &&
           color.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

std::string keyFrom(std::string_view name) {
    std::string key;
    for (char c : normalName(name))
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            key += c;
        else if (!key.empty() && key.back() != '-')
            key += '-';
    while (!key.empty() && key.back() == '-') key.pop_back();
    return key;
}

ActivityType checked(const std::vector<StoredType>& all, ActivityType type) {
    type.name = cleanText(type.name);
    if (type.name.empty() || type.name.size() > 100) throw InvalidField("name", "a type's name has 1 to 100 bytes");
    if (type.key.empty()) type.key = keyFrom(type.name);
    if (!validKey(type.key)) throw InvalidField("key", "a key has 1 to 40 of a-z, 0-9 and -");
    if (type.color.empty()) type.color = "#546e7a";
    if (!validColor(type.color)) throw InvalidField("color", "a color is written #rrggbb");
    for (const StoredType& other : all) {
        if (other.id == type.id) continue;
        if (other.key == type.key) throw InvalidField("key", type.key + " is taken");
        if (normalName(other.name) == normalName(type.name)) throw InvalidField("name", type.name + " is taken");
    }
    return type;
}

std::vector<FieldChange> differences(const ActivityType& before, const ActivityType& after) {
    std::vector<FieldChange> changes;
    if (before.name != after.name) changes.push_back({"name", before.name, after.name});
    if (before.color != after.color) changes.push_back({"color", before.color, after.color});
    if (before.isDefault != after.isDefault)
        changes.push_back({"default", before.isDefault ? "yes" : "no", after.isDefault ? "yes" : "no"});
    return changes;
}

std::vector<std::int64_t> activitiesOf(Connection& db, const StoredType& type) {
    std::vector<std::int64_t> rows;
    for (auto& row : db.query("SELECT id FROM activities WHERE type_id=? AND deleted_at IS NULL ORDER BY id", type.row))
        rows.push_back(row.int64(0));
    return rows;
}

/// Members that name the type `before` name `after`. @returns what they were
[[nodiscard]] std::vector<OldObject> rename(Connection& db, std::int64_t activity, ActivityType before,
                                            const ActivityType& after) {
    before.id = "before";  // a type that is renamed keeps its id
    Activity named, wanted;
    named.typeId = before.id;
    wanted.typeId = after.id;
    const ActivityType both[] = {before, after};
    return editOwnMembers(db, {RecordKind::activity, activity, {}}, [&](Document& document, const Collection&) {
        if (namedType(document, {both, 1}) == before.id) overlayActivity(document, named, wanted, both, db.now());
    });
}

void giveAnotherType(Connection& db, const Actor& actor, std::int64_t activity, const StoredType& from,
                     const StoredType& to) {
    const StoredType both[] = {from, to};
    const auto before = loadActivity(db, activity, both);
    StoredActivity after = *before;
    after.typeId = to.id;
    after.typeRow = to.row;
    const auto old = rename(db, activity, from, to);
    const auto changes = updateActivity(db, *before, after);
    remember(db, actor,
             {.kind = RecordKind::activity,
              .record = after.id,
              .title = after.subject.empty() ? "(no subject)" : after.subject,
              .owner = after.owner,
              .fields = changes,
              .objects = old});
}

}  // namespace

std::vector<StoredType> storedTypes(Connection& db) {
    std::vector<StoredType> types;
    for (auto& row : db.query("SELECT id, uuid, key, name, color, is_default, revision FROM activity_types "
                              "WHERE deleted_at IS NULL ORDER BY id")) {
        StoredType type;
        type.row = row.int64(0);
        type.id = idOf(row.blob(1));
        type.key = row.text(2);
        type.name = row.text(3);
        type.color = row.text(4);
        type.isDefault = row.boolean(5);
        type.version = row.text(6);
        types.push_back(std::move(type));
    }
    return types;
}

const StoredType& defaultType(std::span<const StoredType> types) {
    const auto found = std::ranges::find(types, true, &StoredType::isDefault);
    if (found == types.end()) throw StoreError("no activity type is the default");
    return *found;
}

const StoredType* typeOfRow(std::span<const StoredType> types, std::int64_t row) {
    const auto found = std::ranges::find(types, row, &StoredType::row);
    return found == types.end() ? nullptr : &*found;
}

const StoredType* typeOfId(std::span<const StoredType> types, std::string_view id) {
    const auto found = std::ranges::find(types, id, &StoredType::id);
    return found == types.end() ? nullptr : &*found;
}

std::vector<ActivityType> activityTypes(Connection& db) {
    std::vector<ActivityType> types;
    for (StoredType& type : storedTypes(db)) types.push_back(std::move(type));
    return types;
}

ActivityType saveActivityType(Connection& db, const Actor& actor, const ActivityType& wanted,
                              const std::string& based) {
    const auto all = storedTypes(db);
    const StoredType* before = wanted.id.empty() ? nullptr : typeOfId(all, wanted.id);
    if (!wanted.id.empty() && !before) throw NotFound("no such activity type");
    if (before && !based.empty() && based != before->version) throw PreconditionFailed("the type has changed since");
    if (before && !wanted.key.empty() && wanted.key != before->key) throw InvalidField("key", "a key stays what it is");
    if (before && before->isDefault && !wanted.isDefault)
        throw InvalidField("default", "make another type the default");
    ActivityType after = checked(all, wanted);
    if (before) after.key = before->key;
    if (after.isDefault)
        db.exec("UPDATE activity_types SET is_default=0, revision=revision+1 WHERE is_default=1 AND key<>?", after.key);
    if (before) {
        db.exec("UPDATE activity_types SET name=?, color=?, is_default=?, revision=revision+1 WHERE id=?", after.name,
                after.color, after.isDefault, before->row);
        after.version = std::to_string(std::stoll(before->version) + 1);
        const auto changes = differences(*before, after);
        if (changes.empty()) return after;
        if (before->name != after.name)
            for (const std::int64_t activity : activitiesOf(db, *before))
                for (const OldObject& old : rename(db, activity, *before, after)) forget(db, old);
        dressCalendars(db, *before, after);
        if (before->isDefault != after.isDefault) settleAllCalendars(db);
        remember(db, actor, {.kind = RecordKind::setting, .record = after.id, .title = after.name, .fields = changes});
        return after;
    }
    after.id = newId();
    after.version = "1";
    db.exec("INSERT INTO activity_types(uuid, key, name, color, is_default, revision) VALUES(?, ?, ?, ?, ?, 1)",
            Blob{bytesOf(after.id)}, after.key, after.name, after.color, after.isDefault);
    settleAllCalendars(db);
    remember(db, actor, {.kind = RecordKind::setting, .record = after.id, .title = after.name, .deed = Deed::created});
    return after;
}

void removeActivityType(Connection& db, const Actor& actor, const Id& id) {
    const auto all = storedTypes(db);
    const StoredType* type = typeOfId(all, id);
    if (!type) throw NotFound("no such activity type");
    if (type->isDefault) throw InvalidField("id", "the default type stays");
    const StoredType& heir = defaultType(all);
    for (const std::int64_t activity : activitiesOf(db, *type)) giveAnotherType(db, actor, activity, *type, heir);
    db.exec("UPDATE activities SET type_id=? WHERE type_id=?", heir.row, type->row);  // in the trash
    db.exec("UPDATE activity_types SET deleted_at=? WHERE id=?", db.now(), type->row);
    settleAllCalendars(db);
    remember(db, actor, {.kind = RecordKind::setting, .record = id, .title = type->name, .deed = Deed::deleted});
}

void seedActivityTypes(Connection& db) {
    for (const auto& [key, name, color] : seeds)
        db.exec("INSERT INTO activity_types(uuid, key, name, color, is_default, revision) VALUES(?, ?, ?, ?, ?, 1)",
                Blob{bytesOf(newId())}, key, name, color, std::string_view(key) == "meeting");
}

}  // namespace crmdav
