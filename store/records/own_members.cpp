#include "store/records/own_members.h"

#include <algorithm>

#include "store/engine/database.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activity_ical.h"
#include "store/records/scheduling.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

bool isPlain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '@';
}

std::string uidOf(const Document& document) {
    const Component& root = document.root();
    if (root.is("VCARD")) return root.text("UID");
    const Component* item = masterOf(root);
    return item ? item->text("UID") : "";
}

}  // namespace

std::string freeName(Connection& db, const Collection& collection, std::string_view uid, std::string_view ending) {
    if (!uid.empty() && uid.size() <= 150 && uid.front() != '.' && std::ranges::all_of(uid, isPlain)) {
        std::string name = std::string(uid) + std::string(ending);
        const auto taken = findMember(db, collection.id, name);
        if (!taken || taken->deleted) return name;
    }
    return newId() + std::string(ending);
}

void addOwnMember(Connection& db, const Collection& collection, const std::string& name, const Document& document,
                  const std::string& uid, ComponentKind component, const RecordRef& record) {
    const std::string bytes = document.bytes();
    writeMember(db, collection,
                {.name = name,
                 .document = document,
                 .bytes = bytes,
                 .uid = uid,
                 .component = component,
                 .recordKind = record.kind,
                 .recordRow = record.row});
}

std::vector<OldObject> editOwnMembers(Connection& db, const RecordRef& record,
                                      const std::function<void(Document&, const Collection&)>& edit) {
    std::vector<OldObject> old;
    for (const StoredMember& member : membersOfRecord(db, record.kind, record.row)) {
        auto bytes = memberBytes(db, member.member.id);
        const auto collection = findCollection(db, member.member.collection, true);
        if (!bytes || !collection) continue;
        Document document = Document::parse(std::string(*bytes));
        edit(document, *collection);
        const std::string now = document.bytes();
        if (now == *bytes) continue;
        const Document parsed = Document::parse(std::string(now));
        auto written = writeMember(db, *collection,
                                   {.name = member.member.name,
                                    .document = parsed,
                                    .bytes = now,
                                    .uid = member.member.uid,
                                    .component = member.member.component,
                                    .recordKind = record.kind,
                                    .recordRow = record.row});
        if (written.old) old.push_back(std::move(*written.old));
    }
    return old;
}

std::vector<OldObject> dropOwnMembers(Connection& db, const RecordRef& record) {
    std::vector<OldObject> old;
    for (const StoredMember& member : membersOfRecord(db, record.kind, record.row))
        if (const auto collection = findCollection(db, member.member.collection, true))
            if (auto dropped = dropMember(db, *collection, member.member.name)) old.push_back(std::move(*dropped));
    return old;
}

std::vector<OldObject> carryOut(Connection& db, const RecordRef& record, const std::vector<MemberEdit>& edits) {
    std::vector<OldObject> old;
    for (const MemberEdit& edit : edits) {
        const auto collection = findCollection(db, edit.collection);
        if (!collection) continue;
        if (edit.message) {
            deliver(db, *collection, edit);
            continue;
        }
        if (!edit.bytes) {
            if (auto dropped = dropMember(db, *collection, edit.name)) old.push_back(std::move(*dropped));
            continue;
        }
        const Document document = Document::parse(std::string(*edit.bytes));
        auto written = writeMember(db, *collection,
                                   {.name = edit.name,
                                    .document = document,
                                    .bytes = *edit.bytes,
                                    .uid = uidOf(document),
                                    .component = componentOf(document.root()),
                                    .recordKind = record.kind,
                                    .recordRow = record.row,
                                    .quiet = edit.quiet});
        if (written.old) old.push_back(std::move(*written.old));
    }
    return old;
}

}  // namespace crmdav
