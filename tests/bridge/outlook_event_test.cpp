#include "bridge/outlook/event.h"

#include "bridge/json_values.h"
#include "bridge/outlook/uid.h"
#include "bridge/outlook/values.h"
#include "bridge/outlook/zone.h"

namespace crmdav::outlook {
namespace {

using namespace std::chrono;

const EventOptions options{"Europe/Zurich", false};

When at(const char* clock, const char* zone = "Europe/Berlin") {
    const auto local = readClock(clock);
    if (std::string(clock).size() == 10) return {When::Kind::date, *local, {}};
    if (std::string(zone).empty()) return {When::Kind::floating, *local, {}};
    if (std::string(zone) == "UTC") return {When::Kind::utc, *local, {}};
    return {When::Kind::zoned, *local, zone};
}

const std::string times =
    R"("start":{"dateTime":"2026-03-03T09:00:00.0000000","timeZone":"UTC"},"end":{"dateTime":"2026-03-03T10:00:00.0000000","timeZone":"UTC"},)"
    R"("originalStartTimeZone":"W. Europe Standard Time","originalEndTimeZone":"W. Europe Standard Time")";

std::string rawOf(const std::string& members, const std::string& rest = "") {
    return R"({"master":{"id":"A","@odata.etag":"W/\"1\"",)" + members + "}" + rest + "}";
}

Activity read(const std::string& raw, const EventOptions& how = options) {
    return std::get<Activity>(readEvent(raw, how).record);
}
Activity readWith(const std::string& members) { return read(rawOf(times + "," + members)); }

Activity meeting() {
    Activity activity;
    activity.subject = "Demo";
    activity.start = at("2026-03-03T10:00:00");
    activity.end = at("2026-03-03T11:00:00");
    return activity;
}

Json patchOf(const std::string& raw, const std::function<void(Activity&)>& edit, const EventOptions& how = options) {
    const Activity before = read(raw, how);
    Activity after = before;
    edit(after);
    const std::string body = changedEvent(raw, before, after, how);
    return body.empty() ? Json() : parse(body);
}

std::vector<std::string> namesOf(const Json& json) {
    std::vector<std::string> names;
    for (const auto& [name, value] : json.object) names.push_back(name);
    return names;
}

// ---------------------------------------------------------------- mapping.md §1, row by row

TEST(OutlookEvent, TextsAreRead) {
    EXPECT_EQ(readWith(R"("subject":"  Demo Acme ")").subject, "Demo Acme");
    EXPECT_EQ(readWith(R"("subject":null)").subject, "");
    EXPECT_EQ(
        readWith(R"("location":{"displayName":"Basel"},"locations":[{"displayName":"Basel"},{"displayName":"x"}])")
            .location,
        "Basel");
    EXPECT_EQ(
        readWith(R"("body":{"contentType":"html","content":"<html><body><p>a</p><p>b&nbsp;</p></body></html>"})").notes,
        "a\n\nb");
    EXPECT_EQ(readWith(R"("body":{"contentType":"text","content":"a <b>\r\nc"})").notes, "a <b>\nc");
    EXPECT_EQ(readWith(R"("onlineMeeting":{"joinUrl":"https://teams.example/1"})").url, "https://teams.example/1");
    EXPECT_EQ(readWith(R"("onlineMeeting":null)").url, "");
}

TEST(OutlookEvent, StatesAreRead) {
    struct Row {
        const char* members;
        bool busy, tentative, cancelled;
        Privacy privacy;
        int priority;
    };
    const Row rows[] = {
        {R"("showAs":"busy","sensitivity":"normal","importance":"normal")", true, false, false, Privacy::open, 0},
        {R"("showAs":"free","sensitivity":"private","importance":"high")", false, false, false, Privacy::personal, 1},
        {R"("showAs":"tentative","sensitivity":"personal","importance":"low")", true, true, false, Privacy::personal,
         9},
        {R"("showAs":"oof","sensitivity":"confidential")", true, false, false, Privacy::confidential, 0},
        {R"("showAs":"workingElsewhere")", true, false, false, Privacy::open, 0},
        {R"("showAs":"unknown","isCancelled":true)", true, false, true, Privacy::open, 0},
        {R"("x":1)", true, false, false, Privacy::open, 0},
    };
    for (const Row& row : rows) {
        const Activity event = readWith(row.members);
        EXPECT_EQ(event.busy, row.busy) << row.members;
        EXPECT_EQ(event.tentative, row.tentative) << row.members;
        EXPECT_EQ(event.cancelled, row.cancelled) << row.members;
        EXPECT_EQ(event.privacy, row.privacy) << row.members;
        EXPECT_EQ(event.priority, row.priority) << row.members;
    }
    EXPECT_THAT(readWith(R"("isReminderOn":true,"reminderMinutesBeforeStart":15)").reminders,
                testing::ElementsAre(Reminder{15, "display"}));
    EXPECT_THAT(readWith(R"("isReminderOn":false,"reminderMinutesBeforeStart":15)").reminders, testing::IsEmpty());
}

// Rule C9; microsoft-graph §5 and §10
TEST(OutlookEvent, TimesAreReadInTheirOwnZone) {
    EXPECT_EQ(readWith(R"("x":1)").start, at("2026-03-03T10:00:00"));
    EXPECT_EQ(readWith(R"("x":1)").end, at("2026-03-03T11:00:00"));
    const auto zoned = [](const char* start, const char* end) {
        return rawOf(
            std::string(
                R"("start":{"dateTime":"2026-07-01T09:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-07-01T10:00:00","timeZone":"UTC"},"originalStartTimeZone":")") +
            start + R"(","originalEndTimeZone":")" + end + "\"");
    };
    EXPECT_EQ(read(zoned("India Standard Time", "W. Europe Standard Time")).start,
              at("2026-07-01T14:30:00", "Asia/Kolkata"));
    EXPECT_EQ(read(zoned("India Standard Time", "W. Europe Standard Time")).end, at("2026-07-01T12:00:00"));
    EXPECT_EQ(read(zoned("UTC", "UTC")).start, at("2026-07-01T09:00:00", "UTC"));
    EXPECT_EQ(read(zoned("America/Ciudad_Juarez", "UTC")).start.kind, When::Kind::zoned);
    EXPECT_EQ(read(zoned("tzone://Microsoft/Custom", "x")).start, at("2026-07-01T11:00:00", "Europe/Zurich"));
    EXPECT_EQ(read(zoned("Customized Time Zone", "x"), {"", false}).start, at("2026-07-01T09:00:00", "UTC"));
    const Activity day = read(rawOf(
        R"("isAllDay":true,"start":{"dateTime":"2026-03-28T00:00:00.0000000","timeZone":"UTC"},)"
        R"("end":{"dateTime":"2026-03-30T00:00:00.0000000","timeZone":"UTC"},"originalStartTimeZone":"Tokyo Standard Time")"));
    EXPECT_EQ(day.start, at("2026-03-28"));
    EXPECT_EQ(day.end, at("2026-03-30"));
    EXPECT_THROW(read(rawOf(R"("subject":"x")")), Refused);
    EXPECT_THROW(read("{"), Nonsense);
}

TEST(OutlookEvent, ASeriesHasItsRulesWallClock) {
    const std::string recurrence =
        R"(,"recurrence":{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["tuesday"],"firstDayOfWeek":"monday"},)"
        R"("range":{"type":"noEnd","startDate":"2026-03-03","recurrenceTimeZone":"Eastern Standard Time"}})";
    const std::string exceptions =
        R"(,"exceptions":{"2026-03-31":{"subject":"Retro","isAllDay":false,"location":{"displayName":"Bern"},"body":{"contentType":"text","content":"n"},)"
        R"("start":{"dateTime":"2026-03-31T12:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-31T13:00:00","timeZone":"UTC"}},)"
        R"("2026-04-07":{"isCancelled":true,"start":{"dateTime":"2026-04-07T08:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-04-07T09:00:00","timeZone":"UTC"}},)"
        R"("2026-04-14":{"subject":"Demo","start":{"dateTime":"2026-04-14T08:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-04-14T09:00:00","timeZone":"UTC"}}},)"
        R"("cancelled":["2026-03-17","2026-03-17","soon"])";
    const Activity series = read(rawOf(R"("subject":"Demo",)" + times + recurrence, exceptions));
    EXPECT_EQ(series.start, at("2026-03-03T04:00:00", "America/New_York"));
    EXPECT_EQ(series.end, at("2026-03-03T05:00:00", "America/New_York"));
    EXPECT_EQ(series.rrule, "FREQ=WEEKLY;BYDAY=TU;WKST=MO");
    // The one of 14 April is as the series has it: no exception.
    ASSERT_EQ(series.exceptions.size(), 3U);
    EXPECT_TRUE(series.exceptions[0].cancelled);
    EXPECT_EQ(series.exceptions[0].original, at("2026-03-17T04:00:00", "America/New_York"));
    EXPECT_EQ(series.exceptions[1].subject, "Retro");
    EXPECT_EQ(series.exceptions[1].location, "Bern");
    EXPECT_EQ(series.exceptions[1].notes, "n");
    EXPECT_EQ(series.exceptions[1].original, at("2026-03-31T04:00:00", "America/New_York"));
    EXPECT_EQ(series.exceptions[1].start, at("2026-03-31T08:00:00", "America/New_York"));
    EXPECT_TRUE(series.exceptions[2].cancelled);
}

TEST(OutlookEvent, PeopleAreRead) {
    const std::string people =
        R"("organizer":{"emailAddress":{"name":"A","address":"A@x.ch"}},"attendees":[)"
        R"({"type":"required","status":{"response":"none"},"emailAddress":{"name":"A","address":"a@x.ch"}},)"
        R"({"type":"optional","status":{"response":"tentativelyAccepted"},"emailAddress":{"name":"b@acme.com","address":"b@Acme.com"}},)"
        R"({"type":"resource","status":{"response":"declined"},"emailAddress":{"address":"room@x.ch"}},)"
        R"({"type":"required","status":{"response":"notResponded"},"emailAddress":{"name":"no address"}},)"
        R"({"type":"required","status":{"response":"accepted"},"emailAddress":{"address":"c@x.ch","name":"C"}}])";
    const auto participants = readWith(people).participants;
    ASSERT_EQ(participants.size(), 4U);
    EXPECT_TRUE(participants[0].organizer);
    EXPECT_EQ(participants[0].role, "chair");
    EXPECT_EQ(participants[0].email, "a@x.ch");
    EXPECT_EQ(participants[1].role, "optional");
    EXPECT_EQ(participants[1].response, "tentative");
    EXPECT_EQ(participants[1].name, "");
    EXPECT_EQ(participants[2].kind, "resource");
    EXPECT_EQ(participants[2].response, "declined");
    EXPECT_EQ(participants[3].response, "accepted");
    // An appointment: its owner alone is no participant.
    EXPECT_THAT(readWith(R"("organizer":{"emailAddress":{"address":"a@x.ch"}},"attendees":[])").participants,
                testing::IsEmpty());
    const Remote guest = readEvent(rawOf(times + R"(,"isOrganizer":false,"hideAttendees":true,)" + people), options);
    EXPECT_FALSE(guest.organised);
    EXPECT_TRUE(guest.guestsHidden);
    EXPECT_EQ(guest.hold, "");
    EXPECT_NE(readEvent(rawOf(times + "," + people), options).hold, "");
    EXPECT_EQ(readEvent(rawOf(times + "," + people), {"UTC", true}).hold, "");
}

TEST(OutlookEvent, MarksAndMoments) {
    const Remote plain = readEvent(rawOf(times), options);
    EXPECT_EQ(plain.mark, "");
    EXPECT_FALSE(plain.modified.has_value());
    const Remote marked = readEvent(
        rawOf(
            times +
            R"(,"transactionId":"t","lastModifiedDateTime":"2026-03-01T08:00:07.123Z","singleValueExtendedProperties":[{"id":"String {66f5a359-4659-4830-9070-00047ec6ac6e} Name crmdavLink","value":"link"}])"),
        options);
    EXPECT_EQ(marked.mark, "link");
    EXPECT_EQ(*marked.modified, Instant(sys_days{year{2026} / 3 / 1} + hours(8) + seconds(7)));
    EXPECT_EQ(readEvent(rawOf(times + R"(,"transactionId":"t")"), options).mark, "t");
}

// ---------------------------------------------------------------- what Outlook has a place for

TEST(OutlookEvent, WhatIsHeld) {
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

TEST(OutlookEvent, TimesThatAreHeld) {
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

TEST(OutlookEvent, GuestsAreHeldOnlyWhereTheyAreWritten) {
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

TEST(OutlookEvent, ExceptionsThatAreHeld) {
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

// ---------------------------------------------------------------- what is written

TEST(OutlookEvent, EachFieldIsWrittenByItselfAlone) {
    const std::string raw = rawOf(
        times +
        R"(,"subject":"x","showAs":"oof","sensitivity":"personal","importance":"low","isReminderOn":true,"reminderMinutesBeforeStart":5)");
    struct Row {
        std::function<void(Activity&)> edit;
        const char* json;
    };
    const Row rows[] = {
        {[](Activity& a) { a.subject = "y"; }, R"({"subject":"y"})"},
        {[](Activity& a) { a.location = "Bern"; }, R"({"location":{"displayName":"Bern"}})"},
        {[](Activity& a) { a.notes = "n"; },
         R"({"body":{"contentType":"html","content":"<html><body>\r\nn\r\n</body></html>"}})"},
        {[](Activity& a) { a.privacy = Privacy::open; }, R"({"sensitivity":"normal"})"},
        {[](Activity& a) { a.privacy = Privacy::confidential; }, R"({"sensitivity":"confidential"})"},
        {[](Activity& a) { a.busy = false; }, R"({"showAs":"free"})"},
        {[](Activity& a) { a.tentative = true; }, R"({"showAs":"tentative"})"},
        {[](Activity& a) { a.cancelled = true; }, R"({"showAs":"free"})"},  // takes no time any more
        {[](Activity& a) { a.priority = 1; }, R"({"importance":"high"})"},
        {[](Activity& a) { a.priority = 0; }, R"({"importance":"normal"})"},
        {[](Activity& a) { a.reminders.clear(); }, R"({"isReminderOn":false})"},
        {[](Activity& a) {
             a.reminders = {{30, "display"}};
         },
         R"({"isReminderOn":true,"reminderMinutesBeforeStart":30})"},
        {[](Activity& a) { a.end = at("2026-03-03T12:00:00"); },
         R"({"isAllDay":false,"start":{"dateTime":"2026-03-03T10:00:00","timeZone":"W. Europe Standard Time"},"end":{"dateTime":"2026-03-03T12:00:00","timeZone":"W. Europe Standard Time"}})"},
        {[](Activity& a) {
             a.start = at("2026-03-03");
             a.end = at("2026-03-04");
         },
         R"({"isAllDay":true,"start":{"dateTime":"2026-03-03T00:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-03-04T00:00:00","timeZone":"UTC"}})"},
        {[](Activity& a) { a.rrule = "FREQ=DAILY;COUNT=3"; },
         R"({"recurrence":{"pattern":{"type":"daily","interval":1},"range":{"type":"numbered","startDate":"2026-03-03","numberOfOccurrences":3,"recurrenceTimeZone":"W. Europe Standard Time"}}})"},
    };
    for (const Row& row : rows)
        EXPECT_TRUE(sameJson(patchOf(raw, row.edit), parse(row.json))) << row.json << toText(patchOf(raw, row.edit));
    // What Outlook has no place for, or holds coarser, is no difference.
    for (const std::function<void(Activity&)>& edit : std::vector<std::function<void(Activity&)>>{
             [](Activity& a) { a.url = "https://x"; }, [](Activity& a) { a.done = true; },
             [](Activity& a) { a.priority = 6; }, [](Activity& a) { a.start.zone = a.end.zone = "Europe/Zurich"; },
             [](Activity& a) { a.typeId = "t"; },
             [](Activity& a) {
                 Participant guest;
                 guest.email = "b@x.ch";
                 a.participants = {guest};
             },
             [](Activity& a) {
                 a.reminders.push_back({60, "email"});
             },
             [](Activity& a) { a.subject = "x "; }})
        EXPECT_TRUE(patchOf(raw, edit).isNull()) << toText(patchOf(raw, edit));
}

TEST(OutlookEvent, ARecurrenceIsNotSentForNothing) {
    const std::string raw = rawOf(
        times +
        R"(,"recurrence":{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["tuesday"],"firstDayOfWeek":"sunday"},"range":{"type":"noEnd","startDate":"2026-03-03","recurrenceTimeZone":"W. Europe Standard Time"}})");
    EXPECT_TRUE(patchOf(raw, [](Activity& a) { a.rrule = "FREQ=WEEKLY"; }).isNull());
    EXPECT_THAT(namesOf(patchOf(raw,
                                [](Activity& a) {
                                    a.start.local += hours(1);
                                    a.end.local += hours(1);
                                })),
                testing::ElementsAre("isAllDay", "start", "end"));
    const Json moved = patchOf(raw, [](Activity& a) {
        a.start.local += days(7);
        a.end.local += days(7);
    });
    EXPECT_EQ(textAt(moved, {"recurrence", "range", "startDate"}), "2026-03-10");
    EXPECT_TRUE(patchOf(raw, [](Activity& a) { a.rrule.clear(); }).find("recurrence")->isNull());
    // A rule that came from Outlook needs no proof that Outlook can have it.
    const std::string odd = rawOf(
        times +
        R"(,"recurrence":{"pattern":{"type":"relativeMonthly","interval":1,"daysOfWeek":["monday","tuesday"],"index":"second"},"range":{"type":"noEnd","startDate":"2026-03-03","recurrenceTimeZone":"W. Europe Standard Time"}})");
    EXPECT_THAT(namesOf(patchOf(odd, [](Activity& a) { a.subject = "y"; })), testing::ElementsAre("subject"));
}

TEST(OutlookEvent, TheMeetingsOwnPartOfTheBodyStays) {
    const std::string raw = rawOf(
        times +
        R"(,"isOnlineMeeting":true,"body":{"contentType":"html","content":"<html><body><div>our text</div><div class=\"x\"><span>________________________________________</span><a href=\"https://teams.example/1\">Join</a></div></body></html>"})");
    EXPECT_EQ(read(raw).notes, "our text");
    const std::string content(textAt(patchOf(raw, [](Activity& a) { a.notes = "new"; }), {"body", "content"}));
    EXPECT_THAT(content, testing::HasSubstr("https://teams.example/1"));
    EXPECT_THAT(content, testing::Not(testing::HasSubstr("our text")));
    EXPECT_EQ(read(rawOf(times + R"(,"isOnlineMeeting":true,"body":)" +
                         toText(jsonObject({{"contentType", jsonText("html")}, {"content", jsonText(content)}}))))
                  .notes,
              "new");
}

// Rule C12
TEST(OutlookEvent, AGuestWritesItsOwnCopyOnly) {
    const std::string raw =
        rawOf(times + R"(,"isOrganizer":false,"attendees":[{"emailAddress":{"address":"a@x.ch"}}])");
    EXPECT_NO_THROW(patchOf(raw, [](Activity& a) {
        a.busy = false;
        a.privacy = Privacy::personal;
        a.reminders = {{5, "display"}};
    }));
    for (const std::function<void(Activity&)>& edit : std::vector<std::function<void(Activity&)>>{
             [](Activity& a) { a.subject = "y"; }, [](Activity& a) { a.notes = "y"; },
             [](Activity& a) { a.location = "y"; }, [](Activity& a) { a.end.local += hours(1); },
             [](Activity& a) { a.rrule = "FREQ=DAILY"; }})
        EXPECT_THROW(patchOf(raw, edit), Refused);
}

// ---------------------------------------------------------------- rule C11, microsoft-graph §8

TEST(OutlookUid, IsTheMeetings) {
    const std::string head = "040000008200E00074C5B7101A82E008";
    const std::string rest = "0011223344556677" + std::string(16, '0') + "04000000" + "DEADBEEF";
    struct Row {
        std::string id, uid;
    };
    const Row rows[] = {
        {head + "07EA0303" + rest, head + "00000000" + rest},  // an occurrence's is its series'
        {head + "00000000" + rest, head + "00000000" + rest},
        {"040000008200e00074c5b7101a82e00807ea0303" + rest, head + "00000000" + rest},
        {head + "00000000" + "0011223344556677" + std::string(16, '0') + "1A000000" + "7643616C2D55696401000000" +
             "61626340676F6F676C652E636F6D00",
         "abc@google.com"},
        {"abc@google.com", "abc@google.com"},
        {head, head},
        {"", ""},
    };
    for (const Row& row : rows) EXPECT_EQ(meetingUid(row.id), row.uid);
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
