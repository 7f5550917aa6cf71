#include "tests/bridge/google_calendar_world.h"

namespace crmdav::google_tests {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

struct GoogleCalendarWrites : GoogleCalendarWorld {};
INSTANTIATE_TEST_SUITE_P(Seeds, GoogleCalendarWrites, testing::Range(1, 1 + seeds));

TEST_P(GoogleCalendarWrites, WhatIsCreatedIsWhatIsHeld) {
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
TEST_P(GoogleCalendarWrites, ACreationMayBeRepeated) {
    const Id link = key();
    google.faults.next(standins::Fault::lostAfter);
    EXPECT_THROW(create(link, meeting()), TryLater);
    google.faults.next(standins::Fault::cut);
    EXPECT_THROW(create(link, meeting()), TryLater);
    const Written made = provider->create(calendar, main, link, meeting("Newer"));
    EXPECT_TRUE(made.existed);
    EXPECT_EQ(activity(made.item).subject, meeting().subject) << "edited between the tries: the engine merges";
    EXPECT_THAT(calendars().live(main), SizeIs(1));
    EXPECT_EQ(provider->parse(calendar, made.item.raw).mark, link);
}

TEST_P(GoogleCalendarWrites, ASeriesIsCompletedAfterABreak) {
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
TEST_P(GoogleCalendarWrites, WhatWasDeletedIsMadeAnew) {
    const Id link = key();
    const Written first = create(link, meeting());
    provider->remove(calendar, main, first.item);
    const Written again = create(link, meeting());
    EXPECT_NE(again.item.id, first.item.id);
    EXPECT_EQ(provider->parse(calendar, again.item.raw).mark, link);
    EXPECT_THAT(calendars().live(main), SizeIs(1));
}

// C3: foreign fields survive; I2: conditional.
TEST_P(GoogleCalendarWrites, AnUpdateLeavesTheRest) {
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

TEST_P(GoogleCalendarWrites, OccurrencesAreWrittenOneByOne) {
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
TEST_P(GoogleCalendarWrites, AnOccurrenceIsWrittenOnItsOwnVersion) {
    const std::string id = idOf(calendars().insert(main, weeklyEvent("Weekly")));
    calendars().edit(main, id + "_20260310T090000Z", jsonObject({{"summary", jsonText("A")}}));
    const RemoteItem base = provider->read(calendar, main, id).value();
    calendars().edit(main, id + "_20260310T090000Z", jsonObject({{"summary", jsonText("B")}}));
    EXPECT_NE(provider->read(calendar, main, id)->version, base.version);
    Activity after = activity(base);
    after.exceptions[0].subject = "Mine";
    EXPECT_THROW(update(base, after), Changed);
}

TEST_P(GoogleCalendarWrites, ASeriesThatMovesTakesItsExceptionsAlong) {
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

TEST_P(GoogleCalendarWrites, RemovingIsConditionalAndMayBeRepeated) {
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
TEST_P(GoogleCalendarWrites, RestoringBringsBackAllOfIt) {
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
TEST_P(GoogleCalendarWrites, GuestsGetMailsOnlyOnRequest) {
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
TEST_P(GoogleCalendarWrites, AGuestAnswersAndLeavesTheRest) {
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

// I5: what the network and quotas do is TryLater, with Retry-After, and leaves one whole record in the end.
TEST_P(GoogleCalendarWrites, TroublesAreForLater) {
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
}  // namespace crmdav::google_tests
