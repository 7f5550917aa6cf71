#include "store/records/merge_contacts.h"

#include <algorithm>

#include "store/engine/database.h"
#include "store/objects/members.h"
#include "store/records/contact_details.h"
#include "store/records/contact_vcard.h"
#include "store/records/contacts.h"
#include "store/records/distinct.h"
#include "store/records/linking.h"
#include "store/records/merge_fields.h"
#include "store/records/merge_trail.h"
#include "store/records/own_members.h"
#include "store/records/rows.h"
#include "store/records/users.h"
#include "store/records/uuid.h"
#include "store/sync/merge_links.h"

namespace crmdav {
namespace {

constexpr std::size_t mostAtOnce = 50;

/// Those that are to go, oldest first.
std::vector<StoredContact> requireOthers(Connection& db, const Actor& actor, const StoredContact& into,
                                         std::span<const Id> ids) {
    if (ids.empty()) throw InvalidField("others", "name at least one other contact");
    if (ids.size() > mostAtOnce)
        throw InvalidField("others", "more than " + std::to_string(mostAtOnce) + " of them at once");
    std::vector<StoredContact> others;
    for (const Id& id : ids) {
        StoredContact other = requireContact(db, actor.user, id);
        if (other.row == into.row) throw InvalidField("others", "a contact can't be merged with itself");
        if (other.owner != into.owner)
            throw InvalidField("others", "a private contact and one that everybody sees can't be merged");
        if (std::ranges::find(others, other.row, &StoredContact::row) == others.end())
            others.push_back(std::move(other));
    }
    std::ranges::sort(others, {}, [](const StoredContact& c) { return std::pair(c.created, c.row); });
    return others;
}

std::string firstPhoto(Connection& db, const std::vector<StoredContact>& contacts) {
    for (const StoredContact& contact : contacts)
        if (contact.hasPhoto)
            if (auto photo = contactPhoto(db, 0, contact.id)) return *std::move(photo);
    return {};
}

/// The contact and its members with what they lack of the others. @returns what changed; what the members were
struct Filled {
    StoredContact contact;
    std::vector<FieldChange> changes;
    std::vector<OldObject> old;
};
Filled fill(Connection& db, const StoredContact& before, const std::vector<StoredContact>& others,
            const std::string& photo) {
    Filled filled{before, {}, {}};
    StoredContact& after = filled.contact;
    for (const StoredContact& other : others) takeLacking(after, other, organisation(db).region);
    if (before.displayName == composedName(before)) after.displayName = composedName(after);
    after.hasPhoto = before.hasPhoto || !photo.empty();
    checkContact(after);
    filled.changes = updateContact(db, before, after);
    filled.old = editOwnMembers(db, {RecordKind::contact, after.row, after.id}, [&](Document& card, const Collection&) {
        overlayContact(card, before, after, db.now());
        if (!photo.empty()) setPhoto(card, photo, db.now());
    });
    return filled;
}

/// To where nobody sees it; its id leads to the other one.
void takeAway(Connection& db, const StoredContact& other, const Id& into, std::vector<OldObject>& old, Trail& trail) {
    trail.push_back({Led::contact, other.row, other.row, 0, 0});
    for (OldObject& member : dropOwnMembers(db, {RecordKind::contact, other.row, other.id})) {
        trail.push_back({Led::object, static_cast<std::int64_t>(old.size()), other.row, 0, 0});
        old.push_back(std::move(member));
    }
    setDeleted(db, RecordKind::contact, other.row, true);
    db.exec("INSERT INTO aliases(uuid, target) VALUES(?, ?)", Blob{bytesOf(other.id)}, Blob{bytesOf(into)});
}

void leadLinks(Connection& db, const StoredContact& into, const std::vector<StoredContact>& others, Trail& trail) {
    std::vector<Id> ids;
    for (const StoredContact& other : others) ids.push_back(other.id);
    for (const MergedLink& link : mergeLinks(db, into.id, ids)) {
        const auto whose = std::ranges::find(others, link.local, &StoredContact::id);
        trail.push_back({Led::link, link.row, whose == others.end() ? into.row : whose->row, link.suppressed,
                         static_cast<int>(link.was)});
    }
}

}  // namespace

Contact mergeContacts(Connection& db, const Actor& actor, const Id& into, std::span<const Id> ids,
                      const std::string& based) {
    const StoredContact before = requireContact(db, actor.user, into);
    requireVersion(based, before.version);
    const auto others = requireOthers(db, actor, before, ids);
    const std::string photo = before.hasPhoto ? std::string() : firstPhoto(db, others);

    std::vector<std::int64_t> rows;
    for (const StoredContact& other : others) rows.push_back(other.row);
    Trail trail = leadTo(db, before.row, rows);  // before the addresses look for whom to link
    std::ranges::copy(inheritDistinct(db, before.row, rows), std::back_inserter(trail));
    Filled filled = fill(db, before, others, photo);
    for (const StoredContact& other : others) {
        takeAway(db, other, before.id, filled.old, trail);
        filled.changes.push_back({"merged", other.id, other.displayName});
    }
    if (filled.contact.companyRow != 0) relinkCompanyOf(db, before.row, filled.contact.companyRow);
    leadLinks(db, before, others, trail);
    saveTrail(db,
              remember(db, actor,
                       {.kind = RecordKind::contact,
                        .record = before.id,
                        .title = filled.contact.displayName,
                        .deed = Deed::merged,
                        .owner = before.owner,
                        .fields = filled.changes,
                        .objects = filled.old}),
              trail);
    return std::move(filled.contact);
}

bool unmerge(Connection& db, const Actor& actor, std::int64_t entry, std::int64_t into) {
    const Trail trail = trailOf(db, entry);
    const auto objects = oldObjects(db, entry);
    bool any = false;
    for (const TrailMark& gone : trail) {
        if (gone.led != Led::contact || !isTrashed(db, RecordKind::contact, gone.contact)) continue;
        any = true;
        const RecordRef record{RecordKind::contact, gone.contact, idOfRow(db, RecordKind::contact, gone.contact)};
        db.exec("DELETE FROM aliases WHERE uuid=?", Blob{bytesOf(record.id)});
        setDeleted(db, RecordKind::contact, gone.contact, false);
        const StoredContact contact = *loadContact(db, gone.contact);
        for (const TrailMark& object : trail)
            if (object.led == Led::object && object.contact == gone.contact &&
                static_cast<std::size_t>(object.holder) < objects.size())
                bringBack(db, objects[static_cast<std::size_t>(object.holder)], record, contact.owner);
        relinkContact(db, gone.contact, contact.owner, {}, contact.emails);
        remember(db, actor,
                 {.kind = RecordKind::contact,
                  .record = record.id,
                  .title = contact.displayName,
                  .deed = Deed::restored,
                  .owner = contact.owner});
    }
    if (!any) return false;
    leadBack(db, into, trail);
    returnDistinct(db, into, trail);
    for (const TrailMark& mark : trail)
        if (mark.led == Led::link)
            returnLink(db, mark.holder, idOfRow(db, RecordKind::contact, mark.contact),
                       static_cast<LinkState>(mark.was), mark.place != 0);
    dropTrail(db, entry);
    return true;
}

}  // namespace crmdav
