#include "store/engine/database.h"
#include "store/sql_store.h"
#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Teams : public RecordStore {
protected:
    Team make(const std::string& key, std::vector<std::string> members) {
        return store->saveTeam(system, {.key = key, .name = "Team " + key, .members = std::move(members)});
    }
    User makeRoom(const std::string& login) {
        User room;
        room.login = login;
        room.email = login + "@firm.example";
        room.kind = UserKind::room;
        return store->addUser(system, room);
    }
    Database& database() { return static_cast<SqlStore&>(*store).database(); }
    std::vector<std::string> logins(const std::vector<User>& users) {
        std::vector<std::string> all;
        for (const User& user : users) all.push_back(user.login);
        return all;
    }
};

TEST_F(Teams, MembersAreUsersAndOtherTeams) {  // RFC 3744 §4.3, §4.4
    makeRoom("attic");
    const Team sales = make("sales", {"ben", "attic", "ben"});
    const Team all = make("all", {"sales", "anna"});
    EXPECT_THAT(store->team("sales")->members, ElementsAre("attic", "ben")) << "each once, sorted";
    EXPECT_THAT(store->membersOf(all.id, false), ElementsAre("anna", "sales"));
    EXPECT_THAT(store->membersOf(all.id, true), ElementsAre("anna", "attic", "ben", "sales"));
    EXPECT_THAT(store->teamsOf(ben.id, false), ElementsAre("sales"));
    EXPECT_THAT(store->teamsOf(ben.id, true), ElementsAre("all", "sales"));
    EXPECT_THAT(store->teamsOf(anna.id, true), ElementsAre("all"));
    EXPECT_THAT(store->teamsOf(all.id, true), IsEmpty());
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Teams, AllTeamsOfAUserAreOneStatement) {
    make("one", {"ben"});
    make("two", {"one"});
    make("three", {"two", "one"});
    make("others", {"anna"});
    const std::size_t before = Store::statementsOfThread();
    EXPECT_THAT(store->teamsOf(ben.id, true), ElementsAre("one", "three", "two"));
    EXPECT_EQ(Store::statementsOfThread() - before, 1U);
}

TEST_F(Teams, NobodyIsInATeamThatIsInThem) {
    Team inner = make("inner", {"anna"});
    const Team middle = make("middle", {"inner"});
    make("outer", {"middle"});
    for (const char* circle : {"inner", "middle", "outer"}) {
        Team changed = inner;
        changed.members.emplace_back(circle);
        EXPECT_THROW(store->saveTeam(system, changed), InvalidField) << circle;
    }
    EXPECT_THAT(store->team("inner")->members, ElementsAre("anna"));
    EXPECT_THROW(make("new", {"new"}), InvalidField) << "it isn't there yet";
}

TEST_F(Teams, KeysAndLoginsAreOneNamespace) {
    make("sales", {});
    User user;
    user.login = "sales";
    EXPECT_THROW(store->addUser(system, user), InvalidField);
    EXPECT_THROW(make("anna", {}), InvalidField);
    EXPECT_THROW(make("sales", {}), InvalidField);
    for (const char* key : {"", "Sales", "../x", ".x"}) EXPECT_THROW(make(key, {}), InvalidField) << key;
    EXPECT_THROW(make("strangers", {"nobody"}), InvalidField);
}

TEST_F(Teams, TeamIsAPrincipalButNoUser) {
    const Team sales = make("sales", {"anna"});
    EXPECT_FALSE(store->user("sales"));
    EXPECT_FALSE(store->userById(sales.id));
    EXPECT_FALSE(store->team("anna"));
    EXPECT_THAT(logins(store->users()), ElementsAre("anna", "ben"));
    EXPECT_THAT(logins(store->principals()), ElementsAre("anna", "ben", "sales"));
    EXPECT_EQ(store->principal("sales")->kind, UserKind::team);
    EXPECT_EQ(store->principal("sales")->name, "Team sales");
    EXPECT_EQ(store->principal("anna")->id, anna.id);
    EXPECT_FALSE(store->credentials("sales"));
    EXPECT_THROW(store->removeUser(system, sales.id, 0), NotFound);
    EXPECT_THROW(store->removeUser(system, ben.id, sales.id), InvalidField) << "no heir";
    EXPECT_THROW(store->setPasswordHash(system, sales.id, "x"), NotFound);
    EXPECT_EQ(store->figures().users, 2);
}

TEST_F(Teams, ChangesAndRemovalsGoIntoTheHistory) {
    Team sales = make("sales", {"anna"});
    sales.name = "Sales and Marketing";
    sales.members = {"ben"};
    store->saveTeam(system, sales);
    store->removeTeam(system, sales.id);
    EXPECT_THROW(store->removeTeam(system, sales.id), NotFound);
    EXPECT_THROW(store->saveTeam(system, sales), NotFound);
    const auto entries = store->history(HistoryFilter{});
    ASSERT_GE(entries.size(), 3U);
    EXPECT_EQ(entries[0].deed, Deed::deleted);
    EXPECT_EQ(entries[1].fields.size(), 2U);
    EXPECT_EQ(entries[2].deed, Deed::created);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(entries[i].kind, RecordKind::team);
    EXPECT_THAT(store->teamsOf(ben.id, true), IsEmpty());
    make("sales", {"ben"});  // the key is free again
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Teams, WhoIsRemovedLeavesTheirTeams) {
    make("inner", {"anna"});
    make("outer", {"ben", "inner"});
    store->removeUser(system, ben.id, 0);
    store->removeTeam(system, store->team("inner")->id);
    EXPECT_THAT(store->team("outer")->members, IsEmpty());
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Teams, CheckFindsMembershipsOfNobody) {
    const Team sales = make("sales", {"anna"});
    {
        Writing writing(database());
        writing.db().exec("INSERT INTO team_members(team_id, member_id) VALUES(?, 9999)", sales.id);
        writing.db().exec("INSERT INTO team_members(team_id, member_id) VALUES(?, ?)", ben.id, anna.id);
        writing.commit();
    }
    EXPECT_EQ(store->check({}).size(), 2U);
}

TEST_F(Teams, RoomsHaveCalendarsAndNobodySignsInAsOne) {  // RFC 6638 §2.4.2
    User room = makeRoom("attic");
    EXPECT_TRUE(store->collection("attic", Home::calendars, "activities"));
    EXPECT_EQ(store->user("attic")->kind, UserKind::room);
    EXPECT_THROW(store->setPasswordHash(system, room.id, "x"), InvalidField);
    EXPECT_THROW(store->addAppPassword(system, room.id, "Phone", {}, {}), InvalidField);
    EXPECT_FALSE(store->credentials("attic"));
    room.role = Role::admin;
    EXPECT_THROW(store->saveUser(system, room), InvalidField);
    room.role = Role::member;
    room.kind = UserKind::person;
    EXPECT_THROW(store->saveUser(system, room), InvalidField) << "a kind stays what it is";
    User team;
    team.login = "sales";
    team.kind = UserKind::team;
    EXPECT_THROW(store->addUser(system, team), InvalidField);
}

}  // namespace
}  // namespace crmdav
