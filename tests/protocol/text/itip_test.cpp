#include "protocol/text/itip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string meeting =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n"
    "BEGIN:VEVENT\r\nUID:m1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260110T100000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
    "SUMMARY:Plan\r\nSEQUENCE:4\r\nORGANIZER;CN=Anna:mailto:anna@x.example\r\n"
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@x.example\r\n"
    "ATTENDEE;SCHEDULE-STATUS=1.2;PARTSTAT=NEEDS-ACTION:mailto:ben@x.example\r\n"
    "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:cleo@x.example\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:m1\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20260111T100000Z\r\n"
    "DTSTART:20260111T120000Z\r\nORGANIZER:mailto:anna@x.example\r\nATTENDEE:mailto:ben@x.example\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n";
const Instant now{std::chrono::sys_days(std::chrono::year(2026) / 2 / 1)};

IsPerson is(const std::string& address) {
    return [address](const Property& line) { return line.value() == "mailto:" + address; };
}

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

TEST(Itip, RequestHasNothingThatIsTheSendersAlone) {  // RFC 5546 §3.2.2, RFC 6638 §7
    const std::string message = requestMessage(meeting);
    EXPECT_THAT(message, HasSubstr("METHOD:REQUEST\r\n"));
    for (const char* own : {"VALARM", "SCHEDULE-"}) EXPECT_THAT(message, Not(HasSubstr(own)));
    EXPECT_THAT(message, HasSubstr("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ben@x.example\r\n"));
    EXPECT_THAT(message, HasSubstr("RRULE:FREQ=DAILY;COUNT=3\r\n"));
    EXPECT_EQ(count(message, "BEGIN:VEVENT"), 2U);
}

TEST(Itip, CancelNamesThoseWhoAreToldInEveryComponent) {  // RFC 5546 §3.2.5
    const std::string message = cancelMessage(meeting, is("ben@x.example"), now);
    EXPECT_THAT(message, HasSubstr("METHOD:CANCEL\r\n"));
    EXPECT_EQ(count(message, "STATUS:CANCELLED\r\n"), 2U);
    EXPECT_EQ(count(message, "ATTENDEE"), 2U);
    EXPECT_EQ(count(message, "SEQUENCE:5\r\n"), 2U);
    EXPECT_THAT(message, HasSubstr("DTSTAMP:20260201T000000Z\r\n"));
}

TEST(Itip, ReplyHasTheSendersLineAndWhatIdentifiesTheMeeting) {  // RFC 5546 §3.2.3
    const std::string message = replyMessage(meeting, is("ben@x.example"), now);
    EXPECT_THAT(message, HasSubstr("METHOD:REPLY\r\n"));
    EXPECT_THAT(message, HasSubstr("REQUEST-STATUS:2.0;Success\r\n"));
    EXPECT_THAT(message, HasSubstr("RECURRENCE-ID:20260111T100000Z\r\n"));
    for (const char* other : {"PARTSTAT=ACCEPTED", "cleo", "VALARM", "RRULE"})
        EXPECT_THAT(message, Not(HasSubstr(other)));
    EXPECT_EQ(count(message, "ORGANIZER"), 2U);
}

TEST(Itip, AgentsThatNobodyKnowsAreNotTheServer) {  // RFC 6638 §7.1; D02
    for (const auto& [parameters, served] : {std::pair{"", true},
                                             {";SCHEDULE-AGENT=SERVER", true},
                                             {";SCHEDULE-AGENT=server", true},
                                             {";SCHEDULE-AGENT=CLIENT", false},
                                             {";SCHEDULE-AGENT=NONE", false},
                                             {";SCHEDULE-AGENT=X-OTHER", false}}) {
        const Document document = Document::parse("BEGIN:VCALENDAR\r\nATTENDEE" + std::string(parameters) +
                                                  ":mailto:a@x.example\r\nEND:VCALENDAR\r\n");
        EXPECT_EQ(isServersToSchedule(document.root().properties()[0]), served) << parameters;
    }
}

TEST(Itip, OthersAnswersStayWhereTheSenderDidNotSeeThem) {  // RFC 6638 §3.2.10; D44
    std::string answered = meeting;
    answered.replace(answered.find("NEEDS-ACTION"), 12, "DECLINED");
    const Document stored = Document::parse(answered);
    Document sent = Document::parse(meeting);
    EXPECT_FALSE(keepAnswers(sent.root(), stored.root(), is("ben@x.example"))) << "one's own is one's own";
    EXPECT_TRUE(keepAnswers(sent.root(), stored.root(), is("anna@x.example")));
    EXPECT_THAT(sent.bytes(), HasSubstr("PARTSTAT=DECLINED"));
    EXPECT_EQ(count(sent.bytes(), "PARTSTAT="), 2U);
}

TEST(Itip, OnlyAMeetingIsASchedulingObject) {  // RFC 6638 §3.1
    EXPECT_TRUE(isSchedulingObject(Document::parse(meeting).root()));
    for (const char* lines : {"", "ORGANIZER:mailto:a@x.example\r\n", "ATTENDEE:mailto:a@x.example\r\n"})
        EXPECT_FALSE(isSchedulingObject(Document::parse("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + std::string(lines) +
                                                        "END:VEVENT\r\nEND:VCALENDAR\r\n")
                                            .root()))
            << lines;
}

}  // namespace
}  // namespace crmdav
