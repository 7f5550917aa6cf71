#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/model.h"

/// Teams: rows of users whose kind is `team`, with members. The verbs of store.h, inside the caller's transaction.
namespace crmdav {

class Connection;

std::vector<Team> teams(Connection&);
std::optional<Team> team(Connection&, std::string_view key);
Team saveTeam(Connection&, const Actor&, const Team&);
void removeTeam(Connection&, const Actor&, std::int64_t team);
std::vector<std::string> membersOf(Connection&, std::int64_t team, bool expanded);
std::vector<std::string> teamsOf(Connection&, std::int64_t principal, bool expanded);

/// The teams that a user or team is a member of, through other teams too: in a literal, for `column IN`, a list of ids.
/// @param principal  a placeholder or a column
#define TEAMS_ABOVE(principal)                                                                         \
    " (WITH RECURSIVE above(id) AS (SELECT t.team_id FROM team_members t WHERE t.member_id=" principal \
    " UNION "                                                                                          \
    "SELECT t.team_id FROM team_members t JOIN above ON t.member_id=above.id) SELECT id FROM above) "

/// A user or team is removed: out of every team, its own members go, and nothing is shared with it any more.
void leaveTeams(Connection&, std::int64_t principal);

}  // namespace crmdav
