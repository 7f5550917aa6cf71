#include "tests/protocol/text/expand_support.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct TodoCase {
    const char* lines;
    const char *start, *end;
    bool expected;
};

TEST(TodoOverlap, FollowsTheTableOfRfc4791) {  // §9.9
    const TodoCase rows[] = {
        {"DTSTART:20260101T100000Z\nDURATION:PT1H\n", "20260101T110000Z", "20260101T120000Z", true},
        {"DTSTART:20260101T100000Z\nDURATION:PT1H\n", "20260101T110001Z", "20260101T120000Z", false},
        {"DTSTART:20260101T100000Z\nDUE:20260101T110000Z\n", "20260101T110000Z", "20260101T120000Z", false},
        {"DTSTART:20260101T100000Z\nDUE:20260101T110000Z\n", "20260101T100000Z", "20260101T103000Z", true},
        {"DTSTART:20260101T100000Z\n", "20260101T100000Z", "20260101T110000Z", true},
        {"DTSTART:20260101T100000Z\n", "20260101T090000Z", "20260101T100000Z", false},
        {"DUE:20260101T100000Z\n", "20260101T090000Z", "20260101T100000Z", true},
        {"DUE:20260101T100000Z\n", "20260101T100000Z", "20260101T110000Z", false},
        {"COMPLETED:20260103T100000Z\nCREATED:20260101T100000Z\n", "20260102T000000Z", "20260102T010000Z", true},
        {"COMPLETED:20260103T100000Z\nCREATED:20260101T100000Z\n", "20260104T000000Z", "20260104T010000Z", false},
        {"COMPLETED:20260103T100000Z\n", "20260103T100000Z", "20260103T110000Z", true},
        {"COMPLETED:20260103T100000Z\n", "20260104T000000Z", "20260105T000000Z", false},
        {"CREATED:20260103T100000Z\n", "20300101T000000Z", "20300102T000000Z", true},
        {"CREATED:20260103T100000Z\n", "20260101T000000Z", "20260102T000000Z", false},
        {"SUMMARY:some day\n", "20300101T000000Z", "20300102T000000Z", true},
    };
    for (const auto& [lines, start, end, expected] : rows) {
        const Document todo = calendar(std::string("BEGIN:VTODO\nUID:u\n") + lines + "END:VTODO\n");
        EXPECT_EQ(CalendarItem(todo.root(), utcZone()).anyIn(between(start, end)), expected) << lines << start;
    }
}

TEST(TodoOverlap, RecurringTodoWithDueOnly) {
    const Document todo = calendar("BEGIN:VTODO\nUID:u\nDUE:20260101T100000Z\nRRULE:FREQ=MONTHLY;COUNT=6\nEND:VTODO\n");
    EXPECT_TRUE(CalendarItem(todo.root(), utcZone()).anyIn(between("20260301T000000Z", "20260302T000000Z")));
    EXPECT_FALSE(CalendarItem(todo.root(), utcZone()).anyIn(between("20260302T000000Z", "20260303T000000Z")));
}

TEST(JournalAndFreeBusyOverlap, FollowTheTablesOfRfc4791) {
    const auto in = [](const std::string& components, const char* start, const char* end) {
        const Document document = calendar(components);
        return CalendarItem(document.root(), utcZone()).anyIn(between(start, end));
    };
    const std::string note = "BEGIN:VJOURNAL\nUID:u\nDTSTART;VALUE=DATE:20260101\nEND:VJOURNAL\n";
    EXPECT_TRUE(in(note, "20260101T230000Z", "20260102T230000Z"));
    EXPECT_FALSE(in(note, "20260102T000000Z", "20260102T230000Z"));
    EXPECT_FALSE(in("BEGIN:VJOURNAL\nUID:u\nEND:VJOURNAL\n", "20260102T000000Z", "20260102T230000Z"));
    const std::string busy =
        "BEGIN:VFREEBUSY\nUID:u\nFREEBUSY:20260101T100000Z/PT1H,20260103T100000Z/PT1H\nEND:VFREEBUSY\n";
    EXPECT_TRUE(in(busy, "20260103T103000Z", "20260103T230000Z"));
    EXPECT_FALSE(in(busy, "20260102T000000Z", "20260102T230000Z"));
}

TEST(Alarms, RingRelativeAbsoluteAndRepeated) {  // RFC 5545 §3.6.6, §3.8.6.3
    const auto alarm = [](const std::string& lines) {
        return "BEGIN:VALARM\nACTION:DISPLAY\n" + lines + "END:VALARM\n";
    };
    const Document document =
        event("DTSTART;TZID=Europe/Berlin:20260330T100000\nDURATION:PT1H\n" + alarm("TRIGGER:-PT15M\n") +
              alarm("TRIGGER;RELATED=END:PT5M\n") + alarm("TRIGGER;VALUE=DATE-TIME:20260301T000000Z\n") +
              alarm("TRIGGER:-P1D\nREPEAT:2\nDURATION:PT10M\n"));
    const CalendarItem item(document.root(), utcZone());
    const std::vector<std::string> rings{"20260301T000000Z", "20260329T080000Z", "20260329T081000Z",
                                         "20260329T082000Z", "20260330T074500Z", "20260330T090500Z"};
    std::string last = "20260101T000000Z";
    for (const std::string& ring : rings) {
        const std::string after = utcText(*parseUtc(ring) + std::chrono::seconds(1));
        EXPECT_FALSE(item.alarmIn(between(last.c_str(), ring.c_str()))) << "between " << last << " and " << ring;
        EXPECT_TRUE(item.alarmIn(between(ring.c_str(), after.c_str()))) << ring;
        last = after;
    }
    EXPECT_FALSE(item.alarmIn(between(last.c_str(), "20300101T000000Z")));
}

TEST(Alarms, OnlyThoseAskedFor) {
    const Document document = event(
        "DTSTART:20260101T100000Z\nBEGIN:VALARM\nTRIGGER:-PT1H\nEND:VALARM\n"
        "BEGIN:VALARM\nTRIGGER:-PT2H\nEND:VALARM\n");
    const CalendarItem item(document.root(), utcZone());
    const Component* second = &document.root().findComponent("VEVENT")->components()[1];
    EXPECT_TRUE(item.alarmIn(between("20260101T090000Z", "20260101T090001Z")));
    EXPECT_FALSE(item.alarmIn(between("20260101T090000Z", "20260101T090001Z"), {&second, 1}));
    EXPECT_TRUE(item.alarmIn(between("20260101T080000Z", "20260101T080001Z"), {&second, 1}));
}

TEST(Alarms, OfEverySecondAreFound) {  // D24
    const Document document =
        event("DTSTART:20000101T100000Z\nRRULE:FREQ=SECONDLY\nBEGIN:VALARM\nTRIGGER:-P2D\nEND:VALARM\n");
    EXPECT_TRUE(CalendarItem(document.root(), utcZone()).alarmIn(between("20260108T100000Z", "20260108T100001Z")));
}

TEST(Alarms, OfASeriesAreFoundFarAwayFromItsStart) {
    const Document document =
        event("DTSTART:20000101T100000Z\nRRULE:FREQ=WEEKLY\nBEGIN:VALARM\nTRIGGER:-P2D\nEND:VALARM\n");
    const CalendarItem item(document.root(), utcZone());
    EXPECT_TRUE(item.alarmIn(between("20260108T095900Z", "20260108T100100Z")));
    EXPECT_FALSE(item.alarmIn(between("20260109T095900Z", "20260109T100100Z")));
}

TEST(HostileSeries, AreCutAtTheBoundAndStillFoundFarAway) {  // D24
    const Document everySecond = event("DTSTART:19260101T000000Z\nRRULE:FREQ=SECONDLY\n");
    const CalendarItem item(everySecond.root(), utcZone());
    std::size_t seen = 0;
    const auto count = [&seen](const Instance&) { return ++seen, true; };
    EXPECT_EQ(item.forEach(year2026, {500}, count), Walk::cutShort);
    EXPECT_EQ(seen, 500U);
    seen = 0;
    EXPECT_EQ(item.forEach(between("20260101T000000Z", "20260101T000010Z"), {500}, count), Walk::complete);
    EXPECT_EQ(seen, 10U);
}

TEST(HostileSeries, AllInstancesLeftOutEndInBoundedWork) {
    const Document document = event("DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY\n");
    EXPECT_FALSE(CalendarItem(document.root(), utcZone()).anyIn({}));
}

TEST(OccurrenceIndex, WholeSeriesWhenItFits) {
    const Document document =
        event("DTSTART:20260101T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=10\nTRANSP:TRANSPARENT\n");
    const Occurrences found = occurrencesOf(document.root(), year2026, 100);
    EXPECT_TRUE(found.complete);
    EXPECT_EQ(found.covered, TimeRange{});
    ASSERT_THAT(found.rows, SizeIs(10));
    EXPECT_EQ(found.rows[0].busy, Busy::free);
}

TEST(OccurrenceIndex, EndlessSeriesIsCoveredFromItsStart) {
    const Document document = event("DTSTART:20260101T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\n");
    const Occurrences found = occurrencesOf(document.root(), year2026, 100);
    EXPECT_FALSE(found.complete);
    EXPECT_EQ(found.covered.start, Instant::min());
    EXPECT_GE(found.covered.end, year2026.end);
    // what is said to be covered is all there
    EXPECT_EQ(std::count_if(found.rows.begin(), found.rows.end(),
                            [&](const Occurrence& row) { return overlaps(row.start, row.end, year2026); }),
              static_cast<std::ptrdiff_t>(instances(document, year2026).size()));
}

TEST(OccurrenceIndex, OldEndlessSeriesIsCoveredAroundTheWindow) {
    const Document document = event("DTSTART;TZID=Europe/Berlin:19700101T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY\n");
    const Occurrences found = occurrencesOf(document.root(), year2026, 400);
    EXPECT_EQ(found.covered, year2026);
    EXPECT_THAT(found.rows, SizeIs(365));
    const Occurrences narrow = occurrencesOf(document.root(), year2026, 100);
    EXPECT_EQ(narrow.covered.start, year2026.start);
    EXPECT_LT(narrow.covered.end, year2026.end);
    EXPECT_GT(narrow.covered.end, year2026.start + days{90});
}

struct BusyCase {
    const char* lines;
    Busy expected;
};
TEST(BusyTime, FollowsTranspStatusOutlookAndTheOwnAnswer) {
    const std::vector<std::string> own{"me@x.example"};
    for (const auto& [lines, expected] :
         {BusyCase{"", Busy::busy}, BusyCase{"TRANSP:TRANSPARENT\n", Busy::free},
          BusyCase{"STATUS:CANCELLED\n", Busy::free}, BusyCase{"STATUS:TENTATIVE\n", Busy::tentative},
          BusyCase{"X-MICROSOFT-CDO-BUSYSTATUS:OOF\n", Busy::unavailable},
          BusyCase{"X-MICROSOFT-CDO-BUSYSTATUS:FREE\n", Busy::free},
          BusyCase{"ATTENDEE;PARTSTAT=DECLINED:MAILTO:Me@x.example\n", Busy::free},
          BusyCase{"ATTENDEE;PARTSTAT=TENTATIVE;EMAIL=me@x.example:urn:uuid:1\n", Busy::tentative},
          BusyCase{"ATTENDEE;PARTSTAT=DECLINED:mailto:you@x.example\n", Busy::busy}}) {
        const Document document = event(std::string("DTSTART:20260101T100000Z\n") + lines);
        EXPECT_EQ(busyOf(*document.root().findComponent("VEVENT"), own), expected) << lines;
    }
}

}  // namespace
}  // namespace crmdav
