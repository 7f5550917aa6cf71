#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Rule I1: what was begun at the provider is remembered until it is known what became of it, and no longer.
namespace crmdav {
namespace {

using std::chrono::hours;

constexpr const char* twoWay = R"({"direction":"two-way","books":["work"]})";
constexpr const char* oneWay = R"({"direction":"one-way","books":["work"]})";

class OpenCreations : public testing::Test, protected SyncWorld {
protected:
    OpenCreations() { now = floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

    /// A creation at the provider whose question, or answer, gets lost.
    void breakAt(bool answer, SyncKind kind) {
        server.fault = [answer](const std::string& call, bool after) {
            if (call == "create" && after == answer) throw TryLater("the connection broke");
        };
        EXPECT_EQ(run(kind).status, SyncStatus::failing);
        server.fault = nullptr;
        ASSERT_EQ(open(kind), 1U);
    }
    std::size_t open(SyncKind kind) { return sync().linksBeingMade({account, kind}).size(); }
};

TEST_F(OpenCreations, EndADayAfterTheRecordWasDeleted) {
    start(book, twoWay);
    const Id ann = makeContact("Ann", "Lee", "ann@else.org").id;
    breakAt(false, book);
    now += hours(30);
    removeContact(ann);
    run(book);
    EXPECT_EQ(open(book), 1U) << "the provider may be slow to tell";
    now += hours(25);
    run(book);
    EXPECT_EQ(open(book), 0U);
    EXPECT_EQ(count("work"), 0U);
    EXPECT_TRUE(contacts().empty());
}

TEST_F(OpenCreations, OfWhatIsThereAfterAllEndWithIt) {
    start(book, twoWay);
    const Id ann = makeContact("Ann", "Lee", "ann@else.org").id;
    breakAt(true, book);
    removeContact(ann);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(open(book), 0U);
    EXPECT_EQ(count("work"), 0U) << "D3: the deletion goes there";
}

TEST_F(OpenCreations, EndWhereTheSettingsLeaveTheRecordOut) {
    start(book, twoWay);
    makeContact("Ann", "Lee", "ann@else.org");
    breakAt(false, book);
    change(book, oneWay);
    run(book);
    EXPECT_EQ(open(book), 1U);
    now += hours(25);
    run(book);
    EXPECT_EQ(open(book), 0U);
    change(book, twoWay);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(count("work"), 1U) << "it is made when it is to be made again";
}

TEST_F(OpenCreations, OfEventsEndAsWell) {
    start(calendar, R"({"direction":"two-way","calendars":["work"]})");
    makeActivity("Plan", 10);
    breakAt(false, calendar);
    change(calendar, R"({"types":[")" + store->activityTypes().back().id + "\"]}");
    now += hours(25);
    run(calendar);
    EXPECT_EQ(open(calendar), 0U);
    change(calendar, R"({"types":[]})");
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(count("work"), 1U);
}

TEST_F(OpenCreations, StayWhileTheRecordWaitsForItsTurn) {
    start(book, twoWay);
    makeContact("Ann", "Lee", "ann@else.org");
    breakAt(false, book);
    now += hours(25);
    server.fault = [](const std::string& call, bool) {
        if (call == "create") throw TryLater("still broken");
    };
    run(book);
    EXPECT_EQ(open(book), 1U);
    server.fault = nullptr;
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(count("work"), 1U);
}

TEST_F(OpenCreations, StayWhileTheProviderKnowsTheirKey) {
    server.marks = false;
    start(book, twoWay);
    const Id ann = makeContact("Ann", "Lee", "ann@else.org").id;
    breakAt(true, book);
    server.hideAll = true;
    change(book, oneWay);
    now += hours(25);
    run(book);
    EXPECT_EQ(open(book), 1U) << "a listing that left it out isn't all that is asked";
    server.hideAll = false;
    server.expireCursors();
    change(book, twoWay);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(count("work"), 1U);
    ASSERT_EQ(contacts().size(), 1U);
    EXPECT_EQ(sync().linkOfLocal({account, book}, ann)->remote, "n1");
}

TEST_F(OpenCreations, StayWhereNobodyLooksAnyMore) {
    start(calendar, R"({"direction":"two-way","calendars":["work"]})");
    const Id plan = makeActivity("Plan", 10).id;
    breakAt(true, calendar);
    removeActivity(plan);
    change(calendar, R"({"calendars":["home"]})");
    now += hours(25);
    run(calendar);
    EXPECT_EQ(open(calendar), 1U);
    change(calendar, R"({"calendars":["work"]})");
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_TRUE(activities().empty()) << "what was deleted here isn't taken up";
    EXPECT_EQ(count("work"), 0U);
    EXPECT_EQ(open(calendar), 0U);
}

}  // namespace
}  // namespace crmdav
