#include "tests/bridge/google_calendar_world.h"

namespace crmdav::google_tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

struct GoogleCalendar : GoogleCalendarWorld {};
INSTANTIATE_TEST_SUITE_P(Seeds, GoogleCalendar, testing::Range(1, 1 + seeds));

TEST_P(GoogleCalendar, CalendarsAreListed) {
    calendars().add("team@group.calendar.google.com", "Team", "writer");
    calendars().add("de.german#holiday@group.v.calendar.google.com", "Holidays", "reader");
    calendars().add("boss@example.com", "Boss", "freeBusyReader", "America/New_York");
    const auto found = provider->collections(calendar);
    ASSERT_THAT(found, SizeIs(4));
    std::map<std::string, RemoteCollection> by;
    for (const auto& one : found) by[one.id] = one;
    EXPECT_TRUE(by["me@example.com"].main && by["me@example.com"].writable);
    EXPECT_TRUE(by["team@group.calendar.google.com"].writable);
    EXPECT_FALSE(by["de.german#holiday@group.v.calendar.google.com"].writable);
    EXPECT_TRUE(by["boss@example.com"].busyOnly);
    EXPECT_EQ(by["boss@example.com"].zone, "America/New_York");
}

// I3, I4: a listing, then what changed; pages, empty pages, whatever order.
TEST_P(GoogleCalendar, AListingAndThenWhatChanged) {
    std::vector<std::string> ids;
    for (int i = 0; i < 12; ++i) ids.push_back(idOf(calendars().insert(main, event("Event " + std::to_string(i)))));
    std::string cursor;
    auto listed = round(calendar, main, cursor);
    EXPECT_TRUE(listed.listing);
    EXPECT_THAT(listed.items, SizeIs(12));
    EXPECT_THAT(round(calendar, main, cursor).items, IsEmpty());
    calendars().edit(main, ids[3], jsonObject({{"summary", jsonText("Other")}}));
    calendars().erase(main, ids[4]);
    const auto changed = round(calendar, main, cursor);
    EXPECT_FALSE(changed.listing);
    ASSERT_THAT(changed.items, SizeIs(2));
    EXPECT_EQ(activity(changed.items.at(ids[3])).subject, "Other");
    EXPECT_TRUE(changed.items.at(ids[4]).gone);
}

// What changes between two pages isn't lost.
TEST_P(GoogleCalendar, ChangesWhileOnePagesComeInTheNextRound) {
    google.quirks.pageSize = 3;
    for (int i = 0; i < 9; ++i) calendars().insert(main, event("Event " + std::to_string(i)));
    std::string cursor;
    std::map<std::string, RemoteItem> seen;
    std::string changed;
    for (ChangePage page{{}, {}, true, false, false}; page.more; cursor = page.cursor) {
        page = provider->changes(calendar, main, cursor, {});
        for (const RemoteItem& item : page.items) seen[item.id] = item;
        if (changed.empty() && !seen.empty()) {
            changed = seen.begin()->first;
            calendars().edit(main, changed, jsonObject({{"summary", jsonText("Late")}}));
        }
    }
    EXPECT_THAT(seen, SizeIs(9));
    const auto next = round(calendar, main, cursor);
    ASSERT_TRUE(next.items.contains(changed));
    EXPECT_EQ(activity(next.items.at(changed)).subject, "Late");
}

// I4: 410 fullSyncRequired.
TEST_P(GoogleCalendar, AnExpiredCursorIsSaid) {
    std::string cursor;
    round(calendar, main, cursor);
    calendars().expireTokens(main);
    EXPECT_THROW(provider->changes(calendar, main, cursor, {}), CursorExpired);
    EXPECT_THROW(provider->changes(calendar, main, "nonsense", {}), CursorExpired);
    calendars().removeCalendar(main);
    EXPECT_THROW(provider->changes(calendar, main, "", {}), CollectionGone);
}

// C8: exceptions come whole with their series, wherever pages end.
TEST_P(GoogleCalendar, SeriesComeWhole) {
    const std::string id = idOf(calendars().insert(main, weeklyEvent("Weekly")));
    for (int i = 0; i < 5; ++i) calendars().insert(main, event("Other"));
    calendars().edit(main, id + "_20260310T090000Z", jsonObject({{"summary", jsonText("Special")}}));
    calendars().erase(main, id + "_20260317T090000Z");
    std::string cursor;
    for (const Instant from : {Instant{}, Instant(sys_days(2026y / March / 12))}) {
        cursor.clear();
        const auto listed = round(calendar, main, cursor, from);
        ASSERT_TRUE(listed.items.contains(id));
        const Activity series = activity(listed.items.at(id));
        ASSERT_THAT(series.exceptions, SizeIs(2)) << "also those before the window";
        EXPECT_EQ(series.exceptions[0].subject, "Special");
        EXPECT_TRUE(series.exceptions[1].cancelled);
        EXPECT_FALSE(listed.items.contains(id + "_20260310T090000Z"));
    }
    calendars().edit(main, id + "_20260324T090000Z", jsonObject({{"location", jsonText("Bern")}}));
    const auto changed = round(calendar, main, cursor);
    ASSERT_THAT(changed.items, SizeIs(1));
    EXPECT_THAT(activity(changed.items.at(id)).exceptions, SizeIs(3));
    calendars().erase(main, id);
    EXPECT_TRUE(round(calendar, main, cursor).items.at(id).gone);
}

// One may be invited to single occurrences of a series that one doesn't have.
TEST_P(GoogleCalendar, OccurrencesWithoutTheirSeriesAreEvents) {
    std::string cursor;
    round(calendar, main, cursor);
    Json one = event("Guest");
    set(one, "id", jsonText("foreign0"));
    set(one, "recurringEventId", jsonText("foreign"));
    set(one, "originalStartTime", at(one, "start"));
    set(one, "iCalUID", jsonText("foreign@google.com"));
    calendars().insert(main, one);
    const auto found = round(calendar, main, cursor);
    ASSERT_TRUE(found.items.contains("foreign0"));
    EXPECT_EQ(found.items.at("foreign0").uid, "foreign@google.com_20260303T090000Z");
    EXPECT_EQ(activity(found.items.at("foreign0")).subject, "Guest");
    calendars().erase(main, "foreign0");
    EXPECT_TRUE(round(calendar, main, cursor).items.at("foreign0").gone);
}

TEST_P(GoogleCalendar, AWindowLeavesOutWhatEndedBefore) {
    const std::string past =
        idOf(calendars().insert(main, event("Past", "2025-01-01T10:00:00Z", "2025-01-01T11:00:00Z")));
    const std::string coming = idOf(calendars().insert(main, event("Coming")));
    std::string cursor;
    const Instant from{sys_days(2026y / February / 1)};
    const auto listed = round(calendar, main, cursor, from);
    EXPECT_FALSE(listed.items.contains(past));
    EXPECT_TRUE(listed.items.contains(coming));
    EXPECT_TRUE(provider->read(calendar, main, past)) << "it isn't gone";
}

TEST_P(GoogleCalendar, BusyTimesAreRead) {
    calendars().insert(main, event("Busy"));
    Json free = event("Free", "2026-03-03T13:00:00Z", "2026-03-03T14:00:00Z");
    set(free, "transparency", jsonText("transparent"));
    calendars().insert(main, free);
    calendars().insert(main, weeklyEvent("Weekly"));
    const TimeRange half{sys_days(2026y / March / 1), sys_days(2026y / September / 1)};
    const auto busy = provider->busy({main}, half);
    ASSERT_THAT(busy, SizeIs(8));
    EXPECT_EQ(busy[0].start, sys_days(2026y / March / 3) + 9h);
    EXPECT_THROW(provider->busy({main, "gone@example.com"}, half), CollectionGone);
}

// Of those who signed in before there was that permission.
TEST(GoogleBusyTimes, TakeAPermissionOfTheirOwn) {
    GoogleWorld world(1, "openid email https://www.googleapis.com/auth/calendar.events");
    try {
        world.provider->busy({"me@example.com"}, {world.now, world.now + days(1)});
        ADD_FAILURE();
    } catch (const CollectionGone& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("sign in again"));
    }
}

TEST_P(GoogleCalendar, Notifications) {
    const auto push = provider->subscribe(calendar, main, "https://crm.example/hooks/google", "token");
    ASSERT_TRUE(push);
    EXPECT_EQ(push->until, now + days(7));
    calendars().takeMessages();
    calendars().insert(main, event("New"));
    const auto messages = calendars().takeMessages();
    ASSERT_THAT(messages, SizeIs(1));
    EXPECT_EQ(messages[0].channel, push->id);
    EXPECT_EQ(messages[0].resource, push->resource);
    EXPECT_EQ(messages[0].token, "token");
    provider->unsubscribe(*push);
    provider->unsubscribe(*push);
    EXPECT_EQ(calendars().channels(), 0u);
    EXPECT_THROW(provider->subscribe(calendar, main, "http://crm.example/", "t"), ProviderError);
    EXPECT_FALSE(provider->subscribe(SyncKind::contacts, "people/me", "https://crm.example/", "t"));
}

}  // namespace
}  // namespace crmdav::google_tests
