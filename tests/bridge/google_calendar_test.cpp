#include "tests/bridge/google_world.h"

/// The Google provider's calendar against the stand-in. Where Google's behaviour isn't known for sure, tests run over
/// seeds that decide it.
namespace crmdav {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr SyncKind calendar = SyncKind::calendar;
constexpr local_days tuesday{2026y / March / 3};
constexpr int seeds = 8;

When zoned(local_days day, seconds time) { return {When::Kind::zoned, day + time, "Europe/Zurich"}; }

Activity meeting(const std::string& subject = "Demo") {
    Activity activity;
    activity.subject = subject;
    activity.start = zoned(tuesday, 10h);
    activity.end = zoned(tuesday, 11h);
    return activity;
}

Activity weekly() {
    Activity activity = meeting("Weekly");
    activity.rrule = "FREQ=WEEKLY;COUNT=8";
    return activity;
}

Exception cancelledAt(local_days day) {
    Exception exception;
    exception.original = zoned(day, 10h);
    exception.cancelled = true;
    return exception;
}
Exception movedAt(local_days day) {
    return {zoned(day, 10h), false, "Moved", "", "", zoned(day, 15h), zoned(day, 16h)};
}

Participant guest(const std::string& email) {
    Participant person;
    person.email = email;
    return person;
}

Json event(const std::string& summary, const std::string& from = "2026-03-03T10:00:00+01:00",
           const std::string& to = "2026-03-03T11:00:00+01:00") {
    const auto point = [](const std::string& time) {
        return jsonObject({{"dateTime", jsonText(time)}, {"timeZone", jsonText("Europe/Zurich")}});
    };
    return jsonObject({{"summary", jsonText(summary)}, {"start", point(from)}, {"end", point(to)}});
}
Json weeklyEvent(const std::string& summary) {
    Json json = event(summary);
    set(json, "recurrence", jsonArray({jsonText("RRULE:FREQ=WEEKLY;COUNT=8")}));
    return json;
}
std::string idOf(const Json& json) { return std::string(textAt(json, "id")); }

struct GoogleCalendar : testing::TestWithParam<int>, GoogleWorld {
    GoogleCalendar() : GoogleWorld(static_cast<std::uint64_t>(GetParam())) {}
    const std::string main = "me@example.com";

    Written create(const Id& key, const Activity& activity) { return provider->create(calendar, main, key, activity); }
    /// As the engine does it: `before` is what the provider says of the base.
    Written update(const RemoteItem& base, const Activity& after) {
        return provider->update(calendar, main, base, activity(base), after);
    }
    Activity heldOf(const Activity& activity) { return std::get<Activity>(provider->held(activity)); }
    void forgetFaults() {
        for (int i = 0; i < 50; ++i) google.faults.draw();
    }
    /// Without what only the other side knows.
    Activity plain(Activity activity) {
        activity.uid.clear();
        return activity;
    }
};
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
    EXPECT_TRUE(provider->mayBeOutside(provider->read(calendar, main, past)->raw, from));
    EXPECT_FALSE(provider->mayBeOutside(listed.items.at(coming).raw, from));
}

TEST_P(GoogleCalendar, WhatIsCreatedIsWhatIsHeld) {
    Activity full = weekly();
    full.location = "Basel";
    full.notes = "some\nlines";
    full.reminders = {{10, "display"}};
    full.busy = false;
    full.privacy = Privacy::personal;
    full.url = "https://crm.example/1";
    full.exceptions = {cancelledAt(tuesday + days(7)), movedAt(tuesday + days(14))};
    full.participants = {guest("ann@acme.com")};
    const Written made = create(key(), full);
    EXPECT_EQ(plain(activity(made.item)), plain(heldOf(full)));
    EXPECT_EQ(activity(provider->read(calendar, main, made.item.id).value()), activity(made.item));
    EXPECT_THAT(google.mails(), IsEmpty());  // B12
}

// I1: the same key never makes two, whatever happened to the answer.
TEST_P(GoogleCalendar, ACreationMayBeRepeated) {
    const Id link = key();
    google.faults.next(standins::Fault::lostAfter);
    EXPECT_THROW(create(link, meeting()), TryLater);
    google.faults.next(standins::Fault::cut);
    EXPECT_THROW(create(link, meeting()), TryLater);
    const Written made = create(link, meeting("Newer"));
    EXPECT_EQ(activity(made.item).subject, "Newer") << "edited between the tries";
    EXPECT_THAT(calendars().live(main), SizeIs(1));
    EXPECT_EQ(provider->parse(calendar, made.item.raw).mark, link);
}

TEST_P(GoogleCalendar, ASeriesIsCompletedAfterABreak) {
    const Id link = key();
    Activity series = weekly();
    series.exceptions = {movedAt(tuesday + days(7)), movedAt(tuesday + days(14)), movedAt(tuesday + days(21))};
    for (int step = 0; step < 12; ++step) {  // breaks off a request later each time
        for (int i = 0; i < step; ++i) google.faults.next(standins::Fault::none);
        google.faults.next(standins::Fault::lostAfter);
        try {
            create(link, series);
        } catch (const TryLater&) {
        } catch (const Changed&) {  // a write was done whose answer is missing: the engine reads again
        }
    }
    forgetFaults();
    EXPECT_EQ(plain(activity(create(link, series).item)), plain(heldOf(series)));
    EXPECT_THAT(calendars().live(main), SizeIs(4));
}

// A deleted event keeps its id.
TEST_P(GoogleCalendar, WhatWasDeletedIsMadeAnew) {
    const Id link = key();
    const Written first = create(link, meeting());
    provider->remove(calendar, main, first.item);
    const Written again = create(link, meeting());
    EXPECT_NE(again.item.id, first.item.id);
    EXPECT_EQ(provider->parse(calendar, again.item.raw).mark, link);
    EXPECT_THAT(calendars().live(main), SizeIs(1));
}

// C3: foreign fields survive; I2: conditional.
TEST_P(GoogleCalendar, AnUpdateLeavesTheRest) {
    Json json = event("Demo");
    set(json, "colorId", jsonText("5"));
    set(json, "description", jsonText("<b>bold</b>"));
    const std::string id = idOf(calendars().insert(main, json));
    const RemoteItem base = provider->read(calendar, main, id).value();
    Activity after = activity(base);
    after.subject = "New";
    after.end = zoned(tuesday, 12h);
    const Written written = update(base, after);
    EXPECT_EQ(activity(written.item), after);
    const Json there = *calendars().find(main, id);
    EXPECT_EQ(textAt(there, "colorId"), "5");
    EXPECT_EQ(textAt(there, "description"), "<b>bold</b>");
    EXPECT_THROW(update(base, meeting("Late")), Changed);
    EXPECT_EQ(update(written.item, after).item.version, written.item.version) << "nothing to say";
    calendars().erase(main, id);
    EXPECT_THROW(update(written.item, meeting("Gone")), ProviderError);
    EXPECT_FALSE(provider->read(calendar, main, id));
}

TEST_P(GoogleCalendar, OccurrencesAreWrittenOneByOne) {
    const std::string id = idOf(calendars().insert(main, weeklyEvent("Weekly")));
    calendars().edit(main, id + "_20260310T090000Z", jsonObject({{"colorId", jsonText("3")}}));
    RemoteItem base = provider->read(calendar, main, id).value();
    Activity after = activity(base);
    after.exceptions = {cancelledAt(tuesday + days(7)), movedAt(tuesday + days(14)), cancelledAt(tuesday + days(21))};
    base = update(base, after).item;
    EXPECT_EQ(activity(base), after);
    after.exceptions = {movedAt(tuesday + days(14)),
                        movedAt(tuesday + days(21))};  // one takes place again, one is moved
    after.exceptions[0].start = after.exceptions[0].original;
    after.exceptions[0].end = zoned(tuesday + days(14), 11h);
    base = update(base, after).item;
    EXPECT_EQ(activity(base), after);
    after.exceptions.clear();
    EXPECT_EQ(activity(update(base, after).item), after);
    EXPECT_THAT(google.mails(), IsEmpty());
}

// C8: an exception that was changed meanwhile isn't overwritten.
TEST_P(GoogleCalendar, AnOccurrenceIsWrittenOnItsOwnVersion) {
    const std::string id = idOf(calendars().insert(main, weeklyEvent("Weekly")));
    calendars().edit(main, id + "_20260310T090000Z", jsonObject({{"summary", jsonText("A")}}));
    const RemoteItem base = provider->read(calendar, main, id).value();
    calendars().edit(main, id + "_20260310T090000Z", jsonObject({{"summary", jsonText("B")}}));
    EXPECT_NE(provider->read(calendar, main, id)->version, base.version);
    Activity after = activity(base);
    after.exceptions[0].subject = "Mine";
    EXPECT_THROW(update(base, after), Changed);
}

TEST_P(GoogleCalendar, ASeriesThatMovesTakesItsExceptionsAlong) {
    Activity series = weekly();
    series.exceptions = {cancelledAt(tuesday + days(7)), movedAt(tuesday + days(14))};
    const Written made = create(key(), series);
    Activity after = activity(made.item);
    after.start = zoned(tuesday, 14h);
    after.end = zoned(tuesday, 15h);
    for (Exception& exception : after.exceptions) exception.original.local += 4h;
    const Written moved = update(made.item, after);
    EXPECT_EQ(activity(moved.item), after);
    Activity once = activity(moved.item);
    once.rrule.clear();
    once.exceptions.clear();
    EXPECT_EQ(activity(update(moved.item, once).item), once);
}

TEST_P(GoogleCalendar, RemovingIsConditionalAndMayBeRepeated) {
    const Written made = create(key(), meeting());
    calendars().edit(main, made.item.id, jsonObject({{"summary", jsonText("Edited")}}));
    EXPECT_THROW(provider->remove(calendar, main, made.item), Changed);
    const RemoteItem again = provider->read(calendar, main, made.item.id).value();
    google.faults.next(standins::Fault::lostAfter);
    try {
        provider->remove(calendar, main, again);  // may be repeated at once
    } catch (const TryLater&) {
    }
    provider->remove(calendar, main, again);
    provider->remove(calendar, main, again);
    EXPECT_THAT(calendars().live(main), IsEmpty());
}

// G4: an undo brings back the record as it was, deleted or changed.
TEST_P(GoogleCalendar, RestoringBringsBackAllOfIt) {
    Json json = weeklyEvent("Weekly");
    set(json, "colorId", jsonText("7"));
    const std::string id = idOf(calendars().insert(main, json));
    calendars().edit(main, id + "_20260310T090000Z", jsonObject({{"summary", jsonText("Special")}}));
    const RemoteItem was = provider->read(calendar, main, id).value();
    Activity after = activity(was);
    after.subject = "Wrong";
    update(was, after);
    EXPECT_EQ(activity(provider->restore(calendar, main, was).item), activity(was));
    provider->remove(calendar, main, provider->read(calendar, main, id).value());
    const Written back = provider->restore(calendar, main, was);
    EXPECT_EQ(plain(activity(back.item)), plain(activity(was)));
    EXPECT_EQ(textAt(*calendars().find(main, back.item.id), "colorId"), "7");
    EXPECT_THAT(google.mails(), IsEmpty());
}

// B12: no write of any kind mails guests, unless it's wanted.
TEST_P(GoogleCalendar, GuestsGetMailsOnlyOnRequest) {
    Activity activity = weekly();
    activity.participants = {guest("ann@acme.com")};
    activity.exceptions = {movedAt(tuesday + days(7))};
    const auto writeAll = [&] {
        Written written = create(key(), activity);
        Activity after = this->activity(written.item);
        after.subject = "Changed";
        after.exceptions.push_back(cancelledAt(tuesday + days(14)));
        written = update(written.item, after);
        provider->remove(calendar, main, written.item);
        provider->restore(calendar, main, written.item);
    };
    writeAll();
    EXPECT_THAT(google.mails(), IsEmpty());
    provider = make(true);
    writeAll();
    EXPECT_GE(google.mails().size(), 4u);
}

// C12
TEST_P(GoogleCalendar, AGuestAnswersAndLeavesTheRest) {
    Json json = event("Theirs");
    set(json, "organizer", jsonObject({{"email", jsonText("boss@acme.com")}}));
    set(json, "attendees",
        jsonArray(
            {jsonObject({{"email", jsonText("me@example.com")}}), jsonObject({{"email", jsonText("boss@acme.com")}})}));
    const std::string id = idOf(calendars().insert(main, json));
    const RemoteItem base = provider->read(calendar, main, id).value();
    Activity after = activity(base);
    for (Participant& person : after.participants)
        if (person.email == "me@example.com") person.response = "accepted";
    const Written answered = update(base, after);
    EXPECT_EQ(activity(answered.item), after);
    after.subject = "Mine";
    EXPECT_THROW(update(answered.item, after), Refused);
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
    EXPECT_FALSE(provider->subscribe(calendar, main, "http://crm.example/", "t"));
    EXPECT_FALSE(provider->subscribe(SyncKind::contacts, "people/me", "https://crm.example/", "t"));
}

// I5: what the network and quotas do is TryLater, with Retry-After, and leaves one whole record in the end.
TEST_P(GoogleCalendar, TroublesAreForLater) {
    const std::pair<standins::Fault, int> faults[] = {
        {standins::Fault::throttled, -1}, {standins::Fault::throttledAfter, 7},
        {standins::Fault::quota, -1},     {standins::Fault::broken, -1},
        {standins::Fault::gateway, -1},   {standins::Fault::lostBefore, -1},
        {standins::Fault::lostAfter, -1}, {standins::Fault::cut, -1}};
    for (const auto& [fault, after] : faults) {
        google.faults.next(fault);
        if (after == -1) google.faults.next(fault);  // a read is repeated where an old connection broke
        try {
            provider->changes(calendar, main, "", {});
            ADD_FAILURE() << static_cast<int>(fault);
        } catch (const TryLater& later) {
            EXPECT_EQ(later.after ? static_cast<int>(later.after->count()) : -1, after);
        }
        forgetFaults();
    }
    const Id link = key();
    google.faults.rate(40);
    int tries = 0;
    Activity series = weekly();
    series.exceptions = {movedAt(tuesday + days(7)), cancelledAt(tuesday + days(14))};
    for (bool done = false; !done && tries < 500; ++tries) try {
            create(link, series);
            done = true;
        } catch (const TryLater&) {
        } catch (const Changed&) {
        }
    google.faults.rate(0);
    EXPECT_LT(tries, 500);
    EXPECT_THAT(calendars().live(main), SizeIs(2));
    EXPECT_EQ(plain(activity(create(link, series).item)), plain(heldOf(series)));
}

}  // namespace
}  // namespace crmdav
