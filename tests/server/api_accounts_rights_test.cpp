#include "server/api/routes.h"
#include "tests/server/accounts_world.h"

/// Who reaches which account, and how one gets into it by a provider's sign-in page.
namespace crmdav {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

/// Each address of the tables: whoever it doesn't belong to is told that there is none, and changes nothing.
TEST_F(ApiAccounts, NobodyReachesAnothers) {
    remote.putEvent("one", "Hush");
    connect();
    ask(alice, "PATCH", "/accounts/" + id + "/settings", R"({"direction":"two-way"})");
    ask(alice, "POST", "/accounts/" + id + "/start");
    run();
    const std::string run = ask(alice, "GET", "/accounts/" + id + "/runs").items()[0].find("id")->string;
    const std::string before = ask(alice, "GET", "/accounts/" + id).body;
    for (const auto& routes : {accountRoutes(), accountRunRoutes()})
        for (const Route& route : routes) {
            std::string path(route.path);
            if (path.find("{id}") == path.npos) continue;
            path.replace(path.find("{id}"), 4, id);
            if (path.find("{run}") != path.npos) path.replace(path.find("{run}"), 5, run);
            const std::string body = R"({"run":")" + run + "\"}";
            const std::string method(route.method);
            EXPECT_EQ(ask(bob, method, path, body).status, 404) << method << path;
            EXPECT_EQ(ask(admin, method, path, body).status, 404) << method << path << " without saying whose";
            EXPECT_EQ(ask(bob, method, path + "?user=alice", body).status, 403) << method << path;
        }
    EXPECT_EQ(ask(alice, "GET", "/accounts/" + id).body, before);
    EXPECT_TRUE(ask(bob, "GET", "/accounts").items().empty());
    EXPECT_EQ(ask(bob, "GET", "/accounts?user=alice").status, 403);
    EXPECT_EQ(ask(bob, "POST", "/accounts?user=alice", wish(remote.password)).status, 403);
    EXPECT_EQ(ask(bob, "POST", "/accounts/authorise?user=alice", R"({"provider":"google"})").status, 403);
    EXPECT_EQ(ask(admin, "GET", "/accounts?user=alice").items().size(), 1u);
    EXPECT_EQ(ask(admin, "GET", "/accounts?user=nobody").status, 404);
    EXPECT_EQ(ask(admin, "POST", "/accounts/" + id + "/stop?user=alice").text("status"), "stopped");

    // A run of somebody else's account isn't reached by way of one's own either.
    const std::string bobs = ask(bob, "POST", "/accounts", wish(remote.password)).text("id");
    EXPECT_EQ(ask(bob, "GET", "/accounts/" + bobs + "/runs/" + run).status, 404);
    EXPECT_EQ(ask(bob, "GET", "/accounts/" + bobs + "/journal?run=" + run).status, 404);
    EXPECT_EQ(ask(bob, "POST", "/accounts/" + bobs + "/undo", R"({"run":")" + run + "\"}").status, 404);
}

/// F4, B8: an admin who looks after somebody's account learns no more of the records than by their own addresses.
TEST_F(ApiAccounts, AdminsSeeOfAnothersRunsWhatTheySeeOfTheRecords) {
    remote.putEvent("one", "Plan");
    remote.put("dav/calendars/anna/activities/two.ics",
               "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:two\r\nDTSTAMP:20260101T000000Z\r\n"
               "DTSTART:20990303T100000Z\r\nDTEND:20990303T110000Z\r\nCLASS:PRIVATE\r\nSUMMARY:Doctor\r\n"
               "END:VEVENT\r\nEND:VCALENDAR\r\n");
    const std::string account = connect();
    ask(alice, "PATCH", account + "/settings", R"({"direction":"two-way"})");
    const auto preview = [&](const Identity& who) {
        return membersOf(ask(who, "POST", account + "/preview?user=alice"), "title");
    };
    EXPECT_THAT(preview(alice), UnorderedElementsAre("Plan", "Doctor"));
    EXPECT_THAT(preview(admin), ElementsAre("(private)", "(private)"));
    ask(alice, "POST", account + "/start");
    run();
    Store::Query own;
    own.user = alice.user.id;
    own.owner = "alice";
    Activity edited = store->activities(own).records.at(0);
    edited.location = "Room 7";
    Actor actor;
    actor.user = alice.user.id;
    store->saveActivity(actor, edited, {});
    run();

    const auto journal = [&](const Identity& who) { return ask(who, "GET", account + "/journal?user=alice"); };
    EXPECT_THAT(membersOf(journal(alice), "title"), UnorderedElementsAre("Plan", "Plan", "Doctor"));
    EXPECT_THAT(journal(alice).body, HasSubstr("Room 7"));
    EXPECT_THAT(journal(admin).body, AllOf(Not(HasSubstr("Plan")), Not(HasSubstr("Doctor")), Not(HasSubstr("Room 7"))));
    EXPECT_EQ(membersOf(journal(admin), "action"), membersOf(journal(alice), "action"));
    EXPECT_EQ(ask(admin, "GET", account + "/journal?user=alice&text=doctor").status, 403);
    EXPECT_EQ(ask(alice, "GET", account + "/journal?text=doctor").items().size(), 1u);

    const auto show = [&](Detail detail) {
        User user = alice.user;
        user.visibility = detail;
        store->saveUser({}, user);
    };
    show(Detail::subject);
    EXPECT_THAT(journal(admin).body, AllOf(HasSubstr("Plan"), Not(HasSubstr("Doctor")), Not(HasSubstr("Room 7"))));
    show(Detail::everything);
    EXPECT_THAT(journal(admin).body, AllOf(HasSubstr("Plan"), Not(HasSubstr("Doctor")), HasSubstr("Room 7")));
}

TEST_F(ApiAccounts, WithoutABridgeWhatIsKnownIsShown) {
    const std::string account = connect();
    context.bridge = nullptr;
    EXPECT_EQ(ask(alice, "GET", account).status, 200);
    EXPECT_EQ(ask(alice, "POST", account + "/start").status, 503);
    EXPECT_EQ(comeBack({{"code", "1"}, {"state", "2"}}).status, 404);
}

// ---------------------------------------------------------------- the provider's sign-in page

TEST_F(ApiAccounts, GoogleSendsPeopleBackConnected) {  // A1
    const Answer asked = ask(alice, "POST", "/accounts/authorise", R"({"provider":"google"})");
    ASSERT_EQ(asked.status, 200) << asked.body;
    EXPECT_EQ(asked.headers.at("Cache-Control"), "no-store");
    const auto back = google.signIn().agree(asked.text("address"), "alice@gmail.example");
    ASSERT_TRUE(back.contains("code")) << asked.body;
    const Response page = comeBack({back.begin(), back.end()});
    EXPECT_EQ(page.status, 200) << page.body;
    EXPECT_THAT(page.body, AllOf(HasSubstr("alice@gmail.example is connected with the account of alice here"),
                                 Not(HasSubstr(back.at("code")))));
    const Answer accounts = ask(alice, "GET", "/accounts");
    ASSERT_EQ(accounts.items().size(), 1u);
    EXPECT_EQ(accounts.items()[0].find("provider")->string, "google");
    EXPECT_TRUE(ask(bob, "GET", "/accounts").items().empty());
    EXPECT_EQ(comeBack({back.begin(), back.end()}).status, 422) << "a code is good for once";

    const Answer gone = ask(alice, "DELETE", "/accounts/" + accounts.items()[0].find("id")->string);
    EXPECT_TRUE(gone["revoked"].boolean) << gone.body;
}

/// Else somebody could lay a link to their own sign-in before others, and have these connect their accounts.
TEST_F(ApiAccounts, ASignInBegunInABrowserEndsInItAndInTheConsole) {
    const auto own = store->addSession({}, alice.user.id, std::chrono::hours(1));
    const auto others = store->addSession({}, bob.user.id, std::chrono::hours(1));
    Identity who = alice;
    who.session = own.session.id;
    const Answer asked = ask(who, "POST", "/accounts/authorise", R"({"provider":"google"})");
    const auto back = google.signIn().agree(asked.text("address"), "alice@gmail.example");
    ASSERT_TRUE(back.contains("code")) << asked.body;
    EXPECT_EQ(comeBack({back.begin(), back.end()}).status, 403) << "no session";
    const Response other = comeBack({back.begin(), back.end()}, "google", others.secret);
    EXPECT_EQ(other.status, 403);
    EXPECT_THAT(other.body, HasSubstr("begun in another browser"));
    EXPECT_TRUE(store->sync().accounts(0).empty());

    const Response done = comeBack({back.begin(), back.end()}, "google", own.secret);
    EXPECT_EQ(done.status, 303) << done.body;
    const std::string account = store->sync().accounts(alice.user.id).at(0).id;
    EXPECT_THAT(done.headers, testing::Contains(testing::Pair("Location", "/console/#/integrations/" + account)));

    const std::string state = back.at("state");
    const Response denied = comeBack({{"error", "access_denied"}, {"state", state}}, "google", own.secret);
    EXPECT_THAT(denied.headers,
                testing::Contains(testing::Pair(
                    "Location", "/console/#/integrations/new?signIn=denied&provider=google")));
}

TEST_F(ApiAccounts, ASignInThatDoesNotEndWellSaysSo) {
    const Response cancelled = comeBack({{"error", "access_denied"}, {"state", "x"}});
    EXPECT_THAT(cancelled.body, AllOf(HasSubstr("Not connected"), HasSubstr("The sign-in was cancelled")));
    EXPECT_THAT(comeBack({{"error", "<script>"}}).body, HasSubstr("refused the sign-in: &lt;script&gt;"));
    const Response forged = comeBack({{"code", "1"}, {"state", "bm90IG91cnM"}});
    EXPECT_EQ(forged.status, 403);
    EXPECT_THAT(forged.body, HasSubstr("begin the sign-in again"));
    EXPECT_EQ(comeBack({}).status, 403);
    EXPECT_EQ(comeBack({{"code", "1"}}, "exchange").status, 404);
    EXPECT_TRUE(store->sync().accounts(0).empty());
}

}  // namespace
}  // namespace crmdav
