#include "store/booking/calendars.h"

#include <algorithm>

#include "protocol/text/zones.h"
#include "store/booking/checks.h"
#include "store/booking/enrolments.h"
#include "store/booking/steps.h"
#include "store/engine/database.h"
#include "store/history.h"
#include "store/history/history.h"
#include "store/records/packed.h"
#include "store/records/rows.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

using namespace std::chrono;

#define CALENDAR_SELECT                                                                                        \
    "SELECT c.id, c.uuid, c.key, c.kind, c.name, c.description, c.location, c.color, c.type_uuid, c.zone, "    \
    "c.duration, c.step, c.before_it, c.after_it, c.notice, c.horizon, c.collective, c.bookable, c.revision, " \
    "c.triggers FROM "                                                                                         \
    "appointment_calendars c WHERE c.deleted_at IS NULL "

StoredCalendar readCalendar(const Rows& row) {
    StoredCalendar c;
    c.row = row.int64(0);
    c.id = idOf(row.blob(1));
    c.key = row.text(2);
    c.kind = row.as<CalendarKind>(3);
    c.name = row.text(4);
    c.description = row.text(5);
    c.location = row.text(6);
    c.color = row.text(7);
    c.typeId = idOf(row.blob(8));
    c.rules = {minutes(row.integer(10)),
               minutes(row.integer(11)),
               minutes(row.integer(12)),
               minutes(row.integer(13)),
               minutes(row.integer(14)),
               days(row.integer(15)),
               row.string(9)};
    c.collective = row.boolean(16);
    c.bookable = row.boolean(17);
    c.version = row.text(18);
    c.triggers = row.boolean(19);
    return c;
}

void readMembers(Connection& db, StoredCalendar& calendar) {
    for (auto& row : db.query("SELECT u.id, u.login FROM appointment_members m JOIN users u ON u.id=m.user_id WHERE "
                              "m.calendar_id=? AND u.removed_at IS NULL ORDER BY m.position",
                              calendar.row)) {
        calendar.memberIds.push_back(row.int64(0));
        calendar.members.push_back(row.string(1));
    }
    for (auto& row : db.query("SELECT label, kind, required, choices FROM appointment_questions WHERE calendar_id=? "
                              "ORDER BY position",
                              calendar.row))
        calendar.questions.push_back({row.string(0), row.string(1), row.boolean(2), unpack(row.text(3))});
    calendar.reminders = stepsOf(db, calendar.row);
}

std::optional<StoredCalendar> only(Connection& db, Rows rows) {
    if (!rows.next()) return std::nullopt;
    std::optional<StoredCalendar> found = readCalendar(rows);
    readMembers(db, *found);
    return found;
}

void writeRow(Connection& db, StoredCalendar& c) {
    const SlotRules& r = c.rules;
    const auto count = [](auto length) { return static_cast<std::int64_t>(length.count()); };
    if (c.row == 0)
        c.row = db.insert(
            "INSERT INTO appointment_calendars(uuid, key, kind, name, description, location, color, type_uuid, zone, "
            "duration, step, before_it, after_it, notice, horizon, collective, bookable, revision) VALUES(?, ?, ?, '', "
            "'', '', '', ?, '', 0, 0, 0, 0, 0, 0, 0, 0, 0)",
            Blob{bytesOf(c.id)}, c.key, c.kind, Blob{bytesOf(c.typeId)});
    db.exec(
        "UPDATE appointment_calendars SET name=?, description=?, location=?, color=?, type_uuid=?, zone=?, duration=?, "
        "step=?, before_it=?, after_it=?, notice=?, horizon=?, collective=?, bookable=?, triggers=?, "
        "revision=revision+1 "
        "WHERE id=?",
        c.name, c.description, c.location, c.color, Blob{bytesOf(c.typeId)}, r.zone, count(r.duration), count(r.step),
        count(r.before), count(r.after), count(r.notice), count(r.horizon), c.collective, c.bookable, c.triggers,
        c.row);
    db.exec("DELETE FROM appointment_members WHERE calendar_id=?", c.row);
    int position = 0;
    for (const std::int64_t member : c.memberIds)
        db.exec("INSERT INTO appointment_members(calendar_id, position, user_id) VALUES(?, ?, ?)", c.row, position++,
                member);
    db.exec("DELETE FROM appointment_questions WHERE calendar_id=?", c.row);
    position = 0;
    for (const Question& q : c.questions)
        db.exec(
            "INSERT INTO appointment_questions(calendar_id, position, label, kind, required, choices) VALUES(?, ?, ?, "
            "?, ?, ?)",
            c.row, position++, q.label, q.kind, q.required, pack(q.choices));
    writeSteps(db, c.row, c.reminders);
}

std::vector<FieldChange> differences(const AppointmentCalendar& a, const AppointmentCalendar& b) {
    Differences d;
    d.field("name", a.name, b.name);
    d.field("description", a.description, b.description);
    d.field("location", a.location, b.location);
    d.field("color", a.color, b.color);
    d.field("members", pack(a.members), pack(b.members));
    d.field("type", a.typeId, b.typeId);
    d.flag("collective", a.collective, b.collective);
    d.flag("bookable", a.bookable, b.bookable);
    d.field("zone", a.rules.zone, b.rules.zone);
    const auto length = [&](const char* name, auto before, auto after) {
        d.field(name, std::to_string(before.count()), std::to_string(after.count()));
    };
    length("duration", a.rules.duration, b.rules.duration);
    length("step", a.rules.step, b.rules.step);
    length("before", a.rules.before, b.rules.before);
    length("after", a.rules.after, b.rules.after);
    length("notice", a.rules.notice, b.rules.notice);
    length("horizon", a.rules.horizon, b.rules.horizon);
    const auto labels = [](const std::vector<Question>& questions) {
        std::vector<std::string> all;
        for (const Question& q : questions)
            all.push_back(q.label + (q.required ? " *" : "") + " [" + q.kind + "] " + pack(q.choices));
        return pack(all);
    };
    d.field("questions", labels(a.questions), labels(b.questions));
    d.flag("triggers", a.triggers, b.triggers);
    d.field("reminders", textOf(a.reminders), textOf(b.reminders));
    return d.take();
}

/// Admins may all; a member a personal calendar of their own.
void requireTheirs(Connection& db, const Actor& actor, const AppointmentCalendar& calendar) {
    if (actor.user == 0) return;
    const auto who = userById(db, actor.user);
    if (!who) throw Forbidden("no such user");
    if (who->role == Role::admin) return;
    if (calendar.kind != CalendarKind::personal || calendar.members != std::vector{who->login})
        throw Forbidden("admins make and change the calendars of others");
}

std::vector<std::int64_t> requireMembers(Connection& db, const AppointmentCalendar& calendar) {
    std::vector<std::int64_t> ids;
    for (const std::string& login : calendar.members) {
        const auto known = principal(db, login);
        if (!known || known->kind != UserKind::person) throw InvalidField("members", "there is no user " + login);
        if (!known->active) throw InvalidField("members", login + " is switched off");
        if (std::ranges::find(ids, known->id) != ids.end()) throw InvalidField("members", login + " is there twice");
        ids.push_back(known->id);
    }
    return ids;
}

void note(Connection& db, const Actor& actor, const AppointmentCalendar& c, Deed deed,
          const std::vector<FieldChange>& fields) {
    remember(db, actor, {.kind = RecordKind::setting, .record = c.id, .title = c.name, .deed = deed, .fields = fields});
}

}  // namespace

std::vector<StoredCalendar> appointmentCalendars(Connection& db) {
    std::vector<StoredCalendar> all;
    for (auto& row : db.query(CALENDAR_SELECT "ORDER BY c.name, c.id")) all.push_back(readCalendar(row));
    for (StoredCalendar& calendar : all) readMembers(db, calendar);
    return all;
}

std::optional<StoredCalendar> calendarOfKey(Connection& db, std::string_view key) {
    return only(db, db.query(CALENDAR_SELECT "AND c.key=?", key));
}

std::optional<StoredCalendar> calendarOfId(Connection& db, const Id& id) {
    return only(db, db.query(CALENDAR_SELECT "AND c.uuid=?", Blob{bytesOf(id)}));
}

bool isMember(const StoredCalendar& calendar, std::int64_t user) {
    return std::ranges::find(calendar.memberIds, user) != calendar.memberIds.end();
}

AppointmentCalendar saveAppointmentCalendar(Connection& db, const Actor& actor, const AppointmentCalendar& wanted,
                                            const std::string& based) {
    StoredCalendar after;
    static_cast<AppointmentCalendar&>(after) = wanted;
    const auto before = wanted.id.empty() ? std::nullopt : calendarOfId(db, wanted.id);
    if (!wanted.id.empty() && !before) throw NotFound("no such appointment calendar");
    if (before) {
        requireTheirs(db, actor, *before);
        requireVersion(based, before->version);
        if (after.key != before->key) throw InvalidField("key", "a key stays what it is");
        if (after.kind != before->kind) throw InvalidField("kind", "a kind stays what it is");
        after.row = before->row;
    }
    checkCalendar(db, after);
    checkSteps(after.reminders, before ? before->reminders : std::vector<ReminderStep>());
    after.memberIds = requireMembers(db, after);
    requireTheirs(db, actor, after);
    const auto changes = before ? differences(*before, after) : std::vector<FieldChange>();
    if (before && changes.empty()) return *before;
    if (!before) {
        if (calendarOfKey(db, after.key)) throw InvalidField("key", after.key + " is taken");
        after.id = newId();
    }
    writeRow(db, after);
    if (before && (before->triggers != after.triggers || before->reminders != after.reminders))
        planAllAnew(db, after.id);
    note(db, actor, after, before ? Deed::updated : Deed::created, changes);
    return *calendarOfId(db, after.id);
}

void removeAppointmentCalendar(Connection& db, const Actor& actor, const Id& id, const std::string& based) {
    const auto gone = calendarOfId(db, id);
    if (!gone) throw NotFound("no such appointment calendar");
    requireTheirs(db, actor, *gone);
    requireVersion(based, gone->version);
    db.exec("UPDATE appointment_calendars SET deleted_at=? WHERE id=?", db.now(), gone->row);
    planAllAnew(db, gone->id);
    note(db, actor, *gone, Deed::deleted, {});
}

void leaveAppointmentCalendars(Connection& db, std::int64_t user) {
    db.exec("DELETE FROM appointment_members WHERE user_id=?", user);
    db.exec(
        "UPDATE appointment_calendars SET bookable=0, revision=revision+1 WHERE bookable=1 AND deleted_at IS NULL AND "
        "NOT EXISTS(SELECT 1 FROM appointment_members m WHERE m.calendar_id=appointment_calendars.id)");
}

}  // namespace crmdav
