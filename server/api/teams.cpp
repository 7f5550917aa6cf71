#include "server/api/answers.h"
#include "server/api/people_fields.h"
#include "server/api/routes.h"

/// Teams: everybody sees them, admins change them.
namespace crmdav {
namespace {

Team teamAsked(const Call& call) {
    auto team = call.store.team(call.ids[0]);
    if (!team) throw NotFound("there is no such team");
    return *std::move(team);
}

Response listTeams(Call& call) { return all(call, call.store.teams()); }
Response getTeam(Call& call) { return shown(call, teamAsked(call)); }

Response createTeam(Call& call) {
    Team team;
    readFields(call, team, call.body());
    const Team saved = call.store.saveTeam(call.actor(), team);
    return answer(call, 201, saved).with("Location", call.address("/teams/" + saved.key));
}

Response patchTeam(Call& call) {
    Team team = teamAsked(call);
    requireMatch(call.request, etagOfJson(jsonOf(call, team)));
    readFields(call, team, call.body());
    return answer(call, 200, call.store.saveTeam(call.actor(), team));
}

Response removeTeam(Call& call) {
    const Team team = teamAsked(call);
    requireMatch(call.request, etagOfJson(jsonOf(call, team)));
    call.store.removeTeam(call.actor(), team.id);
    return Response(204);
}

}  // namespace

std::span<const Route> teamRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/teams", "Teams", listTeams, everybody, "", "", "[Team]"},
        {"POST", "/teams", "Make a team", createTeam, admins, "", "Team", "Team", true},
        {"GET", "/teams/{key}", "One team", getTeam, everybody, "", "", "Team"},
        {"PATCH", "/teams/{key}", "Change a team; `members` is replaced whole", patchTeam, admins, "", "Team", "Team"},
        {"DELETE", "/teams/{key}", "Remove a team; its members stay", removeTeam, admins},
    };
    return routes;
}

}  // namespace crmdav
