#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Rules I1, I2 and C2 where answers get lost, and people edit in the midst of a run.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* twoWay = R"({"direction":"two-way","calendars":["work"]})";
constexpr const char* twoWayBook = R"({"direction":"two-way","books":["work"]})";

/// The process dies: nobody catches it.
struct Killed {};

class AmidRuns : public testing::Test, protected SyncWorld {
protected:
    /// Before or after the next call of that name, once.
    void at(const std::string& name, bool after, std::function<void()> what) {
        server.fault = [=, this](const std::string& call, bool then) {
            if (call != name || then != after) return;
            const auto once = what;
            server.fault = nullptr;
            once();
        };
    }
    void loseAnswer(const std::string& name) {
        at(name, true, [] { throw TryLater("the answer got lost"); });
    }
    void putThere(const std::string& line) {
        std::string raw = server.at("work", "e1").raw;
        server.put("work", "e1", raw.insert(raw.find("X-UNKNOWN"), line + "\r\n"));
    }
    int skipped() {
        const auto entries = journal();
        return static_cast<int>(std::ranges::count(entries, "skipped", &JournalEntry::outcome));
    }
};

TEST_F(AmidRuns, I1_WhatIsMetAfterALostAnswerIsOneCreationAndSeesWhatWasEditedSince) {
    Contact max = makeContact("Max", "Meier", "max@else.org");
    max.jobTitle = "Clerk";
    max = edit(max);
    start(book, twoWayBook);
    loseAnswer("create");
    run(book);
    ASSERT_EQ(count("work"), 1U);
    max.jobTitle = "Boss";
    edit(max);
    at("update", false, [] { throw Killed{}; });
    EXPECT_THROW(run(book), Killed);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(count("work"), 1U);
    EXPECT_EQ(contacts().at(0).jobTitle, "Boss");
    EXPECT_THAT(rawOf("work", "Max Meier"), HasSubstr("TITLE:Boss"));
    EXPECT_EQ(accounts->today(account, book).addedToProvider, 1) << "G1";
}

// I1, C4, C6: also where the provider keeps no mark of who made it.
TEST_F(AmidRuns, AContactThatWasDeletedBeforeItsCreationWasKnownIsNotTakenForANewOne) {
    server.marks = false;
    for (const bool edited : {false, true}) {
        const std::string name = edited ? "Edited" : "Plain";
        const Id id = makeContact(name, "Meier", name + "@else.org").id;
        start(book, twoWayBook);
        loseAnswer("create");
        run(book);
        const std::string there = server.ids("work").front();
        if (edited) {
            std::string raw = server.at("work", there).raw;
            server.put("work", there, raw.insert(raw.find("END:VCARD"), "TITLE:Boss\r\n"));
        }
        removeContact(id);
        EXPECT_EQ(settle(book), 0);
        EXPECT_EQ(contacts().size(), edited ? 1U : 0U);
        EXPECT_EQ(count("work"), edited ? 1U : 0U);
        for (const Contact& back : contacts()) EXPECT_EQ(back.id, id) << "not another one";
    }
}

// I1, I6: a provider that names another record's place as what an earlier try made stops nothing.
TEST_F(AmidRuns, ACreationWhosePlaceIsTakenIsMadeAnew) {
    const Id max = makeContact("Max", "Meier", "max@else.org").id;
    start(book, twoWayBook);
    run(book);
    const Id eve = makeContact("Eve", "Ray", "eve@else.org").id;
    at("create", false, [] { throw TryLater("500"); });
    run(book);
    server.collections["work"]["n1"].key = sync().linkOfLocal({account, book}, eve)->id;
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(side(book).status, SyncStatus::active) << side(book).cause;
    EXPECT_EQ(count("work"), 2U);
    EXPECT_EQ(sync().linkOfLocal({account, book}, max)->remote, "n1");
    EXPECT_THAT(rawOf("work", "Max Meier"), HasSubstr("max@else.org"));
    EXPECT_THAT(rawOf("work", "Eve Ray"), HasSubstr("eve@else.org"));
}

// I1, D3: what a cut creation made is known by its key, whatever it is called by now.
TEST_F(AmidRuns, AContactThatWasRenamedAndDeletedBeforeItsCreationWasKnownIsNoNewOne) {
    server.marks = false;
    const Id max = makeContact("Max", "Meier", "max@else.org").id;
    start(book, twoWayBook);
    loseAnswer("create");
    run(book);
    removeContact(max);
    std::string raw = server.at("work", "n1").raw;
    for (auto at = raw.find("Max"); at != raw.npos; at = raw.find("Max")) raw.replace(at, 3, "Moritz");
    server.put("work", "n1", raw);
    EXPECT_FALSE(runs->preview(account, book)->second.summary.contains("create in CRM")) << "G5";
    EXPECT_EQ(settle(book), 0);
    ASSERT_EQ(contacts().size(), 1U) << "C6: the edit is kept";
    EXPECT_EQ(contacts()[0].id, max);
    EXPECT_EQ(contacts()[0].firstName, "Moritz");
    EXPECT_EQ(count("work"), 1U);
}

TEST_F(AmidRuns, I2_WhatIsDeletedThereBeforeAWriteIsDecidedUponAnew) {
    event("e1", "Plan");
    start(calendar, twoWay);
    run(calendar);
    Activity plan = *activityCalled("Plan");
    plan.location = "Here";
    edit(plan);
    at("update", false, [this] { server.remove("work", "e1"); });
    run(calendar);
    EXPECT_EQ(count("work"), 1U) << "C6: made again, in the same run";
    EXPECT_THAT(rawOf("work", "Plan"), HasSubstr("LOCATION:Here"));
    EXPECT_EQ(skipped(), 0);
}

TEST_F(AmidRuns, I2_AnEditInTheCrmDuringAWriteIsDecidedUponAnew) {
    event("e1", "Plan");
    start(calendar, twoWay);
    run(calendar);
    Activity plan = *activityCalled("Plan");
    plan.subject = "Our plan";
    plan = edit(plan);
    putThere("LOCATION:There");
    at("update", true, [&] {
        plan.notes = "meanwhile";
        edit(plan);
    });
    run(calendar);
    EXPECT_EQ(activityCalled("Our plan")->location, "There");
    EXPECT_EQ(activityCalled("Our plan")->notes, "meanwhile");
    EXPECT_THAT(rawOf("work", "Our plan"), HasSubstr("DESCRIPTION:meanwhile"));
    EXPECT_EQ(skipped(), 0);
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(AmidRuns, I2_ADeletionInTheCrmDuringAWriteIsDecidedUponAnew) {
    start(calendar, twoWay);
    const Id id = makeActivity("Mine").id;
    run(calendar);
    Activity mine = *activityCalled("Mine");
    mine.subject = "Ours";
    edit(mine);
    const std::string there = server.ids("work").front();
    std::string raw = server.at("work", there).raw;
    server.put("work", there, raw.insert(raw.find("SUMMARY"), "LOCATION:There\r\n"));
    at("update", true, [&] { removeActivity(id); });
    run(calendar);
    EXPECT_EQ(skipped(), 0);
    settle(calendar);
    EXPECT_EQ(activities().size(), count("work")) << "both or none";
}

// I5: at whichever of its looks at the clock the store gives up, it is tried again, and nothing is skipped for good.
TEST_F(AmidRuns, ABusyStoreIsNobodysFault) {
    start(calendar, twoWay);
    for (int tick = 1; tick < 25; ++tick) {
        const std::string name = "E" + std::to_string(tick);
        event("e" + std::to_string(tick), name);
        int left = tick;
        onClock = [&] {
            if (--left == 0) throw StoreBusy("busy");
        };
        try {
            run(calendar);
        } catch (const StoreBusy&) {  // before there was a run, or at its very end
        }
        onClock = nullptr;
        EXPECT_EQ(run(calendar).status, SyncStatus::active);
        EXPECT_TRUE(activityCalled(name)) << tick;
    }
    EXPECT_EQ(skipped(), 0);
}

}  // namespace
}  // namespace crmdav
