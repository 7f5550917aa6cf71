#include "store/records/records.h"

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/records/activities.h"
#include "store/records/companies.h"
#include "store/records/contacts.h"
#include "store/records/linking.h"
#include "store/records/own_members.h"
#include "store/records/rows.h"
#include "store/records/scheduling.h"
#include "store/records/uuid.h"

namespace crmdav {

std::string titleOfRecord(Connection& db, RecordKind kind, std::int64_t row) {
    const auto first = [](Rows rows) { return rows.next() ? rows.string(0) : std::string(); };
    switch (kind) {
        case RecordKind::contact: return first(db.query("SELECT display_name FROM contacts WHERE id=?", row));
        case RecordKind::company: return first(db.query("SELECT name FROM companies WHERE id=?", row));
        case RecordKind::deal: return first(db.query("SELECT title FROM deals WHERE id=?", row));
        case RecordKind::activity: return first(db.query("SELECT subject FROM activities WHERE id=?", row));
        default: return {};
    }
}

void requireVisible(Connection& db, std::int64_t user, RecordKind kind, std::int64_t row, std::int64_t owner) {
    if (user == 0 || owner == user || kind == RecordKind::deal || (kind != RecordKind::activity && owner == 0)) return;
    if (kind == RecordKind::activity) {
        auto taking = db.query(
            "SELECT 1 FROM activity_participants p JOIN activities a ON a.id=p.activity_id "
            "WHERE p.activity_id=? AND p.user_id=? AND " INVITES,
            row, user);
        if (taking.next()) return;
    }
    throw NotFound("no such record");
}

void removeRecord(Connection& db, const Actor& actor, RecordKind kind, const Id& id, const std::string& based) {
    const auto found = locate(db, kind, id);
    if (!found || found->deleted) throw NotFound("no such record");
    std::vector<LabelledValue> emails;
    bool appointment = false;
    if (kind == RecordKind::activity) {
        const auto stored = loadActivity(db, found->row, storedTypes(db));
        if (!shownTo(actor.user, *stored)) throw NotFound("no such record");
        if (actor.user != 0 && found->owner != actor.user) throw Forbidden("another user's activity");
        requireVersion(based, stored->version);
        appointment = !stored->calendar.empty();
    } else {
        requireVisible(db, actor.user, kind, found->row, found->owner);
        if (kind == RecordKind::contact) {
            const auto contact = loadContact(db, found->row);
            requireVersion(based, contact->version);
            emails = contact->emails;
        }
        if (kind == RecordKind::company) requireVersion(based, loadCompany(db, found->row)->version);
        if (kind == RecordKind::deal) requireVersion(based, loadDeal(db, found->row)->version);
    }
    const Id own = idOfRow(db, kind, found->row);
    if (bytesOf(own) != bytesOf(id)) throw NotFound("it was merged into another one: remove that by its own id");
    const auto messages =
        kind == RecordKind::activity ? cancellationsOf(db, actor, found->row) : std::vector<MemberEdit>();
    auto old = dropOwnMembers(db, {kind, found->row, own});
    setDeleted(db, kind, found->row, true);
    for (OldObject& none : carryOut(db, {kind, found->row, own}, messages)) old.push_back(std::move(none));
    if (!emails.empty()) relinkContact(db, found->row, found->owner, emails, {});  // to others with the same address
    remember(db, actor,
             {.kind = kind,
              .record = own,
              .title = titleOfRecord(db, kind, found->row),
              .deed = Deed::deleted,
              .owner = kind == RecordKind::deal ? 0 : found->owner,
              .objects = old,
              .appointment = appointment});
}

}  // namespace crmdav
