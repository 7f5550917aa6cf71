#include "bridge/pushes.h"

#include "tests/bridge/push_world.h"

/// Rules A6, A8, A10 and D30 of the demands: subscriptions are there while something is synced, with time left; they
/// make runs begin sooner and nothing depends on them.
namespace crmdav {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr SyncKind contacts = SyncKind::contacts;

class PushLife : public testing::Test, protected PushWorld {
protected:
    std::size_t channels() { return google.calendars(login).channels(); }
};

TEST_F(PushLife, ARunThatWentWellAsksForOneEach) {
    const Account mine = connectGoogle(), work = connectMicrosoft();
    settle(mine);
    settle(work);
    settle(work, contacts);
    ASSERT_THAT(pushes(mine), SizeIs(1));
    EXPECT_EQ(pushes(mine)[0].collection, login);
    EXPECT_EQ(pushes(mine)[0].callback, "https://crm.example/hooks/google");
    EXPECT_EQ(pushes(mine)[0].until, now + days(7));
    EXPECT_THAT(pushes(work), ElementsAre(Field(&SyncPush::callback, "https://crm.example/hooks/microsoft")));
    EXPECT_THAT(pushes(work, contacts), ElementsAre(Field(&SyncPush::collection, "contacts")));
    EXPECT_EQ(channels(), 1U);
    EXPECT_EQ(graph.subscriptions(), 2U);
    EXPECT_EQ(sync().figures(now).pushes, 3);
    EXPECT_EQ(sync().figures(now + days(8)).pushes, 0);
    EXPECT_THAT(temp.store->check({}), IsEmpty());
}

// The same for an account that has none to give: nothing is remembered, nothing is asked for.
TEST_F(PushLife, PeopleHaveNone) {
    const Account mine = connectGoogle();
    settle(mine, contacts);
    EXPECT_THAT(pushes(mine, contacts), IsEmpty());
    EXPECT_EQ(channels(), 0U);
}

TEST_F(PushLife, WhereProvidersCannotReachUsNothingIsAskedFor) {
    for (const char* address : {"", "http://crm.example", "https://localhost", "https://crm", "https://10.0.0.7",
                                "https://[::1]:8443", "https://crm.local", "https://crm.office.internal/dav"}) {
        restart(address);
        const Account mine = connectGoogle();
        start(mine);
        EXPECT_EQ(run(mine), SyncStatus::active);
        EXPECT_THAT(pushes(mine), IsEmpty()) << address;
        bridge->accounts().stop(mine.id, SyncKind::calendar);
    }
    EXPECT_EQ(channels(), 0U);
}

// D30: renewal before expiry, and at Google the old one ends only when there is a new one.
TEST_F(PushLife, TheyAreProlongedBeforeTheyEnd) {
    const Account mine = connectGoogle(), work = connectMicrosoft();
    settle(mine);
    settle(work);
    const std::string first = pushes(mine)[0].id, subscription = pushes(work)[0].id;
    std::set<std::string> seen;
    for (int hour = 0; hour < 24 * 20; hour += 4) {
        now += 4h;
        EXPECT_EQ(run(mine), SyncStatus::active);
        EXPECT_EQ(run(work), SyncStatus::active);
        ASSERT_THAT(pushes(mine), SizeIs(1)) << hour;
        ASSERT_THAT(pushes(work), SizeIs(1)) << hour;
        EXPECT_GT(pushes(mine)[0].until, now + days(1)) << hour;
        EXPECT_GT(pushes(work)[0].until, now + 18h) << hour;
        seen.insert(pushes(mine)[0].id);
        EXPECT_EQ(channels(), 1U) << hour;
        EXPECT_EQ(graph.subscriptions(), 1U) << hour;
    }
    EXPECT_TRUE(seen.contains(first));
    EXPECT_THAT(seen, SizeIs(testing::AllOf(testing::Ge(4U), testing::Le(6U)))) << "one in less than five days";
    EXPECT_EQ(pushes(work)[0].id, subscription) << "it was prolonged each time";
}

// What a renewal can't be had for a while lapses; the run by interval catches up, and asks for a new one.
TEST_F(PushLife, OneThatLapsedIsAskedForAgain) {
    const Account mine = connectGoogle();
    settle(mine);
    const std::string lapsed = pushes(mine)[0].id;
    google.faults.rate(100);
    for (int day = 0; day < 8; ++day) {
        now += days(1);
        EXPECT_NE(run(mine), SyncStatus::active);
    }
    EXPECT_EQ(channels(), 0U);
    meetAtGoogle("While nobody listened");
    google.faults.rate(0);
    EXPECT_EQ(run(mine), SyncStatus::active);
    EXPECT_EQ(activities(), 1U);
    ASSERT_THAT(pushes(mine), SizeIs(1));
    EXPECT_NE(pushes(mine)[0].id, lapsed);
    EXPECT_TRUE(wanted(mine)) << "what changed between its look and the new channel is looked for at once";
}

// A failure to subscribe never fails a run, and isn't repeated with each.
TEST_F(PushLife, WhatIsRefusedIsAskedForAnHourLater) {
    graph.callbacks().sendTo("http://127.0.0.1:1");  // nobody answers there
    const Account work = connectMicrosoft();
    start(work);
    EXPECT_EQ(run(work), SyncStatus::active);
    EXPECT_EQ(graph.subscriptions(), 0U);
    ASSERT_THAT(pushes(work), SizeIs(1));
    EXPECT_TRUE(pushes(work)[0].secret.empty());
    EXPECT_EQ(sync().figures(now).pushes, 0);
    EXPECT_FALSE(bridge->pushes().take(pushes(work)[0].id, "", PushNews::changed)) << "no secret is none";

    graph.callbacks().sendTo(listener->address());
    graph.forgetRequests();
    now += 59min;
    EXPECT_EQ(run(work), SyncStatus::active);
    EXPECT_THAT(graph.requests(), Not(testing::Contains(testing::HasSubstr("/subscriptions"))));
    now += 1min;
    EXPECT_EQ(run(work), SyncStatus::active);
    EXPECT_EQ(graph.subscriptions(), 1U);
    ASSERT_THAT(pushes(work), SizeIs(1));
    EXPECT_FALSE(pushes(work)[0].secret.empty());
}

TEST_F(PushLife, TheyGoWithWhatIsSynced) {
    google.calendars(login).add("team", "Team");
    const Account mine = connectGoogle();
    settle(mine);
    bridge->accounts().saveSettings(mine.id, SyncKind::calendar, R"({"calendars":["team"]})");
    EXPECT_EQ(run(mine), SyncStatus::active);
    EXPECT_THAT(pushes(mine), ElementsAre(Field(&SyncPush::collection, "team")));
    EXPECT_EQ(channels(), 1U);

    restart("https://new.example/crm");  // what was asked for calls an address that isn't ours any more
    EXPECT_EQ(run(mine), SyncStatus::active);
    EXPECT_THAT(pushes(mine), ElementsAre(Field(&SyncPush::callback, "https://new.example/crm/hooks/google")));
    EXPECT_EQ(channels(), 1U);
    restart("");
    EXPECT_EQ(run(mine), SyncStatus::active);
    EXPECT_THAT(pushes(mine), IsEmpty());
    EXPECT_EQ(channels(), 0U);
}

TEST_F(PushLife, AStopAndADisconnectEndThem) {  // A8, A10
    const Account mine = connectGoogle(), work = connectMicrosoft();
    settle(mine);
    settle(work);
    settle(work, contacts);
    bridge->accounts().stop(mine.id, SyncKind::calendar);
    EXPECT_THAT(pushes(mine), IsEmpty());
    EXPECT_EQ(channels(), 0U);
    bridge->accounts().stop(work.id, contacts);
    EXPECT_EQ(graph.subscriptions(), 1U) << "the calendar's goes on";
    bridge->accounts().disconnect(work.id);
    EXPECT_THAT(pushes(work), IsEmpty());
    EXPECT_EQ(graph.subscriptions(), 0U);
}

// A provider that is away isn't waited for, and what it sends later is nobody's.
TEST_F(PushLife, AStopNeedsNoProvider) {
    const Account mine = connectGoogle();
    settle(mine);
    google.faults.rate(100);
    bridge->accounts().stop(mine.id, SyncKind::calendar);
    EXPECT_THAT(pushes(mine), IsEmpty());
    EXPECT_EQ(channels(), 1U);
    meetAtGoogle("x");
    google.callbacks.settle();
    EXPECT_FALSE(wanted(mine));
}

// Somebody stops it while the run asks for a channel.
TEST_F(PushLife, AStopMeanwhileLeavesNone) {
    const Account mine = connectGoogle();
    start(mine);
    google.calendars(login).onMessage = [&](const standins::PushMessage&) {
        SyncSide side = *sync().side(mine.id, SyncKind::calendar);
        side.status = SyncStatus::stopped;
        sync().saveSide(side);
    };
    run(mine);
    EXPECT_THAT(pushes(mine), IsEmpty());
    EXPECT_EQ(channels(), 0U);
}

TEST_F(PushLife, AnErasedAccountLeavesNothing) {
    const Account mine = connectGoogle();
    settle(mine);
    temp.store->removeUser({}, temp.anna.id, 0);
    EXPECT_EQ(sync().figures(now).pushes, 0);
    EXPECT_THAT(temp.store->check({}), IsEmpty());
}

// D30: of 100 notifications 30 are lost, and the channel lapses: a change shows with the next look (a minute) where its
// notification came, else with the interval (an hour).
TEST_F(PushLife, LostNotificationsCostAnIntervalAndNothingElse) {
    const Account mine = connectGoogle();
    settle(mine);
    google.callbacks.lose(30);
    std::size_t made = 0, soon = 0;
    for (int change = 0; change < 40; ++change) {
        meetAtGoogle("Meeting " + std::to_string(++made));
        google.callbacks.settle();
        const Instant asked = now;
        while (activities() < made) {
            now += 1min;
            const SyncSide side = *sync().side(mine.id, SyncKind::calendar);
            const bool due = side.wanted || *side.nextTry <= now;
            EXPECT_EQ(due ? run(mine) : SyncStatus::active, SyncStatus::active);
            ASSERT_LE(now - asked, 1h);
        }
        if (now - asked == 1min) ++soon;
        if (change == 30) google.callbacks.lose(100);
    }
    EXPECT_GE(soon, 15U);
    EXPECT_LT(soon, 35U);
}

}  // namespace
}  // namespace crmdav
