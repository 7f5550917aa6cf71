#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

/// RFC 6638 as clients see it; who is told what is in tests/store/scheduling_test.cpp.
class SchedulingTest : public DavTest {
protected:
    const std::string annas = "/dav/calendars/anna/activities/m.ics", bens = "/dav/calendars/ben/activities/m.ics",
                      inbox = "/dav/calendars/ben/inbox/";

    static std::string meeting(const std::string& summary = "Plan") {
        std::string text = event("m1");
        text.replace(text.find("Event of m1"), 11, summary);
        return text.insert(text.find("END:VEVENT"),
                           "ORGANIZER;CN=anna Example:mailto:anna@example.com\r\n"
                           "ATTENDEE;CN=anna Example;PARTSTAT=ACCEPTED:mailto:anna@example.com\r\n"
                           "ATTENDEE;CN=ben;PARTSTAT=NEEDS-ACTION:mailto:ben@example.com\r\n");
    }
    std::string firstMessage() {
        std::string name;
        store_->members(store_->collection("ben", Home::calendars, "inbox")->id, MemberDetail::tags,
                        [&](const Member& member, std::string_view) { name = member.name; });
        return inbox + name;
    }
    DavAnswer benSays(const std::string& status) {
        std::string copy = ask("ben", "GET", bens).body;
        return put("ben", bens, copy.replace(copy.find("NEEDS-ACTION"), 12, status));
    }
};

TEST_F(SchedulingTest, MeetingsHaveATagThatAnswersLeave) {  // §8.2, §9.3
    const DavAnswer made = put("anna", annas, meeting());
    const std::string tag = made.header("Schedule-Tag");
    EXPECT_EQ(tag.size(), 24U) << tag;
    EXPECT_EQ(made.header("ETag"), "") << "it isn't stored as it was sent";
    EXPECT_EQ(ask("anna", "GET", annas).header("Schedule-Tag"), tag);
    EXPECT_TRUE(propfind("anna", annas, "0", "<C:schedule-tag/>").has("<C:schedule-tag>" + tag + "<"));
    EXPECT_EQ(benSays("ACCEPTED").status, 204);
    EXPECT_EQ(ask("anna", "GET", annas).header("Schedule-Tag"), tag);

    EXPECT_EQ(put("anna", annas, meeting("Other"), {{"if-schedule-tag-match", tag}}).status, 204);
    EXPECT_TRUE(ask("anna", "GET", annas).has("PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.2")) << "Ben's answer stays";
    EXPECT_EQ(put("anna", annas, meeting("Third"), {{"if-schedule-tag-match", tag}}).status, 412);
    EXPECT_EQ(ask("anna", "DELETE", annas, "", {{"if-schedule-tag-match", tag}}).status, 412);
}

TEST_F(SchedulingTest, WhatIsNoMeetingHasNoTag) {  // §3.2.10
    const DavAnswer made = put("anna", annas, event("m1"));
    EXPECT_EQ(made.header("Schedule-Tag"), "");
    EXPECT_FALSE(made.header("ETag").empty());
    EXPECT_EQ(propfind("anna", annas, "0", "<C:schedule-tag/>").count("404"), 1U);
    EXPECT_EQ(put("anna", annas, event("m1"), {{"if-schedule-tag-match", "\"x\""}}).status, 412);
}

TEST_F(SchedulingTest, InboxIsListedReadSyncedAndEmptied) {  // §2.2
    const std::string token = tokenOf(sync("ben", inbox, ""));
    put("anna", annas, meeting());
    const std::string message = firstMessage();
    EXPECT_TRUE(propfind("ben", inbox, "1", "<getetag/>").has(message));
    EXPECT_TRUE(ask("ben", "GET", message).has("METHOD:REQUEST"));
    EXPECT_TRUE(sync("ben", inbox, token).has(message));
    EXPECT_TRUE(ask("ben", "REPORT", inbox,
                    "<C:calendar-query xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getetag/></prop>"
                    "<C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'>"
                    "<C:time-range start='20260302T000000Z' end='20260303T000000Z'/></C:comp-filter></C:comp-filter>"
                    "</C:filter></C:calendar-query>")
                    .has(message));
    EXPECT_EQ(put("ben", inbox + "own.ics", event("x")).status, 403);
    EXPECT_EQ(ask("anna", "GET", message).status, 403);
    EXPECT_EQ(ask("ben", "DELETE", message).status, 204);
    EXPECT_EQ(ask("ben", "GET", message).status, 404);
    EXPECT_EQ(ask("ben", "GET", bens).status, 200) << "the message goes, the meeting stays";
}

TEST_F(SchedulingTest, MessagesBlockNoTime) {
    put("anna", annas, meeting());
    ask("ben", "DELETE", bens);
    EXPECT_FALSE(ask("ben", "REPORT", "/dav/calendars/ben/",
                     "<C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'>"
                     "<C:time-range start='20260302T000000Z' end='20260303T000000Z'/></C:free-busy-query>")
                     .has("\r\nFREEBUSY"));
}

TEST_F(SchedulingTest, NoClientIsToldThatMailIsSent) {  // architecture: not before there is an outbox
    EXPECT_EQ(ask("anna", "OPTIONS", "/dav/calendars/anna/").header("DAV").find("auto-schedule"), std::string::npos);
}

}  // namespace
}  // namespace crmdav
