#include <algorithm>

#include "store/engine/database.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/activity_ical.h"
#include "store/records/collection_trash.h"
#include "store/records/own_members.h"
#include "store/records/rows.h"

namespace crmdav {
namespace {

bool isShared(const Collection& collection) {
    return collection.purpose == Purpose::activities || collection.purpose == Purpose::tasks ||
           collection.purpose == Purpose::typed;
}

const Participant* participantOf(const Activity& activity, std::int64_t user) {
    const auto found = std::ranges::find(activity.participants, user, &Participant::userId);
    return user == 0 || found == activity.participants.end() ? nullptr : &*found;
}

std::optional<Collection> homeOf(Connection& db, std::int64_t user, ComponentKind component) {
    return findByPurpose(db, user, component == ComponentKind::todo ? Purpose::tasks : Purpose::activities);
}

/// The bytes of a colleague's copy after the edit; nullopt: as they were.
std::optional<std::string> edited(Connection& db, MemberId member, std::int64_t whose, const StoredActivity& before,
                                  const StoredActivity& after, std::span<const ActivityType> types) {
    auto bytes = memberBytes(db, member);
    if (!bytes) return std::nullopt;
    Activity old = before, now = after;
    if (whose != after.owner) {  // when one is reminded and whether it blocks time is everyone's own (D47)
        now.reminders = old.reminders;
        now.busy = old.busy;
    }
    Document document = Document::parse(std::string(*bytes));
    overlayActivity(document, old, now, types, db.now());
    std::string result = document.bytes();
    return result == *bytes ? std::nullopt : std::optional(std::move(result));
}

/// A colleague's first copy: the sender's alarms are not theirs.
std::string firstCopy(const std::string& bytes) {
    Document document = Document::parse(std::string(bytes));
    for (Component& item : document.root().components())
        item.removeComponentsIf([](const Component& part) { return part.is("VALARM"); });
    return document.bytes();
}

}  // namespace

std::vector<MemberEdit> spreadActivity(Connection& db, const StoredActivity* before, const StoredActivity& after,
                                       const Collection& origin, const std::string& name, const std::string& bytes,
                                       std::span<const ActivityType> types) {
    std::vector<MemberEdit> edits;
    std::vector<std::int64_t> have{origin.owner};
    const auto isUser = [](const Participant& p) { return p.userId != 0; };
    const bool wasShared = before && std::ranges::any_of(before->participants, isUser);
    const bool isSharedNow = !after.hidden && isShared(origin) && std::ranges::any_of(after.participants, isUser);
    if (!wasShared && !isSharedNow && origin.owner == after.owner) return edits;  // nearly always: no statement

    if (before)
        for (const StoredMember& member : membersOfRecord(db, RecordKind::activity, after.row)) {
            if (member.member.collection == origin.id) continue;
            const auto collection = findCollection(db, member.member.collection);
            if (!collection) continue;
            have.push_back(collection->owner);
            const bool stays =
                collection->owner == after.owner || (!after.hidden && participantOf(after, collection->owner));
            if (!stays)
                edits.push_back({collection->id, member.member.name, std::nullopt});
            else if (auto changed = edited(db, member.member.id, collection->owner, *before, after, types))
                edits.push_back({collection->id, member.member.name, std::move(changed)});
        }
    if (!isSharedNow) return edits;
    std::string copy;
    for (const Participant& person : after.participants) {
        if (person.userId == 0 || person.response == "declined" || std::ranges::find(have, person.userId) != have.end())
            continue;
        have.push_back(person.userId);
        const auto home = homeOf(db, person.userId, after.component);
        if (!home || findByUid(db, home->id, after.uid)) continue;  // they have an object of that meeting already
        const auto taken = findMember(db, home->id, name);
        if (copy.empty()) copy = firstCopy(bytes);
        edits.push_back({home->id, taken && !taken->deleted ? freeName(db, *home, "", ".ics") : name, copy});
    }
    return edits;
}

namespace {

/// The record that a new object belongs to by its UID: the user's own in the trash (D31), or a colleague's of which the
/// user is organiser or attendee by address (rule C11). Never another's on an object's word alone.
std::optional<std::int64_t> knownByUid(Connection& db, const Collection& collection, const std::string& uid) {
    if (isShared(collection)) {
        auto joined = db.query(
            "SELECT a.id FROM members m JOIN activities a ON a.id=m.record_row JOIN activity_participants p ON "
            "p.activity_id=a.id AND p.user_id=? WHERE m.uid=? AND m.deleted=0 AND m.record_kind=? AND a.owner<>? AND "
            "a.hidden=0 AND a.deleted_at IS NULL ORDER BY a.id DESC LIMIT 1",
            collection.owner, uid, RecordKind::activity, collection.owner);
        if (joined.next()) return joined.int64(0);
    }
    auto trashed = db.query(
        "SELECT id FROM activities WHERE uid=? AND owner=? AND deleted_at IS NOT NULL ORDER BY id DESC LIMIT 1", uid,
        collection.owner);
    return trashed.next() ? std::optional(trashed.int64(0)) : std::nullopt;
}

std::string titleOf(const Activity& activity) { return activity.subject.empty() ? "(no subject)" : activity.subject; }

void setType(std::span<const StoredType> types, const Collection& collection, StoredActivity& activity) {
    if (collection.purpose == Purpose::typed && typeOfId(types, collection.typeId)) activity.typeId = collection.typeId;
    const StoredType* type = typeOfId(types, activity.typeId);
    activity.typeRow = type ? type->row : defaultType(types).row;
    activity.typeId = type ? type->id : defaultType(types).id;
}

std::vector<ActivityType> plain(const std::vector<StoredType>& types) { return {types.begin(), types.end()}; }

}  // namespace

ReadIn readActivityIn(Connection& db, const Actor&, const Collection& collection, const std::string& name,
                      const Document& document, const std::string& bytes, const std::optional<RecordRef>& existing) {
    const auto stored = storedTypes(db);
    const auto types = plain(stored);
    ReadIn in;
    std::int64_t row = existing ? existing->row : 0;
    std::optional<StoredActivity> before = row ? loadActivity(db, row, stored) : std::nullopt;
    StoredActivity after;
    static_cast<Activity&>(after) = readActivity(document, types, before ? before->typeId : defaultType(stored).id);
    if (!before)
        if (const auto known = knownByUid(db, collection, after.uid)) before = loadActivity(db, *known, stored);
    in.title = titleOf(after);
    if (!before) {
        after.owner = collection.owner;
        after.hidden = !isShared(collection);
        setType(stored, collection, after);
        linkParticipants(db, nullptr, after);
        insertActivity(db, after);
        in.deed = Deed::created;
        in.owner = after.owner;
        in.record = RecordRef{RecordKind::activity, after.row, after.id};
        in.others = spreadActivity(db, nullptr, after, collection, name, bytes, types);
        return in;
    }
    static_cast<RecordHead&>(after) = *before;
    after.row = before->row;
    after.hidden = before->hidden;
    after.contactIds = before->contactIds;
    after.companyIds = before->companyIds;
    after.dealIds = before->dealIds;
    setType(stored, collection, after);
    if (collection.owner != before->owner) {
        after.reminders = before->reminders;
        after.busy = before->busy;
    }
    if (before->deleted) {
        detachMembers(db, RecordKind::activity, before->row);
        setDeleted(db, RecordKind::activity, before->row, false);
        after.hidden = !isShared(collection);
        in.deed = Deed::restored;
    }
    linkParticipants(db, &*before, after);
    in.changes = updateActivity(db, *before, after);
    in.owner = after.owner;
    in.record = RecordRef{RecordKind::activity, after.row, after.id};
    if (!in.changes.empty() || in.deed == Deed::restored)
        in.others = spreadActivity(db, &*before, after, collection, name, bytes, types);
    return in;
}

ReadIn activityRemoved(Connection& db, const Collection& collection, const RecordRef& record) {
    const auto stored = storedTypes(db);
    const auto before = loadActivity(db, record.row, stored);
    ReadIn in;
    in.record = record;
    if (!before) return in;
    in.record->id = before->id;
    in.title = titleOf(*before);
    in.owner = before->owner;
    const Participant* self = participantOf(*before, collection.owner);
    std::vector<StoredMember> others = membersOfRecord(db, RecordKind::activity, record.row);
    std::erase_if(others, [&](const StoredMember& member) { return member.member.collection == collection.id; });
    if (others.empty() || collection.owner == before->owner || (self && self->organizer)) {
        in.deed = Deed::deleted;
        setDeleted(db, RecordKind::activity, record.row, true);
        for (const StoredMember& member : others)
            in.others.push_back({member.member.collection, member.member.name, std::nullopt});
        return in;
    }
    if (!self) return in;
    StoredActivity after = *before;
    std::ranges::find(after.participants, collection.owner, &Participant::userId)->response = "declined";
    in.changes = updateActivity(db, *before, after);
    in.others = spreadActivity(db, &*before, after, collection, "", "", plain(stored));
    return in;
}

ReadIn activityMoved(Connection& db, const Collection& from, const Collection& to, const RecordRef& record) {
    const auto stored = storedTypes(db);
    const auto before = loadActivity(db, record.row, stored);
    ReadIn in;
    in.record = record;
    if (!before) return in;
    in.record->id = before->id;
    in.title = titleOf(*before);
    in.owner = before->owner;
    if (from.owner != before->owner) return in;  // a colleague sorts their own copy
    StoredActivity after = *before;
    after.owner = to.owner;
    after.hidden = !isShared(to);
    in.owner = after.owner;
    in.changes = updateActivity(db, *before, after);
    for (const StoredMember& member : membersOfRecord(db, RecordKind::activity, record.row))
        if (after.hidden && member.member.collection != from.id && member.member.collection != to.id)
            in.others.push_back({member.member.collection, member.member.name, std::nullopt});
    return in;
}

}  // namespace crmdav
