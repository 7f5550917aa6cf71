#include "bridge/outlook/uid.h"
#include "tests/bridge/outlook_event_support.h"

/// What is read, row by row (mapping.md §1), and whose meeting it is (C11, microsoft-graph §8).
namespace crmdav::outlook {
namespace {

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

}  // namespace
}  // namespace crmdav::outlook
