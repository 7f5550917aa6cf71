#include "store/records/collection_trash.h"

#include <array>
#include <string>
#include <vector>

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/objects/occurrences.h"
#include "store/records/contacts.h"
#include "store/records/door.h"
#include "store/records/linking.h"
#include "store/records/own_members.h"
#include "store/records/records.h"
#include "store/records/rows.h"

namespace crmdav {
namespace {

struct Whose {
    MemberId member = 0;
    RecordKind kind = RecordKind::object;
    std::int64_t row = 0;
};

/// Members of the collection whose record has no other one in a collection that is there.
std::vector<Whose> onlyHere(Connection& db, CollectionId collection) {
    std::vector<Whose> found;
    for (auto& row :
         db.query("SELECT m.id, m.record_kind, m.record_row FROM members m WHERE m.collection_id=? AND m.deleted=0 AND "
                  "m.record_row IS NOT NULL AND NOT EXISTS(SELECT 1 FROM members o JOIN collections c ON "
                  "c.id=o.collection_id AND c.deleted_at IS NULL WHERE o.record_row=m.record_row AND "
                  "o.record_kind=m.record_kind AND o.deleted=0 AND o.collection_id<>m.collection_id) ORDER BY m.id",
                  collection))
        found.push_back({row.int64(0), row.as<RecordKind>(1), row.int64(2)});
    return found;
}

/// Participants of activities are linked with contacts that are there only.
void relink(Connection& db, const Whose& whose, bool there) {
    if (whose.kind != RecordKind::contact) return;
    const auto contact = loadContact(db, whose.row);
    if (!contact) return;
    const std::vector<LabelledValue> none;
    relinkContact(db, contact->row, contact->owner, there ? none : contact->emails, there ? contact->emails : none);
}

void mark(Connection& db, const Actor& actor, const Collection& collection, const Whose& whose, bool deleted) {
    setDeleted(db, whose.kind, whose.row, deleted);
    relink(db, whose, !deleted);
    const std::string& name = collection.displayName.empty() ? collection.name : collection.displayName;
    const FieldChange with{"collection", deleted ? name : "", deleted ? "" : name};
    remember(db, actor,
             {.kind = whose.kind,
              .record = idOfRow(db, whose.kind, whose.row),
              .title = titleOfRecord(db, whose.kind, whose.row),
              .deed = deleted ? Deed::deleted : Deed::restored,
              .owner = collection.owner,
              .fields = {&with, 1},
              .appointment = deleted && whose.kind == RecordKind::activity});
}

/// Reads a member in that has no record: its own was saved elsewhere while it lay in the trash.
void readAnew(Connection& db, const Actor& actor, const Collection& collection, MemberId id) {
    const auto member = findMember(db, id);
    const auto bytes = memberBytes(db, id);
    if (!member || !bytes) return;
    const Document document = Document::parse(std::string(*bytes));
    const ReadIn in = readIntoRecord(db, actor, collection, member->member.name, document, *bytes, std::nullopt);
    if (!in.record) return;
    relinkMember(db, id, in.record->kind, in.record->row);
    const auto replaced = carryOut(db, *in.record, in.others);
    remember(db, actor,
             {.kind = in.record->kind,
              .record = in.record->id,
              .title = in.title,
              .deed = in.deed,
              .owner = in.owner,
              .fields = in.changes,
              .objects = replaced});
}

}  // namespace

void trashRecordsOf(Connection& db, const Actor& actor, const Collection& collection) {
    for (const Whose& whose : onlyHere(db, collection.id))
        if (!isTrashed(db, whose.kind, whose.row)) mark(db, actor, collection, whose, true);
}

void restoreRecordsOf(Connection& db, const Actor& actor, const Collection& collection) {
    std::vector<Whose> members;
    for (auto& row : db.query("SELECT id, record_kind, record_row FROM members WHERE collection_id=? AND deleted=0 "
                              "ORDER BY id",
                              collection.id))
        members.push_back({row.int64(0), row.as<RecordKind>(1), row.int64(2)});
    for (const Whose& whose : members) {
        if (whose.row == 0)
            readAnew(db, actor, collection, whose.member);
        else if (isTrashed(db, whose.kind, whose.row))
            mark(db, actor, collection, whose, false);
    }
}

void detachMembers(Connection& db, RecordKind kind, std::int64_t row) {
    db.exec(
        "UPDATE members SET record_kind=NULL, record_row=NULL WHERE record_row=? AND record_kind=? AND deleted=0 AND "
        "collection_id IN (SELECT id FROM collections WHERE deleted_at IS NOT NULL)",
        row, kind);
}

bool wentWithCollection(Connection& db, RecordKind kind, std::int64_t row) {
    return db
        .query(
            "SELECT 1 FROM members m JOIN collections c ON c.id=m.collection_id AND c.deleted_at IS NOT NULL WHERE "
            "m.record_row=? AND m.record_kind=? AND m.deleted=0",
            row, kind)
        .next();
}

bool purgeCollection(Connection& db, CollectionId id, std::size_t slice) {
    if (!db.query("SELECT 1 FROM collections WHERE id=? AND deleted_at IS NOT NULL", id).next()) return false;
    struct Row {
        Whose whose;
        IndexKey key;
    };
    std::vector<Row> rows;
    for (auto& row : db.query("SELECT id, record_kind, CASE WHEN deleted=0 THEN record_row END, span, start_utc FROM "
                              "members WHERE collection_id=? "
                              "ORDER BY id LIMIT ?",
                              id, slice))
        rows.push_back(
            {{row.int64(0), row.as<RecordKind>(1), row.int64(2)},
             {id, row.int64(0), row.isNull(3) ? std::nullopt : std::optional(row.integer(3)), row.int64(4)}});
    for (const auto& [whose, key] : rows) {
        dropOccurrences(db, key);
        db.exec("DELETE FROM bodies WHERE id=(SELECT body FROM members WHERE id=?)", whose.member);
        db.exec("DELETE FROM members WHERE id=?", whose.member);
        if (whose.row && isTrashed(db, whose.kind, whose.row) && membersOfRecord(db, whose.kind, whose.row).empty())
            purgeRecord(db, whose.kind, whose.row);
    }
    if (rows.size() == slice) return true;
    db.exec("DELETE FROM dead_properties WHERE collection_id=?", id);
    db.exec("DELETE FROM mounts WHERE collection_id=?", id);
    db.exec("DELETE FROM shares WHERE collection_id=?", id);
    db.exec("DELETE FROM collections WHERE id=?", id);
    return true;
}

}  // namespace crmdav
