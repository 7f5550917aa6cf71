#include "tests/bridge/outlook_provider_world.h"

/// What changed in a calendar.
namespace crmdav::outlook_tests {
namespace {

using OutlookChanges = OutlookProviderTest;

TEST_F(OutlookChanges, AListingIsCompleteThenOnlyChangesCome) {
    const std::string main = world.graph.mainCalendar();
    world.graph.habits().pageSize = 2;
    world.graph.habits().emptyPages = 30;
    for (int i = 0; i < 7; ++i)
        world.graph.addEvent(
            main, eventJson(("e" + std::to_string(i)).c_str(), "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    sync();
    EXPECT_EQ(world.known.size(), 7U);
    const ChangePage nothing = world.provider.changes(calendar, main, world.cursor, from);
    EXPECT_TRUE(nothing.items.empty());
    EXPECT_FALSE(nothing.listing);
    world.cursor = nothing.cursor;
    const std::string first = world.known.begin()->first;
    world.graph.editEvent(first, R"({"subject":"other"})");
    world.graph.removeEvent(std::next(world.known.begin())->first);
    sync();
    EXPECT_EQ(world.known.size(), 6U);
    EXPECT_EQ(read(world, world.known.at(first)).subject, "other");
}

// Rule C8: one series is one item, whatever comes of it, and whatever the delta leaves out.
TEST_F(OutlookChanges, ASeriesIsOneItemWithItsExceptions) {
    for (std::uint64_t seed = 0; seed < 16; ++seed) {
        OutlookWorld other(GraphHabits::random(seed), seed);
        const std::string main = other.graph.mainCalendar();
        const std::string id =
            other.graph.addEvent(main, eventJson("Jour fixe", "2026-03-03T10:00:00", "2026-03-03T11:00:00", weekly));
        other.sync(calendar, main, from);
        ASSERT_EQ(other.known.size(), 1U) << seed;
        EXPECT_EQ(read(other, other.known.at(id)).rrule, "FREQ=WEEKLY;BYDAY=TU;WKST=MO");
        other.graph.cancelOccurrence(id, "2026-03-10");
        other.sync(calendar, main, from);
        other.graph.editOccurrence(id, "2026-03-31",
                                   R"({"subject":"Retro","start":{"dateTime":"2026-04-01T12:00:00","timeZone":"UTC"},)"
                                   R"("end":{"dateTime":"2026-04-01T13:00:00","timeZone":"UTC"}})");
        other.sync(calendar, main, from);
        ASSERT_EQ(other.known.size(), 1U) << seed;
        const Activity series = read(other, other.known.at(id));
        ASSERT_EQ(series.exceptions.size(), 2U) << seed;
        EXPECT_TRUE(series.exceptions[0].cancelled);
        EXPECT_EQ(series.exceptions[0].original, at("2026-03-10T10:00:00", "Europe/Berlin"));
        const Exception& moved = series.exceptions[1];
        EXPECT_EQ(moved.subject, "Retro");
        EXPECT_EQ(moved.original, at("2026-03-31T10:00:00", "Europe/Berlin"));  // rule C9: the wall clock, in summer
        EXPECT_EQ(moved.start, at("2026-04-01T14:00:00", "Europe/Berlin"));
        other.graph.removeEvent(id);
        other.sync(calendar, main, from);
        EXPECT_TRUE(other.known.empty()) << seed;
    }
}

// Rule I4, microsoft-graph §4: "removed" is said of what merely isn't in the window.
TEST_F(OutlookChanges, RemovedOutsideOfTheWindowIsNoDeletion) {
    const std::string main = world.graph.mainCalendar();
    sync();
    const std::string far = world.graph.addEvent(main, eventJson("far", "2031-03-10T10:00:00", "2031-03-10T11:00:00"));
    sync();
    EXPECT_EQ(only().subject, "far");
    world.graph.editEvent(far, R"({"subject":"farther"})");
    sync();
    EXPECT_EQ(only().subject, "farther");
    world.graph.removeEvent(far);
    sync();
    EXPECT_TRUE(world.known.empty());
}

// Rule C7
TEST_F(OutlookChanges, AnEventInAnotherCalendarIsGoneFromThisOne) {
    const std::string other = world.graph.addCalendar("Other");
    const std::string id =
        world.graph.addEvent(world.graph.mainCalendar(), eventJson("x", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    sync();
    world.graph.moveEvent(id, other);
    sync();
    EXPECT_TRUE(world.known.empty());
    EXPECT_FALSE(world.provider.read(calendar, world.graph.mainCalendar(), id).has_value());
    EXPECT_TRUE(world.provider.read(calendar, other, id).has_value());
}

// Rule I4
TEST_F(OutlookChanges, AnExpiredCursorLeadsToAListing) {
    const std::string main = world.graph.mainCalendar();
    const std::string gone =
        world.graph.addEvent(main, eventJson("gone", "2026-03-10T10:00:00", "2026-03-10T11:00:00"));
    const std::string past =
        world.graph.addEvent(main, eventJson("past", "2026-01-10T10:00:00", "2026-01-10T11:00:00"));
    from = sys_days{year{2026} / 1 / 1};
    sync();
    EXPECT_EQ(world.known.size(), 2U);
    world.graph.expireCursors();
    world.graph.removeEvent(gone);
    EXPECT_THROW(world.provider.changes(calendar, main, world.cursor, from), CursorExpired);
    from = sys_days{year{2026} / 3 / 1};
    sync();
    ASSERT_EQ(world.known.size(), 1U);  // what ended before isn't listed, and isn't gone
    EXPECT_TRUE(world.known.contains(past));
}

TEST_F(OutlookChanges, TheWindowMovesAlong) {
    const std::string main = world.graph.mainCalendar();
    // What begins after the window is listed all the same.
    const std::string later =
        world.graph.addEvent(main, eventJson("later", "2028-09-10T10:00:00", "2028-09-10T11:00:00"));
    sync();
    EXPECT_TRUE(world.known.contains(later));
    world.start += days(400);
    const ChangePage page = world.provider.changes(calendar, main, world.cursor, from);
    EXPECT_TRUE(page.listing && page.first);
    EXPECT_THAT(page.items, testing::ElementsAre(testing::Field(&RemoteItem::id, later)));
    world.cursor = page.cursor;
    EXPECT_FALSE(world.provider.changes(calendar, main, world.cursor, from).listing);
    EXPECT_TRUE(world.provider.changes(calendar, main, world.cursor, from - days(30)).listing);
}

}  // namespace
}  // namespace crmdav::outlook_tests
