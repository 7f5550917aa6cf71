#include "bridge/google/event.h"

#include "bridge/google/times.h"
#include "bridge/json_values.h"

namespace crmdav::google {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const EventOptions options{"Europe/Zurich", "me@example.com"};

When zoned(local_days day, seconds time, std::string zone = "Europe/Zurich") {
    return {When::Kind::zoned, day + time, std::move(zone)};
}
When date(local_days day) { return {When::Kind::date, day, {}}; }
constexpr local_days tuesday{2026y / March / 3};

std::string event(const std::string& members) {
    return R"({"master":{"id":"e1","etag":"\"1\"","iCalUID":"e1@google.com",)" + members + "}}";
}
Remote remoteOf(const std::string& members) { return readEvent(event(members), options); }
Activity read(const std::string& members) { return std::get<Activity>(remoteOf(members).record); }

constexpr const char* times =
    R"("start":{"dateTime":"2026-03-03T10:00:00+01:00","timeZone":"Europe/Zurich"},"end":{"dateTime":"2026-03-03T11:00:00+01:00","timeZone":"Europe/Zurich"})";

Activity meeting() {
    Activity activity;
    activity.uid = "u@crm";
    activity.subject = "Demo Acme";
    activity.start = zoned(tuesday, 10h);
    activity.end = zoned(tuesday, 11h);
    return activity;
}

// mapping §1, field by field: what Google says, what the CRM has.
TEST(GoogleEvent, EveryFieldIsRead) {
    const std::string t = std::string(times) + ",";
    EXPECT_EQ(read(times).uid, "e1@google.com");
    EXPECT_EQ(read(t + R"("summary":" Demo \n Acme ")").subject, "Demo   Acme");
    EXPECT_EQ(read(times).subject, "");
    EXPECT_EQ(read(t + R"("location":"Basel")").location, "Basel");
    EXPECT_EQ(read(t + R"("description":"a < b\nc")").notes, "a < b\nc");
    EXPECT_EQ(read(t + R"("description":"<b>agenda</b><br>AT&amp;T")").notes, "agenda\nAT&T");
    EXPECT_EQ(read(times).start, zoned(tuesday, 10h));
    EXPECT_EQ(read(times).end, zoned(tuesday, 11h));
    EXPECT_TRUE(read(t + R"("status":"tentative")").tentative);
    EXPECT_FALSE(read(t + R"("transparency":"transparent")").busy);
    EXPECT_TRUE(read(times).busy);
    EXPECT_EQ(read(t + R"("visibility":"private")").privacy, Privacy::personal);
    EXPECT_EQ(read(t + R"("visibility":"confidential")").privacy, Privacy::confidential);
    EXPECT_EQ(read(t + R"("visibility":"public")").privacy, Privacy::open);
    EXPECT_EQ(read(t + R"("source":{"title":"x","url":"https://crm.example/1"})").url, "https://crm.example/1");
    EXPECT_EQ(read(t + R"("hangoutLink":"https://meet.google.com/a")").url, "https://meet.google.com/a");
    EXPECT_THAT(read(t + R"("reminders":{"useDefault":true})").reminders, IsEmpty());
    EXPECT_THAT(read(t + R"("reminders":{"useDefault":false,"overrides":[{"method":"email","minutes":60},
                {"method":"popup","minutes":15}]})")
                    .reminders,
                ElementsAre(Reminder{15, "display"}, Reminder{60, "email"}));
    EXPECT_EQ(remoteOf(t + R"("updated":"2026-03-01T08:00:06.172Z")").modified,
              Instant(sys_days(2026y / March / 1) + 8h + 6s));
}

// C9: the wall clock is that of the event's zone, whatever offset Google writes; dates are dates.
TEST(GoogleEvent, TimesKeepTheirWallClock) {
    const std::string chicago =
        R"("start":{"dateTime":"2026-07-01T17:00:00+02:00","timeZone":"America/Chicago"},"end":{"dateTime":"2026-07-01T18:00:00+02:00","timeZone":"America/Chicago"})";
    EXPECT_EQ(read(chicago).start, zoned(local_days(2026y / July / 1), 10h, "America/Chicago"));
    const Activity day = read(R"("start":{"date":"2026-03-03"},"end":{"date":"2026-03-05"})");
    EXPECT_EQ(day.start, date(tuesday));
    EXPECT_EQ(day.end, date(tuesday + days(2)));
    EXPECT_EQ(
        read(R"("start":{"dateTime":"2026-03-03T10:00:00+01:00"},"end":{"dateTime":"2026-03-03T10:00:00Z"})").start,
        (When{When::Kind::utc, tuesday + 9h, {}}));
    EXPECT_EQ(read(std::string(times) + R"(,"endTimeUnspecified":true)").end.kind, When::Kind::none);
    EXPECT_EQ(remoteOf(R"("summary":"x")").skip, "it has no start");
}

TEST(GoogleEvent, GuestsAreParticipants) {
    const std::string guests = std::string(times) + R"(,"organizer":{"email":"Boss@acme.com","displayName":"Boss"},
        "attendees":[{"email":"ME@example.com","self":true,"responseStatus":"accepted"},
                     {"email":"ann@acme.com","displayName":"Ann","optional":true,"responseStatus":"tentative"},
                     {"email":"room@acme.com","resource":true,"responseStatus":"declined"}])";
    const Remote remote = remoteOf(guests);
    const auto people = std::get<Activity>(remote.record).participants;
    ASSERT_EQ(people.size(), 4u);
    EXPECT_EQ(people[0].email, "boss@acme.com");
    EXPECT_TRUE(people[0].organizer);
    EXPECT_EQ(people[1].response, "accepted");
    EXPECT_EQ(people[2].role, "optional");
    EXPECT_EQ(people[2].name, "Ann");
    EXPECT_EQ(people[3].kind, "resource");
    EXPECT_EQ(people[3].response, "declined");
    EXPECT_FALSE(remote.organised);  // C12
    EXPECT_TRUE(remoteOf(guests + R"(,"guestsCanModify":true)").organised);
    EXPECT_TRUE(remoteOf(guests + R"(,"attendeesOmitted":true)").guestsHidden);
    EXPECT_TRUE(remoteOf(guests + R"(,"guestsCanSeeOtherGuests":false)").guestsHidden);
}

// An event without guests is no meeting; a secondary calendar as organiser is the login.
TEST(GoogleEvent, TheOrganiserOfOnesOwnEvents) {
    const std::string own = std::string(times) + R"(,"organizer":{"email":"me@example.com","self":true})";
    EXPECT_THAT(read(own).participants, IsEmpty());
    EXPECT_TRUE(remoteOf(own).organised);
    const auto people = read(std::string(times) + R"(,"organizer":{"email":"x@group.calendar.google.com","self":true},
        "attendees":[{"email":"ann@acme.com"}])")
                            .participants;
    ASSERT_EQ(people.size(), 2u);
    EXPECT_EQ(people[0].email, "me@example.com");
    EXPECT_EQ(people[0].role, "chair");
}

// google-calendar §5: kinds of events.
TEST(GoogleEvent, KindsOfEvents) {
    const struct {
        const char* type;
        Use use;
        bool readOnly;
    } rows[] = {{"default", Use::record, false},   {"birthday", Use::nothing, true},
                {"fromGmail", Use::record, true},  {"focusTime", Use::busy, true},
                {"outOfOffice", Use::busy, true},  {"workingLocation", Use::nothing, true},
                {"madeUpLater", Use::record, true}};
    for (const auto& row : rows) {
        const Remote remote = remoteOf(std::string(times) + R"(,"eventType":")" + row.type + "\"");
        EXPECT_EQ(remote.use, row.use) << row.type;
        EXPECT_EQ(remote.readOnly, row.readOnly) << row.type;
    }
}

// I1: a mark counts only with the id that goes with it: copies carry it along.
TEST(GoogleEvent, CopiesOfAMarkArentOurs) {
    const std::string mark = std::string(times) + R"(,"extendedProperties":{"private":{"crmdavLink":"key"}})";
    EXPECT_EQ(remoteOf(mark).mark, "");
    const std::string ours = R"({"master":{"id":")" + eventId("key", 1) + "\"," + mark + "}}";
    EXPECT_EQ(readEvent(ours, options).mark, "key");
    EXPECT_NE(eventId("key", 0), eventId("key", 1));
    EXPECT_THAT(eventId("key", 0), testing::MatchesRegex("[0-9a-v]+"));
    EXPECT_EQ(eventId("key", 0).size(), 33u);
}

// C8: rule, dates, exceptions and cancelled occurrences, however Google says it.
TEST(GoogleEvent, ASeriesWithItsExceptions) {
    const std::string raw = R"({"master":{"id":"s","summary":"Weekly","iCalUID":"s@google.com","recurrence":
        ["RRULE:FREQ=WEEKLY;BYDAY=TU","EXDATE;TZID=Europe/Zurich:20260310T100000","RDATE:20260304T090000Z"],)" +
                            std::string(times) + R"(},"exceptions":{
        "20260317T090000Z":{"id":"s_20260317T090000Z","status":"cancelled","recurringEventId":"s",
            "originalStartTime":{"dateTime":"2026-03-17T10:00:00+01:00","timeZone":"Europe/Zurich"}},
        "20260331T080000Z":{"id":"s_20260331T080000Z","status":"confirmed","summary":"Moved","recurringEventId":"s",
            "originalStartTime":{"dateTime":"2026-03-31T08:00:00Z"},
            "start":{"dateTime":"2026-03-31T15:00:00+02:00","timeZone":"Europe/Zurich"},
            "end":{"dateTime":"2026-03-31T16:00:00+02:00","timeZone":"Europe/Zurich"}},
        "20260407T080000Z":{"id":"s_20260407T080000Z","status":"confirmed","summary":"Weekly","colorId":"4","recurringEventId":"s",
            "originalStartTime":{"dateTime":"2026-04-07T08:00:00Z"},
            "start":{"dateTime":"2026-04-07T10:00:00+02:00","timeZone":"Europe/Zurich"},
            "end":{"dateTime":"2026-04-07T11:00:00+02:00","timeZone":"Europe/Zurich"}}}})";
    const Activity series = std::get<Activity>(readEvent(raw, options).record);
    EXPECT_EQ(series.rrule, "FREQ=WEEKLY;BYDAY=TU");
    EXPECT_THAT(series.extraDates, ElementsAre(zoned(tuesday + days(1), 10h)));
    ASSERT_EQ(series.exceptions.size(), 3u) << "an occurrence in another colour is none";
    EXPECT_EQ(series.exceptions[0].original, zoned(tuesday + days(7), 10h));
    EXPECT_TRUE(series.exceptions[0].cancelled);
    EXPECT_TRUE(series.exceptions[1].cancelled);
    EXPECT_EQ(series.exceptions[2].original, zoned(tuesday + days(28), 10h));
    EXPECT_EQ(series.exceptions[2].start, zoned(tuesday + days(28), 15h));
    EXPECT_EQ(series.exceptions[2].subject, "Moved");
}

TEST(GoogleEvent, ASeriesThatCantBeTakenOverSaysWhy) {
    const auto skip = [](const std::string& lines) {
        return remoteOf(std::string(times) + R"(,"recurrence":)" + lines).skip;
    };
    EXPECT_EQ(skip(R"(["RRULE:FREQ=DAILY"])"), "");
    EXPECT_THAT(skip(R"(["RRULE:FREQ=DAILY","RRULE:FREQ=WEEKLY"])"), HasSubstr("more than one rule"));
    EXPECT_THAT(skip(R"(["RRULE:FREQ=DAILY","EXRULE:FREQ=WEEKLY"])"), HasSubstr("exceptions"));
    EXPECT_NE(skip(R"(["RRULE:FREQ=OFTEN"])"), "");
}

// What was written comes back as it was: all that Google has a place for.
TEST(GoogleEvent, HeldIsWhatComesBack) {
    Activity full = meeting();
    full.location = "Basel";
    full.notes = "<b> is a tag & AT&amp;T a reference\nsecond line";
    full.tentative = true;
    full.busy = false;
    full.privacy = Privacy::personal;
    full.url = "https://crm.example/a/1";
    full.reminders = {{15, "display"}, {60, "email"}};
    Participant ann;
    ann.email = "ann@acme.com";
    ann.name = "Ann";
    ann.role = "optional";
    Participant self;
    self.email = "me@example.com";
    self.organizer = true;
    self.role = "chair";
    self.response = "accepted";
    full.participants = {self, ann};
    full.rrule = "FREQ=WEEKLY;COUNT=9";
    full.extraDates = {zoned(tuesday + days(2), 10h)};
    Exception cancelled;
    cancelled.original = zoned(tuesday + days(7), 10h);
    cancelled.cancelled = true;
    Exception moved{zoned(tuesday + days(14), 10h), false, "Other", "Bern", "n", zoned(tuesday + days(15), 9h),
                    zoned(tuesday + days(15), 12h)};
    full.exceptions = {cancelled, moved};
    EXPECT_EQ(heldEvent(full, options), full);
    EXPECT_EQ(heldEvent(meeting(), options), meeting());
}

// mapping §1, column "loss": what Google makes of the rest.
TEST(GoogleEvent, HeldIsCoarserWhereGoogleIs) {
    const auto held = [](auto change) {
        Activity activity = meeting();
        change(activity);
        return heldEvent(activity, options);
    };
    EXPECT_EQ(held([](Activity& a) { a.privacy = Privacy::confidential; }).privacy, Privacy::personal);
    EXPECT_EQ(held([](Activity& a) { a.end = {}; }).end, meeting().start);
    EXPECT_EQ(held([](Activity& a) { a.start = a.end = date(tuesday); }).end, date(tuesday + days(1)));
    EXPECT_EQ(held([](Activity& a) { a.start = {When::Kind::floating, tuesday + 10h, {}}; }).start, meeting().start);
    EXPECT_THAT(held([](Activity& a) { a.reminders = {{-5, "display"}, {99'999, "display"}}; }).reminders, IsEmpty());
    EXPECT_THAT(held([](Activity& a) { a.reminders = {{5, "audio"}}; }).reminders, ElementsAre(Reminder{5, "display"}));
    EXPECT_EQ(held([](Activity& a) { a.url = "tel:1"; }).url, "");
    EXPECT_FALSE(held([](Activity& a) { a.cancelled = a.tentative = true; }).busy)
        << "cancelled there is deleted there";
    EXPECT_EQ(held([](Activity& a) { a.priority = 3, a.done = true, a.typeId = "t"; }), meeting());
    EXPECT_EQ(held([](Activity& a) { a.rrule = "FREQ=DAILY;UNTIL=20260305"; }).rrule,
              "FREQ=DAILY;UNTIL=20260305T225959Z");
    Participant chair;
    chair.email = "boss@acme.com";
    chair.organizer = true;
    chair.role = "chair";
    chair.response = "delegated";
    const auto people = held([&](Activity& a) { a.participants = {chair}; }).participants;
    ASSERT_EQ(people.size(), 2u);
    EXPECT_EQ(people[0].email, "me@example.com") << "who writes it there organises it there";
    EXPECT_EQ(people[1].role, "required");
    EXPECT_EQ(people[1].response, "needs-action");
}

// C3: what can't be said is refused as a whole, with a reason.
TEST(GoogleEvent, WhatGoogleCantHaveIsRefused) {
    const auto refused = [](auto change) {
        Activity activity = meeting();
        change(activity);
        try {
            heldEvent(activity, options);
        } catch (const Refused& why) {
            return std::string(why.what());
        }
        return std::string();
    };
    EXPECT_THAT(refused([](Activity& a) { a.rrule = "FREQ=HOURLY"; }), HasSubstr("daily"));
    EXPECT_THAT(refused([](Activity& a) { a.rrule = "FREQ=DAILY;RSCALE=HEBREW"; }), HasSubstr("Gregorian"));
    EXPECT_THAT(refused([](Activity& a) { a.component = ComponentKind::todo; }), HasSubstr("tasks"));
    EXPECT_THAT(refused([](Activity& a) { a.start = {}; }), HasSubstr("start"));
    EXPECT_THAT(refused([](Activity& a) { a.start.zone = "Mars/Olympus"; }), HasSubstr("Mars"));
}

}  // namespace
}  // namespace crmdav::google
