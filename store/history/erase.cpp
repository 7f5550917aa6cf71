#include <algorithm>

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/history/traces.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/contact_details.h"
#include "store/records/contacts.h"
#include "store/records/distinct.h"
#include "store/records/merge_trail.h"
#include "store/records/normalise.h"
#include "store/records/own_members.h"
#include "store/records/packed.h"
#include "store/records/records.h"
#include "store/records/rows.h"
#include "store/records/scheduling.h"
#include "store/records/uuid.h"
#include "store/store.h"
#include "store/sync.h"
#include "store/sync/erase_sync.h"

namespace crmdav {
namespace {

void addTraces(Traces& traces, std::vector<std::string>& emails, const Contact& contact) {
    traces.add(contact.displayName);
    if (!contact.firstName.empty() && !contact.lastName.empty()) {
        traces.add(contact.firstName + " " + contact.lastName);
        traces.add(contact.lastName + ", " + contact.firstName);
    }
    for (const LabelledValue& email : contact.emails) {
        traces.add(email.value);
        emails.push_back(normalDetail(DetailKind::email, email.value, {}));
    }
    for (const LabelledValue& phone : contact.phones) traces.add(phone.value);
}

/// Addresses that the history remembers are the person's too.
void addOldEmails(Connection& db, const std::string& uuid, Traces& traces, std::vector<std::string>& emails) {
    for (auto& row : db.query("SELECT fields FROM history WHERE record=?", Blob{uuid})) {
        const auto flat = unpack(row.text(0));
        for (std::size_t i = 0; i + 2 < flat.size(); i += 3) {
            if (flat[i] == "displayName") traces.add(flat[i + 1]);
            if (flat[i] != "emails") continue;
            for (std::size_t at = 0; at < flat[i + 1].size();) {
                const auto end = std::min(flat[i + 1].find_first_of(" \n", at), flat[i + 1].size());
                if (std::string email = normalEmail(flat[i + 1].substr(at, end - at)); !email.empty()) {
                    traces.add(email);
                    emails.push_back(std::move(email));
                }
                at = end + 1;
            }
        }
    }
}

void clean(Component& item, const Traces& traces) {
    for (Property& line : item.properties()) {
        const bool person = line.is("ATTENDEE") || line.is("ORGANIZER");
        if (person && (traces.in(line.value()) || traces.in(line.parameterText("EMAIL")))) {
            const std::string role(line.parameter("ROLE")), answer(line.parameter("PARTSTAT"));
            const std::string name(line.name());
            line = Property(name, "mailto:" + std::string(nobody));
            line.setParameter("CN", noName);
            if (!role.empty()) line.setParameter("ROLE", role);
            if (!answer.empty()) line.setParameter("PARTSTAT", answer);
        } else if (traces.in(line.text())) {
            line.setText(traces.without(line.text()));
        }
    }
    for (Component& part : item.components()) clean(part, traces);
}

std::int64_t rowOf(Connection& db, const std::string& uuid) {
    auto row = db.query("SELECT id FROM contacts WHERE uuid=?", Blob{uuid});
    return row.next() ? row.int64(0) : 0;
}

std::vector<std::int64_t> activitiesWith(Connection& db, std::int64_t contact, const std::vector<std::string>& emails) {
    std::vector<std::int64_t> activities;
    const auto add = [&](Rows rows) {
        for (auto& row : rows)
            if (std::ranges::find(activities, row.int64(0)) == activities.end()) activities.push_back(row.int64(0));
    };
    for (const std::string& email : emails)
        add(db.query("SELECT activity_id FROM activity_participants WHERE email=?", email));
    add(db.query("SELECT activity_id FROM activity_participants WHERE contact_id=?", contact));
    add(db.query("SELECT activity_id FROM activity_links WHERE target=? AND kind=0", contact));
    return activities;
}

void cleanActivity(Connection& db, std::int64_t activity, std::int64_t contact, const std::vector<std::string>& emails,
                   const Traces& traces) {
    for (const std::string& email : emails)
        db.exec(
            "UPDATE activity_participants SET email=?, name=?, contact_id=NULL, user_id=NULL WHERE activity_id=? AND "
            "email=?",
            nobody, noName, activity, email);
    db.exec("UPDATE activity_participants SET contact_id=NULL WHERE activity_id=? AND contact_id=?", activity, contact);
    std::string subject, location, notes;
    if (auto row = db.query("SELECT subject, location, notes FROM activities WHERE id=?", activity); row.next()) {
        subject = traces.without(row.string(0));
        location = traces.without(row.string(1));
        notes = traces.without(row.string(2));
    }
    const Revision next = nextRevision(db, RecordKind::activity);
    db.exec("UPDATE activities SET subject=?, location=?, notes=?, updated=?, revision=? WHERE id=?", subject, location,
            notes, next.updated, next.number, activity);
    std::vector<std::pair<int, std::array<std::string, 3>>> exceptions;
    for (auto& row :
         db.query("SELECT position, subject, location, notes FROM activity_exceptions WHERE activity_id=?", activity))
        exceptions.push_back(
            {row.integer(0),
             {traces.without(row.string(1)), traces.without(row.string(2)), traces.without(row.string(3))}});
    for (const auto& [position, texts] : exceptions)
        db.exec("UPDATE activity_exceptions SET subject=?, location=?, notes=? WHERE activity_id=? AND position=?",
                texts[0], texts[1], texts[2], activity, position);
    const auto replaced =
        editOwnMembers(db, {RecordKind::activity, activity, idOfRow(db, RecordKind::activity, activity)},
                       [&](Document& document, const Collection&) { clean(document.root(), traces); });
    for (const OldObject& old : replaced) forget(db, old);
}

/// All that the history tells of the record itself.
std::size_t cleanEntries(Connection& db, const std::string& uuid) {
    dropKept(db, KEPT_OBJECTS("history_id IN (SELECT id FROM history WHERE record=?)"), Blob{uuid});
    return static_cast<std::size_t>(
        db.exec("UPDATE history SET title=?, fields='' WHERE record=?", noName, Blob{uuid}));
}

/// Members of the past, and the row.
void dropContact(Connection& db, std::int64_t row) {
    db.exec("UPDATE members SET uid='', record_kind=NULL, record_row=NULL WHERE record_row=? AND record_kind=?", row,
            RecordKind::contact);
    db.exec("DELETE FROM deal_contacts WHERE contact_id=?", row);
    db.exec("DELETE FROM activity_links WHERE target=? AND kind=0", row);
    dropDetails(db, RecordKind::contact, row);
    forgetDistinct(db, row);
    db.exec("DELETE FROM contacts WHERE id=?", row);
}

/// What was merged into the person is the person, too: what a merge's undo would bring back goes, and what the bridge
/// knows of it.
std::size_t dropMerged(Connection& db, const std::string& uuid, const std::vector<std::string>& merged) {
    std::size_t places = 0;
    for (const std::string& one : merged) {
        places += cleanEntries(db, one);
        if (const auto row = rowOf(db, one)) {
            dropContact(db, row);
            ++places;
        }
    }
    std::vector<std::string> targets = merged;
    targets.push_back(uuid);
    for (const std::string& target : targets) {
#define TRAILS "history_id IN (SELECT id FROM history WHERE record=?1)"
        db.exec(
            "UPDATE sync_links SET uid='', base_local='', base_remote='', raw=?2, note=?3 WHERE id IN (SELECT holder "
            "FROM merge_trail WHERE led=?4 AND " TRAILS ")",
            Blob{target}, Blob{}, erasedNote, Led::link);
        db.exec("DELETE FROM merge_trail WHERE " TRAILS, Blob{target});
        db.exec("DELETE FROM aliases WHERE target=?", Blob{target});
    }
    return places;
}

/// Values and bytes that name the person, wherever in the history.
std::size_t cleanHistory(Connection& db, const std::string& uuid, const Traces& traces) {
    std::size_t places = cleanEntries(db, uuid);
    std::vector<std::pair<std::int64_t, std::int64_t>> objects;
    for (auto& row :
         db.query("SELECT o.history_id, o.position, b.content FROM history_objects o JOIN bodies b ON b.id=o.body"))
        if (traces.in(row.blob(2))) objects.emplace_back(row.int64(0), row.int64(1));
    for (const auto& [entry, position] : objects)
        dropKept(db, KEPT_OBJECTS("history_id=? AND position=?"), entry, position);
    std::vector<std::pair<std::int64_t, std::pair<std::string, std::string>>> entries;
    for (auto& row : db.query("SELECT id, title, fields FROM history")) {
        if (!traces.in(row.text(1)) && !traces.in(row.text(2))) continue;
        auto flat = unpack(row.text(2));
        for (std::string& text : flat) text = traces.without(text);
        entries.push_back({row.int64(0), {traces.without(row.string(1)), pack(flat)}});
    }
    for (const auto& [entry, texts] : entries)
        db.exec("UPDATE history SET title=?, fields=? WHERE id=?", texts.first, texts.second, entry);
    return places + objects.size() + entries.size();
}

}  // namespace

std::size_t erase(Connection& db, const Actor& actor, const Id& id) {
    const auto found = locate(db, RecordKind::contact, id);
    const auto contact = found ? loadContact(db, found->row) : std::nullopt;
    if (!contact) throw NotFound("no such contact");
    requireVisible(db, actor.user, RecordKind::contact, found->row, found->owner);
    const std::string uuid = bytesOf(contact->id);
    Traces traces;
    std::vector<std::string> emails;
    addTraces(traces, emails, *contact);
    addOldEmails(db, uuid, traces, emails);
    const auto merged = mergedInto(db, uuid);
    for (const std::string& one : merged) {
        if (const auto was = loadContact(db, rowOf(db, one))) addTraces(traces, emails, *was);
        addOldEmails(db, one, traces, emails);
    }

    std::size_t places = 1;
    for (const StoredMember& member : membersOfRecord(db, RecordKind::contact, found->row))
        if (const auto collection = findCollection(db, member.member.collection)) {
            forget(db, dropMember(db, *collection, member));
            ++places;
        }
    for (std::int64_t activity : activitiesWith(db, found->row, emails)) {
        cleanActivity(db, activity, found->row, emails, traces);
        places += 1 + dropMessages(db, activity);
    }
    places += cleanHistory(db, uuid, traces);
    places += eraseFromSync(db, uuid, traces, emails);
    places += dropMerged(db, uuid, merged);
    places += static_cast<std::size_t>(db.exec("DELETE FROM deal_contacts WHERE contact_id=?", found->row));
    dropContact(db, found->row);
    remember(db, actor,
             {.kind = RecordKind::contact,
              .record = contact->id,
              .title = noName,
              .deed = Deed::erased,
              .owner = contact->owner});
    return places;
}

}  // namespace crmdav
