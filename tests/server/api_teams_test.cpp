#include "tests/server/api_world.h"

namespace crmdav {
namespace {

using testing::HasSubstr;

class ApiTeams : public ApiWorld {};

TEST_F(ApiTeams, AdminsMakeAndChangeTeamsEverybodySeesThem) {
    const Answer made = ask(admin, "POST", "/teams", R"({"key":"sales","name":"Sales","members":["bob","alice"]})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_THAT(made.headers.at("Location"), HasSubstr("/teams/sales"));
    const Answer seen = ask(bob, "GET", "/teams/sales");
    EXPECT_EQ(seen.body, R"({"key":"sales","name":"Sales","members":["alice","bob"]})");
    EXPECT_EQ(ask(bob, "GET", "/teams").items().size(), 1u);

    const std::string etag = seen.headers.at("ETag");
    EXPECT_EQ(ask(admin, "PATCH", "/teams/sales", R"({"members":["bob"]})", {{"if-match", etag}}).status, 200);
    EXPECT_EQ(ask(admin, "PATCH", "/teams/sales", R"({"members":[]})", {{"if-match", etag}}).status, 412);
    EXPECT_EQ(ask(admin, "DELETE", "/teams/sales", "", {{"if-match", etag}}).status, 412);
    EXPECT_EQ(ask(admin, "DELETE", "/teams/sales").status, 204);
    EXPECT_EQ(ask(bob, "GET", "/teams/sales").status, 404);
    EXPECT_EQ(store->history({})[0].kind, RecordKind::team);
}

TEST_F(ApiTeams, OthersCantChangeThem) {
    ASSERT_EQ(ask(admin, "POST", "/teams", R"({"key":"sales"})").status, 201);
    EXPECT_EQ(ask(bob, "POST", "/teams", R"({"key":"mine"})").status, 403);
    EXPECT_EQ(ask(bob, "PATCH", "/teams/sales", R"({"members":["bob"]})").status, 403);
    EXPECT_EQ(ask(bob, "DELETE", "/teams/sales").status, 403);
}

TEST_F(ApiTeams, FaultsNameTheField) {
    ASSERT_EQ(ask(admin, "POST", "/teams", R"({"key":"sales"})").status, 201);
    ASSERT_EQ(ask(admin, "POST", "/teams", R"({"key":"all","members":["sales"]})").status, 201);
    const std::pair<const char*, const char*> cases[] = {
        {R"({"members":["nobody"]})", "members"}, {R"({"members":["all"]})", "members"},
        {R"({"members":["sales"]})", "members"},  {R"({"key":"other"})", "key"},
        {R"({"members":"bob"})", "members"},      {R"({"nonsense":1})", "nonsense"},
    };
    for (const auto& [body, field] : cases) {
        const Answer answer = ask(admin, "PATCH", "/teams/sales", body);
        EXPECT_EQ(answer.status, 422) << body << answer.body;
        EXPECT_EQ(answer.text("field"), field) << body;
    }
    for (const char* key : {"alice", "sales", "../x", ""})
        EXPECT_EQ(ask(admin, "POST", "/teams", R"({"key":")" + std::string(key) + "\"}").text("field"), "key") << key;
    EXPECT_EQ(ask(admin, "POST", "/users", R"({"login":"sales"})").text("field"), "login") << "one namespace";
    EXPECT_EQ(ask(admin, "GET", "/users/sales").status, 404);
}

TEST_F(ApiTeams, RoomsAndResourcesAreUsersOfAKind) {  // RFC 6638 §2.4.2
    const Answer made = ask(admin, "POST", "/users", R"({"login":"attic","kind":"room","email":"attic@firm.example"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text("kind"), "room");
    EXPECT_EQ(ask(admin, "GET", "/me").text("kind"), "person");
    EXPECT_EQ(ask(admin, "PATCH", "/users/attic", R"({"kind":"person"})").text("field"), "kind");
    EXPECT_EQ(ask(admin, "PATCH", "/users/attic", R"({"name":"Attic"})").status, 200);
    EXPECT_EQ(ask(admin, "POST", "/users", R"({"login":"x","kind":"team"})").status, 422);
    EXPECT_EQ(ask(admin, "PUT", "/users/attic/password", R"({"password":"long enough"})").status, 422);
    EXPECT_EQ(ask(admin, "POST", "/users/attic/app-passwords", R"({"label":"Door"})").status, 422);
}

}  // namespace
}  // namespace crmdav
