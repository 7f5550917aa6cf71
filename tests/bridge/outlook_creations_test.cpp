#include "tests/bridge/outlook_provider_world.h"

/// Events that are made there.
namespace crmdav::outlook_tests {
namespace {

using OutlookCreations = OutlookProviderTest;

TEST_F(OutlookCreations, WhatIsCreatedIsReadBack) {
    Activity activity = meeting("Demo");
    activity.location = "Basel";
    activity.notes = "first\n  <second> & third";
    activity.reminders = {{30, "display"}, {5, "display"}, {60, "email"}};
    activity.privacy = Privacy::personal;
    activity.tentative = true;
    activity.priority = 2;
    activity.participants = {person("bob@acme.example", "Bob")};
    const RemoteItem item = create(activity);
    const Remote remote = world.provider.parse(calendar, item.raw);
    Activity expected = std::get<Activity>(world.provider.held(activity));
    expected.uid = std::get<Activity>(remote.record).uid;
    EXPECT_EQ(std::get<Activity>(remote.record), expected);
    EXPECT_EQ(expected.start.zone, "Europe/Berlin");
    EXPECT_EQ(expected.notes, activity.notes);
    EXPECT_THAT(expected.reminders, testing::ElementsAre(Reminder{30, "display"}));
    EXPECT_THAT(expected.participants, testing::IsEmpty());  // rule B12
    EXPECT_FALSE(expected.uid.empty());
    EXPECT_EQ(remote.mark, "0193-1");  // rule I1
    EXPECT_TRUE(remote.organised);
    EXPECT_TRUE(remote.modified.has_value());
    sync();
    EXPECT_EQ(only(), expected);  // rule C10
}

TEST_F(OutlookCreations, NoReminderIsNoReminder) {
    EXPECT_THAT(read(world, create(meeting("x"))).reminders, testing::IsEmpty());
}

// Rule C9
TEST_F(OutlookCreations, DatesStayDates) {
    const RemoteItem item = create(meeting("Fair", "2026-03-28", "2026-03-31"));
    EXPECT_EQ(read(world, item).start, at("2026-03-28"));
    EXPECT_EQ(read(world, item).end, at("2026-03-31"));
    const Written timed = update(item, [](Activity& a) {
        a.start = at("2026-03-28T09:00:00");
        a.end = at("2026-03-28T10:00:00");
    });
    EXPECT_EQ(read(world, timed.item).start, at("2026-03-28T09:00:00", "Europe/Berlin"));
}

// Rule I1: whatever happened to the first request, the same key makes one event.
TEST_F(OutlookCreations, TheSameKeyNeverMakesTwo) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        OutlookWorld other(GraphHabits::random(seed), seed);
        const std::string main = other.graph.mainCalendar();
        other.graph.faults().next(seed % 2 == 0 ? Fault::lostAfter : Fault::cut);
        EXPECT_THROW(other.provider.create(calendar, main, "key", meeting("once")), TryLater);
        EXPECT_EQ(other.graph.events(main).size(), 1U);
        const Written again = other.provider.create(calendar, main, "key", meeting("once"));
        EXPECT_EQ(other.graph.events(main), std::vector<std::string>{again.item.id}) << seed;
        EXPECT_EQ(other.provider.parse(calendar, again.item.raw).mark, "key");
    }
}

// The record may have been edited on either side since the first try: what to do about it is the engine's business.
TEST_F(OutlookCreations, WhatAnEarlierTryMadeIsToldAsItIs) {
    for (const bool gives : {false, true}) {
        OutlookWorld other;
        other.graph.habits().duplicateGivesEvent = gives;
        const std::string main = other.graph.mainCalendar();
        other.graph.faults().next(Fault::lostAfter);
        EXPECT_THROW(other.provider.create(calendar, main, "key", meeting("then")), TryLater);
        Activity now = meeting("now");
        now.location = "Bern";
        now.rrule = "FREQ=DAILY;COUNT=3";
        const Written made = other.provider.create(calendar, main, "key", now);
        EXPECT_TRUE(made.existed);
        EXPECT_EQ(read(other, made.item).subject, "then");
        EXPECT_EQ(other.graph.events(main).size(), 1U);
    }
}

// A transaction can't be had again: what was deleted before its creation was noted is made anew, once.
TEST_F(OutlookCreations, ACreationThatWasDeletedSinceIsMadeAnew) {
    for (const bool gives : {false, true}) {
        OutlookWorld other;
        other.graph.habits().duplicateGivesEvent = gives;
        const std::string main = other.graph.mainCalendar();
        other.graph.removeEvent(other.provider.create(calendar, main, "key", meeting("x")).item.id);
        other.graph.faults().next(Fault::none);  // the duplicate; then the look for it; then what makes it
        other.graph.faults().next(Fault::none);
        other.graph.faults().next(Fault::lostAfter);
        EXPECT_THROW(other.provider.create(calendar, main, "key", meeting("x")), TryLater);
        const std::string id = other.provider.create(calendar, main, "key", meeting("x")).item.id;
        EXPECT_EQ(other.graph.events(main), std::vector<std::string>{id});
    }
}

// Rule C8, microsoft-graph §9: a series with exceptions takes many requests; it goes on where it broke off.
TEST_F(OutlookCreations, ASeriesIsCreatedWithItsExceptions) {
    Activity series = meeting("Jour fixe", "2026-03-03T10:00:00", "2026-03-03T11:00:00");
    series.rrule = "FREQ=WEEKLY;COUNT=20";
    Exception cancelled;
    cancelled.original = at("2026-03-17T10:00:00");
    cancelled.cancelled = true;
    Exception moved{at("2026-04-07T10:00:00"), false, "Retro", "Bern", "bring cake", at("2026-04-08T09:00:00"),
                    at("2026-04-08T10:30:00")};
    series.exceptions = {cancelled, moved};
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        OutlookWorld other(GraphHabits::random(seed), seed);
        const std::string main = other.graph.mainCalendar();
        other.graph.faults().rate(static_cast<unsigned>(2 * seed));
        std::optional<Written> written;
        for (int tries = 0; !written && tries < 500; ++tries) try {
                written = other.provider.create(calendar, main, "key", series);
                if (written->existed) {
                    const RemoteItem there = std::exchange(written, std::nullopt)->item;
                    written = other.provider.update(calendar, main, there, read(other, there), series);
                }
            } catch (const TryLater&) {
            }
        ASSERT_TRUE(written.has_value()) << seed;
        ASSERT_EQ(other.graph.events(main).size(), 1U) << seed;
        Activity expected = std::get<Activity>(other.provider.held(series));
        const Activity made = read(other, written->item);
        expected.uid = made.uid;
        EXPECT_TRUE(made.rrule.starts_with("FREQ=WEEKLY;BYDAY=TU"));
        expected.rrule = made.rrule;
        EXPECT_EQ(made, expected) << seed;
        EXPECT_THAT(other.graph.mails(), testing::IsEmpty());
    }
}

// Rule C3
TEST_F(OutlookCreations, WhatOutlookCannotHoldIsRefusedBeforeAnythingIsWritten) {
    Activity dates = meeting("x");
    dates.rrule = "FREQ=DAILY";
    dates.extraDates = {at("2026-05-01T10:00:00")};
    Activity rule = meeting("x");
    rule.rrule = "FREQ=HOURLY";
    Activity crossing = meeting("x", "2026-03-03T10:00:00", "2026-03-03T11:00:00");
    crossing.rrule = "FREQ=DAILY";
    crossing.exceptions = {
        {at("2026-03-05T10:00:00"), false, "x", "", "", at("2026-03-06T09:00:00"), at("2026-03-06T10:00:00")}};
    Activity task;
    task.component = ComponentKind::todo;
    Activity backwards = meeting("x", "2026-03-10T10:00:00", "2026-03-10T09:00:00");
    for (const Activity& activity : {dates, rule, crossing, task, backwards}) EXPECT_THROW(create(activity), Refused);
    EXPECT_THAT(world.graph.requests(), testing::IsEmpty());
}

}  // namespace
}  // namespace crmdav::outlook_tests
