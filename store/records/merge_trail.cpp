#include "store/records/merge_trail.h"

#include <algorithm>

#include "store/engine/database.h"
#include "store/records/contacts.h"
#include "store/records/linking.h"
#include "store/records/normalise.h"
#include "store/records/rows.h"

namespace crmdav {
namespace {

/// A table in which a record has a list of contacts.
struct Holders {
    Led led;
    RecordKind kind;
    Sql of, has, turn, drop, last, taken, add, touch;
};

#define HOLDERS(led, kind, table, holder, contact, more, insert, columns, records)                         \
    {                                                                                                      \
        led, kind, "SELECT " holder ", position FROM " table " WHERE " contact "=?" more " ORDER BY 1, 2", \
            "SELECT position FROM " table " WHERE " holder "=? AND " contact "=?" more,                    \
            "UPDATE " table " SET " contact "=? WHERE " holder "=? AND " contact "=?" more,                \
            "DELETE FROM " table " WHERE " holder "=? AND " contact "=?" more,                             \
            "SELECT max(position) FROM " table " WHERE " holder "=?" more,                                 \
            "SELECT 1 FROM " table " WHERE " holder "=? AND position=?" more,                              \
            "INSERT INTO " table "(" holder ", position, " contact columns ") VALUES(?, ?, ?" insert ")",  \
            "UPDATE " records " SET updated=?, revision=? WHERE id=?"                                      \
    }

const Holders everywhere[] = {
    HOLDERS(Led::deal, RecordKind::deal, "deal_contacts", "deal_id", "contact_id", "", "", "", "deals"),
    HOLDERS(Led::activity, RecordKind::activity, "activity_links", "activity_id", "target", " AND kind=0", ", 0",
            ", kind", "activities"),
};

#undef HOLDERS

/// Whoever has read it before has another version of it.
void touch(Connection& db, const Holders& table, std::int64_t holder) {
    const Revision next = nextRevision(db, table.kind);
    db.exec(table.touch, next.updated, next.number, holder);
}

void leadLists(Connection& db, const Holders& table, std::int64_t into, std::int64_t other, Trail& trail) {
    Trail found;
    for (auto& row : db.query(table.of, other)) found.push_back({table.led, row.int64(0), other, row.integer(1), 0});
    for (TrailMark& mark : found) {
        mark.was = db.query(table.has, mark.holder, into).next() ? 1 : 0;
        if (mark.was)
            db.exec(table.drop, mark.holder, other);
        else
            db.exec(table.turn, into, mark.holder, other);
        touch(db, table, mark.holder);
        trail.push_back(mark);
    }
}

void leadListBack(Connection& db, const Holders& table, std::int64_t into, const TrailMark& mark) {
    if (!db.query(table.has, mark.holder, into).next()) return;
    if (db.query(table.has, mark.holder, mark.contact).next()) return;
    if (mark.was) {
        int place = mark.place;
        if (db.query(table.taken, mark.holder, place).next())
            if (auto last = db.query(table.last, mark.holder); last.next()) place = last.integer(0) + 1;
        db.exec(table.add, mark.holder, place, mark.contact);
    } else {
        db.exec(table.turn, mark.contact, mark.holder, into);
    }
    touch(db, table, mark.holder);
}

void leadParticipantBack(Connection& db, const StoredContact& contact, const TrailMark& mark) {
    for (const LabelledValue& written : contact.emails) {
        const std::string email = normalEmail(written.value);
        const std::int64_t company = contact.companyRow ? contact.companyRow : companyOfAddress(db, email);
        db.exec("UPDATE activity_participants SET contact_id=?, company_id=? WHERE activity_id=? AND email=?",
                contact.row, company ? std::optional(company) : std::nullopt, mark.holder, email);
    }
}

}  // namespace

Trail leadTo(Connection& db, std::int64_t into, const std::vector<std::int64_t>& others) {
    Trail trail;
    for (const std::int64_t other : others) {
        for (const Holders& table : everywhere) leadLists(db, table, into, other, trail);
        for (auto& row : db.query("SELECT DISTINCT activity_id FROM activity_participants WHERE contact_id=?", other))
            trail.push_back({Led::participant, row.int64(0), other, 0, 0});
        db.exec("UPDATE activity_participants SET contact_id=? WHERE contact_id=?", into, other);
    }
    return trail;
}

void leadBack(Connection& db, std::int64_t into, const Trail& trail) {
    for (const Holders& table : everywhere)
        for (const int was : {1, 0})  // those that went beside another one first
            for (const TrailMark& mark : trail)
                if (mark.led == table.led && mark.was == was) leadListBack(db, table, into, mark);
    std::optional<StoredContact> contact;
    for (const TrailMark& mark : trail) {
        if (mark.led != Led::participant) continue;
        if (!contact || contact->row != mark.contact) contact = loadContact(db, mark.contact);
        if (contact) leadParticipantBack(db, *contact, mark);
    }
}

void saveTrail(Connection& db, std::int64_t entry, const Trail& trail) {
    for (const TrailMark& mark : trail)
        db.exec("INSERT INTO merge_trail(history_id, led, holder, contact, place, was) VALUES(?, ?, ?, ?, ?, ?)", entry,
                mark.led, mark.holder, mark.contact, mark.place, mark.was);
}

Trail trailOf(Connection& db, std::int64_t entry) {
    Trail trail;
    for (auto& row : db.query("SELECT led, holder, contact, place, was FROM merge_trail WHERE history_id=? ORDER BY "
                              "led, contact, holder",
                              entry))
        trail.push_back({row.as<Led>(0), row.int64(1), row.int64(2), row.integer(3), row.integer(4)});
    return trail;
}

void dropTrail(Connection& db, std::int64_t entry) { db.exec("DELETE FROM merge_trail WHERE history_id=?", entry); }

std::vector<std::string> mergedInto(Connection& db, const std::string& uuid) {
    std::vector<std::string> all{uuid};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string target = all[i];
        for (auto& row : db.query("SELECT uuid FROM aliases WHERE target=? ORDER BY uuid", Blob{target}))
            if (std::ranges::find(all, row.blob(0)) == all.end()) all.emplace_back(row.blob(0));
    }
    all.erase(all.begin());
    return all;
}

std::int64_t mergeOf(Connection& db, const std::string& uuid) {
    auto row = db.query(
        "SELECT t.history_id FROM aliases a JOIN contacts c ON c.uuid=a.uuid JOIN history h ON h.record=a.target AND "
        "h.deed=? JOIN merge_trail t ON t.history_id=h.id AND t.led=? AND t.contact=c.id WHERE a.uuid=? ORDER BY "
        "t.history_id DESC LIMIT 1",
        Deed::merged, Led::contact, Blob{uuid});
    return row.next() ? row.int64(0) : 0;
}

}  // namespace crmdav
