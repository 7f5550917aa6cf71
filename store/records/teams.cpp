#include "store/records/teams.h"

#include <algorithm>
#include <map>

#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/history/history.h"
#include "store/objects/shares.h"
#include "store/records/normalise.h"
#include "store/records/packed.h"
#include "store/records/rows.h"
#include "store/records/users.h"

namespace crmdav {
namespace {

constexpr std::size_t mostMembers = 10'000;

#define IS_TEAM "u.kind=3 AND u.removed_at IS NULL"  // UserKind::team

std::vector<std::string> names(Rows rows) {
    std::vector<std::string> all;
    for (auto& row : rows) all.push_back(row.string(0));
    return all;
}

Team readTeam(const Rows& row) {
    Team team;
    team.id = row.int64(0);
    team.key = row.text(1);
    team.name = row.text(2);
    return team;
}

std::optional<Team> teamById(Connection& db, std::int64_t id) {
    auto row = db.query("SELECT u.id, u.login, u.name FROM users u WHERE u.id=? AND " IS_TEAM, id);
    if (!row.next()) return std::nullopt;
    Team found = readTeam(row);
    found.members = membersOf(db, id, false);
    return found;
}

/// Ids of the members, with `team.members` sorted and each there once. @throws InvalidField
std::vector<std::int64_t> requireMembers(Connection& db, Team& team) {
    std::ranges::sort(team.members);
    const auto [first, last] = std::ranges::unique(team.members);
    team.members.erase(first, last);
    if (team.members.size() > mostMembers) throw InvalidField("members", "at most 10000");
    std::vector<std::int64_t> ids;
    for (const std::string& member : team.members) {
        const auto known = principal(db, member);
        if (!known) throw InvalidField("members", "there is no user or team " + member);
        ids.push_back(known->id);
    }
    return ids;
}

/// Nobody may be in a team that is in them.
void requireNoCircle(Connection& db, const Team& team, const std::vector<std::int64_t>& members) {
    auto circle = db.query("WITH RECURSIVE below(id) AS (SELECT u.id FROM users u WHERE " ANY_OF("u.id")
                           " UNION SELECT t.member_id FROM team_members t JOIN below ON t.team_id=below.id) "
                           "SELECT 1 FROM below WHERE id=?",
                           RowKeys(members).json(), team.id);
    if (circle.next()) throw InvalidField("members", team.key + " would be a member of itself");
}

void writeMembers(Connection& db, std::int64_t team, const std::vector<std::int64_t>& members) {
    db.exec("DELETE FROM team_members WHERE team_id=?", team);
    for (const std::int64_t member : members)
        db.exec("INSERT INTO team_members(team_id, member_id) VALUES(?, ?)", team, member);
}

Team addTeam(Connection& db, const Actor& actor, Team team) {
    requireFreeLogin(db, "key", team.key);
    const auto members = requireMembers(db, team);
    team.id = db.insert(
        "INSERT INTO users(login, name, email, other_emails, role, active, zone, visibility, per_type, kind, "
        "password_hash, created) VALUES(?, ?, '', '', ?, 1, '', ?, 0, ?, '', ?)",
        team.key, team.name, Role::member, Detail::none, UserKind::team, db.now());
    writeMembers(db, team.id, members);
    remember(db, actor,
             {.kind = RecordKind::team, .record = userId(team.id), .title = team.key, .deed = Deed::created});
    return team;
}

}  // namespace

std::vector<Team> teams(Connection& db) {
    std::vector<Team> all;
    std::map<std::int64_t, std::vector<std::string>> members;
    for (auto& row : db.query("SELECT t.team_id, u.login FROM team_members t JOIN users u ON u.id=t.member_id "
                              "ORDER BY u.login"))
        members[row.int64(0)].push_back(row.string(1));
    for (auto& row : db.query("SELECT u.id, u.login, u.name FROM users u WHERE " IS_TEAM " ORDER BY u.login")) {
        all.push_back(readTeam(row));
        all.back().members = std::move(members[all.back().id]);
    }
    return all;
}

std::optional<Team> team(Connection& db, std::string_view key) {
    const auto known = principal(db, key);
    return known && known->kind == UserKind::team ? teamById(db, known->id) : std::nullopt;
}

Team saveTeam(Connection& db, const Actor& actor, const Team& wanted) {
    Team team = wanted;
    checkText("name", team.name);
    if (team.name.empty()) team.name = team.key;
    if (team.id == 0) return addTeam(db, actor, std::move(team));

    const auto before = teamById(db, team.id);
    if (!before) throw NotFound("no such team");
    if (team.key != before->key) throw InvalidField("key", "a key stays what it is");
    const auto members = requireMembers(db, team);
    requireNoCircle(db, team, members);
    Differences changes;
    changes.field("name", before->name, team.name);
    changes.field("members", pack(before->members), pack(team.members));
    const auto fields = changes.take();
    if (fields.empty()) return team;
    db.exec("UPDATE users SET name=? WHERE id=?", team.name, team.id);
    writeMembers(db, team.id, members);
    remember(db, actor, {.kind = RecordKind::team, .record = userId(team.id), .title = team.key, .fields = fields});
    return team;
}

void removeTeam(Connection& db, const Actor& actor, std::int64_t id) {
    const auto gone = teamById(db, id);
    if (!gone) throw NotFound("no such team");
    leaveTeams(db, id);
    db.exec("UPDATE users SET removed_at=?, active=0 WHERE id=?", db.now(), id);
    remember(db, actor, {.kind = RecordKind::team, .record = userId(id), .title = gone->key, .deed = Deed::deleted});
}

std::vector<std::string> membersOf(Connection& db, std::int64_t team, bool expanded) {
    if (!expanded)
        return names(
            db.query("SELECT u.login FROM team_members t JOIN users u ON u.id=t.member_id WHERE t.team_id=? "
                     "ORDER BY u.login",
                     team));
    return names(
        db.query("WITH RECURSIVE below(id) AS (SELECT t.member_id FROM team_members t WHERE t.team_id=? UNION SELECT "
                 "t.member_id FROM team_members t JOIN below ON t.team_id=below.id) SELECT u.login FROM below JOIN "
                 "users u ON u.id=below.id ORDER BY u.login",
                 team));
}

std::vector<std::string> teamsOf(Connection& db, std::int64_t principal, bool expanded) {
    if (!expanded)
        return names(
            db.query("SELECT u.login FROM team_members t JOIN users u ON u.id=t.team_id WHERE t.member_id=? "
                     "ORDER BY u.login",
                     principal));
    return names(db.query("SELECT u.login FROM users u WHERE u.id IN" TEAMS_ABOVE("?") "ORDER BY u.login", principal));
}

void leaveTeams(Connection& db, std::int64_t principal) {
    db.exec("DELETE FROM team_members WHERE member_id=? OR team_id=?", principal, principal);
    dropSharesWith(db, principal);
}

}  // namespace crmdav
