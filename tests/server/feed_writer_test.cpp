#include "server/feed_writer.h"

namespace crmdav {
namespace {

using namespace testing;

std::string event(std::string_view lines) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/"
           "Berlin\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:deal-with-acme\r\n"
           "DTSTAMP:20261120T090000Z\r\nDTSTART;TZID=Europe/"
           "Berlin:20261120T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Deal with Acme\r\n"
           "DESCRIPTION:secret notes\r\nLOCATION:Room 7\r\nATTENDEE:mailto:bert@example.org\r\nX-CRMDAV-TYPE:call\r\n" +
           std::string(lines) +
           "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:alarm\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:"
           "VCALENDAR\r\n";
}
std::string shown(Detail detail, std::string_view lines = "") {
    FeedWriter view(detail, "feed-secret");
    std::string out;
    view.add(out, event(lines));
    return out;
}
auto showsNothingPrivate() {
    return AllOf(Not(HasSubstr("notes")), Not(HasSubstr("Room")), Not(HasSubstr("bert@")), Not(HasSubstr("acme")),
                 Not(HasSubstr("VALARM")), Not(HasSubstr("X-CRMDAV")));
}

TEST(FeedWriter, BusyShowsWhenAndNothingElse) {  // D63
    const auto out = shown(Detail::busy);
    EXPECT_THAT(out, showsNothingPrivate());
    EXPECT_THAT(out, AllOf(HasSubstr("SUMMARY:Busy"), HasSubstr("DTSTART;TZID=Europe/Berlin:20261120T100000"),
                           HasSubstr("RRULE:FREQ=WEEKLY;COUNT=3"), Not(HasSubstr("Acme"))));
}

TEST(FeedWriter, SubjectShowsTheSubjectToo) {
    const auto out = shown(Detail::subject);
    EXPECT_THAT(out, AllOf(showsNothingPrivate(), HasSubstr("SUMMARY:Deal with Acme")));
}

TEST(FeedWriter, EverythingShowsAllButAlarms) {
    EXPECT_THAT(shown(Detail::everything), AllOf(HasSubstr("UID:deal-with-acme"), HasSubstr("secret notes"),
                                                 HasSubstr("Room 7"), Not(HasSubstr("VALARM"))));
}

TEST(FeedWriter, PrivateEventsAreBusyAtEveryLevel) {
    for (const auto detail : {Detail::subject, Detail::everything})
        for (const char* privacy : {"CLASS:PRIVATE\r\n", "CLASS:CONFIDENTIAL\r\n", "CLASS:X-MINE\r\n"})
            EXPECT_THAT(shown(detail, privacy),
                        AllOf(showsNothingPrivate(), HasSubstr("SUMMARY:Busy"), Not(HasSubstr("Acme"))))
                << privacy;
}

TEST(FeedWriter, FreeAndCancelledTimeIsNotBusy) {
    for (const char* line : {"TRANSP:TRANSPARENT\r\n", "STATUS:CANCELLED\r\n"})
        EXPECT_THAT(shown(Detail::busy, line), Not(HasSubstr("VEVENT"))) << line;
}

TEST(FeedWriter, UidsStayTheSameAndZonesComeOnce) {
    FeedWriter view(Detail::busy, "feed-secret");
    std::string first, again;
    view.add(first, event(""));
    view.add(again, event(""));
    EXPECT_THAT(first, HasSubstr("BEGIN:VTIMEZONE"));
    EXPECT_THAT(again, Not(HasSubstr("BEGIN:VTIMEZONE")));
    EXPECT_EQ(first.substr(first.find("UID:")), again.substr(again.find("UID:")));
}

TEST(FeedWriter, BrokenObjectsAreLeftOut) {
    FeedWriter view(Detail::everything, "s");
    std::string out;
    view.add(out, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n");
    EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace crmdav
