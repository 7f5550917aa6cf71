#include "bridge/scheduler.h"
#include "tests/bridge/sync_world.h"

/// Rule I5: nobody waits long for somebody else's provider.
namespace crmdav {
namespace {

using namespace std::chrono;
using testing::HasSubstr;

constexpr const char* twoWay = R"({"direction":"two-way","calendars":["work"]})";

class Fairness : public testing::Test, protected SyncWorld {
protected:
    void putEvents(int count) {
        for (int i = 0; i < count; ++i) event("e" + std::to_string(i), "E" + std::to_string(i));
    }
};

TEST_F(Fairness, I5_ARunMakesRoomAndGoesOnWhereItWas) {
    runs->limit({.share = 0ms, .stall = 1h});
    putEvents(30);
    for (int i = 0; i < 5; ++i) makeActivity("Mine " + std::to_string(i));
    start(calendar, twoWay);
    const auto crowded = [] { return true; };
    int turns = 0;
    for (std::size_t known = 0; turns < 200; ++turns) {
        const auto result = runs->run(account, calendar, {}, crowded);
        ASSERT_TRUE(result);
        if (result->status == SyncStatus::active) break;
        EXPECT_EQ(result->status, SyncStatus::stopped);
        EXPECT_EQ(side(calendar).status, SyncStatus::syncing) << "it isn't switched off, nor at its end";
        EXPECT_GE(activities().size(), known);
        known = activities().size();
    }
    EXPECT_GT(turns, 30) << "a record each";
    EXPECT_LT(turns, 60);
    EXPECT_EQ(activities().size(), 35U);
    EXPECT_EQ(count("work"), 35U);
    EXPECT_LT(server.calls, turns + 20) << "no page is read anew";
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(Fairness, I5_OfThoseThatKeepARequestsThreadThereAreFew) {
    putEvents(1);
    start(calendar, twoWay);
    startOther(calendar, twoWay);
    run(calendar);
    const Id done = journal().front().run;
    runs->limit({.asked = 1});
    int asked = 0;
    server.fault = [&](const std::string& call, bool after) {
        if (call != "changes" || after || asked++ > 0) return;
        EXPECT_THROW(runs->preview(otherAccount, calendar), TryLater);
        EXPECT_THROW(runs->undo(done, 0), TryLater);
        EXPECT_EQ(run(otherAccount, calendar).status, SyncStatus::active) << "runs have threads of their own";
    };
    EXPECT_TRUE(runs->preview(account, calendar));
    EXPECT_EQ(asked, 1);
    EXPECT_TRUE(runs->preview(otherAccount, calendar)) << "its place is free again";
    EXPECT_EQ(runs->undo(done, 0)->undone, 1);
}

TEST_F(Fairness, I5_AnotherAccountDoesNotWaitForTheEnd) {
    now = floor<seconds>(system_clock::now());
    runs->limit({.share = 0ms, .stall = 1h});
    putEvents(30);
    std::mutex mutex;
    std::string order;
    const auto note = [&](MemoryServer& at, char who) {
        at.fault = [&, who](const std::string&, bool) {
            const std::lock_guard lock(mutex);
            order += who;
        };
    };
    start(calendar, twoWay);
    startOther(calendar, twoWay);
    note(server, 'a');
    note(otherServer, 'b');
    SchedulerOptions options;
    options.threads = 1;
    options.look = 1ms;
    {
        const Scheduler scheduler(*store, *runs, std::move(options));
        const auto done = [&] {
            return side(calendar).lastSuccess && sync().side(otherAccount, calendar)->lastSuccess;
        };
        const auto until = steady_clock::now() + 60s;
        while (!done() && steady_clock::now() < until) std::this_thread::yield();
    }
    EXPECT_EQ(activities().size(), 30U);
    EXPECT_EQ(order.front(), 'a');
    EXPECT_LT(order.find('b'), order.rfind('a'));
}

TEST_F(Fairness, I5_APageWithoutEndIsTriedAgainLater) {
    std::function<bool()> waiting;
    const MakeProvider make = [&](const Account&, const ProviderOptions& options) {
        waiting = options.stop;
        return std::make_shared<MemoryProvider>(server);
    };
    AccountRuns slow(*store, make, "slow", 300s, Clock{[this] { return now; }});
    slow.limit({.share = 1h, .stall = 1ms});
    start(calendar, twoWay);
    server.fault = [&](const std::string&, bool) {
        // As HttpClient asks, however many calls a page takes.
        for (int looks = 0; looks < 20'000'000 && !waiting(); ++looks) continue;
    };
    const auto result = slow.run(account, calendar);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, SyncStatus::failing);
    EXPECT_THAT(result->cause, HasSubstr("too long"));
    EXPECT_TRUE(side(calendar).nextTry);
}

}  // namespace
}  // namespace crmdav
