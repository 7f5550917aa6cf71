#include <thread>

#include "tests/server/accounts_world.h"

namespace crmdav {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST_F(ApiAccounts, ADavAccountIsConnectedWithItsLoginTried) {  // A1, A11
    const Answer made = ask(alice, "POST", "/accounts", wish(remote.password));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.headers.at("Location"), "/api/v1/accounts/" + made.text("id"));
    EXPECT_EQ(made.text("user"), "alice");
    EXPECT_EQ(made.text("login"), "anna");
    EXPECT_TRUE(made["connected"].boolean);
    for (const char* kind : {"calendar", "contacts"}) EXPECT_EQ(made[kind].find("text")->string, "Authorised") << kind;
    EXPECT_EQ(made.json.find("password"), nullptr);

    const Answer again = ask(alice, "POST", "/accounts", wish(remote.password));
    EXPECT_EQ(again.text("id"), made.text("id")) << "A9";
    const Answer wrong = ask(bob, "POST", "/accounts", wish("guess"));
    EXPECT_EQ(wrong.status, 422);
    EXPECT_THAT(wrong.text("detail"), HasSubstr("doesn't accept the user name and password"));
    EXPECT_TRUE(ask(bob, "GET", "/accounts").items().empty());
}

TEST_F(ApiAccounts, WhatIsWrongWithAWishIsToldByField) {
    const auto field = [&](const std::string& body) { return ask(alice, "POST", "/accounts", body).text("field"); };
    EXPECT_EQ(field(R"({"provider":"exchange","login":"x","password":"y"})"), "provider");
    EXPECT_EQ(field(R"({"provider":"google","login":"x","password":"y"})"), "provider");
    EXPECT_EQ(field(R"({"provider":"icloud","password":"y"})"), "login");
    EXPECT_EQ(field(R"({"provider":"icloud","login":"x"})"), "password");
    EXPECT_EQ(field(R"({"provider":"dav","address":"https://a:b@c.example/","login":"x","password":"y"})"), "address");
    EXPECT_EQ(ask(alice, "POST", "/accounts/authorise", R"({"provider":"dav"})").text("field"), "provider");
    EXPECT_EQ(ask(alice, "POST", "/accounts/authorise", R"({"provider":"microsoft"})").status, 409) << "not set up";
}

TEST_F(ApiAccounts, AServerThatIsNotThereIsOneToTryLater) {  // I5
    const std::string body = R"({"provider":"dav","address":"http://127.0.0.1:1/","login":"x","password":"y"})";
    const Answer answer = ask(alice, "POST", "/accounts", body);
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_EQ(answer.headers.at("Retry-After"), "60");
}

TEST_F(ApiAccounts, FromPreviewToUndo) {  // A4, A6, A8, G1, G4, G5
    remote.putEvent("one", "Plan");
    remote.putEvent("two", "Review");
    const std::string account = connect();
    EXPECT_THAT(membersOf(ask(alice, "GET", account + "/collections"), "id"),
                testing::Contains("/dav/calendars/anna/activities/"));
    EXPECT_EQ(ask(alice, "PATCH", account + "/settings", R"({"direction":"two-way"})").text("direction"), "two-way");

    const Answer preview = ask(alice, "POST", account + "/preview?limit=1");
    ASSERT_EQ(preview.status, 200) << preview.body;
    EXPECT_EQ(preview["counts"].find("create in CRM")->integer, 2) << preview.body;
    ASSERT_EQ(preview.items().size(), 1u);
    ASSERT_FALSE(preview["next"].isNull());
    const Answer further = ask(alice, "GET", preview.text("next").substr(std::string("/api/v1").size()));
    ASSERT_EQ(further.items().size(), 1u) << further.body;
    EXPECT_NE(preview.items()[0].find("title")->string, further.items()[0].find("title")->string);
    EXPECT_TRUE(ask(alice, "GET", "/activities").items().empty()) << "a preview writes nothing";

    EXPECT_EQ(ask(alice, "POST", account + "/sync").status, 409) << "it isn't started";
    EXPECT_EQ(ask(alice, "POST", account + "/confirm").status, 409);
    const Answer started = ask(alice, "POST", account + "/start");
    EXPECT_EQ(started.text("status"), "syncing") << started.body;
    EXPECT_TRUE(started["wanted"].boolean);
    run();
    EXPECT_THAT(membersOf(ask(alice, "GET", "/activities"), "subject"),
                testing::UnorderedElementsAre("Plan", "Review"));
    const Answer shown = ask(alice, "GET", account);
    EXPECT_EQ(shown["calendar"].find("linked")->integer, 2);
    EXPECT_FALSE(shown["calendar"].find("lastSuccess")->isNull());

    const Answer runs = ask(alice, "GET", account + "/runs?kind=calendar");
    EXPECT_THAT(membersOf(runs, "mode"), testing::ElementsAre("run", "preview"));
    const std::string run = runs.items()[0].find("id")->string;
    const Answer one = ask(alice, "GET", account + "/runs/" + run);
    EXPECT_EQ(one.text("phase"), "done");
    EXPECT_EQ(one["counts"].find("create in CRM")->integer, 2);
    const Answer metrics = ask(alice, "GET", account + "/metrics");
    EXPECT_EQ(metrics["added"].integer, 2) << metrics.body;
    EXPECT_EQ(metrics["addedToCrm"].integer, 2);
    EXPECT_EQ(metrics["updated"].integer, 0);

    const Answer journal = ask(alice, "GET", account + "/journal?limit=1&run=" + run);
    ASSERT_EQ(journal.items().size(), 1u) << journal.body;
    const Answer older = ask(alice, "GET", journal.text("next").substr(std::string("/api/v1").size()));
    ASSERT_EQ(older.items().size(), 1u) << older.body;
    EXPECT_LT(older.items()[0].find("id")->integer, journal.items()[0].find("id")->integer);
    EXPECT_EQ(ask(alice, "GET", account + "/journal?text=Review").items().size(), 1u);

    const std::string entry = std::to_string(older.items()[0].find("id")->integer);
    const Answer undone = ask(alice, "POST", account + "/undo", R"({"run":")" + run + R"(","entry":)" + entry + "}");
    EXPECT_EQ(undone.body, R"({"undone":1,"left":[]})");
    EXPECT_EQ(ask(alice, "GET", "/activities").items().size(), 1u);
    const Answer rest = ask(alice, "POST", account + "/undo", R"({"run":")" + run + "\"}");
    EXPECT_EQ(rest["undone"].integer, 1) << rest.body;
    EXPECT_TRUE(ask(alice, "GET", "/activities").items().empty());
    EXPECT_EQ(remote.events(), 2u) << "what was born there stays there";
    EXPECT_EQ(ask(alice, "POST", account + "/stop").text("text"), "Stopped");
    EXPECT_EQ(ask(alice, "POST", account + "/sync").status, 409);
}

TEST_F(ApiAccounts, ContactsHaveSettingsAndRunsOfTheirOwn) {  // A2
    remote.putCard("erika", "Erika");
    const std::string account = connect();
    const Answer set = ask(alice, "PATCH", account + "/settings?kind=contacts",
                           R"({"books":["/dav/addressbooks/anna/private/"],"personal":true})");
    ASSERT_EQ(set.status, 200) << set.body;
    EXPECT_EQ(ask(alice, "POST", account + "/start?kind=contacts").status, 200);
    run(SyncKind::contacts);
    EXPECT_EQ(ask(alice, "GET", account)["contacts"].find("linked")->integer, 1);
    EXPECT_EQ(ask(alice, "GET", account)["calendar"].find("status")->string, "authorised");
    EXPECT_EQ(ask(alice, "GET", account + "/journal?kind=contacts").items().size(), 1u);
    EXPECT_TRUE(ask(alice, "GET", account + "/journal?kind=calendar").items().empty());
    EXPECT_EQ(ask(alice, "GET", account + "/groups").status, 200);
    EXPECT_EQ(ask(alice, "GET", account + "/runs?kind=mail").status, 400);
}

TEST_F(ApiAccounts, SettingsAreAMergePatch) {  // RFC 7396
    const std::string settings = connect() + "/settings";
    const Answer before = ask(alice, "GET", settings);
    EXPECT_EQ(before.text("providerDeletes"), "cancel") << "those that nobody chose are there";
    const Headers match{{"if-match", before.headers.at("ETag")}};
    const std::string patch = R"({"providerDeletes":"keep","skipPrivate":false})";
    EXPECT_EQ(ask(alice, "PATCH", settings, patch, match).status, 200);
    EXPECT_EQ(ask(alice, "PATCH", settings, patch, match).status, 412);
    const Answer back = ask(alice, "PATCH", settings, R"({"providerDeletes":null})");
    EXPECT_EQ(back.text("providerDeletes"), "cancel") << back.body;
    EXPECT_FALSE(back["skipPrivate"].boolean);
    for (const auto& [body, field] : {std::pair(R"({"nonsense":1})", "nonsense"),
                                      {R"({"direction":"up"})", "direction"},
                                      {R"({"types":["no-such"]})", "types"},
                                      {R"({"calendars":["/nowhere/"]})", "calendars"},
                                      {R"({"conflictCalendars":["/nowhere/"]})", "conflictCalendars"}}) {
        const Answer answer = ask(alice, "PATCH", settings, body);
        EXPECT_EQ(answer.status, 422) << body;
        EXPECT_EQ(answer.text("field"), field) << body;
    }
    EXPECT_EQ(ask(alice, "GET", settings).body, back.body) << "what was refused changed nothing";
}

TEST_F(ApiAccounts, OneRunAtATime) {  // I7
    const std::string account = connect();
    ASSERT_TRUE(store->sync().takeLease("sync:" + id + ":calendar", "another", std::chrono::seconds(60)));
    EXPECT_EQ(ask(alice, "POST", account + "/preview").status, 409);
}

TEST_F(ApiAccounts, TooManyPreviewsAtOnceAreToBeTriedLater) {  // I5
    const std::string account = connect();
    bridge.runs().limit({.asked = 0});
    const Answer answer = ask(alice, "POST", account + "/preview");
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_EQ(answer.headers.at("Retry-After"), "15");
}

TEST_F(ApiAccounts, AStartIsNotWaitedForUntilTheNextLook) {  // A6
    remote.putEvent("one", "Plan");
    SchedulerOptions scheduling;
    scheduling.look = std::chrono::hours(1);
    bridge.startScheduler(std::move(scheduling));
    const std::string account = connect();
    ASSERT_EQ(ask(alice, "POST", account + "/start").status, 200);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const auto synced = [&] { return !ask(alice, "GET", account)["calendar"].find("lastSuccess")->isNull(); };
    while (!synced() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    EXPECT_TRUE(synced());
    bridge.endScheduler();
}

TEST_F(ApiAccounts, DisconnectForgetsTheSignInAndKeepsTheRest) {  // A9, A10
    remote.putEvent("one", "Plan");
    const std::string account = connect();
    ask(alice, "PATCH", account + "/settings", R"({"direction":"two-way"})");
    ask(alice, "POST", account + "/start");
    run();
    const Answer gone = ask(alice, "DELETE", account);
    ASSERT_EQ(gone.status, 200) << gone.body;
    EXPECT_FALSE(gone["revoked"].boolean);
    EXPECT_THAT(gone.text("note"), AllOf(HasSubstr("stays on both sides"), HasSubstr("revoke it")));
    const Answer shown = ask(alice, "GET", account);
    EXPECT_FALSE(shown["connected"].boolean);
    EXPECT_EQ(shown["calendar"].find("text")->string, "Reconnect needed");
    EXPECT_EQ(shown["calendar"].find("linked")->integer, 1);
    EXPECT_EQ(ask(alice, "POST", account + "/start").status, 409);
    EXPECT_EQ(ask(alice, "GET", account + "/collections").status, 422) << "nobody is signed in";
    const std::string before = id;
    connect();
    EXPECT_EQ(id, before);
    EXPECT_EQ(ask(alice, "GET", account)["calendar"].find("text")->string, "Syncing…") << "it goes on";
}

}  // namespace
}  // namespace crmdav
