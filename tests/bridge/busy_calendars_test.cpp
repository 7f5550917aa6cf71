#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Rule B13 where of a conflict calendar only busy times can be read.
namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class BusyCalendars : public testing::Test, protected SyncWorld {
protected:
    /// Which setting isn't acceptable, and why; empty: all of them are.
    std::string refused(SyncKind kind, const std::string& settings) {
        try {
            accounts->saveSettings(account, kind, settings);
        } catch (const BadSetting& error) {
            return error.field + ": " + error.what();
        }
        return {};
    }
};

/// Of the blocks in anna's busy/.
std::vector<std::string> blockStarts(SyncWorld& world) {
    std::vector<std::string> starts;
    const auto busy = world.store->collection("anna", Home::calendars, "busy");
    world.store->members(Sight(*busy), MemberDetail::bytes, [&](const Member&, std::string_view body) {
        EXPECT_THAT(std::string(body), HasSubstr("SUMMARY:Busy\r\n"));
        const auto at = body.find("DTSTART:");
        starts.emplace_back(body.substr(at + 8, 16));
    });
    std::ranges::sort(starts);
    return starts;
}

TEST_F(BusyCalendars, B13_OfAConflictCalendarOnlyItsBusyTimesNeedBeReadable) {
    server.busyOnly = {"home"};
    event("e1", "Football", 1, {}, "home");
    event("e2", "Dentist", 2, {}, "home");
    event("e3", "Over", -3, {}, "home");
    event("e4", "Far away", 800, {}, "home");
    start(calendar, R"({"direction":"two-way","calendars":["work"],"conflictCalendars":["home"]})");
    run(calendar);
    EXPECT_TRUE(activities().empty());
    EXPECT_THAT(blockStarts(*this), ElementsAre("20270302T100000Z", "20270303T100000Z"));
    const auto done = journal().size();
    const int before = server.calls;
    EXPECT_EQ(run(calendar).status, SyncStatus::active);
    EXPECT_EQ(server.calls - before, 2) << "one call a calendar";
    EXPECT_EQ(journal().size(), done) << "C10";

    event("e1", "Football", 5, {}, "home");
    server.remove("home", "e2");
    run(calendar);
    EXPECT_THAT(blockStarts(*this), ElementsAre("20270306T100000Z"));
    EXPECT_EQ(journal().size(), done + 3);
    for (int day = 0; day < 40; ++day) {
        now += std::chrono::days(1);
        run(calendar);
    }
    EXPECT_EQ(journal().size(), done + 4) << "what is over is gone when the month is";
}

TEST_F(BusyCalendars, B13_RightsToAConflictCalendarComeAndGo) {
    event("e1", "Football", 1, {}, "home");
    start(calendar, R"({"direction":"two-way","calendars":["work"],"conflictCalendars":["home"]})");
    run(calendar);
    EXPECT_EQ(blocks(), 1U);
    for (const bool readable : {false, true, false}) {
        server.busyOnly.clear();
        if (!readable) server.busyOnly.insert("home");
        now += std::chrono::days(1);
        EXPECT_EQ(run(calendar).status, SyncStatus::active) << side(calendar).cause;
        EXPECT_EQ(blocks(), 1U);
        EXPECT_TRUE(activities().empty());
    }
    server.fault = [](const std::string& call, bool) {
        if (call == "busy") throw CollectionGone("not even that");
    };
    const auto failed = run(calendar);
    EXPECT_EQ(failed.status, SyncStatus::failing);
    EXPECT_EQ(failed.cause, "not even that");
    EXPECT_EQ(blocks(), 1U) << "what can't be read isn't free";
}

TEST_F(BusyCalendars, B13_APreviewShowsTheBusyTimesOfOthers) {
    server.busyOnly = {"home"};
    event("e1", "Football", 1, {}, "home");
    start(calendar, R"({"direction":"two-way","calendars":["work"],"conflictCalendars":["home"]})");
    const auto shown = runs->preview(account, calendar);
    EXPECT_THAT(shown->second.summary, ElementsAre(Pair("busy block", 1)));
    EXPECT_EQ(blocks(), 0U);
    EXPECT_EQ(run(calendar).summary, shown->second.summary) << "G5";
}

TEST_F(BusyCalendars, ALinkedCalendarTellsMoreAndTheFirstCanBeWrittenTo) {  // B1, B13
    server.collections["boss"];
    server.busyOnly = {"boss"};
    server.readOnly = {"home"};
    EXPECT_EQ(refused(calendar, R"({"calendars":["work","boss"]})"),
              "calendars: of \"boss\" only busy times can be read: it can be a conflict calendar, not a linked one");
    EXPECT_EQ(refused(calendar, R"({"calendars":["home"]})"),
              "calendars: \"home\" can only be read: what is made here can't go there");
    EXPECT_EQ(refused(calendar, R"({"calendars":["work","home"],"conflictCalendars":["boss"]})"), "");
    EXPECT_EQ(refused(calendar, R"({"calendars":["home"],"push":false})"), "") << "nothing goes there";
    EXPECT_THAT(refused(calendar, R"({"push":true})"), HasSubstr("home"));
    EXPECT_EQ(refused(book, R"({"books":["home"]})"), "") << "one-way";
    EXPECT_THAT(refused(book, R"({"direction":"two-way"})"), HasSubstr("home"));
    const int before = server.calls;
    EXPECT_EQ(refused(calendar, R"({"skipPrivate":false})"), "");
    EXPECT_EQ(server.calls, before) << "not asked for nothing";
    server.fault = [](const std::string&, bool) { throw TryLater("away"); };
    EXPECT_EQ(refused(calendar, R"({"calendars":["boss"]})"), "") << "a run will tell";
}

TEST_F(BusyCalendars, WhatTheAccountDoesNotHaveCantBeChosen) {
    change(calendar, R"({"calendars":["work"],"conflictCalendars":["home"]})");
    const std::string before = side(calendar).settings;
    const std::string none = "the account has no calendar \"nowhere\"";
    EXPECT_EQ(refused(calendar, R"({"calendars":["nowhere"]})"), "calendars: " + none);
    EXPECT_EQ(refused(calendar, R"({"calendars":["work","nowhere"],"skipPrivate":false})"), "calendars: " + none);
    EXPECT_EQ(refused(calendar, R"({"conflictCalendars":["home","nowhere"]})"),
              "conflictCalendars: " + none + ", and no busy times can be read of one");
    EXPECT_EQ(side(calendar).settings, before) << "nothing of it";
    server.fault = [](const std::string& call, bool) {
        if (call == "busy") throw TryLater("away");
    };
    EXPECT_EQ(refused(calendar, R"({"conflictCalendars":["nowhere"]})"), "") << "a run will tell";
    server.fault = nullptr;
    EXPECT_EQ(refused(book, R"({"books":["nowhere"]})"), "books: the account has no address book \"nowhere\"");
    server.collections.erase("home");
    EXPECT_EQ(refused(calendar, R"({"push":false})"), "") << "of what went away since a run tells";
    EXPECT_EQ(refused(calendar, R"({"conflictCalendars":[]})"), "");
    EXPECT_EQ(refused(calendar, R"({"conflictCalendars":["home"]})").substr(0, 17), "conflictCalendars");
    server.collections.clear();
    EXPECT_EQ(refused(calendar, R"({"calendars":["nowhere"]})"), "") << "a list of none may not be all of it";
}

TEST_F(BusyCalendars, A8_WhatHappensWhileAChoiceIsLookedAtStands) {
    start(calendar, R"({"calendars":["work"]})");
    server.fault = [this](const std::string& call, bool) {
        if (call == "collections") accounts->stop(account, calendar);
    };
    change(calendar, R"({"conflictCalendars":["home"]})");
    EXPECT_EQ(side(calendar).status, SyncStatus::stopped);
    EXPECT_THAT(side(calendar).settings, HasSubstr("home"));
}

TEST_F(BusyCalendars, B3_WhatCantBeMadeThereWaitsAndStopsNothingElse) {
    event("e1", "Theirs");
    start(calendar, R"({"direction":"two-way","calendars":["work"]})");
    run(calendar);
    server.readOnly = {"work"};
    Activity theirs = *activityCalled("Theirs");
    theirs.subject = "Ours";
    edit(theirs);
    for (int i = 0; i < 3; ++i) makeActivity("New " + std::to_string(i));
    event("e2", "Later");
    const int before = server.writes;
    const auto result = run(calendar);
    EXPECT_EQ(result.status, SyncStatus::failing);
    EXPECT_EQ(result.cause, "work can't be written to");
    EXPECT_TRUE(activityCalled("Later")) << "the other way goes on";
    EXPECT_EQ(server.writes - before, 2) << "an update, and one creation";
    EXPECT_EQ(journal().back().outcome, "done");
    run(calendar);
    EXPECT_EQ(server.writes - before, 3);
    server.readOnly.clear();
    EXPECT_EQ(run(calendar).status, SyncStatus::active);
    EXPECT_EQ(count("work"), 5U) << "nothing is lost, and nothing twice";
    EXPECT_EQ(settle(calendar), 0);
}

}  // namespace
}  // namespace crmdav
