#include <algorithm>

#include "store/engine/database.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/activity_ical.h"
#include "store/records/own_members.h"
#include "store/records/scheduling.h"
#include "store/records/typed_calendars.h"

namespace crmdav {
namespace {

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

/// They differ in nothing but what people answered, and what is the owner's alone.
bool onlyAnswered(const StoredActivity& before, const StoredActivity& after) {
    StoredActivity asked = after;
    asked.owner = before.owner;
    asked.reminders = before.reminders;
    asked.busy = before.busy;
    for (Participant& person : asked.participants) {
        const auto was = std::ranges::find(before.participants, person.email, &Participant::email);
        if (was != before.participants.end()) person.response = was->response;
    }
    return differencesOf(before, asked).empty();
}

/// Has the user an object of that meeting in any calendar?
bool hasMeeting(Connection& db, std::int64_t user, const std::string& uid) {
    return db
        .query(
            "SELECT 1 FROM members m JOIN collections c ON c.id=m.collection_id WHERE m.uid=? AND m.deleted=0 AND "
            "c.owner=? AND c.purpose<>? AND c.deleted_at IS NULL",
            uid, user, Purpose::inbox)
        .next();
}

}  // namespace

const Participant* participantOf(const Activity& activity, std::int64_t user) {
    const auto found = std::ranges::find(activity.participants, user, &Participant::userId);
    return user == 0 || found == activity.participants.end() ? nullptr : &*found;
}

std::vector<MemberEdit> spreadActivity(Connection& db, const StoredActivity* before, const StoredActivity& after,
                                       const EditOrigin& origin, std::span<const ActivityType> types) {
    std::vector<MemberEdit> edits;
    std::vector<std::int64_t> have{origin.collection.owner};
    const auto isUser = [](const Participant& p) { return p.userId != 0; };
    const bool tells = tellsOthers(origin.actor), own = origin.collection.owner == after.owner;
    const bool wasShared = before && std::ranges::any_of(before->participants, isUser);
    const bool isSharedNow = invites(after) && (isShared(origin.collection) || (own && tells)) &&
                             std::ranges::any_of(after.participants, isUser);
    if (!wasShared && !isSharedNow && own) return edits;  // nearly always: no statement

    if (before) {
        const bool quiet = onlyAnswered(*before, after);
        for (const StoredMember& member : membersOfRecord(db, RecordKind::activity, after.row)) {
            if (member.member.collection == origin.collection.id) continue;
            const auto collection = findCollection(db, member.member.collection);
            if (!collection) continue;
            have.push_back(collection->owner);
            const bool stays =
                collection->owner == after.owner || (invites(after) && participantOf(after, collection->owner));
            if (!stays)
                edits.push_back({collection->id, member.member.name, std::nullopt});
            else if (auto changed = edited(db, member.member.id, collection->owner, *before, after, types))
                edits.push_back({collection->id, member.member.name, std::move(changed), quiet});
        }
    }
    std::string copy;
    for (const Participant& person : after.participants) {
        if (!isSharedNow || person.userId == 0 || person.response == "declined" ||
            std::ranges::find(have, person.userId) != have.end())
            continue;
        have.push_back(person.userId);
        const auto home = calendarForInvitations(db, person.userId, after.component, after.typeId);
        if (!home || hasMeeting(db, person.userId, after.uid)) continue;
        const auto taken = findMember(db, home->id, origin.name);
        if (copy.empty()) copy = copyOf(origin.bytes);
        const bool free = !origin.name.empty() && (!taken || taken->deleted);
        edits.push_back(
            {home->id, free ? origin.name : freeName(db, *home, origin.name.empty() ? after.uid : "", ".ics"), copy});
    }
    if (tells)
        for (MemberEdit& message : messagesOf(db, before, after, origin.by(), origin.bytes))
            edits.push_back(std::move(message));
    return edits;
}

}  // namespace crmdav
