#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// A team is a row of users, so that one index keeps all principals' names apart and whatever names a principal needs
// one column for it.
void makeTeams(Connection& db) {
    db.script(R"(
ALTER TABLE users ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
CREATE TABLE team_members(
    team_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,         -- a user, or another team
    PRIMARY KEY(team_id, member_id)
) {clustered};
CREATE INDEX team_members_member ON team_members(member_id, team_id);
)");
}

}  // namespace crmdav
