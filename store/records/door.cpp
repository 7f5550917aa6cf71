#include "store/records/door.h"

#include "protocol/text/content_lines.h"
#include "store/engine/database.h"
#include "store/records/activities.h"
#include "store/records/activity_ical.h"
#include "store/records/companies.h"
#include "store/records/contact_vcard.h"
#include "store/records/contacts.h"
#include "store/records/linking.h"
#include "store/records/rows.h"

namespace crmdav {
namespace {

/// What an object of that collection is the face of; `object`: nothing.
RecordKind kindOf(const Collection& collection, const Document& object) {
    if (isBook(collection.purpose)) {
        switch (cardKind(object.root())) {
            case CardKind::person: return RecordKind::contact;
            case CardKind::company: return RecordKind::company;
            case CardKind::group:
            case CardKind::other: return RecordKind::object;
        }
    }
    if (collection.purpose == Purpose::busy || collection.purpose == Purpose::inbox ||
        collection.purpose == Purpose::outbox)
        return RecordKind::object;
    const ComponentKind component = componentOf(object.root());
    return component == ComponentKind::event || component == ComponentKind::todo ? RecordKind::activity
                                                                                 : RecordKind::object;
}

/// Contacts and companies have one member: without it they are in the trash.
ReadIn trashed(Connection& db, const RecordRef& record) {
    ReadIn in;
    in.record = record;
    in.deed = Deed::deleted;
    if (record.kind == RecordKind::contact) {
        if (const auto contact = loadContact(db, record.row)) {
            in.record->id = contact->id;
            in.title = contact->displayName;
            in.owner = contact->owner;
            setDeleted(db, record.kind, record.row, true);
            relinkContact(db, record.row, contact->owner, contact->emails, {});
        }
        return in;
    }
    if (const auto company = loadCompany(db, record.row)) {
        in.record->id = company->id;
        in.title = company->name;
        in.owner = company->owner;
    }
    setDeleted(db, record.kind, record.row, true);
    return in;
}

}  // namespace

ReadIn readIntoRecord(Connection& db, const Actor& actor, const Collection& collection, const std::string& name,
                      const Document& object, std::string_view bytes, const std::optional<RecordRef>& existing) {
    const RecordKind kind = kindOf(collection, object);
    if (existing && existing->kind != kind) {  // a card that was a person is a group now: the person is gone
        ReadIn gone = memberRemoved(db, actor, collection, *existing, 0);
        if (kind == RecordKind::object) {
            gone.record.reset();
            return gone;
        }
        return readIntoRecord(db, actor, collection, name, object, bytes, std::nullopt);
    }
    switch (kind) {
        case RecordKind::contact: return readContactIn(db, collection, object, existing);
        case RecordKind::company: return readCompanyIn(db, collection, object, existing);
        case RecordKind::activity: return readActivityIn(db, actor, collection, name, object, bytes, existing);
        default: return {};
    }
}

ReadIn memberRemoved(Connection& db, const Actor& actor, const Collection& collection, const RecordRef& record,
                     MemberId member) {
    if (record.kind == RecordKind::activity) return activityRemoved(db, actor, collection, record, member);
    return trashed(db, record);
}

ReadIn memberMoved(Connection& db, const Actor& actor, const Collection& from, const Collection& to,
                   const RecordRef& record, std::string_view bytes) {
    if (record.kind == RecordKind::activity) return activityMoved(db, actor, from, to, record, bytes);
    ReadIn in;
    in.record = record;
    in.owner = to.owner;
    if (record.kind == RecordKind::contact) {
        const auto before = loadContact(db, record.row);
        if (!before) return in;
        StoredContact after = *before;
        in.record->id = before->id;
        after.owner = to.owner;
        in.title = after.displayName;
        in.changes = updateContact(db, *before, after);
    } else if (const auto before = loadCompany(db, record.row)) {
        StoredCompany after = *before;
        in.record->id = before->id;
        after.owner = to.owner;
        in.title = after.name;
        in.changes = updateCompany(db, *before, after);
    }
    return in;
}

}  // namespace crmdav
