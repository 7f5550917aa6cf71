#include "tests/protocol/text/expand_support.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

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

}  // namespace
}  // namespace crmdav
