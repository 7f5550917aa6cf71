#include <algorithm>

#include "store/booking/bookings.h"
#include "store/booking/enrolments.h"
#include "store/records/activities.h"
#include "store/records/calendar_times.h"
#include "store/records/linking.h"
#include "store/records/packed.h"
#include "store/records/read_rows.h"

namespace crmdav {
namespace {

/// Which child tables have rows: those that have none aren't asked.
enum Child : int { hasParticipants = 1, hasReminders = 2, hasExceptions = 4, hasDates = 8, hasLinks = 16 };

int childrenOf(const Activity& a) {
    return (a.participants.empty() ? 0 : hasParticipants) | (a.reminders.empty() ? 0 : hasReminders) |
           (a.exceptions.empty() ? 0 : hasExceptions) | (a.extraDates.empty() ? 0 : hasDates) |
           (a.contactIds.empty() && a.companyIds.empty() && a.dealIds.empty() ? 0 : hasLinks);
}

std::optional<std::int64_t> orNull(std::int64_t row) { return row ? std::optional(row) : std::nullopt; }
std::optional<Blob> orNull(const std::string& bytes) {
    return bytes.empty() ? std::nullopt : std::optional(Blob{bytes});
}
std::int64_t secondsOf(const When& when) { return when.local.time_since_epoch().count(); }

When readWhenAt(const Rows& row, int column) {
    return {row.as<When::Kind>(column), LocalTime(std::chrono::seconds(row.int64(column + 1))), row.string(column + 2)};
}

/// Whether the extents are the same.
bool sameTimes(const Activity& a, const Activity& b) {
    return a.owner == b.owner && a.start == b.start && a.end == b.end && a.rrule == b.rrule &&
           a.extraDates == b.extraDates && a.exceptions == b.exceptions;
}

void insertParticipant(Connection& db, std::int64_t activity, std::size_t position, const Participant& p,
                       std::int64_t owner) {
    AddressLink link = linkOf(db, p.email, owner, p.kind);
    db.exec(
        "INSERT INTO activity_participants(activity_id, position, email, name, role, response, kind, organizer, "
        "contact_id, user_id, "
        "company_id) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        activity, position, p.email, p.name, p.role, p.response, p.kind, p.organizer, orNull(link.contact),
        orNull(link.user), orNull(link.company));
}

void insertWhen(Connection& db, std::int64_t activity, std::size_t position, const When& when) {
    db.exec("INSERT INTO activity_dates(activity_id, position, kind, local, zone) VALUES(?, ?, ?, ?, ?)", activity,
            position, when.kind, secondsOf(when), when.zone);
}

void insertException(Connection& db, std::int64_t activity, std::size_t position, const Exception& e) {
    db.exec(
        "INSERT INTO activity_exceptions(activity_id, position, original_kind, original_local, original_zone, "
        "cancelled, subject, "
        "location, notes, start_kind, start_local, start_zone, end_kind, end_local, end_zone) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        activity, position, e.original.kind, secondsOf(e.original), e.original.zone, e.cancelled, e.subject, e.location,
        e.notes, e.start.kind, secondsOf(e.start), e.start.zone, e.end.kind, secondsOf(e.end), e.end.zone);
}

void insertLinks(Connection& db, std::int64_t activity, RecordKind kind, const std::vector<Id>& ids) {
    int position = 0;
    for (const Id& id : ids)
        if (const auto target = locate(db, kind, id))
            db.exec("INSERT INTO activity_links(activity_id, kind, position, target) VALUES(?, ?, ?, ?)", activity,
                    kind, position++, target->row);
}

/// Child rows of one table: what is the same at the same place stays.
template <class Value, class Insert>
void rewrite(Connection& db, std::int64_t row, const std::vector<Value>& before, const std::vector<Value>& after,
             Sql removeOne, Sql removeRest, Insert insert) {
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (i < before.size() && before[i] == after[i]) continue;
        if (i < before.size()) db.exec(removeOne, row, i);
        insert(i, after[i]);
    }
    if (before.size() > after.size()) db.exec(removeRest, row, after.size());
}

#define REMOVALS(table)                                         \
    "DELETE FROM " table " WHERE activity_id=? AND position=?", \
        "DELETE FROM " table " WHERE activity_id=? AND position>=?"

void writeChildren(Connection& db, const Activity& before, const StoredActivity& after) {
    const std::int64_t row = after.row;
    if (before.participants != after.participants)
        rewrite(db, row, before.participants, after.participants, REMOVALS("activity_participants"),
                [&](std::size_t i, const Participant& p) { insertParticipant(db, row, i, p, after.owner); });
    if (before.reminders != after.reminders)
        rewrite(db, row, before.reminders, after.reminders, REMOVALS("activity_reminders"),
                [&](std::size_t i, const Reminder& r) {
                    db.exec("INSERT INTO activity_reminders(activity_id, position, minutes, action) VALUES(?, ?, ?, ?)",
                            row, i, r.minutes, r.action);
                });
    if (before.exceptions != after.exceptions)
        rewrite(db, row, before.exceptions, after.exceptions, REMOVALS("activity_exceptions"),
                [&](std::size_t i, const Exception& e) { insertException(db, row, i, e); });
    if (before.extraDates != after.extraDates)
        rewrite(db, row, before.extraDates, after.extraDates, REMOVALS("activity_dates"),
                [&](std::size_t i, const When& when) { insertWhen(db, row, i, when); });
    if (before.contactIds == after.contactIds && before.companyIds == after.companyIds &&
        before.dealIds == after.dealIds)
        return;
    if (childrenOf(before) & hasLinks) db.exec("DELETE FROM activity_links WHERE activity_id=?", row);
    insertLinks(db, row, RecordKind::contact, after.contactIds);
    insertLinks(db, row, RecordKind::company, after.companyIds);
    insertLinks(db, row, RecordKind::deal, after.dealIds);
}

#undef REMOVALS

std::string people(const std::vector<Participant>& all) {
    std::string text;
    for (const Participant& p : all) {
        if (!text.empty()) text += '\n';
        text += p.name.empty() ? p.email : p.name + " <" + p.email + ">";
        text += " " + p.role + " " + p.response + (p.organizer ? " organizer" : "") +
                (p.kind == "individual" ? "" : " " + p.kind);
    }
    return text;
}

std::string texts(const std::vector<Exception>& all) {
    std::string text;
    for (const Exception& e : all) {
        if (!text.empty()) text += '\n';
        text += textOf(e.original) +
                (e.cancelled ? " cancelled" : " -> " + textOf(e.start) + " - " + textOf(e.end) + " " + e.subject);
        if (!e.location.empty()) text += " @ " + e.location;
        if (!e.notes.empty()) text += " # " + e.notes;
    }
    return text;
}

std::string texts(const std::vector<When>& all) {
    std::string text;
    for (const When& when : all) text += (text.empty() ? "" : "\n") + textOf(when);
    return text;
}

std::string texts(const std::vector<Reminder>& all) {
    std::string text;
    for (const Reminder& r : all) text += (text.empty() ? "" : "\n") + std::to_string(r.minutes) + " min " + r.action;
    return text;
}

void readParticipants(Connection& db, const RowKeys& keys, std::vector<StoredActivity>& all) {
    for (auto& row : db.query("SELECT p.activity_id, p.email, p.name, p.role, p.response, p.kind, p.organizer, "
                              "p.user_id, c.uuid, c.owner FROM activity_participants p LEFT JOIN contacts c ON "
                              "c.id=p.contact_id AND c.deleted_at IS NULL WHERE " ANY_OF(
                                  "p.activity_id") " ORDER BY p.activity_id, p.position",
                              keys.json())) {
        StoredActivity& a = all[keys.placeOf(row.int64(0))];
        const auto contact = row.isNull(8) ? std::nullopt : std::optional(idOf(row.blob(8)));
        if (contact && row.int64(9) != 0) a.privateContacts.emplace_back(*contact, row.int64(9));
        a.participants.push_back({row.string(1), row.string(2), row.string(3), row.string(4), row.string(5),
                                  row.boolean(6), contact, row.int64(7)});
    }
}

void readLinks(Connection& db, const RowKeys& keys, std::vector<StoredActivity>& all) {
    for (auto& row :
         db.query("SELECT l.activity_id, l.kind, COALESCE(c.uuid, m.uuid, d.uuid), c.owner, c.deleted_at FROM "
                  "activity_links l LEFT JOIN contacts c ON l.kind=0 AND c.id=l.target LEFT JOIN companies m ON "
                  "l.kind=1 AND m.id=l.target LEFT JOIN deals d ON l.kind=2 AND d.id=l.target WHERE " ANY_OF(
                      "l.activity_id") " ORDER BY l.activity_id, l.kind, l.position",
                  keys.json())) {
        if (row.isNull(2)) continue;
        StoredActivity& a = all[keys.placeOf(row.int64(0))];
        const auto kind = row.as<RecordKind>(1);
        Id id = idOf(row.blob(2));
        if (kind == RecordKind::contact && (row.int64(3) != 0 || !row.isNull(4)))
            a.privateContacts.emplace_back(id, row.isNull(4) ? row.int64(3) : a.owner);
        (kind == RecordKind::contact   ? a.contactIds
         : kind == RecordKind::company ? a.companyIds
                                       : a.dealIds)
            .push_back(std::move(id));
    }
}

/// @param children  all that any of them has
void readChildren(Connection& db, const RowKeys& keys, int children, std::vector<StoredActivity>& all) {
    if (children & hasParticipants) readParticipants(db, keys, all);
    if (children & hasReminders)
        readEach(
            db.query("SELECT activity_id, minutes, action FROM activity_reminders" OF_EACH("activity_id") "position",
                     keys.json()),
            keys, all, [](const Rows& row, StoredActivity& a) {
                a.reminders.push_back({row.integer(1), row.string(2)});
            });
    if (children & hasExceptions)
        readEach(db.query("SELECT activity_id, original_kind, original_local, original_zone, cancelled, subject, "
                          "location, notes, start_kind, start_local, start_zone, end_kind, end_local, end_zone FROM "
                          "activity_exceptions" OF_EACH("activity_id") "position",
                          keys.json()),
                 keys, all, [](const Rows& row, StoredActivity& a) {
                     a.exceptions.push_back({readWhenAt(row, 1), row.boolean(4), row.string(5), row.string(6),
                                             row.string(7), readWhenAt(row, 8), readWhenAt(row, 11)});
                 });
    if (children & hasDates)
        readEach(db.query("SELECT activity_id, kind, local, zone FROM activity_dates" OF_EACH("activity_id") "position",
                          keys.json()),
                 keys, all, [](const Rows& row, StoredActivity& a) { a.extraDates.push_back(readWhenAt(row, 1)); });
    if (children & hasLinks) readLinks(db, keys, all);
}

/// @returns which child tables it has rows in
int readActivityRow(const Rows& row, std::span<const StoredType> types, StoredActivity& a) {
    readHead(row, a);
    a.component = row.as<ComponentKind>(7);
    a.typeRow = row.int64(8);
    a.hidden = row.boolean(9);
    a.uid = row.text(10);
    a.subject = row.text(11);
    a.location = row.text(12);
    a.notes = row.text(13);
    a.start = readWhenAt(row, 14);
    a.end = readWhenAt(row, 17);
    a.rrule = row.text(20);
    a.privacy = row.as<Privacy>(21);
    a.busy = row.boolean(22);
    a.tentative = row.boolean(23);
    a.cancelled = row.boolean(24);
    a.done = row.boolean(25);
    a.completed = row.optionalInstant(26);
    a.percent = row.integer(27);
    a.priority = row.integer(28);
    a.url = row.text(29);
    a.ownerShows = row.as<Detail>(31);
    a.ownerZone = row.text(32);
    a.calendar = idOf(row.blob(33));
    const StoredType* type = typeOfRow(types, a.typeRow);
    a.typeId = type ? type->id : defaultType(types).id;
    return row.integer(30);
}

}  // namespace

std::vector<FieldChange> differencesOf(const StoredActivity& a, const StoredActivity& b) {
    Differences d;
    d.field("subject", a.subject, b.subject);
    d.field("type", a.typeId, b.typeId);
    d.field("start", textOf(a.start), textOf(b.start));
    d.field("end", textOf(a.end), textOf(b.end));
    d.field("rrule", a.rrule, b.rrule);
    d.field("extraDates", texts(a.extraDates), texts(b.extraDates));
    d.field("exceptions", texts(a.exceptions), texts(b.exceptions));
    d.field("location", a.location, b.location);
    d.field("notes", a.notes, b.notes);
    d.field("participants", people(a.participants), people(b.participants));
    d.field("reminders", texts(a.reminders), texts(b.reminders));
    d.field("privacy", std::to_string(static_cast<int>(a.privacy)), std::to_string(static_cast<int>(b.privacy)));
    d.flag("busy", a.busy, b.busy);
    d.flag("tentative", a.tentative, b.tentative);
    d.flag("cancelled", a.cancelled, b.cancelled);
    d.flag("done", a.done, b.done);
    d.field("percent", std::to_string(a.percent), std::to_string(b.percent));
    d.field("completed", a.completed ? std::to_string(a.completed->time_since_epoch().count()) : "",
            b.completed ? std::to_string(b.completed->time_since_epoch().count()) : "");
    d.field("priority", std::to_string(a.priority), std::to_string(b.priority));
    d.field("url", a.url, b.url);
    d.field("contacts", pack(a.contactIds), pack(b.contactIds));
    d.field("companies", pack(a.companyIds), pack(b.companyIds));
    d.field("deals", pack(a.dealIds), pack(b.dealIds));
    d.field("calendar", a.calendar, b.calendar);
    d.field("owner", std::to_string(a.owner), std::to_string(b.owner));
    d.flag("hidden", a.hidden, b.hidden);
    return d.take();
}

std::vector<StoredActivity> loadActivities(Connection& db, std::span<const std::int64_t> rows,
                                           std::span<const StoredType> types) {
    return loadRows<StoredActivity>(rows, [&](const RowKeys& keys, std::vector<StoredActivity>& all) {
        int children = 0;
        for (auto& row : db.query(
                 HEAD_COLUMNS(
                     "a") "a.component, "
                          "a.type_id, a.hidden, a.uid, a.subject, a.location, a.notes, a.start_kind, a.start_local, "
                          "a.start_zone, a.end_kind, a.end_local, a.end_zone, a.rrule, a.privacy, a.busy, a.tentative, "
                          "a.cancelled, a.done, a.completed, a.percent, a.priority, a.url, a.children, u.visibility, "
                          "u.zone, a.calendar_uuid "
                          "FROM activities a LEFT JOIN users u ON u.id=a.owner AND u.removed_at IS NULL WHERE " ANY_OF(
                              "a.id"),
                 keys.json()))
            children |= readActivityRow(row, types, all[keys.placeOf(row.int64(0))]);
        readChildren(db, keys, children, all);
    });
}

std::optional<StoredActivity> loadActivity(Connection& db, std::int64_t row, std::span<const StoredType> types) {
    return onlyOne(loadActivities(db, {&row, 1}, types));
}

void linkParticipants(Connection& db, const StoredActivity* before, StoredActivity& after) {
    for (Participant& p : after.participants) {
        const auto known =
            before ? std::ranges::find(before->participants, p.email, &Participant::email) : after.participants.end();
        if (before && known != before->participants.end()) {
            p.contactId = known->contactId;
            p.userId = known->userId;
            continue;
        }
        const AddressLink link = linkOf(db, p.email, after.owner, p.kind);
        p.userId = link.user;
        p.contactId = link.contact ? std::optional(idOfRow(db, RecordKind::contact, link.contact)) : std::nullopt;
    }
}

void insertActivity(Connection& db, StoredActivity& a) {
    if (a.id.empty()) a.id = newId();
    const Revision revision = nextRevision(db, RecordKind::activity);
    a.created = a.updated = revision.updated;
    a.version = revision.version();
    const Extent extent = extentOf(db, a);
    const std::string calendar = bytesOf(a.calendar);
    a.row = db.insert(
        "INSERT INTO activities(uuid, owner, revision, created, updated, component, type_id, hidden, uid, subject, "
        "location, notes, "
        "start_kind, start_local, start_zone, end_kind, end_local, end_zone, from_utc, until_utc, rrule, privacy, "
        "busy, tentative, "
        "cancelled, done, completed, percent, priority, url, children, calendar_uuid) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        Blob{bytesOf(a.id)}, a.owner, revision.number, a.created, a.updated, a.component, a.typeRow, a.hidden, a.uid,
        a.subject, a.location, a.notes, a.start.kind, secondsOf(a.start), a.start.zone, a.end.kind, secondsOf(a.end),
        a.end.zone, extent.from, extent.until, a.rrule, a.privacy, a.busy, a.tentative, a.cancelled, a.done,
        a.completed, a.percent, a.priority, a.url, childrenOf(a), orNull(calendar));
    if (childrenOf(a)) writeChildren(db, {}, a);
}

std::vector<FieldChange> updateActivity(Connection& db, const StoredActivity& before, StoredActivity& after) {
    auto changes = differencesOf(before, after);
    if (changes.empty()) return changes;
    const Revision revision = nextRevision(db, RecordKind::activity);
    after.updated = revision.updated;
    after.version = revision.version();
    const std::string calendar = bytesOf(after.calendar);
    // Without the UID, which is for life; the indexed extent is written where it moves.
    db.exec(
        "UPDATE activities SET owner=?, revision=?, updated=?, type_id=?, hidden=?, subject=?, location=?, notes=?, "
        "start_kind=?, start_local=?, start_zone=?, end_kind=?, end_local=?, end_zone=?, rrule=?, privacy=?, busy=?, "
        "tentative=?, cancelled=?, done=?, completed=?, percent=?, priority=?, url=?, children=?, calendar_uuid=? "
        "WHERE "
        "id=?",
        after.owner, revision.number, after.updated, after.typeRow, after.hidden, after.subject, after.location,
        after.notes, after.start.kind, secondsOf(after.start), after.start.zone, after.end.kind, secondsOf(after.end),
        after.end.zone, after.rrule, after.privacy, after.busy, after.tentative, after.cancelled, after.done,
        after.completed, after.percent, after.priority, after.url, childrenOf(after), orNull(calendar), after.row);
    if (!sameTimes(before, after) || before.owner != after.owner) {
        const Extent extent = extentOf(db, after);
        db.exec("UPDATE activities SET from_utc=?, until_utc=? WHERE id=?", extent.from, extent.until, after.row);
        followActivity(db, after, extent);
    }
    writeChildren(db, before, after);
    if (!before.calendar.empty() || !after.calendar.empty()) planAnew(db, after.row);
    return changes;
}

void refreshExtent(Connection& db, std::int64_t row) {
    const auto activity = loadActivity(db, row, storedTypes(db));
    if (!activity) return;
    const Extent extent = extentOf(db, *activity);
    db.exec("UPDATE activities SET from_utc=?, until_utc=? WHERE id=?", extent.from, extent.until, row);
}

void purgeActivity(Connection& db, std::int64_t row) {
    db.exec("DELETE FROM activity_participants WHERE activity_id=?", row);
    db.exec("DELETE FROM activity_reminders WHERE activity_id=?", row);
    db.exec("DELETE FROM activity_exceptions WHERE activity_id=?", row);
    db.exec("DELETE FROM activity_dates WHERE activity_id=?", row);
    db.exec("DELETE FROM activity_links WHERE activity_id=?", row);
    db.exec("DELETE FROM bookings WHERE activity_id=?", row);
    leaveCampaign(db, row);
    db.exec("DELETE FROM activities WHERE id=?", row);
}

}  // namespace crmdav
