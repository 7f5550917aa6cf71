#include "store/records/sessions.h"

#include "store/engine/database.h"
#include "store/history/history.h"
#include "store/records/normalise.h"
#include "store/records/random_secret.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

constexpr std::size_t secretLetters = 32;
/// Of one user at a time; of more the oldest end.
constexpr std::int64_t most = 100;

#define SESSION_COLUMNS "s.uuid, s.user_id, s.created, s.last_used, s.expires, s.address, s.agent"

ConsoleSession readSession(const Rows& row) {
    ConsoleSession session;
    session.id = idOf(row.blob(0));
    session.user = row.int64(1);
    session.created = row.instant(2);
    session.lastUsed = row.instant(3);
    session.expires = row.instant(4);
    session.address = row.text(5);
    session.agent = row.text(6);
    return session;
}

void note(Connection& db, const Actor& actor, std::int64_t user, const char* before, const char* after) {
    const auto known = userById(db, user);
    const FieldChange change{"session", before, after};
    remember(db, actor,
             {.kind = RecordKind::user,
              .record = userId(user),
              .title = known ? known->login : "",
              .owner = user,
              .fields = {&change, 1}});
}

}  // namespace

NewConsoleSession addSession(Connection& db, const Actor& actor, std::int64_t user, std::chrono::seconds life) {
    const auto owner = userById(db, user);
    if (!owner) throw NotFound("no such user");
    requirePerson(*owner);
    NewConsoleSession made;
    made.secret = randomLetters(secretLetters);
    made.session = {.id = newId(),
                    .user = user,
                    .created = db.now(),
                    .lastUsed = db.now(),
                    .expires = db.now() + life,
                    .address = cleanText(actor.address),
                    .agent = cleanText(actor.agent)};
    const ConsoleSession& session = made.session;
    db.exec(
        "INSERT INTO sessions(uuid, user_id, secret_hash, created, last_used, expires, address, agent) VALUES(?, ?, ?, "
        "?, ?, ?, ?, ?)",
        Blob{bytesOf(session.id)}, user, Blob{secretHash(made.secret)}, session.created, session.lastUsed,
        session.expires, session.address, session.agent);
    db.exec(
        "DELETE FROM sessions WHERE user_id=? AND id NOT IN (SELECT id FROM sessions WHERE user_id=? ORDER BY id DESC "
        "LIMIT ?)",
        user, user, most);
    note(db, actor, user, "", "begun");
    return made;
}

std::optional<PeopleStore::SessionUser> session(Connection& db, std::string_view secret) {
    if (secret.size() != secretLetters) return std::nullopt;
    auto row = db.query("SELECT " SESSION_COLUMNS ", " USER_COLUMNS
                        " FROM sessions s JOIN users u ON u.id=s.user_id WHERE s.secret_hash=? AND s.expires > ? AND "
                        "u.active=1 AND u.removed_at IS NULL AND u.kind=?",
                        Blob{secretHash(secret)}, db.now(), UserKind::person);
    if (!row.next()) return std::nullopt;
    return PeopleStore::SessionUser{readUser(row, 7), readSession(row)};
}

std::vector<ConsoleSession> sessions(Connection& db, std::int64_t user) {
    std::vector<ConsoleSession> found;
    for (auto& row : db.query("SELECT " SESSION_COLUMNS
                              " FROM sessions s WHERE s.user_id=? AND s.expires > ? ORDER BY s.id DESC",
                              user, db.now()))
        found.push_back(readSession(row));
    return found;
}

void touchSession(Connection& db, const Id& id, std::chrono::seconds life) {
    db.exec("UPDATE sessions SET last_used=?, expires=? WHERE uuid=?", db.now(), db.now() + life, Blob{bytesOf(id)});
}

void endSession(Connection& db, const Actor& actor, std::int64_t user, const Id& id) {
    if (db.exec("DELETE FROM sessions WHERE uuid=? AND user_id=?", Blob{bytesOf(id)}, user) == 0)
        throw NotFound("no such session");
    note(db, actor, user, "begun", "ended");
}

std::size_t endSessions(Connection& db, const Actor& actor, std::int64_t user, const Id& except) {
    const auto ended = except.empty() ? db.exec("DELETE FROM sessions WHERE user_id=?", user)
                                      : db.exec("DELETE FROM sessions WHERE user_id=? AND uuid<>?", user,
                                                Blob{bytesOf(except)});
    if (ended) note(db, actor, user, "begun", "ended everywhere");
    return static_cast<std::size_t>(ended);
}

void pruneSessions(Connection& db) { db.exec("DELETE FROM sessions WHERE expires <= ?", db.now()); }

}  // namespace crmdav
