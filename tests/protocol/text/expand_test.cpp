#include "protocol/text/expand.h"

#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Document calendar(const std::string& components) {
    std::string bytes = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n" + components + "END:VCALENDAR\n";
    return Document::parse(std::move(bytes));
}
Document event(const std::string& lines) {
    return calendar("BEGIN:VEVENT\nUID:u\nDTSTAMP:20240101T000000Z\n" + lines + "END:VEVENT\n");
}

TimeRange between(std::string_view start, std::string_view end) {
    return {parseUtc(start).value(), parseUtc(end).value()};
}
const TimeRange year2026 = between("20260101T000000Z", "20270101T000000Z");

// "20260105T080000Z/20260105T090000Z" of each instance, by start.
std::vector<std::string> instances(const Document& document, const TimeRange& range = {},
                                   const char* zone = "Europe/Berlin", std::size_t most = 1'000) {
    const CalendarItem item(document.root(), findZone(zone));
    std::vector<std::string> found;
    item.forEach(range, {most}, [&](const Instance& instance) {
        found.push_back(utcText(instance.start) + '/' + utcText(instance.end));
        return true;
    });
    std::sort(found.begin(), found.end());
    return found;
}
std::vector<std::string> starts(const Document& document, const TimeRange& range = {},
                                const char* zone = "Europe/Berlin") {
    auto found = instances(document, range, zone);
    for (auto& text : found) text.resize(16);
    return found;
}

TEST(Instances, WeeklyMeetingKeepsItsWallClockOverBothChanges) {  // D08
    const Document weekly =
        event("DTSTART;TZID=Europe/Berlin:20260323T080000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3\n");
    EXPECT_THAT(instances(weekly), ElementsAre("20260323T070000Z/20260323T080000Z", "20260330T060000Z/20260330T070000Z",
                                               "20260406T060000Z/20260406T070000Z"));
    const Document autumn = event("DTSTART;TZID=America/New_York:20261026T080000\nRRULE:FREQ=WEEKLY;COUNT=2\n");
    EXPECT_THAT(starts(autumn), ElementsAre("20261026T120000Z", "20261102T130000Z"));
}

TEST(Instances, MovedInstanceReplacesTheOneItIsNamedAfter) {  // D09, and the shape of the load test
    const Document moved = calendar(
        "BEGIN:VEVENT\nUID:u\nDTSTART;TZID=Europe/Berlin:20260105T090000\nDTEND;TZID=Europe/Berlin:20260105T093000\n"
        "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=6\nEXDATE;TZID=Europe/Berlin:20260112T090000\n"
        "EXDATE;TZID=Europe/Berlin:20260119T090000\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:u\nRECURRENCE-ID;TZID=Europe/Berlin:20260126T090000\n"
        "DTSTART;TZID=Europe/Berlin:20260204T090000\nDTEND;TZID=Europe/Berlin:20260204T093000\nEND:VEVENT\n");
    EXPECT_THAT(starts(moved),
                ElementsAre("20260105T080000Z", "20260202T080000Z", "20260204T080000Z", "20260209T080000Z"));
    EXPECT_THAT(starts(moved, between("20260126T000000Z", "20260127T000000Z")), IsEmpty());
    EXPECT_THAT(starts(moved, between("20260204T000000Z", "20260205T000000Z")), SizeIs(1));
}

struct RecurrenceCase {
    const char* title;
    const char* lines;
    std::vector<std::string> expected;
};
void PrintTo(const RecurrenceCase& c, std::ostream* out) { *out << c.title; }
class RecurrenceRules : public testing::TestWithParam<RecurrenceCase> {};

TEST_P(RecurrenceRules, GiveTheseStarts) { EXPECT_EQ(starts(event(GetParam().lines)), GetParam().expected); }

const RecurrenceCase recurrenceCases[] = {
    {"UNTIL as date means the whole day in the event's zone (RFC 5545 3.3.10)",
     "DTSTART;TZID=Europe/Berlin:20260101T230000\nRRULE:FREQ=DAILY;UNTIL=20260103\n",
     {"20260101T220000Z", "20260102T220000Z", "20260103T220000Z"}},
    {"UNTIL in UTC is an instant, inclusive",
     "DTSTART;TZID=Europe/Berlin:20260101T230000\nRRULE:FREQ=DAILY;UNTIL=20260102T220000Z\n",
     {"20260101T220000Z", "20260102T220000Z"}},
    {"UNTIL one second earlier excludes",
     "DTSTART;TZID=Europe/Berlin:20260101T230000\nRRULE:FREQ=DAILY;UNTIL=20260102T215959Z\n",
     {"20260101T220000Z"}},
    {"UNTIL as local time for a floating start",
     "DTSTART:20260101T230000\nRRULE:FREQ=DAILY;UNTIL=20260102T230000\n",
     {"20260101T220000Z", "20260102T220000Z"}},
    {"UNTIL with a time for a series of dates",
     "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;UNTIL=20260102T120000Z\n",
     {"20251231T230000Z", "20260101T230000Z"}},
    {"COUNT counts what EXDATE takes away",
     "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260102T100000Z\n",
     {"20260101T100000Z", "20260103T100000Z"}},
    {"EXDATE in another zone is the same instant",
     "DTSTART;TZID=Europe/Berlin:20260101T100000\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE;TZID=America/"
     "New_York:20260102T040000\n",
     {"20260101T090000Z"}},
    {"EXDATE as date removes that day's instance",
     "DTSTART;TZID=Europe/Berlin:20260101T003000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260102\n",
     {"20251231T233000Z", "20260102T233000Z"}},
    {"EXDATE with a time for a series of dates",
     "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260102T000000Z\n",
     {"20251231T230000Z"}},
    {"EXDATE may take away DTSTART",
     "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260101T100000Z\n",
     {"20260102T100000Z"}},
    {"EXDATE list on one line",
     "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260101T100000Z,20260103T100000Z\n",
     {"20260102T100000Z"}},
    {"RDATE equal to an instance of the rule counts once",
     "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;COUNT=2\nRDATE:20260102T100000Z,20260109T100000Z\n",
     {"20260101T100000Z", "20260102T100000Z", "20260109T100000Z"}},
    {"RDATE alone makes a series",
     "DTSTART:20260101T100000Z\nRDATE:20260301T100000Z\n",
     {"20260101T100000Z", "20260301T100000Z"}},
    {"DTSTART outside the rule is the first of COUNT (RFC 5545 3.8.5.3)",
     "DTSTART:20260101T100000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3\n",
     {"20260101T100000Z", "20260105T100000Z", "20260112T100000Z"}},
    {"two rules are united",
     "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=3\n",
     {"20260101T100000Z", "20260102T100000Z", "20260103T100000Z", "20260105T100000Z"}},
    {"EXRULE of old clients (RFC 2445)",
     "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;COUNT=4\nEXRULE:FREQ=DAILY;INTERVAL=2;COUNT=9\n",
     {"20260102T100000Z", "20260104T100000Z"}},
    {"an unreadable rule leaves the first instance",
     "DTSTART:20260101T100000Z\nRRULE:FREQ=SOMETIMES\n",
     {"20260101T100000Z"}},
    {"a rule within the day is none for dates",
     "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=HOURLY;COUNT=3\n",
     {"20251231T230000Z"}},
    {"BYHOUR is ignored for dates",
     "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;COUNT=1;BYHOUR=9\n",
     {"20251231T230000Z"}},
    {"a start in the gap of spring is read with the offset before it",
     "DTSTART;TZID=Europe/Berlin:20260328T023000\nRRULE:FREQ=DAILY;COUNT=3\n",
     {"20260328T013000Z", "20260329T013000Z", "20260330T003000Z"}},
    {"no DTSTART, no instance", "RRULE:FREQ=DAILY;COUNT=3\n", {}},
    {"a day that is none gives no instance", "DTSTART:20240230T100000Z\n", {}},
};
INSTANTIATE_TEST_SUITE_P(Rows, RecurrenceRules, testing::ValuesIn(recurrenceCases));

TEST(Instances, RdateWithAPeriodHasItsOwnLength) {
    const Document document = event(
        "DTSTART:20260101T100000Z\nDTEND:20260101T110000Z\n"
        "RDATE;VALUE=PERIOD:20260201T100000Z/PT3H,20260301T100000Z/20260301T103000Z\n");
    EXPECT_THAT(instances(document),
                ElementsAre("20260101T100000Z/20260101T110000Z", "20260201T100000Z/20260201T130000Z",
                            "20260301T100000Z/20260301T103000Z"));
}

TEST(Instances, LengthInDaysIsNominalAndDtendExact) {  // RFC 5545 §3.8.5.3
    const std::string rule = "RRULE:FREQ=DAILY;COUNT=2\n";
    const Document nominal = event("DTSTART;TZID=Europe/Berlin:20260327T120000\nDURATION:P1D\n" + rule);
    EXPECT_THAT(instances(nominal),
                ElementsAre("20260327T110000Z/20260328T110000Z", "20260328T110000Z/20260329T100000Z"));
    const Document exact =
        event("DTSTART;TZID=Europe/Berlin:20260327T120000\nDTEND;TZID=Europe/Berlin:20260328T120000\n" + rule);
    EXPECT_THAT(instances(exact),
                ElementsAre("20260327T110000Z/20260328T110000Z", "20260328T110000Z/20260329T110000Z"));
}

TEST(Instances, AllDayEventIsADayOfTheZoneThatLooksAtIt) {  // D07
    struct Row {
        const char* zone;
        const char* expected;
    };
    const Document day = event("DTSTART;VALUE=DATE:20260310\n");
    for (const auto& [zone, expected] : {Row{"UTC", "20260310T000000Z/20260311T000000Z"},
                                         Row{"Pacific/Kiritimati", "20260309T100000Z/20260310T100000Z"},
                                         Row{"America/Los_Angeles", "20260310T070000Z/20260311T070000Z"},
                                         Row{"Asia/Kolkata", "20260309T183000Z/20260310T183000Z"}})
        EXPECT_THAT(instances(day, {}, zone), ElementsAre(expected)) << zone;
    const Document three = event("DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260331\n");
    EXPECT_THAT(instances(three), ElementsAre("20260327T230000Z/20260330T220000Z"));
    EXPECT_THAT(instances(event("DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260328\n")),
                ElementsAre("20260327T230000Z/20260328T230000Z"));
}

TEST(Instances, ThisAndFutureMovesTheRest) {  // D10, RFC 5545 §3.8.4.4
    const Document document = calendar(
        "BEGIN:VEVENT\nUID:u\nDTSTART:20260101T100000Z\nDTEND:20260101T110000Z\nRRULE:FREQ=DAILY;COUNT=5\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:u\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260103T100000Z\nDTSTART:20260103T120000Z\n"
        "DTEND:20260103T123000Z\nSUMMARY:later\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:u\nRECURRENCE-ID:20260104T100000Z\nDTSTART:20260104T080000Z\nDTEND:20260104T083000Z\nEND:"
        "VEVENT\n");
    EXPECT_THAT(instances(document),
                ElementsAre("20260101T100000Z/20260101T110000Z", "20260102T100000Z/20260102T110000Z",
                            "20260103T120000Z/20260103T123000Z", "20260104T080000Z/20260104T083000Z",
                            "20260105T120000Z/20260105T123000Z"));
    EXPECT_THAT(starts(document, between("20260105T113000Z", "20260106T000000Z")), SizeIs(1));
}

TEST(Instances, OverridesWithoutMasterAndOrphansOccur) {
    const Document alone = event("RECURRENCE-ID:20260103T100000Z\nDTSTART:20260104T100000Z\nDURATION:PT1H\n");
    EXPECT_THAT(starts(alone), ElementsAre("20260104T100000Z"));
    const Document orphan = calendar(
        "BEGIN:VEVENT\nUID:u\nDTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;COUNT=2\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:u\nRECURRENCE-ID:20260601T100000Z\nDTSTART:20260601T120000Z\nEND:VEVENT\n");
    EXPECT_THAT(starts(orphan), ElementsAre("20260101T100000Z", "20260102T100000Z", "20260601T120000Z"));
}

struct NameCase {
    const char* recurrenceId;
    const char* start;
};
TEST(Instances, RecurrenceIdIsFoundInAnyForm) {
    for (const auto& [id, start] :
         {NameCase{";TZID=Europe/Berlin:20260102T100000", "DTSTART;TZID=Europe/Berlin:20260101T100000"},
          NameCase{":20260102T090000Z", "DTSTART;TZID=Europe/Berlin:20260101T100000"},
          NameCase{";TZID=America/New_York:20260102T040000", "DTSTART;TZID=Europe/Berlin:20260101T100000"},
          NameCase{":20260102T100000", "DTSTART;TZID=Europe/Berlin:20260101T100000"},
          NameCase{";VALUE=DATE:20260102", "DTSTART;TZID=Europe/Berlin:20260101T100000"},
          NameCase{":20260102T000000Z", "DTSTART;VALUE=DATE:20260101"}}) {
        const Document document =
            calendar(std::string("BEGIN:VEVENT\nUID:u\n") + start + "\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\n" +
                     "BEGIN:VEVENT\nUID:u\nRECURRENCE-ID" + id + "\nDTSTART:20260601T120000Z\nEND:VEVENT\n");
        const auto found = starts(document);
        ASSERT_THAT(found, SizeIs(3)) << id;
        EXPECT_EQ(found[2], "20260601T120000Z") << id;
        EXPECT_EQ(found[1].substr(0, 8), start == std::string("DTSTART;VALUE=DATE:20260101") ? "20260102" : "20260103")
            << id;
    }
}

TEST(Instances, OldSeriesIsFoundDecadesLater) {  // D24, D74
    const Document daily = event("DTSTART;TZID=Europe/Berlin:19700101T090000\nDURATION:PT30M\nRRULE:FREQ=DAILY\n");
    EXPECT_THAT(starts(daily, between("20260601T000000Z", "20260608T000000Z")), SizeIs(7));
    const Document phase =
        event("DTSTART;TZID=Europe/Berlin:19700105T090000\nRRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR\n");
    const auto all = starts(phase, between("19700101T000000Z", "20260701T000000Z"));
    auto week = starts(phase, between("20260601T000000Z", "20260622T000000Z"));
    EXPECT_THAT(week, SizeIs(2));
    const Document ended = event("DTSTART:20000101T090000Z\nRRULE:FREQ=DAILY;COUNT=100\n");
    EXPECT_THAT(starts(ended, year2026), IsEmpty());
}

TEST(Instances, LongEventReachesIntoARangeFarBehindItsStart) {
    const Document fair = event("DTSTART:20250101T000000Z\nDURATION:P500D\n");
    EXPECT_THAT(starts(fair, between("20260301T000000Z", "20260302T000000Z")), SizeIs(1));
    const Document monthly = event("DTSTART:20250101T000000Z\nDURATION:P20D\nRRULE:FREQ=MONTHLY\n");
    EXPECT_THAT(starts(monthly, between("20260315T000000Z", "20260316T000000Z")), ElementsAre("20260301T000000Z"));
}

TEST(Instances, ZeroLengthAtTheEdgesOfTheRange) {  // RFC 4791 §9.9
    const Document moment = event("DTSTART:20260101T100000Z\n");
    EXPECT_THAT(starts(moment, between("20260101T100000Z", "20260101T110000Z")), SizeIs(1));
    EXPECT_THAT(starts(moment, between("20260101T090000Z", "20260101T100000Z")), IsEmpty());
    const Document hour = event("DTSTART:20260101T100000Z\nDURATION:PT1H\n");
    EXPECT_THAT(starts(hour, between("20260101T110000Z", "20260101T120000Z")), IsEmpty());
    EXPECT_THAT(starts(hour, between("20260101T090000Z", "20260101T100000Z")), IsEmpty());
    EXPECT_THAT(starts(hour, between("20260101T105959Z", "20260101T110000Z")), SizeIs(1));
}

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
    std::vector<std::string> rings;
    item.forEach({}, {}, [&](const Instance& instance) {
        for (const Instant ring : item.alarmsOf(instance)) rings.push_back(utcText(ring));
        return true;
    });
    EXPECT_THAT(rings, ElementsAre("20260330T074500Z", "20260330T090500Z", "20260301T000000Z", "20260329T080000Z",
                                   "20260329T081000Z", "20260329T082000Z"));
    EXPECT_TRUE(item.alarmIn(between("20260301T000000Z", "20260301T000001Z")));
    EXPECT_TRUE(item.alarmIn(between("20260329T081500Z", "20260329T082500Z")));
    EXPECT_FALSE(item.alarmIn(between("20260328T000000Z", "20260328T235959Z")));
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
