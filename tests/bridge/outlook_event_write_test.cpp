#include "tests/bridge/outlook_event_support.h"

/// What is written of an activity that changed.
namespace crmdav::outlook {
namespace {

TEST(OutlookEventWrite, EachFieldIsWrittenByItselfAlone) {
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

TEST(OutlookEventWrite, ARecurrenceIsNotSentForNothing) {
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

TEST(OutlookEventWrite, TheMeetingsOwnPartOfTheBodyStays) {
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
TEST(OutlookEventWrite, AGuestWritesItsOwnCopyOnly) {
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

}  // namespace
}  // namespace crmdav::outlook
