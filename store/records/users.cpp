#include "store/records/users.h"

#include <algorithm>

#include "protocol/text/text_values.h"
#include "protocol/text/zones.h"
#include "store/booking/calendars.h"
#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/contact_details.h"
#include "store/records/handover.h"
#include "store/records/normalise.h"
#include "store/records/packed.h"
#include "store/records/teams.h"
#include "store/records/typed_calendars.h"
#include "store/store.h"
#include "store/sync/accounts.h"

namespace crmdav {
namespace {

#define IS_USER "u.removed_at IS NULL AND u.kind<>3"  // UserKind::team

bool validLogin(std::string_view login) {
    return !login.empty() && login.size() <= 64 && login.front() != '.' && std::ranges::all_of(login, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

/// The same, with everything in the form in which it is kept. @throws InvalidField
User checked(Connection& db, User user) {
    user.name = cleanText(user.name);
    if (user.name.empty()) user.name = user.login;
    if (user.kind != UserKind::person && user.role == Role::admin)
        throw InvalidField("role", "only a person can be an admin");
    if (!user.zone.empty() && ianaZoneId(user.zone).empty())
        throw InvalidField("zone", "no zone is called " + user.zone);
    const auto normal = [](const std::string& written) {
        std::string email = normalEmail(written);
        if (email.empty()) throw InvalidField("email", written + " is no email address");
        return email;
    };
    if (!user.email.empty()) user.email = normal(user.email);
    std::vector<std::string> others;
    for (const std::string& written : user.otherEmails)
        if (std::string email = normal(written);
            email != user.email && std::ranges::find(others, email) == others.end())
            others.push_back(std::move(email));
    user.otherEmails = std::move(others);
    std::vector<std::string> all = user.otherEmails;
    if (!user.email.empty()) all.push_back(user.email);
    for (const std::string& email : all) {
        auto taken = db.query("SELECT 1 FROM user_emails WHERE email=? AND user_id<>?", email, user.id);
        if (taken.next()) throw InvalidField("email", email + " is another user's address");
    }
    return user;
}

void writeEmails(Connection& db, const User& user) {
    db.exec("DELETE FROM user_emails WHERE user_id=?", user.id);
    int position = 0;
    if (!user.email.empty())
        db.exec("INSERT INTO user_emails(email, user_id, position) VALUES(?, ?, ?)", user.email, user.id, position++);
    for (const std::string& email : user.otherEmails)
        db.exec("INSERT INTO user_emails(email, user_id, position) VALUES(?, ?, ?)", email, user.id, position++);
}

std::string word(bool value) { return value ? "yes" : "no"; }

std::vector<FieldChange> differences(const User& before, const User& after) {
    std::vector<FieldChange> changes;
    const auto compare = [&](const char* field, std::string a, std::string b) {
        if (a != b) changes.push_back({field, std::move(a), std::move(b)});
    };
    compare("name", before.name, after.name);
    compare("email", before.email, after.email);
    compare("otherEmails", pack(before.otherEmails), pack(after.otherEmails));
    compare("role", before.role == Role::admin ? "admin" : "member", after.role == Role::admin ? "admin" : "member");
    compare("active", word(before.active), word(after.active));
    compare("zone", before.zone, after.zone);
    compare("visibility", std::to_string(static_cast<int>(before.visibility)),
            std::to_string(static_cast<int>(after.visibility)));
    compare("calendarPerType", word(before.calendarPerType), word(after.calendarPerType));
    return changes;
}

/// What the user has, to the heir (0: to the trash), with an end to all by which it was reached from outside. Accounts
/// at providers go first: what they knew must not come back, nor be deleted there.
void giveAway(Connection& db, const Actor& actor, const User& user, std::int64_t heir) {
    if (user.calendarPerType) {
        db.exec("UPDATE users SET per_type=0 WHERE id=?", user.id);
        settleCalendars(db, user.id);
    }
    for (const Account& account : accounts(db, user.id)) removeAccount(db, account.id);
    handOver(db, actor, user.id, heir);
    if (heir) settleCalendars(db, heir);
    db.exec("UPDATE app_passwords SET revoked=? WHERE user_id=? AND revoked IS NULL", db.now(), user.id);
    db.exec("UPDATE feeds SET revoked=? WHERE user_id=? AND revoked IS NULL", db.now(), user.id);
    db.exec("DELETE FROM sessions WHERE user_id=?", user.id);
}

void requireAnotherAdmin(Connection& db, std::int64_t user) {
    auto other =
        db.query("SELECT 1 FROM users WHERE role=? AND active=1 AND removed_at IS NULL AND id<>?", Role::admin, user);
    if (!other.next()) throw InvalidField("role", "the last admin stays one");
}

}  // namespace

Organisation organisation(Connection& db) {
    auto row = db.query("SELECT value FROM settings WHERE name='organisation'");
    Organisation found;
    if (!row.next()) return found;
    auto values = unpack(row.text(0));
    if (values.size() < 3) return found;
    found.name = values[0];
    found.zone = values[1];
    found.region = values[2];
    found.domains.assign(values.begin() + 3, values.end());
    return found;
}

void saveOrganisation(Connection& db, const Actor& actor, const Organisation& wanted) {
    if (ianaZoneId(wanted.zone).empty()) throw InvalidField("zone", "no zone is called " + wanted.zone);
    if (wanted.region.size() != 2) throw InvalidField("region", "a region has two letters (ISO 3166)");
    const Organisation before = organisation(db);
    std::vector<std::string> values{cleanText(wanted.name), wanted.zone, upperAscii(wanted.region)};
    for (const std::string& domain : wanted.domains) values.push_back(lowerAscii(trim(domain)));
    db.exec(
        "INSERT INTO settings(name, value) VALUES('organisation', ?) "
        "ON CONFLICT(name) DO UPDATE SET value=excluded.value",
        pack(values));
    if (before.zone != wanted.zone) extentsAreStale(db);
    if (before.region != upperAscii(wanted.region)) phonesAreStale(db);
    std::vector<FieldChange> changes;
    if (before.name != wanted.name) changes.push_back({"name", before.name, wanted.name});
    if (before.zone != wanted.zone) changes.push_back({"zone", before.zone, wanted.zone});
    if (before.region != wanted.region) changes.push_back({"region", before.region, wanted.region});
    if (before.domains != wanted.domains) changes.push_back({"domains", pack(before.domains), pack(wanted.domains)});
    if (!changes.empty())
        remember(db, actor,
                 {.kind = RecordKind::setting, .record = settingId(), .title = "organisation", .fields = changes});
}

std::string setting(Connection& db, std::string_view name) {
    auto row = db.query("SELECT value FROM settings WHERE name=?", name);
    return row.next() ? row.string(0) : std::string();
}

void saveSetting(Connection& db, const Actor& actor, std::string_view name, std::string_view value,
                 std::string_view shown) {
    if (value.empty())
        db.exec("DELETE FROM settings WHERE name=?", name);
    else
        db.exec("INSERT INTO settings(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value=excluded.value",
                name, value);
    const FieldChange change{std::string(name), "", std::string(shown)};
    remember(db, actor,
             {.kind = RecordKind::setting, .record = settingId(), .title = "settings", .fields = {&change, 1}});
}

void requirePerson(const User& user) {
    if (user.kind != UserKind::person) throw InvalidField("login", "nobody signs in as a room or a resource");
}

User readUser(const Rows& row, int first) {
    User user;
    user.id = row.int64(first);
    user.login = row.text(first + 1);
    user.name = row.text(first + 2);
    user.email = row.text(first + 3);
    user.otherEmails = unpack(row.text(first + 4));
    user.role = row.as<Role>(first + 5);
    user.active = row.boolean(first + 6);
    user.zone = row.text(first + 7);
    user.visibility = row.as<Detail>(first + 8);
    user.calendarPerType = row.boolean(first + 9);
    user.kind = row.as<UserKind>(first + 10);
    return user;
}

std::vector<User> users(Connection& db) {
    std::vector<User> found;
    for (auto& row : db.query("SELECT " USER_COLUMNS " FROM users u WHERE " IS_USER " ORDER BY u.login"))
        found.push_back(readUser(row));
    return found;
}

std::optional<User> user(Connection& db, std::string_view login) {
    auto row = db.query("SELECT " USER_COLUMNS " FROM users u WHERE u.login=? AND " IS_USER, login);
    return row.next() ? std::optional(readUser(row)) : std::nullopt;
}

std::optional<User> userById(Connection& db, std::int64_t id) {
    auto row = db.query("SELECT " USER_COLUMNS " FROM users u WHERE u.id=? AND " IS_USER, id);
    return row.next() ? std::optional(readUser(row)) : std::nullopt;
}

std::vector<User> principals(Connection& db) {
    std::vector<User> found;
    for (auto& row : db.query("SELECT " USER_COLUMNS " FROM users u WHERE u.removed_at IS NULL ORDER BY u.login"))
        found.push_back(readUser(row));
    return found;
}

std::optional<User> principal(Connection& db, std::string_view login) {
    auto row = db.query("SELECT " USER_COLUMNS " FROM users u WHERE u.login=? AND u.removed_at IS NULL", login);
    return row.next() ? std::optional(readUser(row)) : std::nullopt;
}

void requireFreeLogin(Connection& db, const char* field, std::string_view login) {
    if (!validLogin(login))
        throw InvalidField(field, "it has 1 to 64 of a-z, 0-9, . _ - and does not begin with a dot");
    if (principal(db, login)) throw InvalidField(field, std::string(login) + " is taken");
}

User addUser(Connection& db, const Actor& actor, const User& wanted) {
    User made = wanted;
    made.id = 0;
    if (made.kind == UserKind::team) throw InvalidField("kind", "a team is no user");
    requireFreeLogin(db, "login", made.login);
    made = checked(db, std::move(made));
    made.id = db.insert(
        "INSERT INTO users(login, name, email, other_emails, role, active, zone, visibility, per_type, kind, "
        "password_hash, created) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)",
        made.login, made.name, made.email, pack(made.otherEmails), made.role, made.active, made.zone, made.visibility,
        made.calendarPerType, made.kind, db.now());
    writeEmails(db, made);
    makeHomeOf(db, made.id);
    if (made.calendarPerType) settleCalendars(db, made.id);
    remember(db, actor,
             {.kind = RecordKind::user, .record = userId(made.id), .title = made.login, .deed = Deed::created});
    return made;
}

User saveUser(Connection& db, const Actor& actor, const User& wanted) {
    const auto before = userById(db, wanted.id);
    if (!before) throw NotFound("no such user");
    if (wanted.login != before->login) throw InvalidField("login", "a login stays what it is");
    if (wanted.kind != before->kind) throw InvalidField("kind", "a kind stays what it is");
    const User after = checked(db, wanted);
    if (before->role == Role::admin && (after.role != Role::admin || !after.active)) requireAnotherAdmin(db, after.id);
    const auto changes = differences(*before, after);
    if (changes.empty()) return after;
    db.exec(
        "UPDATE users SET name=?, email=?, other_emails=?, role=?, active=?, zone=?, visibility=?, per_type=? WHERE "
        "id=?",
        after.name, after.email, pack(after.otherEmails), after.role, after.active, after.zone, after.visibility,
        after.calendarPerType, after.id);
    if (before->email != after.email || before->otherEmails != after.otherEmails) writeEmails(db, after);
    if (before->calendarPerType != after.calendarPerType) settleCalendars(db, after.id);
    if (before->zone != after.zone) extentsAreStale(db);
    remember(db, actor,
             {.kind = RecordKind::user, .record = userId(after.id), .title = after.login, .fields = changes});
    return after;
}

void removeUser(Connection& db, const Actor& actor, std::int64_t id, std::int64_t heir) {
    const auto gone = userById(db, id);
    if (!gone) throw NotFound("no such user");
    if (heir == id || (heir != 0 && !userById(db, heir))) throw InvalidField("heir", "no such user");
    if (gone->role == Role::admin) requireAnotherAdmin(db, id);
    giveAway(db, actor, *gone, heir);
    db.exec("UPDATE collections SET deleted_at=? WHERE owner=? AND deleted_at IS NULL", db.now(), id);
    db.exec("DELETE FROM user_emails WHERE user_id=?", id);
    leaveTeams(db, id);
    leaveAppointmentCalendars(db, id);
    db.exec("DELETE FROM mounts WHERE user_id=?", id);
    db.exec("UPDATE users SET removed_at=?, active=0, password_hash='' WHERE id=?", db.now(), id);
    remember(db, actor, {.kind = RecordKind::user, .record = userId(id), .title = gone->login, .deed = Deed::deleted});
}

void handOverRecords(Connection& db, const Actor& actor, std::int64_t id, std::int64_t heir) {
    const auto user = userById(db, id), to = userById(db, heir);
    if (!user) throw NotFound("no such user");
    if (!to || heir == id) throw InvalidField("heir", "no such user");
    if (user->active) throw InvalidField("login", "switch " + user->login + " off first");
    if (!to->active) throw InvalidField("heir", to->login + " is switched off");
    giveAway(db, actor, *user, heir);
    if (user->calendarPerType) {
        db.exec("UPDATE users SET per_type=1 WHERE id=?", id);
        settleCalendars(db, id);
    }
    const FieldChange change{"records", user->login, to->login};
    remember(db, actor, {.kind = RecordKind::user, .record = userId(id), .title = user->login, .fields = {&change, 1}});
}

std::optional<Credentials> credentials(Connection& db, std::string_view login) {
    auto row = db.query("SELECT " USER_COLUMNS
                        ", u.password_hash FROM users u WHERE u.login=? AND u.removed_at IS NULL AND u.kind=?",
                        login, UserKind::person);
    if (!row.next()) return std::nullopt;
    return Credentials{readUser(row), row.string(userColumnCount)};
}

void setPasswordHash(Connection& db, const Actor& actor, std::int64_t id, const std::string& hash) {
    const auto known = userById(db, id);
    if (!known) throw NotFound("no such user");
    requirePerson(*known);
    db.exec("UPDATE users SET password_hash=? WHERE id=?", hash, id);
    const FieldChange change{"password", "", ""};  // that it changed, never what it was
    remember(db, actor,
             {.kind = RecordKind::user, .record = userId(id), .title = known->login, .fields = {&change, 1}});
}

std::int64_t userOfEmail(Connection& db, std::string_view email) {
    auto row = db.query(
        "SELECT e.user_id FROM user_emails e JOIN users u ON u.id=e.user_id WHERE e.email=? AND u.active=1", email);
    return row.next() ? row.int64(0) : 0;
}

std::string zoneOfUser(Connection& db, std::int64_t id) {
    if (auto known = id ? userById(db, id) : std::nullopt; known && !known->zone.empty()) return known->zone;
    return organisation(db).zone;
}

}  // namespace crmdav
