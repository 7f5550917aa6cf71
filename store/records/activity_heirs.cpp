#include <algorithm>

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/activity_ical.h"
#include "store/records/scheduling.h"
#include "store/records/typed_calendars.h"

/// What becomes of a meeting that its owner leaves without being its organiser (rule C11).
namespace crmdav {
namespace {

struct Copy {
    StoredMember member;
    Collection collection;
    bool organizers = false;
    bool goesOn() const { return organizers || isShared(collection); }
};

/// Of others who take part.
std::vector<Copy> copiesOf(Connection& db, const StoredActivity& a, CollectionId left) {
    std::vector<Copy> copies;
    for (StoredMember& member : membersOfRecord(db, RecordKind::activity, a.row)) {
        if (member.member.collection == left) continue;
        auto collection = findCollection(db, member.member.collection);
        if (!collection || collection->owner == a.owner) continue;
        if (const Participant* guest = participantOf(a, collection->owner))
            copies.push_back({std::move(member), *std::move(collection), guest->organizer});
    }
    return copies;
}

Activity readCopy(Connection& db, MemberId member, std::span<const ActivityType> types, const Id& silent) {
    return readActivity(Document::parse(memberBytes(db, member).value_or("")), types, silent);
}

}  // namespace

void makeOwner(Connection& db, StoredActivity& a, MemberId copy, const Collection& of,
               std::span<const ActivityType> types) {
    const Activity read = readCopy(db, copy, types, a.typeId);
    a.reminders = read.reminders;
    a.busy = read.busy;
    a.owner = of.owner;
    a.hidden = !isShared(of);
}

bool isHost(const StoredActivity& a) {
    const auto chair = std::ranges::find(a.participants, true, &Participant::organizer);
    return chair == a.participants.end() || chair->userId == a.owner;
}

bool leaveToGuest(Connection& db, StoredActivity& a, CollectionId left, std::span<const ActivityType> types) {
    if (isHost(a)) return false;
    const auto copies = copiesOf(db, a, left);
    auto heir = std::ranges::find(copies, true, &Copy::organizers);
    if (heir == copies.end()) heir = std::ranges::find_if(copies, &Copy::goesOn);
    if (heir == copies.end()) return false;
    makeOwner(db, a, heir->member.member.id, heir->collection, types);
    return true;
}

void partFromGuests(Connection& db, const Actor& actor, const StoredActivity& a, CollectionId left,
                    std::span<const ActivityType> types) {
    if (isHost(a)) return;
    for (const Copy& copy : copiesOf(db, a, left)) {
        StoredActivity own;
        static_cast<Activity&>(own) = readCopy(db, copy.member.member.id, types, a.typeId);
        own.typeId = a.typeId;
        own.typeRow = a.typeRow;
        own.owner = copy.collection.owner;
        own.hidden = !isShared(copy.collection);
        linkParticipants(db, nullptr, own);
        insertActivity(db, own);
        relinkMember(db, copy.member.member.id, RecordKind::activity, own.row);
        remember(db, actor,
                 {.kind = RecordKind::activity,
                  .record = own.id,
                  .title = own.subject.empty() ? "(no subject)" : own.subject,
                  .deed = Deed::created,
                  .owner = own.owner});
    }
}

}  // namespace crmdav
