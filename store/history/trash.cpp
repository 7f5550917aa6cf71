#include <algorithm>

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/activity_ical.h"
#include "store/records/collection_trash.h"
#include "store/records/contact_details.h"
#include "store/records/contacts.h"
#include "store/records/distinct.h"
#include "store/records/linking.h"
#include "store/records/own_members.h"
#include "store/records/records.h"
#include "store/records/rows.h"
#include "store/records/typed_calendars.h"
#include "store/records/users.h"
#include "store/records/uuid.h"
#include "store/store.h"

namespace crmdav {
namespace {

/// The entry of the removal, which holds the bytes.
struct Removal {
    std::int64_t entry = 0, user = 0, owner = 0;
    std::string title;
};
std::optional<Removal> removalOf(Connection& db, const Id& record) {
    auto row = db.query(
        "SELECT h.id, a.user_id, h.owner, h.title FROM history h JOIN actors a ON a.id=h.actor_id "
        "WHERE h.record=? AND h.deed=? ORDER BY h.id DESC LIMIT 1",
        Blob{bytesOf(record)}, Deed::deleted);
    if (!row.next()) return std::nullopt;
    return Removal{row.int64(0), row.int64(1), row.int64(2), row.string(3)};
}

}  // namespace

void bringBack(Connection& db, const OldObject& old, const RecordRef& record, std::int64_t owner) {
    auto collection = findCollection(db, old.collection, true);
    const bool typed = collection && collection->purpose == Purpose::typed;
    if (!typed) collection = findCollection(db, old.collection);
    if (record.kind == RecordKind::activity && (typed || !collection))  // back into activities/, sorted later
        collection = findByPurpose(db, collection ? collection->owner : owner,
                                   old.component == ComponentKind::todo ? Purpose::tasks : Purpose::activities);
    if (!collection && record.kind == RecordKind::contact)
        collection = findByPurpose(db, owner, owner ? Purpose::personal : Purpose::contacts);
    if (!collection) return;
    if (findByUid(db, collection->id, old.uid))
        throw InvalidField("uid", "another object with that UID is there by now");
    const auto taken = findMember(db, collection->id, old.name);
    const std::string ending = isBook(collection->purpose) ? ".vcf" : ".ics";
    const std::string name = taken && !taken->deleted ? freeName(db, *collection, "", ending) : old.name;
    const Document document = Document::parse(std::string(old.bytes));
    writeMember(db, *collection,
                {.name = name,
                 .document = document,
                 .bytes = old.bytes,
                 .uid = old.uid,
                 .component = old.component,
                 .recordKind = record.row ? record.kind : RecordKind::object,
                 .recordRow = record.row});
}

namespace {

void restoreObject(Connection& db, const Actor& actor, const Id& id) {
    const auto removal = removalOf(db, id);
    const auto member = memberOf(id) ? findMember(db, *memberOf(id)) : std::nullopt;
    if (!removal || !member || !member->deleted || (actor.user && removal->owner && removal->owner != actor.user))
        throw NotFound("no such object");
    for (const OldObject& old : oldObjects(db, removal->entry)) bringBack(db, old, {}, removal->owner);
    remember(db, actor,
             {.kind = RecordKind::object,
              .record = id,
              .title = removal->title,
              .deed = Deed::restored,
              .owner = removal->owner});
}

static_assert(static_cast<int>(RecordKind::object) == 4 && static_cast<int>(Deed::deleted) == 2);  // as in the index

/// Records that went with their collection still have their member there: they come back with it alone; those that
/// were merged into others by an undo of that.
#define TRASHED(kind, table, title, visible)                                                                        \
    "SELECT t.uuid, t." title                                                                                       \
    ", (SELECT login FROM users WHERE id=t.owner), t.deleted_at, (SELECT u.login FROM "                             \
    "history h JOIN actors a ON a.id=h.actor_id JOIN users u ON u.id=a.user_id WHERE h.record=t.uuid AND h.deed=2 " \
    "ORDER BY h.id DESC LIMIT 1) FROM " table " t WHERE t.deleted_at IS NOT NULL AND (?=0 OR " visible              \
    ") AND NOT EXISTS(SELECT 1 FROM members m WHERE m.record_row=t.id AND m.record_kind=" kind                      \
    " AND m.deleted=0) AND t.uuid NOT IN (SELECT uuid FROM aliases) "                                               \
    "ORDER BY t.deleted_at DESC LIMIT ?",                                                                           \
        "SELECT id FROM " table " WHERE deleted_at IS NOT NULL AND deleted_at<? LIMIT ?"

struct Trashcan {
    RecordKind kind;
    Sql list, expired;
};
const Trashcan trashcans[] = {
    {RecordKind::contact, TRASHED("0", "contacts", "display_name", "t.owner=0 OR t.owner=?")},
    {RecordKind::company, TRASHED("1", "companies", "name", "t.owner=0 OR t.owner=?")},
    {RecordKind::deal, TRASHED("2", "deals", "title", "?<>0")},
    {RecordKind::activity, TRASHED("3", "activities", "subject", "t.owner=?")},
};

#undef TRASHED

}  // namespace

void purgeRecord(Connection& db, RecordKind kind, std::int64_t row) {
    const std::string uuid = bytesOf(idOfRow(db, kind, row));
    dropKept(db, KEPT_OBJECTS("history_id IN (SELECT id FROM history WHERE record=?)"), Blob{uuid});
    db.exec("UPDATE members SET record_kind=NULL, record_row=NULL WHERE record_row=? AND record_kind=?", row, kind);
    if (kind == RecordKind::activity) return purgeActivity(db, row);
    db.exec("DELETE FROM activity_links WHERE target=? AND kind=?", row, kind);
    if (kind == RecordKind::deal) {
        db.exec("DELETE FROM deal_contacts WHERE deal_id=?", row);
        db.exec("DELETE FROM deals WHERE id=?", row);
        return;
    }
    dropDetails(db, kind, row);
    if (kind == RecordKind::contact) {
        db.exec("UPDATE activity_participants SET contact_id=NULL WHERE contact_id=?", row);
        db.exec("DELETE FROM deal_contacts WHERE contact_id=?", row);
        forgetDistinct(db, row);
        db.exec("DELETE FROM contacts WHERE id=?", row);
        return;
    }
    db.exec("UPDATE activity_participants SET company_id=NULL WHERE company_id=?", row);
    db.exec("UPDATE contacts SET company_id=NULL WHERE company_id=?", row);
    db.exec("UPDATE deals SET company_id=NULL WHERE company_id=?", row);
    db.exec("DELETE FROM company_domains WHERE company_id=?", row);
    db.exec("DELETE FROM companies WHERE id=?", row);
}

std::vector<TrashItem> trash(Connection& db, std::int64_t user, std::size_t limit) {
    std::vector<TrashItem> items;
    limit = std::min<std::size_t>(limit ? limit : 100, 1000);
    for (const Trashcan& can : trashcans)
        for (auto& row : db.query(can.list, user, user, limit))
            items.push_back({can.kind, idOf(row.blob(0)), row.string(1), row.string(2), row.instant(3), row.string(4)});
    for (auto& row : db.query("SELECT c.id, c.display_name, c.name, u.login, c.deleted_at, (SELECT login FROM users "
                              "WHERE id=c.deleted_by) FROM collections c JOIN users u ON u.id=c.owner AND "
                              "u.removed_at IS NULL WHERE c.deleted_at IS NOT NULL AND c.purpose<>? AND (?=0 OR "
                              "c.owner=?) ORDER BY c.deleted_at DESC LIMIT ?",
                              Purpose::typed, user, user, limit))
        items.push_back({RecordKind::collection, collectionId(row.int64(0)), row.string(row.text(1).empty() ? 2 : 1),
                         row.string(3), row.instant(4), row.string(5)});
    for (auto& row :
         db.query("SELECT h.record, h.title, o.login, h.at, u.login FROM (SELECT max(d.id) AS id FROM history d JOIN "
                  "history_objects b ON b.history_id=d.id JOIN members m ON m.collection_id=b.collection_id AND "
                  "m.name=b.name AND m.deleted=1 WHERE d.deed=2 AND d.kind=4 AND (?=0 OR d.owner=0 OR d.owner=?) "
                  "GROUP BY d.record) last JOIN history h ON h.id=last.id JOIN actors a ON a.id=h.actor_id LEFT JOIN "
                  "users u ON u.id=a.user_id LEFT JOIN users o ON o.id=h.owner ORDER BY h.at DESC LIMIT ?",
                  user, user, limit))
        items.push_back(
            {RecordKind::object, idOf(row.blob(0)), row.string(1), row.string(2), row.instant(3), row.string(4)});
    std::ranges::stable_sort(items, std::greater{}, &TrashItem::deleted);
    if (items.size() > limit) items.resize(limit);
    return items;
}

void restore(Connection& db, const Actor& actor, RecordKind kind, const Id& id) {
    if (kind == RecordKind::object) return restoreObject(db, actor, id);
    if (kind == RecordKind::collection) {
        const auto number = collectionOf(id);
        auto row = db.query("SELECT owner FROM collections WHERE id=? AND deleted_at IS NOT NULL", number.value_or(0));
        if (!row.next() || (actor.user && row.int64(0) != actor.user)) throw NotFound("no such collection");
        restoreCollection(db, actor, *number);
        return;
    }
    const auto found = locate(db, kind, id);
    if (!found || !found->deleted) throw NotFound("no such record in the trash");
    requireVisible(db, actor.user, kind, found->row, found->owner);
    if (wentWithCollection(db, kind, found->row)) throw NotFound("it lies in the trash with its collection");
    const RecordRef record{kind, found->row, idOfRow(db, kind, found->row)};
    setDeleted(db, kind, found->row, false);
    if (const auto removal = removalOf(db, record.id))
        for (const OldObject& old : oldObjects(db, removal->entry)) bringBack(db, old, record, found->owner);
    if (kind == RecordKind::activity)
        if (const auto activity = loadActivity(db, found->row, storedTypes(db)))
            settleMembers(db, found->row, activity->typeId);
    if (kind == RecordKind::contact) {
        const auto contact = loadContact(db, found->row);
        relinkContact(db, found->row, found->owner, {}, contact->emails);
    }
    remember(db, actor,
             {.kind = kind,
              .record = record.id,
              .title = titleOfRecord(db, kind, found->row),
              .deed = Deed::restored,
              .owner = kind == RecordKind::deal ? 0 : found->owner});
}

bool pruneTrash(Connection& db, Instant limit, std::size_t slice) {
    constexpr std::chrono::days versionsLife{335};  // beyond the trash's own 30
    for (const Trashcan& can : trashcans) {
        std::vector<std::int64_t> rows;
        for (auto& row : db.query(can.expired, limit, slice)) rows.push_back(row.int64(0));
        for (std::int64_t row : rows) purgeRecord(db, can.kind, row);
        if (rows.size() == slice) return true;
    }
    const auto removed =
        dropKept(db,
                 KEPT_OBJECTS("history_id IN (SELECT h.id FROM history h WHERE h.deed=2 AND h.kind=4 AND h.at<? AND "
                              "EXISTS(SELECT 1 FROM history_objects o WHERE o.history_id=h.id) ORDER BY h.id LIMIT ?)"),
                 limit, slice);
    const auto old =
        dropKept(db,
                 KEPT_OBJECTS("history_id IN (SELECT o.history_id FROM history_objects o JOIN history h ON "
                              "h.id=o.history_id WHERE h.at<? ORDER BY o.history_id LIMIT ?)"),
                 limit - versionsLife, slice);
    return removed >= static_cast<std::int64_t>(slice) || old >= static_cast<std::int64_t>(slice);
}

}  // namespace crmdav
