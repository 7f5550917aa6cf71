#include "tests/server/accounts_world.h"

namespace crmdav {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> all;
    for (const Json& item : list.array) all.push_back(item.string);
    return all;
}

const std::string png = "\x89PNG\r\n\x1a\n" + std::string(100, 'x');

/// What only admins may, and how it is.
class ApiAdmin : public ApiAccounts {
protected:
    Answer provider(const std::string& name) {
        Answer found;
        const Answer all = ask(admin, "GET", "/providers");
        for (const Json& item : all.items())
            if (item.find("provider")->string == name) found.json = item;
        return found;
    }
};

TEST_F(ApiAdmin, MembersGetNothingOfIt) {
    for (const auto& [method, address] : std::vector<std::pair<std::string, std::string>>{
             {"GET", "/providers"},
             {"PATCH", "/providers/google"},
             {"PUT", "/organisation/logo"},
             {"DELETE", "/organisation/logo"},
             {"GET", "/health"},
             {"POST", "/users/alice/hand-over"},
             {"PATCH", "/organisation"},
             {"GET", "/accounts?user=*"},
         })
        EXPECT_EQ(ask(bob, method, address, "{}").status, 403) << method << address;
}

// ---------------------------------------------------------------- provider clients

TEST_F(ApiAdmin, ProviderClientsAreEnteredAndTheirSecretsNeverShown) {
    const Answer before = provider("microsoft");
    EXPECT_EQ(before.text("clientId"), "");
    EXPECT_EQ(before.text("redirect"), "https://crm.example/oauth/microsoft/callback");
    const Answer entered =
        ask(admin, "PATCH", "/providers/microsoft", R"({"clientId":" app-1 ","clientSecret":"s3cr3t-app"})");
    ASSERT_EQ(entered.status, 200) << entered.body;
    EXPECT_EQ(entered.text("clientId"), "app-1") << "as pasted, without blanks";
    EXPECT_TRUE(entered["hasSecret"].boolean);
    EXPECT_THAT(entered.body, Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(ask(admin, "GET", "/providers").body, Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(ask(admin, "GET", "/history").body, Not(HasSubstr("s3cr3t")));
    EXPECT_THAT(place.everything(), Not(HasSubstr("s3cr3t-app")));
}

TEST_F(ApiAdmin, ProviderClientsCountAtOnce) {
    const auto begin = [&] { return ask(alice, "POST", "/accounts/authorise", R"({"provider":"microsoft"})"); };
    EXPECT_EQ(begin().status, 409);
    ASSERT_EQ(ask(admin, "PATCH", "/providers/microsoft", R"({"clientId":"app-1","clientSecret":"x"})").status, 200);
    EXPECT_THAT(begin().text("address"), HasSubstr("client_id=app-1"));
    ASSERT_EQ(ask(admin, "PATCH", "/providers/microsoft", R"({"clientId":null,"clientSecret":null})").status, 200);
    EXPECT_EQ(begin().status, 409);
}

TEST_F(ApiAdmin, ProviderClientsOfTheFileAreFixed) {  // the world's file has Google's
    EXPECT_THAT(texts(provider("google")["fixed"]), Contains("clientId"));
    const Answer refused = ask(admin, "PATCH", "/providers/google", R"({"clientId":"mine"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.text("field"), "clientId");
    EXPECT_THAT(refused.text("detail"), HasSubstr("bridge.google.clientId"));
}

TEST_F(ApiAdmin, ProviderClientsWithSlipsAreRefusedAtTheirField) {
    EXPECT_EQ(ask(admin, "PATCH", "/providers/yahoo", "{}").status, 404);
    const Answer refused = ask(admin, "PATCH", "/providers/microsoft", R"({"clientSecret":"two words"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.text("field"), "clientSecret");
    EXPECT_EQ(ask(admin, "PATCH", "/providers/microsoft", R"({"redirect":"https://evil.example"})").status, 422);
}

// ---------------------------------------------------------------- organisation and logo

TEST_F(ApiAdmin, LogoIsKeptAndSentAsAPictureOnly) {
    EXPECT_EQ(ask(bob, "GET", "/organisation/logo").status, 404);
    EXPECT_TRUE(ask(bob, "GET", "/organisation")["logo"].isNull());
    ASSERT_EQ(ask(admin, "PUT", "/organisation/logo", png, {{"content-type", "image/png"}}).status, 204);
    const Answer logo = ask(bob, "GET", "/organisation/logo?v=" + ask(bob, "GET", "/organisation").text("logo"));
    EXPECT_EQ(logo.body, png);
    EXPECT_EQ(logo.headers.at("Content-Type"), "image/png");
    EXPECT_EQ(logo.headers.at("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(logo.headers.at("Content-Security-Policy"), HasSubstr("sandbox"));
    EXPECT_EQ(ask(bob, "GET", "/organisation/logo", "", {{"if-none-match", logo.headers.at("ETag")}}).status, 304);
    EXPECT_EQ(ask(admin, "DELETE", "/organisation/logo").status, 204);
    EXPECT_EQ(ask(bob, "GET", "/organisation/logo").status, 404);
}

TEST_F(ApiAdmin, LogoIsNoProgramAndNotLarge) {
    const std::string svg = R"(<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>)";
    EXPECT_EQ(ask(admin, "PUT", "/organisation/logo", svg, {{"content-type", "image/svg+xml"}}).status, 415);
    EXPECT_EQ(ask(admin, "PUT", "/organisation/logo", svg, {{"content-type", "image/png"}}).status, 415);
    EXPECT_EQ(ask(admin, "PUT", "/organisation/logo", "GIF89a" + std::string(50, 'x')).status, 415);
    EXPECT_EQ(ask(admin, "PUT", "/organisation/logo", png + std::string(512 * 1024, 'x')).status, 413);
    EXPECT_EQ(ask(bob, "GET", "/organisation/logo").status, 404);
}

TEST_F(ApiAdmin, WhatTheFileSaysOfTheOrganisationIsFixed) {
    config.organisationZone = "Europe/Zurich";
    Organisation kept = store->organisation();
    kept.zone = "Europe/Zurich";
    store->saveOrganisation({}, kept);
    EXPECT_THAT(texts(ask(bob, "GET", "/organisation")["fixed"]), ElementsAre("zone"));
    const Answer refused = ask(admin, "PATCH", "/organisation", R"({"zone":"Europe/Paris"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.text("field"), "zone");
    EXPECT_THAT(refused.text("detail"), HasSubstr("organisation.timezone"));
    EXPECT_EQ(ask(admin, "PATCH", "/organisation", R"({"name":"Firm","zone":"Europe/Zurich"})").status, 200)
        << "the same value is no change";
}

// ---------------------------------------------------------------- health

TEST_F(ApiAdmin, HealthTellsOfTheStoreAndTheLastBackup) {
    const Answer health = ask(admin, "GET", "/health");
    ASSERT_EQ(health.status, 200) << health.body;
    EXPECT_EQ(health.text("version"), CRMDAV_VERSION);
    EXPECT_EQ(health["store"].find("users")->integer, 3);
    EXPECT_GT(health["store"].find("schema")->integer, 0);
    EXPECT_TRUE(health["lastBackup"].isNull());
    store->saveSetting({}, "backup.last", "2026-11-20T09:00:00Z", "");
    EXPECT_EQ(ask(admin, "GET", "/health").text("lastBackup"), "2026-11-20T09:00:00Z");
}

TEST_F(ApiAdmin, HealthNamesAccountsThatNeedSomebodyAndWhy) {
    connect();
    SyncSide side = *store->sync().side(id, SyncKind::calendar);
    side.status = SyncStatus::failing;
    side.cause = "the server is away";
    store->sync().saveSide(side);
    const Answer health = ask(admin, "GET", "/health");
    EXPECT_EQ(health["accounts"].integer, 1);
    const Json& failing = health["failing"];
    ASSERT_EQ(failing.array.size(), 1u) << health.body;
    EXPECT_EQ(failing.array[0].find("user")->string, "alice");
    EXPECT_EQ(failing.array[0].find("cause")->string, "the server is away");
    EXPECT_FALSE(health["statuses"].array.empty());
}

TEST_F(ApiAdmin, UsersAreSignedOutEverywhere) {
    store->addSession({}, alice.user.id, std::chrono::hours(1));
    ASSERT_EQ(ask(admin, "GET", "/users/alice/sessions").items().size(), 1u);
    EXPECT_EQ(ask(admin, "DELETE", "/users/alice/sessions")["ended"].integer, 1);
    EXPECT_THAT(ask(admin, "GET", "/users/alice/sessions").items(), IsEmpty());
    EXPECT_EQ(ask(bob, "GET", "/users/alice/sessions").status, 403);
}

TEST_F(ApiAdmin, AccountsOfEverybodyAreListedAtOnce) {
    connect();
    EXPECT_THAT(membersOf(ask(admin, "GET", "/accounts"), "id"), IsEmpty());
    EXPECT_THAT(membersOf(ask(admin, "GET", "/accounts?user=*"), "user"), ElementsAre("alice"));
}

TEST_F(ApiAdmin, HistoryNamesTheRunThatDidIt) {
    remote.putEvent("one", "Plan");
    const std::string account = connect();
    ask(alice, "PATCH", account + "/settings", R"({"direction":"two-way"})");
    ask(alice, "POST", account + "/start");
    run();
    const std::string activity = ask(alice, "GET", "/activities").items().at(0).find("id")->string;
    const Answer entries = ask(alice, "GET", "/history?record=" + activity);
    const Answer runs = ask(alice, "GET", account + "/runs");
    ASSERT_FALSE(entries.items().empty() || runs.items().empty());
    EXPECT_EQ(entries.items()[0].find("run")->string, id + ":calendar:" + runs.items()[0].find("id")->string);
    const std::string own =
        ask(alice, "POST", "/activities", R"({"subject":"S","start":"2026-11-20T09:00","end":"2026-11-20T10:00"})")
            .text("id");
    const Answer made = ask(alice, "GET", "/history?record=" + own);
    EXPECT_EQ(made.items().at(0).find("run")->string, "");
}

TEST_F(ApiAdmin, HistoryNamesOwnersByTheirLogins) {
    const std::string deal = ask(admin, "POST", "/deals", R"({"title":"D","owner":"alice"})").text("id");
    ASSERT_EQ(ask(admin, "PATCH", "/deals/" + deal, R"({"owner":"bob"})").status, 200);
    const Answer history = ask(admin, "GET", "/history?record=" + deal);
    const Json& change = history.items().at(0).find("fields")->array.at(0);
    EXPECT_EQ(change.find("field")->string, "owner");
    EXPECT_EQ(change.find("before")->string, "alice");
    EXPECT_EQ(change.find("after")->string, "bob");
}

// ---------------------------------------------------------------- hand-over

TEST_F(ApiAdmin, RecordsOfAUserWhoIsSwitchedOffAreHandedOver) {
    const std::string activity =
        ask(alice, "POST", "/activities", R"({"subject":"S","start":"2026-11-20T09:00","end":"2026-11-20T10:00"})")
            .text("id");
    const auto handOver = [&](const std::string& heir) {
        return ask(admin, "POST", "/users/alice/hand-over", R"({"heir":")" + heir + "\"}");
    };
    EXPECT_EQ(handOver("bob").status, 409) << "she is active";
    ASSERT_EQ(ask(admin, "PATCH", "/users/alice", R"({"active":false})").status, 200);
    EXPECT_EQ(handOver("alice").text("field"), "heir");
    EXPECT_EQ(handOver("nobody").text("field"), "heir");
    ASSERT_EQ(handOver("bob").status, 204);
    EXPECT_EQ(ask(bob, "GET", "/activities/" + activity).text("owner"), "bob");
    EXPECT_EQ(ask(admin, "GET", "/users/alice").status, 200);
}

}  // namespace
}  // namespace crmdav
