#include <algorithm>

#include "store/engine/database.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/activity_ical.h"
#include "store/records/collection_trash.h"
#include "store/records/rows.h"
#include "store/records/scheduling.h"
#include "store/records/typed_calendars.h"
#include "store/records/uuid.h"

/// The records' side of the save door (door.h) for activities.
namespace crmdav {
namespace {

/// The record that a new object belongs to by its UID: the user's own in the trash (D31), or a colleague's of which the
/// user is organiser or attendee by address (rule C11). Never another's on an object's word alone.
std::optional<std::int64_t> knownByUid(Connection& db, const Collection& collection, const std::string& uid) {
    if (isShared(collection)) {
        auto joined = db.query(
            "SELECT a.id FROM members m JOIN activities a ON a.id=m.record_row JOIN activity_participants p ON "
            "p.activity_id=a.id AND p.user_id=? WHERE m.uid=? AND m.deleted=0 AND m.record_kind=? AND a.owner<>? "
            "AND " INVITES " AND a.deleted_at IS NULL ORDER BY a.id DESC LIMIT 1",
            collection.owner, uid, RecordKind::activity, collection.owner);
        if (joined.next()) return joined.int64(0);
    }
    auto trashed = db.query(
        "SELECT id FROM activities WHERE uid=? AND owner=? AND deleted_at IS NOT NULL ORDER BY id DESC LIMIT 1", uid,
        collection.owner);
    return trashed.next() ? std::optional(trashed.int64(0)) : std::nullopt;
}

std::string titleOf(std::string_view subject) { return std::string(subject.empty() ? "(no subject)" : subject); }

void takeType(std::span<const StoredType> types, StoredActivity& activity) {
    const StoredType* type = typeOfId(types, activity.typeId);
    activity.typeRow = type ? type->row : defaultType(types).row;
    activity.typeId = type ? type->id : defaultType(types).id;
}

/// Who puts an object into a type's calendar says of which type it is. Not so where that is activities/, the place for
/// whatever a device makes: there a new object's own word counts. What lies in the calendar already may name another
/// type, and moves to its calendar then.
bool calendarSays(const Collection& collection, bool isNew, bool fromSibling) {
    return !collection.typeId.empty() && ((isNew && collection.purpose == Purpose::typed) || fromSibling);
}

/// The object as it names the type `after`, when it named another one; what names none stays as it is.
std::optional<std::string> retyped(Connection& db, std::string_view bytes, const Id& after,
                                   std::span<const ActivityType> types) {
    Document document = Document::parse(std::string(bytes));
    Activity named, wanted;
    named.typeId = namedType(document, types);
    wanted.typeId = after;
    if (named.typeId.empty() || named.typeId == after) return std::nullopt;
    overlayActivity(document, named, wanted, types, db.now());
    return document.bytes();
}

std::vector<ActivityType> plain(const std::vector<StoredType>& types) { return {types.begin(), types.end()}; }

}  // namespace

/// The organiser's object as it stands once delivered, instead of what the client sent.
void deliverFrom(Connection& db, const EditOrigin& origin, const StoredActivity* before, StoredActivity& after,
                 ReadIn& in) {
    const auto chair = std::ranges::find(after.participants, true, &Participant::organizer);
    const bool organizes = chair != after.participants.end() && chair->userId == after.owner && after.owner != 0;
    if (!organizes || origin.collection.owner != after.owner || !tellsOthers(origin.actor)) return;
    std::string stored;
    if (before)
        if (const auto member = findMember(db, origin.collection.id, origin.name))
            stored = memberBytes(db, member->member.id).value_or("");
    if (auto delivered = asDelivered(db, before, after, origin.bytes, stored)) in.bytes = std::move(delivered);
}

/// What a guest's copy of a meeting in its organiser's own calendar says to the record: the guest's answer, no more
/// (RFC 6638 §3.2.2.1; D44). In the shared calendars colleagues edit together.
void takeAnswerOnly(const Activity& before, Activity& after, std::int64_t guest) {
    const Participant* answered = participantOf(after, guest);
    const std::string response = answered ? answered->response : "";
    const Activity read = std::exchange(after, before);
    after.reminders = read.reminders;
    after.busy = read.busy;
    const auto self = std::ranges::find(after.participants, guest, &Participant::userId);
    if (self != after.participants.end() && !response.empty()) self->response = response;
}

ReadIn readActivityIn(Connection& db, const Actor& actor, const Collection& collection, const std::string& name,
                      const Document& document, std::string_view bytes, const std::optional<RecordRef>& existing) {
    const auto stored = storedTypes(db);
    const auto types = plain(stored);
    ReadIn in;
    std::int64_t row = existing ? existing->row : 0;
    std::optional<StoredActivity> before = row ? loadActivity(db, row, stored) : std::nullopt;
    StoredActivity after;
    const Id silent = !collection.typeId.empty() ? collection.typeId : before ? before->typeId : defaultType(stored).id;
    static_cast<Activity&>(after) = readActivity(document, types, silent);
    // Some clients move between calendars by a PUT here and a DELETE there.
    const auto sibling = before ? std::nullopt : siblingOf(db, collection, after.uid);
    if (sibling && sibling->recordRow)
        before = loadActivity(db, sibling->recordRow, stored);
    else if (!before)
        if (const auto known = knownByUid(db, collection, after.uid)) before = loadActivity(db, *known, stored);
    if (calendarSays(collection, !existing, sibling.has_value())) {
        after.typeId = collection.typeId;
        in.bytes = retyped(db, bytes, after.typeId, types);
    }
    takeType(stored, after);
    if (!collection.typeId.empty() && collection.typeId != after.typeId) in.settle = after.typeId;
    const auto origin = [&] { return EditOrigin{actor, collection, name, in.bytes ? *in.bytes : bytes}; };
    in.title = titleOf(after.subject);
    if (!before) {
        after.owner = collection.owner;
        after.hidden = !isShared(collection);
        linkParticipants(db, nullptr, after);
        deliverFrom(db, origin(), nullptr, after, in);
        insertActivity(db, after);
        in.deed = Deed::created;
        in.owner = after.owner;
        in.record = RecordRef{RecordKind::activity, after.row, after.id};
        in.others = spreadActivity(db, nullptr, after, origin(), types);
        return in;
    }
    static_cast<RecordHead&>(after) = *before;
    after.row = before->row;
    after.hidden = before->hidden;
    after.contactIds = before->contactIds;
    after.companyIds = before->companyIds;
    after.dealIds = before->dealIds;
    after.calendar = before->calendar;
    in.appointment = !after.calendar.empty();
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
    if (before->hidden && collection.owner != before->owner) takeAnswerOnly(*before, after, collection.owner);
    deliverFrom(db, origin(), &*before, after, in);
    in.changes = updateActivity(db, *before, after);
    in.owner = after.owner;
    in.record = RecordRef{RecordKind::activity, after.row, after.id};
    if (before->typeId != after.typeId) in.settle = after.typeId;
    if (!in.changes.empty() || in.deed == Deed::restored)
        in.others = spreadActivity(db, &*before, after, origin(), types);
    if (sibling) {
        std::erase_if(in.others, [&](const MemberEdit& edit) { return edit.collection == sibling->member.collection; });
        in.others.push_back({sibling->member.collection, sibling->member.name, std::nullopt});
    }
    return in;
}

namespace {

/// The record's other members, to be removed.
std::vector<MemberEdit> copiesBeside(Connection& db, std::int64_t row, CollectionId collection) {
    std::vector<MemberEdit> copies;
    for (auto& found : db.query("SELECT collection_id, name FROM members WHERE record_row=? AND record_kind=? AND "
                                "deleted=0 AND collection_id<>? ORDER BY collection_id, id",
                                row, RecordKind::activity, collection))
        copies.push_back({found.int64(0), found.string(1), std::nullopt});
    return copies;
}

/// The same meeting in another calendar of its owner's: some clients move by a PUT there and a DELETE here. The others'
/// copies go on as copies of that one. @returns false: there is none
bool leaveToTwin(Connection& db, std::int64_t owner, std::int64_t row, const std::vector<MemberEdit>& copies) {
    std::int64_t twin = 0;
    if (auto found = db.query("SELECT o.id FROM activities a JOIN activities o ON o.uid=a.uid AND o.owner=a.owner AND "
                              "o.id<>a.id AND o.deleted_at IS NULL WHERE a.id=? AND a.owner=?",
                              row, owner);
        found.next())
        twin = found.int64(0);
    if (twin == 0) return false;
    for (const MemberEdit& copy : copies)
        if (const auto member = findMember(db, copy.collection, copy.name))
            relinkMember(db, member->member.id, RecordKind::activity, twin);
    return true;
}

}  // namespace

ReadIn activityRemoved(Connection& db, const Actor& actor, const Collection& collection, const RecordRef& record,
                       MemberId member) {
    ReadIn in;
    in.record = record;
    {
        auto row = db.query("SELECT uuid, owner, subject, calendar_uuid FROM activities WHERE id=?", record.row);
        if (!row.next()) return in;
        in.record->id = idOf(row.blob(0));
        in.owner = row.int64(1);
        in.title = titleOf(row.text(2));
        in.appointment = !row.isNull(3);
    }
    std::vector<MemberEdit> others = copiesBeside(db, record.row, collection.id);
    const auto remove = [&] {
        in.deed = Deed::deleted;
        setDeleted(db, RecordKind::activity, record.row, true);
        in.others = std::move(others);
        return in;
    };
    if (others.empty()) return remove();
    if (collection.owner == in.owner && leaveToTwin(db, in.owner, record.row, others)) {
        others.clear();
        return remove();
    }
    const auto stored = storedTypes(db);
    const auto types = plain(stored);
    const auto before = loadActivity(db, record.row, stored);
    const auto isSelf = [&](const Participant& p) { return p.userId != 0 && p.userId == collection.owner; };
    const std::string bytes = memberBytes(db, member).value_or("");
    const EditOrigin origin{actor, collection, "", bytes};
    StoredActivity after = *before;
    const auto self = std::ranges::find_if(after.participants, isSelf);
    const bool cancels =
        collection.owner == in.owner ? isHost(*before) : self != after.participants.end() && self->organizer;
    if (cancels) {
        if (tellsOthers(actor))
            for (MemberEdit& message : cancellationsOf(db, *before, origin.by(), bytes))
                others.push_back(std::move(message));
        return remove();
    }
    if (collection.owner == in.owner && !leaveToGuest(db, after, collection.id, types)) {
        partFromGuests(db, actor, *before, collection.id, types);
        others = copiesBeside(db, record.row, collection.id);
        return remove();
    }
    in.owner = after.owner;
    if (self != after.participants.end()) self->response = "declined";
    in.changes = updateActivity(db, *before, after);
    if (!in.changes.empty()) in.others = spreadActivity(db, &*before, after, origin, types);
    return in;
}

ReadIn activityMoved(Connection& db, const Actor& actor, const Collection& from, const Collection& to,
                     const RecordRef& record, std::string_view bytes) {
    const auto stored = storedTypes(db);
    const auto types = plain(stored);
    const auto before = loadActivity(db, record.row, stored);
    ReadIn in;
    in.record = record;
    if (!before) return in;
    in.record->id = before->id;
    in.title = titleOf(before->subject);
    in.owner = before->owner;
    in.appointment = !before->calendar.empty();
    StoredActivity after = *before;
    if (!to.typeId.empty()) {
        after.typeId = to.typeId;
        takeType(stored, after);
        in.bytes = retyped(db, bytes, after.typeId, types);
    }
    const bool leaves = from.owner == before->owner && isShared(from) && !isShared(to) && !isHost(*before);
    if (leaves && to.owner == from.owner && leaveToGuest(db, after, from.id, types)) {
        // The others go on with it, and who was its owner has a guest's copy.
    } else if (from.owner == before->owner) {  // else a colleague sorts their own copy
        if (leaves) partFromGuests(db, actor, *before, from.id, types);
        after.owner = to.owner;
        after.hidden = !isShared(to);
    }
    in.owner = after.owner;
    in.changes = updateActivity(db, *before, after);
    if (before->typeId != after.typeId) in.settle = after.typeId;
    if (before->typeId != after.typeId || (before->hidden && !after.hidden)) {
        in.others = spreadActivity(db, &*before, after, {actor, to, "", in.bytes ? *in.bytes : bytes}, types);
        std::erase_if(in.others, [&](const MemberEdit& edit) { return edit.collection == from.id; });
    }
    if (invites(after)) return in;
    for (const StoredMember& member : membersOfRecord(db, RecordKind::activity, record.row))
        if (member.member.collection != from.id && member.member.collection != to.id)
            in.others.push_back({member.member.collection, member.member.name, std::nullopt});
    return in;
}

}  // namespace crmdav
