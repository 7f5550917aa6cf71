#include <thread>

#include "server/hooks.h"
#include "store/records/uuid.h"
#include "tests/bridge/push_world.h"
#include "tests/server/wire.h"

/// /hooks/google and /hooks/microsoft on the wire: rule A6, demand D30.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Hooks : public testing::Test, protected PushWorld {
protected:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    HttpResponse post(const std::string& path, const Headers& headers, const std::string& body = {},
                      const std::string& method = "POST") {
        HttpLimits limits;
        limits.inner = true;
        return HttpClient(limits).send({method, listener->address() + path, headers, body});
    }
    int fromGoogle(const std::string& channel, const std::string& token, const std::string& state = "exists") {
        return post("/hooks/google",
                    {{"X-Goog-Channel-ID", channel}, {"X-Goog-Channel-Token", token}, {"X-Goog-Resource-State", state}})
            .status;
    }
    int fromMicrosoft(const std::string& body) {
        return post("/hooks/microsoft", {{"Content-Type", "application/json"}}, body).status;
    }
    static std::string note(const std::string& id, const std::string& state, const std::string& more = {}) {
        return R"({"value":[{"subscriptionId":)" + toText(jsonText(id)) + R"(,"clientState":)" +
               toText(jsonText(state)) + more + "}]}";
    }
    /// Google's channel, and the token that it was given.
    std::pair<std::string, std::string> channelOf(const Account& account) {
        standins::PushMessage greeting;
        for (const auto& message : google.calendars(login).takeMessages())
            if (message.state == "sync") greeting = message;
        EXPECT_EQ(greeting.channel, pushes(account).at(0).id);
        return {greeting.channel, greeting.token};
    }
    void lookOnlyWhenTold() {
        SchedulerOptions scheduling;
        scheduling.look = std::chrono::hours(1);
        bridge->startScheduler(std::move(scheduling));
    }
    template <class Condition>
    bool comes(Condition condition) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!condition() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
        return condition();
    }
};

TEST_F(Hooks, AChangeAtGoogleIsThereWithoutWaiting) {
    const Account mine = connectGoogle();
    settle(mine);
    lookOnlyWhenTold();
    meetAtGoogle("News");
    EXPECT_TRUE(comes([&] { return activities() == 1; }));
    const std::string second = meetAtGoogle("More news");
    EXPECT_TRUE(comes([&] { return activities() == 2; }));
}

TEST_F(Hooks, AChangeAtMicrosoftIsThereWithoutWaiting) {
    const Account work = connectMicrosoft();
    settle(work);
    ASSERT_EQ(graph.subscriptions(), 1U) << "the handshake went well";
    lookOnlyWhenTold();
    meetAtMicrosoft("News");
    EXPECT_TRUE(comes([&] { return activities() == 1; }));
}

// Another process runs what is due: the wish is in the store.
TEST_F(Hooks, WithoutASchedulerTheWishIsKept) {
    const Account mine = connectGoogle();
    settle(mine);
    meetAtGoogle("News");
    EXPECT_EQ(google.callbacks.settle(), 2U) << "the greeting, and the change";
    EXPECT_TRUE(wanted(mine));
    EXPECT_EQ(activities(), 0U);
}

TEST_F(Hooks, OnlyTheChannelWithItsTokenIsHeard) {
    const Account mine = connectGoogle();
    settle(mine);
    const auto [channel, token] = channelOf(mine);
    EXPECT_EQ(fromGoogle(channel, "guess"), 404);
    EXPECT_EQ(fromGoogle(channel, ""), 404);
    EXPECT_EQ(fromGoogle(channel, token + "x"), 404);
    EXPECT_EQ(fromGoogle(newId(), token), 404);
    EXPECT_EQ(fromGoogle("' OR 1=1 --", token), 404);
    EXPECT_EQ(post("/hooks/google", {}).status, 404);
    EXPECT_EQ(fromGoogle(channel, token, "sync"), 204);
    EXPECT_FALSE(wanted(mine)) << "a greeting is no change";
    for (int replayed = 0; replayed < 3; ++replayed) EXPECT_EQ(fromGoogle(channel, token), 204);
    EXPECT_TRUE(wanted(mine));
    EXPECT_EQ(run(mine), SyncStatus::active);
    EXPECT_FALSE(wanted(mine)) << "three times the same is one run";
    EXPECT_THAT(temp.place.everything(), Not(HasSubstr(token))) << "A11: what lets others in isn't kept";
}

TEST_F(Hooks, AStoppedSideIsNotWoken) {
    const Account mine = connectGoogle();
    settle(mine);
    const auto [channel, token] = channelOf(mine);
    bridge->accounts().stop(mine.id, SyncKind::calendar);
    EXPECT_EQ(fromGoogle(channel, token), 404);
    EXPECT_FALSE(wanted(mine));
}

TEST_F(Hooks, MicrosoftsHandshakeIsAnsweredWithWhatItSays) {
    const auto asked = post("/hooks/microsoft?validationToken=Validation%3a+Testing+%3Cb%3E+a%2Bb", {});
    EXPECT_EQ(asked.status, 200);
    EXPECT_EQ(asked.body, "Validation: Testing <b> a+b");
    EXPECT_EQ(asked.header("Content-Type"), "text/plain");
    EXPECT_EQ(asked.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(post("/hooks/microsoft?validationToken=" + std::string(5000, 'x'), {}).status, 400);
}

TEST_F(Hooks, OnlyTheSubscriptionWithItsStateIsHeard) {
    const Account work = connectMicrosoft();
    settle(work);
    const std::string id = pushes(work).at(0).id;
    for (const std::string& body :
         {note(id, "guess"), note(id, ""), note("other", "guess"),
          R"({"value":[{"subscriptionId":)" + toText(jsonText(id)) + "}]}",
          std::string(R"({"value":[1,null,"x",{"subscriptionId":7}]})"), std::string(R"({"value":[]})")})
        EXPECT_EQ(fromMicrosoft(body), 202) << body;
    EXPECT_FALSE(wanted(work));
    meetAtMicrosoft("News");
    graph.callbacks().settle();
    EXPECT_TRUE(wanted(work));
}

TEST_F(Hooks, WhatIsNoNotificationIsRefused) {
    for (const char* body : {"", "{", "[]", "{}", R"({"value":7})", R"({"value":{"a":1}})"})
        EXPECT_EQ(fromMicrosoft(body), 400) << body;
    EXPECT_EQ(fromMicrosoft("{\"value\":" + std::string(40, '[') + std::string(40, ']') + "}"), 400);
    std::string many;
    for (int i = 0; i < 1001; ++i) many += (i == 0 ? "" : ",") + std::string(R"({"subscriptionId":"x"})");
    EXPECT_EQ(fromMicrosoft("{\"value\":[" + many + "]}"), 413);
    EXPECT_EQ(fromMicrosoft("{\"value\":[\"" + std::string(hookBytes, 'x') + "\"]}"), 413);
    EXPECT_EQ(post("/hooks/google", {}, std::string(hookBytes + 1, 'x')).status, 413);
    for (const char* path : {"/hooks/google", "/hooks/microsoft"}) {
        EXPECT_EQ(post(path, {}, {}, "GET").status, 405) << path;
        EXPECT_EQ(post(path, {}, {}, "GET").header("Allow"), "POST") << path;
    }
    for (const char* path : {"/hooks", "/hooks/icloud", "/hooks/google/x"})
        EXPECT_EQ(post(path, {}).status, 404) << path;
    context.bridge = nullptr;
    EXPECT_EQ(post("/hooks/google", {}).status, 404);
}

// microsoft-graph §12: reauthorizationRequired is prolonged, subscriptionRemoved asked for anew, missed looked at.
TEST_F(Hooks, WhatBecomesOfASubscriptionIsAttendedTo) {
    const Account work = connectMicrosoft();
    settle(work);
    const SyncPush before = pushes(work).at(0);
    now += std::chrono::hours(1);
    graph.lifecycle("missed");
    graph.callbacks().settle();
    EXPECT_TRUE(wanted(work));
    EXPECT_EQ(run(work), SyncStatus::active);
    EXPECT_EQ(pushes(work).at(0).until, before.until);

    graph.lifecycle("reauthorizationRequired");
    graph.callbacks().settle();
    EXPECT_TRUE(wanted(work));
    EXPECT_EQ(run(work), SyncStatus::active);
    EXPECT_EQ(pushes(work).at(0).id, before.id);
    EXPECT_GT(pushes(work).at(0).until, before.until);

    graph.lifecycle("subscriptionRemoved");
    graph.callbacks().settle();
    EXPECT_THAT(pushes(work), IsEmpty());
    EXPECT_TRUE(wanted(work));
    EXPECT_EQ(run(work), SyncStatus::active);
    ASSERT_EQ(pushes(work).size(), 1U);
    EXPECT_NE(pushes(work)[0].id, before.id);
    EXPECT_EQ(graph.subscriptions(), 1U);

    EXPECT_EQ(fromMicrosoft(note(pushes(work)[0].id, "guess", R"(,"lifecycleEvent":"subscriptionRemoved")")), 202);
    EXPECT_EQ(pushes(work).size(), 1U) << "not everybody can end it";
}

// Whatever stands there is looked for in the database only if it could be a name.
TEST_F(Hooks, NamesThatAreNoneAreNobodys) {
    for (const auto& id : {std::string("\xff\xfe"), std::string(2000, 'x'), std::string()})
        EXPECT_EQ(fromGoogle(id, "token"), 404);
    EXPECT_EQ(fromMicrosoft(note(std::string(2000, 'x'), "guess")), 202);
    EXPECT_EQ(fromMicrosoft(note(R"(a\u0000b)", "guess")), 400) << "no JSON of ours has a NUL";
}

// I7: however many come, an account runs once at a time.
TEST_F(Hooks, ACrowdOfNotificationsIsNoCrowdOfRuns) {
    const Account mine = connectGoogle();
    settle(mine);
    const auto [channel, token] = channelOf(mine);
    lookOnlyWhenTold();
    for (int i = 0; i < 20; ++i) {
        meetAtGoogle("Meeting " + std::to_string(i));
        for (int j = 0; j < 5; ++j) EXPECT_EQ(fromGoogle(channel, token), 204);
    }
    EXPECT_TRUE(comes([&] {
        const auto side = *sync().side(mine.id, SyncKind::calendar);
        return activities() == 20 && !side.wanted && side.status == SyncStatus::active;
    }));
    bridge->endScheduler();
    std::vector<SyncRun> runs = sync().runs(mine.id, SyncKind::calendar, 1000);
    std::ranges::sort(runs, {}, &SyncRun::started);
    for (const SyncRun& run : runs) EXPECT_EQ(run.phase, "done") << run.cause;
    EXPECT_LT(runs.size(), 100U);
}

}  // namespace
}  // namespace crmdav
