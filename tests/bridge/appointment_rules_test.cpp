#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/booking.h"
#include "tests/bridge/sync_world.h"

/// Rules B10 and E by behaviour: what appointment calendars are to a sync.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* guests =
    "ORGANIZER:mailto:anna@example.com\r\nATTENDEE:mailto:anna@example.com\r\nATTENDEE;CN=Guest:mailto:guest@else."
    "org\r\n";

class AppointmentRules : public testing::Test, protected SyncWorld {
protected:
    Id makeCalendar(CalendarKind kind, const std::string& host = "anna") {
        AppointmentCalendar made;
        made.key = made.name = "intro" + std::to_string(++made_);
        made.kind = kind;
        made.members = {host};
        return store->booking().saveCalendar({}, made, {}).id;
    }
    static std::string settings(const std::string& direction, const Id& appointments, const std::string& more = {}) {
        return R"({"calendars":["work"],"direction":")" + direction + R"(","defaultCalendar":")" + appointments + "\"" +
               more + "}";
    }
    /// @returns the setting that is refused; empty: none is
    std::string refused(const std::string& settings) {
        try {
            accounts->saveSettings(account, calendar, settings);
            return {};
        } catch (const BadSetting& bad) {
            return bad.field;
        }
    }
    Activity makeAppointment(const std::string& subject, const Id& in, int days = 1) {
        Activity activity = makeActivity(subject, days);
        activity.calendar = in;
        return edit(activity);
    }

private:
    int made_ = 0;
};

TEST_F(AppointmentRules, E1_E2_ForeignEventsAreAppointmentsOfTheDefaultCalendar) {
    const Id intro = makeCalendar(CalendarKind::personal);
    event("e1", "Intro", 1, guests);
    event("e2", "Last month", -30, guests);
    start(calendar, settings("two-way", intro, R"(,"historySince":"2027-01-01")"));
    run(calendar);
    EXPECT_EQ(activityCalled("Intro")->calendar, intro);
    EXPECT_EQ(activityCalled("Last month")->calendar, Id()) << "B15: of history nothing but the meeting";
    EXPECT_EQ(contacts().size(), 1U);
    EXPECT_EQ(settle(calendar), 0);
    Activity moved = *activityCalled("Intro");
    moved.calendar.clear();
    edit(moved);
    event("e1", "Intro", 2, guests);
    run(calendar);
    EXPECT_EQ(activityCalled("Intro")->calendar, Id()) << "that somebody took out of it";
}

TEST_F(AppointmentRules, E2_WithoutContactsThereAreAppointments) {
    const Id intro = makeCalendar(CalendarKind::personal);
    event("e1", "Intro", 1, guests);
    start(calendar, settings("two-way", intro, R"(,"makeContacts":false)"));
    run(calendar);
    EXPECT_EQ(activityCalled("Intro")->calendar, intro);
    EXPECT_THAT(contacts(), IsEmpty());
}

TEST_F(AppointmentRules, E2_ADefaultCalendarMustBeChosenWhereGuestsDontBecomeContacts) {
    const Id intro = makeCalendar(CalendarKind::personal);
    EXPECT_EQ(refused(R"({"direction":"two-way","makeContacts":false})"), "defaultCalendar");
    EXPECT_EQ(refused(R"({"direction":"one-way","makeContacts":false})"), "") << "there, no events are taken up";
    EXPECT_EQ(refused(R"({"direction":"two-way"})"), "defaultCalendar");
    EXPECT_EQ(refused(settings("two-way", intro)), "");
    EXPECT_EQ(refused(R"({"defaultCalendar":""})"), "defaultCalendar");
    EXPECT_EQ(refused(R"({"defaultCalendar":"","makeContacts":true})"), "");
}

TEST_F(AppointmentRules, E1_TheDefaultCalendarIsOneThatTheUserHosts) {
    EXPECT_EQ(refused(settings("two-way", makeCalendar(CalendarKind::personal, "ben"))), "defaultCalendar");
    EXPECT_EQ(refused(settings("two-way", "0193a2b4-0000-7000-8000-000000000000")), "defaultCalendar");
    const Id intro = makeCalendar(CalendarKind::personal);
    start(calendar, settings("two-way", intro));
    store->booking().removeCalendar({}, intro, store->booking().calendarById(intro)->version);
    EXPECT_EQ(refused(R"({"includeInfo":true})"), "") << "other settings can be changed all the same";
    event("e1", "Intro", 1, guests);
    run(calendar);
    ASSERT_TRUE(activityCalled("Intro"));
    EXPECT_EQ(activityCalled("Intro")->calendar, Id());
}

TEST_F(AppointmentRules, E3_TriggersAreOfferedWithADefaultCalendarOnly) {
    const Id intro = makeCalendar(CalendarKind::personal);
    EXPECT_EQ(refused(R"({"allowTrigger":true})"), "allowTrigger");
    EXPECT_EQ(refused(settings("two-way", intro, R"(,"allowTrigger":true)")), "");
    EXPECT_TRUE(calendarSettings(side(calendar).settings).allowTrigger);
    EXPECT_EQ(refused(R"({"defaultCalendar":""})"), "allowTrigger");
    EXPECT_EQ(refused(R"({"defaultCalendar":"","allowTrigger":false})"), "");
}

TEST_F(AppointmentRules, B4_WhatOnlyTookTimeIsAnAppointmentIfItIsToCome) {
    const Id intro = makeCalendar(CalendarKind::personal);
    event("e1", "Soon", 1, guests);
    event("e2", "Later", 9, guests);
    start(calendar, settings("smart", intro));
    run(calendar);
    now += std::chrono::days(5);
    makeContact("Guest", "Else", "guest@else.org");
    run(calendar);
    EXPECT_EQ(activityCalled("Later")->calendar, intro);
    EXPECT_EQ(activityCalled("Soon")->calendar, Id()) << "it is over: nothing is to follow";
}

TEST_F(AppointmentRules, B10_AppointmentsOfAnUnassignedCalendarGoOutWhateverTheirType) {
    const Id open = makeCalendar(CalendarKind::unassigned), intro = makeCalendar(CalendarKind::personal);
    const std::string otherType = R"(,"types":[")" + store->activityTypes().back().id + "\"]";
    makeAppointment("Before", open);
    now += std::chrono::seconds(10);
    start(calendar, settings("one-way", "", otherType));
    Activity booked = makeAppointment("Open", open);
    makeAppointment("Over", open, -3);
    makeAppointment("Not open", intro);
    makeActivity("None");
    run(calendar);
    EXPECT_FALSE(rawOf("work", "Open").empty());
    EXPECT_EQ(count("work"), 1U) << "B5, B6 and B7 still hold";
    booked.location = "Elsewhere";
    booked = edit(booked);
    run(calendar);
    EXPECT_THAT(rawOf("work", "Open"), HasSubstr("Elsewhere")) << "nor are its updates held";
    change(calendar, R"({"direction":"two-way"})");
    run(calendar);
    EXPECT_EQ(count("work"), 2U);
    EXPECT_FALSE(rawOf("work", "Before").empty());
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(AppointmentRules, B10_WithoutTriggersGuestsArePulledIntoAnUnassignedCalendar) {
    const Id open = makeCalendar(CalendarKind::unassigned);
    event("e1", "Open", 1, guests);
    start(calendar, settings("two-way", open, R"(,"makeContacts":false,"allowTrigger":true)"));
    run(calendar);
    EXPECT_THAT(contacts(), IsEmpty()) << "the triggers' campaign may";
    change(calendar, R"({"allowTrigger":false})");
    event("e2", "Open too", 2, guests);
    run(calendar);
    ASSERT_EQ(contacts().size(), 1U);
    EXPECT_EQ(contacts().front().emails.front().value, "guest@else.org");
    EXPECT_EQ(activityCalled("Open too")->calendar, open);
}

TEST_F(AppointmentRules, B10_SmartPullsNobodyIn) {
    event("e1", "Open", 1, guests);
    start(calendar, settings("smart", makeCalendar(CalendarKind::unassigned)));
    run(calendar);
    EXPECT_THAT(contacts(), IsEmpty());
    EXPECT_EQ(blocks(), 1U);
}

}  // namespace
}  // namespace crmdav
