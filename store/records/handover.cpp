#include "store/records/handover.h"

#include <vector>

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/companies.h"
#include "store/records/own_members.h"
#include "store/records/records.h"
#include "store/records/rows.h"

namespace crmdav {
namespace {

std::vector<StoredMember> liveMembers(Connection& db, CollectionId collection) {
    std::vector<MemberId> ids;
    for (auto& row : db.query("SELECT id FROM members WHERE collection_id=? AND deleted=0 ORDER BY id", collection))
        ids.push_back(row.int64(0));
    std::vector<StoredMember> members;
    for (MemberId id : ids)
        if (auto member = findMember(db, id)) members.push_back(std::move(*member));
    return members;
}

void setOwner(Connection& db, RecordKind kind, std::int64_t row, std::int64_t owner) {
    const Revision next = nextRevision(db, kind);
    if (kind == RecordKind::activity) {
        db.exec("UPDATE activities SET owner=?, updated=?, revision=? WHERE id=?", owner, next.updated, next.number,
                row);
        refreshExtent(db, row);  // the heir may be in another zone
    }
    if (kind == RecordKind::contact)
        db.exec("UPDATE contacts SET owner=?, updated=?, revision=? WHERE id=?", owner, next.updated, next.number, row);
}

/// Into the heir's collection of the same purpose.
void move(Connection& db, const StoredMember& member, const Collection& from, const Collection& to) {
    const auto bytes = memberBytes(db, member.member.id);
    const Document document = Document::parse(bytes.value_or(""));
    forget(db, dropMember(db, from, member.member.name));
    const auto taken = findMember(db, to.id, member.member.name);
    const std::string name =
        taken && !taken->deleted ? freeName(db, to, "", isBook(to.purpose) ? ".vcf" : ".ics") : member.member.name;
    writeMember(db, to,
                {.name = name,
                 .document = document,
                 .bytes = *bytes,
                 .uid = member.member.uid,
                 .component = member.member.component,
                 .recordKind = member.recordKind,
                 .recordRow = member.recordRow});
}

bool ownedBy(Connection& db, const StoredMember& member, std::int64_t user) {
    auto row = db.query("SELECT owner FROM activities WHERE id=?", member.recordRow);
    return member.recordRow == 0 || member.recordKind != RecordKind::activity || (row.next() && row.int64(0) == user);
}

/// The heir has a copy of the meeting: it is the owner's from now on. @returns false: they have none
bool keepHeirsCopy(Connection& db, const StoredMember& member, const Collection& collection, std::int64_t heir) {
    if (member.recordRow == 0 || member.recordKind != RecordKind::activity) return false;
    for (const StoredMember& copy : membersOfRecord(db, RecordKind::activity, member.recordRow)) {
        const auto place = findCollection(db, copy.member.collection);
        if (!place || place->owner != heir) continue;
        const auto stored = storedTypes(db);
        const auto before = loadActivity(db, member.recordRow, stored);
        StoredActivity after = *before;
        makeOwner(db, after, copy.member.id, *place, std::vector<ActivityType>(stored.begin(), stored.end()));
        updateActivity(db, *before, after);
        forget(db, dropMember(db, collection, member.member.name));
        return true;
    }
    return false;
}

/// Others go on with a meeting that the user only had first (rule C11).
bool leaveToOthers(Connection& db, const Actor& actor, const StoredMember& member, const Collection& collection) {
    if (member.recordKind != RecordKind::activity) return false;
    const auto stored = storedTypes(db);
    const std::vector<ActivityType> types(stored.begin(), stored.end());
    const auto before = loadActivity(db, member.recordRow, stored);
    StoredActivity after = *before;
    if (leaveToGuest(db, after, collection.id, types)) {
        updateActivity(db, *before, after);
        forget(db, dropMember(db, collection, member.member.name));
        return true;
    }
    partFromGuests(db, actor, *before, collection.id, types);
    return false;
}

void discard(Connection& db, const Actor& actor, const StoredMember& member, const Collection& collection) {
    const bool whole = member.recordRow != 0 && ownedBy(db, member, collection.owner);
    if (whole && leaveToOthers(db, actor, member, collection)) return;
    if (whole) {
        const Id id = idOfRow(db, member.recordKind, member.recordRow);
        removeRecord(db,
                     {.user = 0,
                      .via = actor.via,
                      .device = actor.device,
                      .agent = actor.agent,
                      .address = actor.address,
                      .request = actor.request},
                     member.recordKind, id, "");
    } else {
        forget(db, dropMember(db, collection, member.member.name));
    }
}

void giveDeals(Connection& db, const Actor& actor, std::int64_t user, std::int64_t heir) {
    std::vector<std::int64_t> rows;
    for (auto& row : db.query("SELECT id FROM deals WHERE owner=? AND deleted_at IS NULL ORDER BY id", user))
        rows.push_back(row.int64(0));
    Actor system = actor;  // links that the actor may not see stay
    system.user = 0;
    for (const std::int64_t row : rows) {
        auto deal = loadDeal(db, row);
        if (!deal) continue;
        deal->owner = heir;
        saveDeal(db, system, *deal, "");
    }
}

}  // namespace

void handOver(Connection& db, const Actor& actor, std::int64_t user, std::int64_t heir) {
    for (const Collection& collection : listOwned(db, user)) {
        const bool everyone = collection.purpose != Purpose::calendar && collection.purpose != Purpose::book;
        if (heir != 0 && !everyone) {  // calendars and books that the user made move as they are
            std::string name = collection.name;
            for (auto taken = true; taken;) {
                auto row = db.query(
                    "SELECT 1 FROM collections WHERE owner IN (0, ?) AND home=? AND name=? AND deleted_at IS NULL",
                    heir, collection.home, name);
                if ((taken = row.next())) name += "-2";
            }
            db.exec("UPDATE collections SET owner=?, name=? WHERE id=?", heir, name, collection.id);
            for (const std::int64_t one : {user, heir})  // how it was mounted: it is the heir's own now
                db.exec("DELETE FROM mounts WHERE user_id=? AND collection_id=?", one, collection.id);
            db.exec("DELETE FROM shares WHERE grantee=? AND collection_id=?", heir, collection.id);
            for (const StoredMember& member : liveMembers(db, collection.id))
                if (member.recordRow && ownedBy(db, member, user))
                    setOwner(db, member.recordKind, member.recordRow, heir);
            continue;
        }
        const auto target = heir ? findByPurpose(db, heir, collection.purpose) : std::nullopt;
        for (const StoredMember& member : liveMembers(db, collection.id)) {
            if (heir && ownedBy(db, member, user) && keepHeirsCopy(db, member, collection, heir)) continue;
            if (target && ownedBy(db, member, user) && !findByUid(db, target->id, member.member.uid)) {
                move(db, member, collection, *target);
                if (member.recordRow) setOwner(db, member.recordKind, member.recordRow, heir);
            } else {
                discard(db, actor, member, collection);
            }
        }
    }
    if (heir != 0) giveDeals(db, actor, user, heir);
}

}  // namespace crmdav
