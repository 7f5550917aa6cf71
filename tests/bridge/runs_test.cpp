#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Rules A, G and I by behaviour: what runs are to those who look on.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* twoWay = R"({"direction":"two-way","calendars":["work"]})";

/// The process dies: nobody catches it.
struct Killed {};

class Runs : public testing::Test, protected SyncWorld {};

TEST_F(Runs, A3_ItIsActiveWhenARunHasComeToItsEndAndNotBefore) {
    const auto text = [&] { return statusText(side(calendar)); };
    accounts->saveSettings(account, calendar, twoWay);
    EXPECT_EQ(text(), "Authorised");
    accounts->start(account, calendar);
    EXPECT_EQ(text(), "Syncing…") << "nothing was compared yet";
    EXPECT_FALSE(side(calendar).lastSuccess);
    server.fault = [&](const std::string&, bool) {
        EXPECT_EQ(text(), "Syncing…");
        throw TryLater("the line is dead");
    };
    run(calendar);
    EXPECT_EQ(text(), "Failing");
    EXPECT_THAT(side(calendar).cause, HasSubstr("the line is dead"));
    server.fault = nullptr;
    accounts->wantRun(account, calendar);
    EXPECT_EQ(text(), "Syncing…");
    run(calendar);
    EXPECT_EQ(text(), "Active");
    EXPECT_EQ(side(calendar).lastSuccess, now);
    accounts->wantRun(account, calendar);
    EXPECT_EQ(text(), "Active") << "it was in step a moment ago";
    accounts->stop(account, calendar);
    EXPECT_EQ(text(), "Stopped");
    accounts->start(account, calendar);
    EXPECT_EQ(text(), "Syncing…");
}

TEST_F(Runs, A7_ChangedSettingsHoldFromTheNextRunAndUndoNothing) {
    event("e1", "Before");
    makeActivity("Mine");
    start(calendar, twoWay);
    run(calendar);
    ASSERT_TRUE(activityCalled("Before"));
    change(calendar, R"({"direction":"one-way"})");
    event("e2", "After");
    makeActivity("Mine too");
    run(calendar);
    EXPECT_TRUE(activityCalled("Before")) << "what was synced stays";
    EXPECT_FALSE(activityCalled("After")) << "B2: foreign ones only take time by now";
    EXPECT_EQ(blocks(), 1U);
    EXPECT_FALSE(rawOf("work", "Mine too").empty()) << "B1";
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(Runs, A8_StopTakesEffectAtTheNextRecord) {
    start(calendar, twoWay);
    for (int i = 0; i < 10; ++i) makeActivity("A" + std::to_string(i));
    int made = 0;
    server.fault = [&](const std::string& call, bool after) {
        if (call == "create" && after && ++made == 3) accounts->stop(account, calendar);
    };
    run(calendar);
    EXPECT_EQ(count("work"), 3U);
    EXPECT_EQ(side(calendar).status, SyncStatus::stopped);
    server.fault = nullptr;
    accounts->start(account, calendar);
    run(calendar);
    EXPECT_EQ(count("work"), 10U) << "what was left goes on later, and nothing twice";
}

TEST_F(Runs, A8_ACallThatAStopBreaksOffIsNoFailure) {
    start(calendar, twoWay);
    bool stop = false;
    server.fault = [&](const std::string&, bool) {
        stop = true;
        throw TryLater("aborted");
    };
    const auto result = runs->run(account, calendar, [&] { return stop; });
    EXPECT_EQ(result->status, SyncStatus::stopped);
    EXPECT_EQ(side(calendar).status, SyncStatus::syncing) << "it goes on later";
    EXPECT_EQ(side(calendar).failures, 0);
}

// C2, G1: what was begun, because something goes lost there, ends as what became of it.
TEST_F(Runs, AWriteThatIsRefusedIsNoUpdate) {
    event("e1", "Plan");
    start(calendar, twoWay);
    run(calendar);
    Activity plan = *activityCalled("Plan");
    std::string raw = server.at("work", "e1").raw;
    server.put("work", "e1", raw.replace(raw.find("X-UNKNOWN"), 0, "LOCATION:There\r\n"));
    plan.location = "Here";
    edit(plan);
    server.fault = [](const std::string& call, bool after) {
        if (call == "update" && !after) throw Refused("not here");
    };
    run(calendar);
    const JournalEntry entry = journal().front();
    EXPECT_EQ(entry.outcome, "skipped");
    EXPECT_EQ(entry.action, "skip");
    EXPECT_THAT(entry.reason, HasSubstr("not here"));
    ASSERT_EQ(entry.fields.size(), 1U);
    EXPECT_EQ(entry.fields[0].lost, "There");
    EXPECT_EQ(journal().size(), 2U) << "one entry, not two";
    EXPECT_EQ(accounts->today(account, calendar).updatedAtProvider, 0);
}

// C6, G4: what a deletion takes along is kept before it goes: the answer may get lost.
TEST_F(Runs, ADeletionWhoseAnswerIsLostIsInTheJournal) {
    const Id mine = makeActivity("Mine").id;
    start(calendar, twoWay);
    run(calendar);
    removeActivity(mine);
    server.fault = [](const std::string& call, bool after) {
        if (call == "remove" && after) throw TryLater("the answer got lost");
    };
    run(calendar);
    server.fault = nullptr;
    settle(calendar);
    const auto entries = journal();
    EXPECT_TRUE(std::ranges::any_of(entries, [&](const JournalEntry& entry) {
        return entry.action == "delete at provider" &&
               sync().journalEntry(entry.id)->rawBefore.find("SUMMARY:Mine") != std::string::npos;
    }));
    EXPECT_EQ(count("work"), 0U);
}

// I2, C2: one that met somebody's edit wasn't done either, and its entry says so.
TEST_F(Runs, AWriteThatMetAnEditIsSaidToBeNotDone) {
    event("e1", "Plan");
    start(calendar, twoWay);
    run(calendar);
    Activity plan = *activityCalled("Plan");
    const auto put = [this](const std::string& where) {
        std::string raw = server.at("work", "e1").raw;
        const auto at = raw.find("LOCATION:") == raw.npos ? raw.find("X-UNKNOWN") : raw.find("LOCATION:");
        const auto end = raw.find("X-UNKNOWN");
        server.put("work", "e1", raw.replace(at, end - at, "LOCATION:" + where + "\r\n"));
    };
    put("There");
    plan.location = "Here";
    edit(plan);
    bool once = true;
    server.fault = [&](const std::string& call, bool after) {
        if (call == "update" && !after && std::exchange(once, false)) put("Elsewhere");
    };
    run(calendar);
    int begun = 0, notDone = 0;
    for (const JournalEntry& entry : journal()) {
        begun += entry.outcome == "begun" ? 1 : 0;
        if (entry.rule != "I2") continue;
        ++notDone;
        EXPECT_EQ(entry.outcome, "skipped");
        EXPECT_EQ(entry.counted, Counted::nothing);
        ASSERT_EQ(entry.fields.size(), 1U);
        EXPECT_EQ(entry.fields[0].lost, "There");
    }
    EXPECT_EQ(begun, 0) << "its answer came";
    EXPECT_EQ(notDone, 1);
    EXPECT_FALSE(once);
}

// C10, I6: what has no id that can be kept is told of once, however often it is listed.
TEST_F(Runs, WhatCantBeKeptIsToldOfOnce) {
    const std::string bad = std::string("e\xff");
    event("e1", "Plan");
    server.put("work", bad, server.at("work", "e1").raw);
    start(calendar, twoWay);
    run(calendar);
    const auto told = [this] {
        const auto entries = journal();
        return std::ranges::count_if(
            entries, [](const JournalEntry& entry) { return entry.reason.find("can't be kept") != std::string::npos; });
    };
    EXPECT_EQ(told(), 1);
    server.expireCursors();
    run(calendar);
    EXPECT_EQ(told(), 1) << "listed again";
    server.put("work", bad, server.at("work", "e1").raw);
    run(calendar);
    EXPECT_EQ(told(), 2) << "it changed";
}

TEST_F(Runs, A9_TheSameLoginAgainCountsAsUpdates) {
    event("e1", "First");
    start(calendar, twoWay);
    run(calendar);
    accounts->disconnect(account);
    EXPECT_EQ(side(calendar).status, SyncStatus::reconnect);
    event("e2", "Meanwhile");
    now += std::chrono::hours(30);
    EXPECT_EQ(accounts->connectDav(anna.id, "dav", "https://dav.example.org", "anna", "secret").id, account);
    run(calendar);
    EXPECT_TRUE(activityCalled("Meanwhile"));
    EXPECT_EQ(accounts->today(account, calendar).addedToCrm, 0);
    EXPECT_EQ(accounts->today(account, calendar).updatedInCrm, 1);
}

TEST_F(Runs, G5_APreviewWritesNothingAndSaysWhatTheRunThenDoes) {
    event("e1", "Theirs");
    event("e2", "Private", 1, "CLASS:PRIVATE\r\n");
    makeActivity("Mine");
    start(calendar, twoWay);
    const int before = server.writes;
    const auto preview = runs->preview(account, calendar);
    ASSERT_TRUE(preview);
    EXPECT_EQ(server.writes, before);
    EXPECT_EQ(activities().size(), 1U);
    EXPECT_EQ(blocks(), 0U);
    EXPECT_TRUE(journal().empty());
    EXPECT_EQ(run(calendar).summary, preview->second.summary);
    EXPECT_EQ(activities().size(), 2U);
}

TEST_F(Runs, I5_LaterMeansWhereItWas) {
    start(calendar, twoWay);
    for (int i = 0; i < 5; ++i) makeActivity("A" + std::to_string(i));
    int made = 0;
    server.fault = [&](const std::string& call, bool after) {
        if (call == "create" && after && ++made == 2) throw TryLater("429");
    };
    EXPECT_EQ(run(calendar).status, SyncStatus::failing);
    EXPECT_GT(*side(calendar).nextTry, now);
    server.fault = nullptr;
    EXPECT_EQ(run(calendar).status, SyncStatus::active);
    EXPECT_EQ(count("work"), 5U) << "the one whose answer was lost isn't made twice (I1)";
}

// C4, I3: a look at everything goes on after a death, and what was deleted since it began is in no list of what there
// is.
TEST_F(Runs, WhatIsDeletedBetweenTwoPartsOfALookAtEverythingGoesThereToo) {
    const Id gone = makeActivity("Gone").id;
    start(calendar, twoWay);
    settle(calendar);
    makeActivity("Kept");
    change(calendar, R"({"skipPrivate":false})");
    server.fault = [](const std::string& call, bool after) {
        if (call == "create" && !after) throw Killed{};
    };
    EXPECT_THROW(run(calendar), Killed);
    removeActivity(gone);
    server.fault = nullptr;
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_THAT(rawOf("work", "Gone"), IsEmpty());
    EXPECT_EQ(count("work"), 1U);
}

// I1, C8: what was meant to be made and isn't there wasn't taken away by anybody.
TEST_F(Runs, AnOccurrenceThatACutCreationDidNotMakeIsMadeLater) {
    Activity weekly = makeActivity("Weekly");
    weekly.rrule = "FREQ=WEEKLY;COUNT=10";
    Exception moved;
    moved.original = moved.start = moved.end = weekly.start;
    moved.original.local += std::chrono::weeks(1);
    moved.start.local = moved.original.local + std::chrono::hours(2);
    moved.end.local = moved.start.local + std::chrono::hours(1);
    moved.subject = "Weekly";
    weekly.exceptions = {moved};
    edit(weekly);
    start(calendar, twoWay);
    server.fault = [this](const std::string& call, bool after) {
        if (call != "create" || !after) return;
        std::string raw = server.at("work", "n1").raw;
        const auto second = raw.rfind("BEGIN:VEVENT");
        server.put("work", "n1", raw.erase(second, raw.rfind("END:VCALENDAR") - second));
        throw TryLater("between the series and its occurrence");
    };
    run(calendar);
    ASSERT_THAT(rawOf("work", "Weekly"), Not(HasSubstr("RECURRENCE-ID")));
    server.fault = nullptr;
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(activityCalled("Weekly")->exceptions.size(), 1U);
    EXPECT_THAT(rawOf("work", "Weekly"), HasSubstr("RECURRENCE-ID"));
    EXPECT_EQ(count("work"), 1U);
}

// I1, D3: what a cut creation made is known by its key, whatever it is called by now.
TEST_F(Runs, AContactRenamedBeforeItsCreationWasKnownIsNoNewOne) {
    server.marks = false;
    start(book, R"({"direction":"two-way","books":["work"]})");
    const Id id = makeContact("Ann", "Lee", "ann@else.org").id;
    server.fault = [](const std::string& call, bool after) {
        if (call == "create" && after) throw Killed{};
    };
    EXPECT_THROW(run(book), Killed);
    server.fault = nullptr;
    std::string raw = server.at("work", "n1").raw;
    for (auto at = raw.find("Lee"); at != raw.npos; at = raw.find("Lee")) raw.replace(at, 3, "Cole");
    server.put("work", "n1", raw);
    EXPECT_FALSE(runs->preview(account, book)->second.summary.contains("create in CRM")) << "G5";
    EXPECT_EQ(settle(book), 0);
    ASSERT_EQ(contacts().size(), 1U);
    EXPECT_EQ(contacts()[0].id, id);
    EXPECT_EQ(contacts()[0].lastName, "Cole");
    EXPECT_EQ(count("work"), 1U);
    EXPECT_EQ(side(book).status, SyncStatus::active);
}

TEST_F(Runs, I6_OneBadRecordStopsNothing) {
    start(calendar, twoWay);
    event("e1", "Good");
    server.put("work", "e2", "BEGIN:VCALENDAR\r\nUID:e2\r\nthis is no calendar");
    run(calendar);
    EXPECT_TRUE(activityCalled("Good"));
    EXPECT_EQ(side(calendar).status, SyncStatus::active);
}

TEST_F(Runs, I8_ARevokedGrantIsToldOnce) {
    start(calendar, twoWay);
    run(calendar);
    server.fault = [](const std::string&, bool) { throw ReconnectNeeded("the permission was taken back"); };
    for (int i = 0; i < 3; ++i) run(calendar);
    EXPECT_EQ(side(calendar).status, SyncStatus::reconnect);
    EXPECT_THAT(side(calendar).cause, HasSubstr("taken back"));
    EXPECT_EQ(sync().due(10).size(), 1U);
}

}  // namespace
}  // namespace crmdav
