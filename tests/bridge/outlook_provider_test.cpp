#include "tests/bridge/outlook_provider_world.h"

/// The login, errors, busy times, notifications, undo.
namespace crmdav::outlook_tests {
namespace {

TEST_F(OutlookProviderTest, TheLoginAndItsCollections) {
    const auto identity = world.provider.identify();
    EXPECT_EQ(identity.id, "me-1");
    EXPECT_EQ(identity.login, "ann@contoso.example");
    EXPECT_THAT(identity.emails, testing::ElementsAre("ann@contoso.example", "ann@contoso.onmicrosoft.example"));
    world.graph.addCalendar("Birthdays", false);
    const auto calendars = world.provider.collections(calendar);
    ASSERT_EQ(calendars.size(), 2U);
    for (const RemoteCollection& one : calendars) {
        EXPECT_EQ(one.main, one.id == world.graph.mainCalendar());
        EXPECT_EQ(one.writable, one.main);
        EXPECT_EQ(one.zone, "Europe/Berlin");
        EXPECT_EQ(one.color, "#0a7e07");
    }
    const std::string folder = world.graph.addFolder("Suppliers");
    const auto folders = world.provider.collections(SyncKind::contacts);
    ASSERT_EQ(folders.size(), 2U);
    EXPECT_EQ(folders[0].id, "contacts");
    EXPECT_TRUE(folders[0].main);
    EXPECT_EQ(folders[1].id, folder);
    EXPECT_FALSE(world.provider.takesGuests());
}

TEST_F(OutlookProviderTest, ATokenIsRenewedOnceThenTheOwnerHasToSignIn) {
    world.provider.identify();
    world.graph.expireToken();
    EXPECT_NO_THROW(world.provider.identify());
    world.graph.revoke();
    EXPECT_THROW(world.provider.identify(), ReconnectNeeded);  // rule I8
}

TEST_F(OutlookProviderTest, ErrorsHaveTheirMeanings) {
    struct Row {
        Fault fault;
        bool after;
    };
    for (const Row& row : {Row{Fault::throttled, false},
                           {Fault::throttledAfter, true},
                           {Fault::quota, false},
                           {Fault::broken, false},
                           {Fault::gateway, false},
                           {Fault::cut, false},
                           {Fault::lostAfter, false}}) {
        // A GET whose connection broke is asked once more by the client: lost for good is twice.
        for (int i = 0; i < (row.fault == Fault::lostAfter || row.fault == Fault::cut ? 2 : 1); ++i)
            world.graph.faults().next(row.fault);
        try {
            world.provider.identify();
            ADD_FAILURE() << static_cast<int>(row.fault);
        } catch (const TryLater& later) {  // rule I5
            EXPECT_EQ(later.after.has_value(), row.after) << static_cast<int>(row.fault);
        }
        while (world.graph.faults().draw() != Fault::none) {
        }
    }
    EXPECT_THROW(world.provider.changes(calendar, "nowhere", "", from), CollectionGone);
    const std::string closed = world.graph.addCalendar("Holidays", false);
    EXPECT_THROW(world.provider.create(calendar, closed, "k", meeting("x")), CollectionGone);
    EXPECT_FALSE(world.provider.read(calendar, world.graph.mainCalendar(), "nothing").has_value());
}

TEST_F(OutlookProviderTest, ADeletionCanBeUndone) {
    const std::string id = world.graph.addEvent(
        world.graph.mainCalendar(),
        eventJson(
            "Jour fixe", "2026-03-03T10:00:00", "2026-03-03T11:00:00",
            weekly +
                R"(,"categories":["Red category"],"body":{"contentType":"html","content":"<body><i>x</i></body>"})"));
    world.graph.cancelOccurrence(id, "2026-03-10");
    sync();
    const RemoteItem was = world.known.at(id);
    world.provider.remove(calendar, world.graph.mainCalendar(), was);
    const RemoteItem back = world.provider.restore(calendar, world.graph.mainCalendar(), was).item;
    Activity expected = read(world, was);
    expected.uid = read(world, back).uid;
    EXPECT_EQ(read(world, back), expected);
    const Json now = world.graph.event(back.id);
    EXPECT_EQ(at(now, "categories").array.size(), 1U);
    EXPECT_THAT(std::string(textAt(now, {"body", "content"})), testing::HasSubstr("<i>x</i>"));
    const RemoteItem changed = update(back, [](Activity& a) { a.subject = "y"; }).item;
    EXPECT_EQ(read(world, world.provider.restore(calendar, world.graph.mainCalendar(), back).item).subject,
              "Jour fixe");
}

TEST_F(OutlookProviderTest, BusyTimes) {
    const std::string main = world.graph.mainCalendar();
    world.graph.addEvent(main, eventJson("a", "2026-03-03T10:00:00", "2026-03-03T11:00:00", weekly));
    world.graph.addEvent(main, eventJson("b", "2026-03-04T10:00:00", "2026-03-04T11:00:00", R"(,"showAs":"free")"));
    world.graph.addEvent(main,
                         eventJson("c", "2026-03-05T10:00:00", "2026-03-05T11:00:00", R"(,"showAs":"tentative")"));
    world.graph.addEvent(
        main, R"({"subject":"d","isAllDay":true,"start":{"dateTime":"2026-03-06T00:00:00","timeZone":"UTC"},)"
              R"("end":{"dateTime":"2026-03-07T00:00:00","timeZone":"UTC"}})");
    const auto busy = world.provider.busy({main}, {sys_days{year{2026} / 3 / 2}, sys_days{year{2026} / 3 / 9}});
    const sys_days third{year{2026} / 3 / 3};
    EXPECT_THAT(
        busy, testing::ElementsAre(BusyPeriod{third + hours(9), third + hours(10), Busy::busy},
                                   BusyPeriod{third + days(2) + hours(9), third + days(2) + hours(10), Busy::tentative},
                                   BusyPeriod{third + days(2) + hours(23), third + days(3) + hours(23), Busy::busy}));
    EXPECT_THROW(world.provider.busy({"nowhere"}, {third, third + days(1)}), ProviderError);
}

TEST_F(OutlookProviderTest, NotificationsAreAskedForProlongedAndEnded) {
    for (const bool each : {true, false}) {
        world.graph.habits().eachCalendarWatched = each;
        const auto push =
            world.provider.subscribe(calendar, world.graph.mainCalendar(), "https://crm.example/hooks", "secret");
        ASSERT_TRUE(push.has_value());
        EXPECT_EQ(push->resource == "/me/events", !each);
        EXPECT_GT(push->until, world.start + hours(48));
        world.start += hours(24);
        const auto renewed = world.provider.renew(*push);
        ASSERT_TRUE(renewed.has_value());
        EXPECT_GT(renewed->until, push->until);
        world.provider.unsubscribe(*push);
        world.provider.unsubscribe(*push);
        EXPECT_FALSE(world.provider.renew(*push).has_value());
        EXPECT_EQ(world.graph.subscriptions(), 0U);
    }
}

}  // namespace
}  // namespace crmdav::outlook_tests
