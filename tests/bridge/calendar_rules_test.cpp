#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Rules B and C by behaviour: what runs do to both sides.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* oneWay = R"({"direction":"one-way","calendars":["work"]})";
constexpr const char* twoWay = R"({"direction":"two-way","calendars":["work"]})";
constexpr const char* guests =
    "ORGANIZER:mailto:anna@example.com\r\nATTENDEE:mailto:anna@example.com\r\nATTENDEE;CN=Guest:mailto:guest@else."
    "org\r\n";

class CalendarRules : public testing::Test, protected SyncWorld {};

TEST_F(CalendarRules, B1_OneWayPushesWhatIsMadeInTheCrm) {
    start(calendar, oneWay);
    makeActivity("Call Ann");
    EXPECT_EQ(run(calendar).status, SyncStatus::active);
    EXPECT_THAT(rawOf("work", "Call Ann"), HasSubstr("SUMMARY:Call Ann"));
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(CalendarRules, B1_EditsOfAPushedEventComeBack) {
    start(calendar, oneWay);
    makeActivity("Call Ann");
    run(calendar);
    const std::string id = server.ids("work").front();
    std::string raw = server.at("work", id).raw;
    raw.replace(raw.find("SUMMARY:Call Ann"), 16, "SUMMARY:Call Bea");
    server.put("work", id, raw);
    run(calendar);
    EXPECT_TRUE(activityCalled("Call Bea"));
    EXPECT_EQ(activities().size(), 1U);
}

TEST_F(CalendarRules, B1_B2_OneWayForeignEventsAreGreyBlocksOnly) {
    event("e1", "Secret plans", 1, guests);
    start(calendar, oneWay);
    run(calendar);
    EXPECT_TRUE(activities().empty());
    EXPECT_TRUE(contacts().empty());
    EXPECT_EQ(blocks(), 1U);
    const auto busy = store->collection("anna", Home::calendars, "busy");
    store->members(Sight(*busy), MemberDetail::bytes, [](const Member&, std::string_view bytes) {
        EXPECT_THAT(std::string(bytes), Not(HasSubstr("Secret")));
        EXPECT_THAT(std::string(bytes), Not(HasSubstr("guest@else.org")));
    });
    server.remove("work", "e1");
    run(calendar);
    EXPECT_EQ(blocks(), 0U);
}

TEST_F(CalendarRules, B3_TwoWayGoesBothWays) {
    makeActivity("Mine");
    event("e1", "Theirs");
    start(calendar, twoWay);
    run(calendar);
    EXPECT_TRUE(activityCalled("Theirs"));
    EXPECT_THAT(rawOf("work", "Mine"), Not(IsEmpty()));
    Activity theirs = *activityCalled("Theirs");
    theirs.subject = "Ours";
    edit(theirs);
    run(calendar);
    EXPECT_THAT(rawOf("work", "Ours"), HasSubstr("X-UNKNOWN;P=1:kept"));  // C3
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(CalendarRules, D12_GuestsOfForeignEventsBecomeContactsInTwoWayModeOnly) {
    event("e1", "With a guest", 1,
          std::string(guests) +
              "ATTENDEE:mailto:noreply@else.org\r\nATTENDEE:mailto:colleague@example.com\r\n"
              "ATTENDEE;CUTYPE=ROOM:mailto:room@else.org\r\n");
    start(calendar, twoWay);
    run(calendar);
    ASSERT_EQ(contacts().size(), 1U);
    EXPECT_EQ(contacts()[0].emails[0].value, "guest@else.org");
    EXPECT_EQ(contacts()[0].displayName, "Guest");

    removeContact(contacts()[0].id);
    event("e2", "Again with that guest", 2, guests);
    run(calendar);
    EXPECT_TRUE(contacts().empty()) << "a contact deleted in the CRM is not made again";
}

TEST_F(CalendarRules, B5_OneWayLeavesWhatWasThereUntilAPersonEditsIt) {
    Activity old = makeActivity("Old");
    now += std::chrono::seconds(10);
    start(calendar, oneWay);
    run(calendar);
    EXPECT_EQ(count("work"), 0U);
    old.location = "Room 1";
    edit(old);
    run(calendar);
    EXPECT_EQ(count("work"), 1U);
}

TEST_F(CalendarRules, B5_WhatAPersonEditsIsNewsByWhicheverDoor) {
    const std::vector<std::pair<std::string, bool>> doors{
        {"dav", true}, {"api", true}, {"console", true}, {"import", false}, {"bridge", false}};
    std::vector<Activity> old;
    for (const auto& [via, news] : doors) old.push_back(makeActivity("Edited by " + via));
    now += std::chrono::seconds(10);
    start(calendar, oneWay);
    run(calendar);
    ASSERT_EQ(count("work"), 0U);
    for (std::size_t i = 0; i < doors.size(); ++i) {
        Actor actor = as(anna);
        actor.via = doors[i].first;
        old[i].location = "Room 1";
        now += std::chrono::seconds(1);
        store->saveActivity(actor, old[i], {});
    }
    run(calendar);
    for (const auto& [via, news] : doors) EXPECT_EQ(!rawOf("work", "Edited by " + via).empty(), news) << via;
}

TEST_F(CalendarRules, B6_UpcomingOnly) {
    makeActivity("Past in the CRM", -3);
    event("e1", "Past there", -3);
    event("e2", "Endless since long ago", -300, "RRULE:FREQ=WEEKLY\r\n");
    now += std::chrono::hours(1);
    start(calendar, twoWay);
    run(calendar);
    EXPECT_FALSE(activityCalled("Past there"));
    EXPECT_TRUE(activityCalled("Endless since long ago"));
    EXPECT_THAT(rawOf("work", "Past in the CRM"), IsEmpty());
    now += std::chrono::hours(1);
    event("e1", "Past there, but changed", -3);
    run(calendar);
    EXPECT_TRUE(activityCalled("Past there, but changed"));
}

TEST_F(CalendarRules, B7_OnlyTickedTypesArePushedAndUntickingStopsUpdates) {
    const auto types = store->activityTypes();
    const auto idOf = [&](const std::string& key) { return std::ranges::find(types, key, &ActivityType::key)->id; };
    start(calendar, R"({"direction":"two-way","calendars":["work"],"types":[")" + idOf("call") + R"("],"saveAs":")" +
                        idOf("lunch") + "\"}");
    Activity call = makeActivity("A call");
    call.typeId = idOf("call");
    call = edit(call);
    Activity meeting = makeActivity("A meeting");
    meeting.typeId = idOf("meeting");
    edit(meeting);
    event("e1", "Theirs");
    run(calendar);
    EXPECT_THAT(rawOf("work", "A call"), Not(IsEmpty()));
    EXPECT_THAT(rawOf("work", "A meeting"), IsEmpty());
    EXPECT_EQ(activityCalled("Theirs")->typeId, idOf("lunch"));

    change(calendar, R"({"types":[")" + idOf("meeting") + "\"]}");
    call.location = "Elsewhere";
    edit(call);
    run(calendar);
    EXPECT_THAT(rawOf("work", "A call"), Not(HasSubstr("Elsewhere")));
    EXPECT_THAT(rawOf("work", "A meeting"), Not(IsEmpty()));
}

TEST_F(CalendarRules, B8_B9_PrivateAndInternalEventsOnlyTakeTime) {
    event("private", "Doctor", 1, "CLASS:PRIVATE\r\n");
    event("internal", "Salaries", 1,
          "ORGANIZER:mailto:anna@example.com\r\nATTENDEE:mailto:anna@example.com\r\n"
          "ATTENDEE:mailto:Ben+x@EU.Example.com\r\n");
    event("mixed", "Kick-off", 1, guests);
    start(calendar, twoWay);
    run(calendar);
    EXPECT_FALSE(activityCalled("Doctor"));
    EXPECT_FALSE(activityCalled("Salaries"));
    EXPECT_TRUE(activityCalled("Kick-off"));
    EXPECT_EQ(blocks(), 2U);
    change(calendar, R"({"skipPrivate":false,"skipInternal":false})");
    run(calendar);
    EXPECT_TRUE(activityCalled("Doctor"));
    EXPECT_EQ(blocks(), 0U);
}

TEST_F(CalendarRules, B9_EventsWithoutGuestsAsTheSettingSays) {
    event("alone", "Focus");
    start(calendar, R"({"direction":"two-way","calendars":["work"],"aloneIsBusy":true})");
    run(calendar);
    EXPECT_FALSE(activityCalled("Focus"));
    EXPECT_EQ(blocks(), 1U);
}

TEST_F(CalendarRules, B11_ContactInfoStandsInTheDescriptionAndNeverComesBack) {
    Contact ann = makeContact("Ann", "Lee", "ann@else.org");
    start(calendar, R"({"direction":"two-way","calendars":["work"],"includeInfo":true})");
    Activity meeting = makeActivity("Meeting");
    meeting.notes = "Bring cake";
    meeting.contactIds = {ann.id};
    meeting = edit(meeting);
    run(calendar);
    EXPECT_THAT(rawOf("work", "Meeting"), HasSubstr("ann@else.org"));
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(activityCalled("Meeting")->notes, "Bring cake");
    meeting.location = "Room 1";
    edit(meeting);
    run(calendar);
    const std::string raw = rawOf("work", "Meeting");
    EXPECT_EQ(raw.find("ann@else.org"), raw.rfind("ann@else.org")) << "the block grew";
}

TEST_F(CalendarRules, B12_WithoutGuestsAtTheProviderTheyStandInTheDescription) {
    server.guests = false;
    start(calendar, twoWay);
    Activity meeting = makeActivity("Meeting");
    meeting.participants = {{.email = "guest@else.org", .name = "Guest", .contactId = {}}};
    edit(meeting);
    run(calendar);
    EXPECT_THAT(rawOf("work", "Meeting"), Not(HasSubstr("ATTENDEE")));
    EXPECT_THAT(rawOf("work", "Meeting"), HasSubstr("guest@else.org"));
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(activityCalled("Meeting")->participants.size(), 2U) << "absence there is no removal";
}

TEST_F(CalendarRules, B13_ConflictCalendarsAreReadForBusyTimesOnly) {
    event("e1", "Football", 1, {}, "home");
    start(calendar, R"({"direction":"two-way","calendars":["work"],"conflictCalendars":["home"]})");
    run(calendar);
    EXPECT_FALSE(activityCalled("Football"));
    EXPECT_EQ(blocks(), 1U);
}

TEST_F(CalendarRules, B13_OneAccountOfAUserTakesWhatIsBornInTheCrm) {
    const auto counts = [&] {
        run(account, calendar);
        run(otherAccount, calendar);
        return std::pair(count("work"), otherServer.ids("work").size());
    };
    const auto push = [&](const Id& which, bool wanted) {
        accounts->saveSettings(which, calendar, std::string(R"({"push":)") + (wanted ? "true}" : "false}"));
    };
    start(calendar, twoWay);
    startOther(calendar, twoWay);
    Activity first = makeActivity("First");
    EXPECT_EQ(counts(), std::pair(1UL, 0UL)) << "the one that was there before";
    push(otherAccount, true);
    makeActivity("Second");
    EXPECT_EQ(counts(), std::pair(1UL, 1UL)) << "the one that was told so last, and what the other has isn't doubled";
    first.location = "Elsewhere";
    edit(first);
    EXPECT_EQ(counts(), std::pair(1UL, 1UL));
    EXPECT_THAT(rawOf("work", "First"), HasSubstr("Elsewhere")) << "what was synced stays so";
    accounts->stop(otherAccount, calendar);
    push(account, true);
    makeActivity("Third");
    EXPECT_EQ(counts().first, 3U) << "what stopped keeps nothing from going elsewhere";
    accounts->start(otherAccount, calendar);
    makeActivity("Fourth");
    run(otherAccount, calendar);
    run(account, calendar);
    EXPECT_EQ(count("work"), 3U) << "started with the tick, it takes over";
    EXPECT_FALSE(calendarSettings(side(calendar).settings).push);
}

TEST_F(CalendarRules, B14_AnEventThatTurnsPrivateBecomesABlock) {
    event("e1", "Open");
    start(calendar, twoWay);
    run(calendar);
    ASSERT_TRUE(activityCalled("Open"));
    event("e1", "Closed", 1, "CLASS:PRIVATE\r\n");
    run(calendar);
    EXPECT_TRUE(activities().empty());
    EXPECT_EQ(blocks(), 1U);
    event("e1", "Open again");
    run(calendar);
    EXPECT_TRUE(activityCalled("Open again"));
    EXPECT_EQ(blocks(), 0U);
}

TEST_F(CalendarRules, B15_HistorySinceADateMakesNoContacts) {
    event("e1", "Last month", -30, guests);
    event("e2", "Last year", -365, guests);
    makeActivity("Mine of last month", -30);
    start(calendar, R"({"direction":"two-way","calendars":["work"],"historySince":"2027-01-01"})");
    run(calendar);
    EXPECT_EQ(count("work"), 2U) << "nothing of the past is pushed";
    EXPECT_TRUE(activityCalled("Last month"));
    EXPECT_FALSE(activityCalled("Last year"));
    EXPECT_TRUE(contacts().empty());
}

TEST_F(CalendarRules, C2_TheLaterEditWinsAndTheOtherIsInTheJournal) {
    event("e1", "Base");
    start(calendar, twoWay);
    run(calendar);
    Activity base = *activityCalled("Base");
    base.subject = "From the CRM";
    edit(base);
    now += std::chrono::seconds(30);
    event("e1", "From there, later");
    run(calendar);
    EXPECT_TRUE(activityCalled("From there, later"));
    EXPECT_EQ(settle(calendar), 0);
    bool kept = false;
    for (const JournalEntry& entry : journal())
        for (const JournalField& field : entry.fields) kept = kept || field.lost == "From the CRM";
    EXPECT_TRUE(kept);
}

TEST_F(CalendarRules, C7_AMoveIntoAnotherLinkedCalendarIsAMove) {
    event("e1", "Moves");
    start(calendar, R"({"direction":"two-way","calendars":["work","home"]})");
    run(calendar);
    const Id id = activityCalled("Moves")->id;
    server.remove("work", "e1");
    event("e1", "Moves", 1, {}, "home");
    run(calendar);
    ASSERT_TRUE(activityCalled("Moves"));
    EXPECT_EQ(activityCalled("Moves")->id, id);
    EXPECT_FALSE(activityCalled("Moves")->cancelled);
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(CalendarRules, C8_SeriesKeepTheirExceptions) {
    event("s", "Weekly", 1, "RRULE:FREQ=WEEKLY;COUNT=10\r\n");
    start(calendar, twoWay);
    run(calendar);
    Activity series = *activityCalled("Weekly");
    ASSERT_FALSE(series.rrule.empty());
    Exception gone;
    gone.original = series.start;
    gone.original.local += std::chrono::weeks(1);
    gone.cancelled = true;
    series.exceptions = {gone};
    edit(series);
    run(calendar);
    EXPECT_THAT(rawOf("work", "Weekly"), HasSubstr("EXDATE"));
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(CalendarRules, C10_WhatARunWroteIsNoNews) {
    start(calendar, twoWay);
    makeActivity("A");
    event("e1", "B");
    run(calendar);
    const auto entries = journal().size();
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(journal().size(), entries);
}

TEST_F(CalendarRules, C12_WhoIsNotTheOrganiserSendsOnlyTheirOwn) {
    event("e1", "Their meeting", 1,
          "ORGANIZER:mailto:boss@else.org\r\nATTENDEE:mailto:anna@example.com\r\nATTENDEE:mailto:boss@else.org\r\n");
    start(calendar, twoWay);
    run(calendar);
    Activity meeting = *activityCalled("Their meeting");
    meeting.subject = "My name for it";
    edit(meeting);
    run(calendar);
    EXPECT_THAT(rawOf("work", "My name for it"), IsEmpty());
    EXPECT_TRUE(activityCalled("My name for it"));
    EXPECT_TRUE(std::ranges::any_of(journal(), [](const JournalEntry& e) { return e.rule == "C12"; }));
}

}  // namespace
}  // namespace crmdav
