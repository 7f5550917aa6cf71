#include "protocol/text/views.h"

#include "protocol/dav/errors.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/freebusy.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TimeRange between(std::string_view start, std::string_view end) {
    return {parseUtc(start).value(), parseUtc(end).value()};
}
Document calendar(const std::string& content) {
    return Document::parse("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + content + "END:VCALENDAR\r\n");
}
const ZonePtr berlin = findZone("Europe/Berlin");

const std::string zoneText =
    "BEGIN:VTIMEZONE\r\nTZID:Europe/"
    "Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n"
    "END:STANDARD\r\nEND:VTIMEZONE\r\n";
const std::string masterText =
    "BEGIN:VEVENT\r\nUID:u\r\nDTSTART;TZID=Europe/Berlin:20260105T090000\r\nDTEND;TZID=Europe/"
    "Berlin:20260105T093000\r\n"
    "RRULE:FREQ=DAILY\r\nEXDATE;TZID=Europe/Berlin:20260107T090000\r\nSUMMARY:Daily\\, folded \r\n right "
    "here\r\nx-Odd;Y=\"a:b\":1\r\n"
    "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n";
const std::string movedText =
    "BEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID;TZID=Europe/Berlin:20260106T090000\r\nDTSTART;TZID=Europe/"
    "Berlin:20260220T100000\r\n"
    "DTEND;TZID=Europe/Berlin:20260220T110000\r\nSUMMARY:Moved\r\nEND:VEVENT\r\n";

TEST(ExpandView, EachInstanceInUtcAndTheRestByteForByte) {  // RFC 4791 §9.6.5: the initial one needs no RECURRENCE-ID
    const Document document = calendar(zoneText + masterText + movedText);
    EXPECT_EQ(expandView(document, between("20260105T000000Z", "20260109T000000Z"), berlin),
              "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
              "BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20260105T080000Z\r\nDTEND:20260105T083000Z\r\nSUMMARY:Daily\\, folded "
              "\r\n right here\r\n"
              "x-Odd;Y=\"a:b\":1\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:"
              "VALARM\r\nEND:VEVENT\r\n"
              "BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20260108T080000Z\r\nDTEND:20260108T083000Z\r\nSUMMARY:Daily\\, folded "
              "\r\n right here\r\n"
              "x-Odd;Y=\"a:b\":1\r\nRECURRENCE-ID:20260108T080000Z\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:"
              "VALARM\r\nEND:VEVENT\r\n"
              "END:VCALENDAR\r\n");
    EXPECT_THAT(expandView(document, between("20260220T090000Z", "20260220T100000Z"), berlin),
                HasSubstr("DTSTART:20260220T090000Z\r\nDTEND:20260220T100000Z\r\nSUMMARY:Moved\r\nRECURRENCE-ID:"
                          "20260106T080000Z\r\n"));
}

TEST(ExpandView, DatesStayDatesAndFloatingTimesBecomeUtc) {
    const Document days = calendar(
        "BEGIN:VEVENT\r\nUID:u\r\nDTSTART;VALUE=DATE:20260328\r\nDTEND;VALUE=DATE:20260330\r\nRRULE:FREQ=WEEKLY\r\nEND:"
        "VEVENT\r\n");
    EXPECT_THAT(
        expandView(days, between("20260404T120000Z", "20260405T000000Z"), berlin),
        HasSubstr("DTSTART;VALUE=DATE:20260404\r\nDTEND;VALUE=DATE:20260406\r\nRECURRENCE-ID;VALUE=DATE:20260404\r\n"));
    const Document floating =
        calendar("BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20260701T090000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n");
    EXPECT_THAT(expandView(floating, between("20260701T000000Z", "20260702T000000Z"), berlin),
                HasSubstr("UID:u\r\nDTSTART:20260701T070000Z\r\nDURATION:PT1H\r\nEND:VEVENT"));
}

TEST(ExpandView, NominalDaysBecomeHoursOverTheChange) {
    const Document document = calendar(
        "BEGIN:VEVENT\r\nUID:u\r\nDTSTART;TZID=Europe/"
        "Berlin:20260328T120000\r\nDURATION:P1D\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n");
    const std::string view = expandView(document, between("20260328T000000Z", "20260406T000000Z"), berlin);
    EXPECT_THAT(view, HasSubstr("DTSTART:20260328T110000Z\r\nDURATION:PT23H\r\n"));
    EXPECT_THAT(view, HasSubstr("DTSTART:20260404T100000Z\r\nDURATION:P1D\r\n"));
}

TEST(ExpandView, TodosAndEmptyRanges) {
    const Document todo = calendar(
        "BEGIN:VTODO\r\nUID:u\r\nDTSTART;TZID=Europe/Berlin:20260701T090000\r\nDUE;TZID=Europe/"
        "Berlin:20260701T100000\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEND:VTODO\r\n");
    EXPECT_THAT(
        expandView(todo, between("20260702T000000Z", "20260703T000000Z"), berlin),
        HasSubstr("DTSTART:20260702T070000Z\r\nDUE:20260702T080000Z\r\nRECURRENCE-ID:20260702T070000Z\r\nEND:VTODO"));
    EXPECT_EQ(expandView(todo, between("20270702T000000Z", "20270703T000000Z"), berlin),
              "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n");
    const Document undated = calendar("BEGIN:VTODO\r\nUID:u\r\nSUMMARY:x\r\nEND:VTODO\r\n");
    EXPECT_EQ(expandView(undated, between("20270702T000000Z", "20270703T000000Z"), berlin), undated.bytes());
}

TEST(ExpandView, RefusesMoreInstancesThanAllowed) {  // D24
    const Document document =
        calendar("BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20260101T000000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n");
    try {
        expandView(document, between("20260101T000000Z", "21260101T000000Z"), berlin);
        FAIL();
    } catch (const DavError& error) {
        EXPECT_EQ(error.status(), 403);
        EXPECT_EQ(error.condition().name, "number-of-matches-within-limits");
    }
    EXPECT_NO_THROW(expandView(document, between("20260101T000000Z", "20260101T000100Z"), berlin, 60));
}

TEST(LimitRecurrenceSet, KeepsOverridesThatAreOrWereInTheRange) {  // RFC 4791 §9.6.6
    const Document document = calendar(zoneText + masterText + movedText);
    EXPECT_EQ(limitRecurrenceSet(document, between("20260106T000000Z", "20260107T000000Z"), berlin), document.bytes());
    EXPECT_EQ(limitRecurrenceSet(document, between("20260220T000000Z", "20260221T000000Z"), berlin), document.bytes());
    EXPECT_EQ(limitRecurrenceSet(document, between("20260301T000000Z", "20260302T000000Z"), berlin),
              calendar(zoneText + masterText).bytes());
    const Document onward = calendar(masterText +
                                     "BEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260110T080000Z\r\n"
                                     "DTSTART:20260110T090000Z\r\nEND:VEVENT\r\n");
    EXPECT_EQ(limitRecurrenceSet(onward, between("20260301T000000Z", "20260302T000000Z"), berlin), onward.bytes());
    EXPECT_EQ(limitRecurrenceSet(onward, between("20260101T000000Z", "20260102T000000Z"), berlin),
              calendar(masterText).bytes());
}

TEST(LimitFreeBusySet, KeepsThePeriodsThatOverlap) {  // RFC 4791 §9.6.7
    const Document document = calendar(
        "BEGIN:VFREEBUSY\r\nUID:u\r\nFREEBUSY;FBTYPE=BUSY:20260101T100000Z/PT1H,20260102T100000Z/"
        "PT1H\r\nFREEBUSY:20260103T100000Z/PT1H\r\nEND:VFREEBUSY\r\n");
    EXPECT_EQ(limitFreeBusySet(document, between("20260102T000000Z", "20260103T000000Z")),
              calendar("BEGIN:VFREEBUSY\r\nUID:u\r\nFREEBUSY;FBTYPE=BUSY:20260102T100000Z/PT1H\r\nEND:VFREEBUSY\r\n")
                  .bytes());
    EXPECT_EQ(limitFreeBusySet(document, {}), document.bytes());
}

TEST(TimeZonesByReference, StandardOnesGoPrivateOnesStay) {  // RFC 7809 §3.1.1
    std::string own = zoneText;
    own.replace(own.find("Europe/Berlin"), 13, "Mine");
    EXPECT_EQ(withoutStandardZones(calendar(zoneText + own + masterText)), calendar(own + masterText).bytes());
    EXPECT_EQ(withoutStandardZones(calendar(masterText)), calendar(masterText).bytes());
}

TEST(WriteTimeZone, BerlinIsTwoRules) {
    EXPECT_EQ(writeTimeZone("Europe/Berlin", sys_days{2020y / 6 / 1}),
              "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
              "BEGIN:STANDARD\r\nDTSTART:20191027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\n"
              "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
              "BEGIN:DAYLIGHT\r\nDTSTART:20200329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\n"
              "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n");
    EXPECT_EQ(writeTimeZone("Asia/Kolkata", sys_days{2020y / 6 / 1}),
              "BEGIN:VTIMEZONE\r\nTZID:Asia/"
              "Kolkata\r\nBEGIN:STANDARD\r\nDTSTART:19451015T000000\r\nTZOFFSETFROM:+0630\r\nTZOFFSETTO:+0530\r\n"
              "TZNAME:IST\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n");
    EXPECT_THAT(writeTimeZone("UTC", sys_days{2020y / 6 / 1}),
                HasSubstr("TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nTZNAME:UTC\r\n"));
    EXPECT_EQ(writeTimeZone("Nowhere/Land", {}), "");
    EXPECT_THAT(writeTimeZoneCalendar("Europe/Berlin", {}), testing::EndsWith("END:VTIMEZONE\r\nEND:VCALENDAR\r\n"));
}

// Whatever is written reads back as the same zone.
TEST(WriteTimeZone, EveryZoneReadsBackAsItself) {
    const Instant since = sys_days{2000y / 1 / 1};
    for (const auto& name : ianaZoneIds()) {
        const ZonePtr zone = findZone(name);
        if (name == "Factory" || zone->id() != name) continue;  // aliases are the same
        const Document document = Document::parse(writeTimeZoneCalendar(name, since));
        const ZonePtr back = zoneOf(document.root().components().front());
        ASSERT_TRUE(back) << name << document.bytes();
        for (Instant at = since + hours{48}; at < sys_days{2050y / 1 / 1}; at += hours{661})
            ASSERT_EQ(back->offsetAt(at), zone->offsetAt(at)) << name << utcText(at) << document.bytes();
        ASSERT_LT(document.bytes().size(), 20'000U) << name;
    }
}

// ---------------------------------------------------------------- busy time

BusyPeriod period(std::string_view start, std::string_view end, Busy kind = Busy::busy) {
    return {parseUtc(start).value(), parseUtc(end).value(), kind};
}
const TimeRange day = between("20260101T000000Z", "20260102T000000Z");

TEST(MergeBusy, UnitesNeighboursAndClips) {
    EXPECT_THAT(
        mergeBusy({period("20260101T100000Z", "20260101T110000Z"), period("20251231T230000Z", "20260101T010000Z"),
                   period("20260101T110000Z", "20260101T120000Z"), period("20260101T103000Z", "20260101T113000Z"),
                   period("20260103T100000Z", "20260103T110000Z"),
                   period("20260101T130000Z", "20260101T140000Z", Busy::free)},
                  day),
        ElementsAre(period("20260101T000000Z", "20260101T010000Z"), period("20260101T100000Z", "20260101T120000Z")));
    EXPECT_THAT(mergeBusy({}, day), testing::IsEmpty());
}

TEST(MergeBusy, KindsStayApartWhereTheyOverlap) {  // RFC 4791 §7.10
    EXPECT_THAT(mergeBusy({period("20260101T080000Z", "20260101T180000Z", Busy::tentative),
                           period("20260101T100000Z", "20260101T140000Z", Busy::unavailable),
                           period("20260101T110000Z", "20260101T120000Z")},
                          day),
                ElementsAre(period("20260101T080000Z", "20260101T180000Z", Busy::tentative),
                            period("20260101T100000Z", "20260101T140000Z", Busy::unavailable),
                            period("20260101T110000Z", "20260101T120000Z")));
}

TEST(FreeBusy, IsCollectedFromEventsAndFreeBusyObjects) {  // RFC 4791 §7.10
    const Document events = calendar(masterText + movedText);
    const Document stored = calendar(
        "BEGIN:VFREEBUSY\r\nUID:f\r\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20260108T120000Z/"
        "PT1H\r\nFREEBUSY;FBTYPE=FREE:20260108T150000Z/PT1H\r\n"
        "FREEBUSY;FBTYPE=X-OTHER:20260108T170000Z/20260108T180000Z\r\nEND:VFREEBUSY\r\n");
    const TimeRange range = between("20260107T000000Z", "20260109T000000Z");
    std::vector<BusyPeriod> found;
    EXPECT_TRUE(addBusy(CalendarItem(events.root(), berlin), range, {}, {}, found));
    EXPECT_TRUE(addBusy(CalendarItem(stored.root(), berlin), range, {}, {}, found));
    EXPECT_EQ(writeFreeBusy(range, mergeBusy(found, range),
                            {"id", sys_days{2026y / 1 / 1}, "", {"ORGANIZER:mailto:a@x.example"}}),
              "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crmdav//" CRMDAV_VERSION
              "//EN\r\nBEGIN:VFREEBUSY\r\nUID:id\r\n"
              "DTSTAMP:20260101T000000Z\r\nDTSTART:20260107T000000Z\r\nDTEND:20260109T000000Z\r\nORGANIZER:mailto:a@x."
              "example\r\n"
              "FREEBUSY;FBTYPE=BUSY:20260108T080000Z/20260108T083000Z,20260108T170000Z/202\r\n 60108T180000Z\r\n"
              "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260108T120000Z/20260108T130000Z\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n");
}

// ---------------------------------------------------------------- availability

std::vector<BusyPeriod> unavailable(const std::string& components) {
    std::vector<BusyPeriod> found;
    addUnavailable(calendar(components), day, berlin, found);
    return mergeBusy(std::move(found), day);
}
const std::string officeHours =
    "BEGIN:AVAILABLE\r\nUID:a\r\nDTSTART;TZID=Europe/Berlin:20251201T090000\r\nDURATION:PT8H\r\n"
    "RRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\n";

TEST(Availability, TimesOutsideOfAvailableAreUnavailable) {  // RFC 7953 §4
    EXPECT_THAT(unavailable("BEGIN:VAVAILABILITY\r\nUID:1\r\n" + officeHours + "END:VAVAILABILITY\r\n"),
                ElementsAre(period("20260101T000000Z", "20260101T080000Z", Busy::unavailable),
                            period("20260101T160000Z", "20260102T000000Z", Busy::unavailable)));
    EXPECT_THAT(unavailable("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260101T090000Z\r\nEND:VEVENT\r\n"), testing::IsEmpty());
}

TEST(Availability, SaysNothingOutsideOfItsOwnSpan) {
    EXPECT_THAT(unavailable("BEGIN:VAVAILABILITY\r\nUID:1\r\nBUSYTYPE:BUSY-TENTATIVE\r\nDTSTART:20260101T060000Z\r\n"
                            "DTEND:20260101T120000Z\r\n" +
                            officeHours + "END:VAVAILABILITY\r\n"),
                ElementsAre(period("20260101T060000Z", "20260101T080000Z", Busy::tentative)));
}

TEST(Availability, HigherPriorityDecidesWhereTwoOverlap) {  // 1 is the highest
    const std::string away =
        "BEGIN:VAVAILABILITY\r\nUID:2\r\nPRIORITY:1\r\nDTSTART:20260101T100000Z\r\nDURATION:PT2H\r\nEND:"
        "VAVAILABILITY\r\n";
    EXPECT_THAT(unavailable("BEGIN:VAVAILABILITY\r\nUID:1\r\n" + officeHours + "END:VAVAILABILITY\r\n" + away),
                ElementsAre(period("20260101T000000Z", "20260101T080000Z", Busy::unavailable),
                            period("20260101T100000Z", "20260101T120000Z", Busy::unavailable),
                            period("20260101T160000Z", "20260102T000000Z", Busy::unavailable)));
}

}  // namespace
}  // namespace crmdav
