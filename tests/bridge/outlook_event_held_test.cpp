#include "bridge/outlook/zone.h"
#include "tests/bridge/outlook_event_support.h"

/// What Outlook has a place for.
namespace crmdav::outlook {
namespace {

TEST(OutlookEventHeld, WhatIsHeld) {
    Activity rich = meeting();
    rich.id = "x";
    rich.typeId = "t";
    rich.subject = " two\r\nlines ";
    rich.notes = "a\r\n\r\n\r\n\r\nb\t ";
    rich.start = at("2026-03-03T10:00:00", "Europe/Zurich");
    rich.end = {};
    rich.done = true;
    rich.busy = false;
    rich.tentative = true;
    rich.priority = 7;
    rich.url = "https://crm.example/1";
    rich.contactIds = {"c"};
    rich.reminders = {{10, "display"}, {30, "display"}, {-5, "display"}, {60, "email"}};
    const Activity held = heldEvent(rich, options);
    EXPECT_EQ(held.id, "");
    EXPECT_EQ(held.typeId, "");
    EXPECT_EQ(held.subject, "two lines");
    EXPECT_EQ(held.notes, "a\n\nb");
    EXPECT_EQ(held.start, at("2026-03-03T10:00:00"));  // both are W. Europe Standard Time
    EXPECT_EQ(held.end, held.start);
    EXPECT_FALSE(held.done);
    EXPECT_TRUE(held.busy && held.tentative);
    EXPECT_EQ(held.priority, 9);
    EXPECT_EQ(held.url, "");
    EXPECT_THAT(held.contactIds, testing::IsEmpty());
    EXPECT_THAT(held.reminders, testing::ElementsAre(Reminder{30, "display"}));
    EXPECT_EQ(heldEvent(held, options), held);
}

TEST(OutlookEventHeld, TimesThatAreHeld) {
    struct Row {
        When start, end, heldStart, heldEnd;
    };
    const Row rows[] = {
        {at("2026-03-03T10:00:00", ""), at("2026-03-03T11:00:00", ""), at("2026-03-03T10:00:00"),
         at("2026-03-03T11:00:00")},
        {at("2026-03-03T10:00:00", "UTC"), at("2026-03-03T11:00:00"), at("2026-03-03T10:00:00", "UTC"),
         at("2026-03-03T11:00:00")},
        {at("2026-03-03T10:00:00", "Asia/Calcutta"),
         {},
         at("2026-03-03T10:00:00", "Asia/Kolkata"),
         at("2026-03-03T10:00:00", "Asia/Kolkata")},
        {at("2026-03-03"), {}, at("2026-03-03"), at("2026-03-04")},
        {at("2026-03-03"), at("2026-03-03"), at("2026-03-03"), at("2026-03-04")},
        {at("2026-03-03"), at("2026-03-06"), at("2026-03-03"), at("2026-03-06")},
        // A zone without a Windows name keeps its own.
        {at("2026-03-03T10:00:00", "Antarctica/Troll"),
         {},
         at("2026-03-03T10:00:00", "Antarctica/Troll"),
         at("2026-03-03T10:00:00", "Antarctica/Troll")},
    };
    for (const Row& row : rows) {
        Activity activity = meeting();
        activity.start = row.start;
        activity.end = row.end;
        EXPECT_EQ(heldEvent(activity, options).start, row.heldStart) << row.start.zone;
        EXPECT_EQ(heldEvent(activity, options).end, row.heldEnd) << row.start.zone;
    }
    Activity series = meeting();
    series.rrule = "FREQ=DAILY";
    series.end = at("2026-03-03T10:30:00", "UTC");
    EXPECT_EQ(heldEvent(series, options).end, at("2026-03-03T11:30:00"));
    Activity odd = meeting();
    odd.end = at("2026-03-04");
    EXPECT_THROW(heldEvent(odd, options), Refused);
    odd = meeting();
    odd.start.zone = "Mars/Olympus";
    EXPECT_THROW(heldEvent(odd, options), Refused);
    odd = meeting();
    odd.start = {};
    EXPECT_THROW(heldEvent(odd, options), Refused);
}

TEST(OutlookEventHeld, GuestsAreHeldOnlyWhereTheyAreWritten) {
    Activity activity = meeting();
    Participant guest;
    guest.email = "b@acme.com";
    guest.role = "none";
    guest.response = "delegated";
    guest.kind = "room";
    guest.contactId = "c";
    activity.participants = {guest, Participant{}};
    EXPECT_THAT(heldEvent(activity, options).participants, testing::IsEmpty());
    const auto held = heldEvent(activity, {"UTC", true}).participants;
    ASSERT_EQ(held.size(), 1U);
    EXPECT_EQ(held[0].role, "required");
    EXPECT_EQ(held[0].response, "needs-action");
    EXPECT_EQ(held[0].kind, "resource");
    EXPECT_FALSE(held[0].contactId.has_value());
}

TEST(OutlookEventHeld, ExceptionsThatAreHeld) {
    Activity series = meeting();
    series.rrule = "FREQ=WEEKLY";
    const auto exception = [&](const char* original, const char* start) {
        Exception e{at(original), false, "Demo", "", "", at(start), at(start)};
        e.end.local += hours(1);
        return e;
    };
    Exception cancelled;
    cancelled.original = at("2026-03-10T10:00:00", "Europe/Zurich");
    cancelled.cancelled = true;
    Exception stray = cancelled;
    stray.original = at("2026-03-11T10:00:00");
    series.exceptions = {stray, exception("2026-03-24T10:00:00", "2026-03-24T10:00:00"), cancelled,
                         exception("2026-03-17T10:00:00", "2026-03-18T12:00:00")};
    const auto held = heldEvent(series, options).exceptions;
    // Left out: what isn't an occurrence at all, and what is as the series has it.
    ASSERT_EQ(held.size(), 2U);
    EXPECT_EQ(held[0].original, at("2026-03-10T10:00:00"));
    EXPECT_EQ(held[1].start, at("2026-03-18T12:00:00"));
    Activity alien = series;
    alien.exceptions = {exception("2026-03-11T10:00:00", "2026-03-11T10:00:00")};
    EXPECT_THROW(heldEvent(alien, options), Refused);
    // microsoft-graph §5: not to or past the day of a neighbour – unless that is cancelled.
    Activity crossing = series;
    crossing.exceptions = {exception("2026-03-17T10:00:00", "2026-03-24T08:00:00")};
    EXPECT_THROW(heldEvent(crossing, options), Refused);
    crossing.exceptions = {exception("2026-03-17T10:00:00", "2026-03-10T08:00:00")};
    EXPECT_THROW(heldEvent(crossing, options), Refused);
    crossing.exceptions.push_back(cancelled);
    EXPECT_NO_THROW(heldEvent(crossing, options));
}

TEST(OutlookZone, WindowsNamesWhereTheirClocksGoAlike) {
    const local_seconds when = *readClock("2026-03-03T10:00:00");
    EXPECT_EQ(graphZone("Europe/Zurich", when), "W. Europe Standard Time");
    EXPECT_EQ(graphZone("Europe/Kyiv", when), "FLE Standard Time");
    EXPECT_EQ(graphZone("Asia/Kolkata", when), "India Standard Time");
    EXPECT_EQ(graphZone("Etc/UTC", when), "UTC");
    EXPECT_EQ(graphZone("Antarctica/Troll", when), "Antarctica/Troll");
    EXPECT_EQ(writeWhen(at("2026-03-28")), R"({"dateTime":"2026-03-28T00:00:00","timeZone":"UTC"})");
}

}  // namespace
}  // namespace crmdav::outlook
