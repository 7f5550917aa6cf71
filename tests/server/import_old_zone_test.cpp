#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/text/content_lines.h"
#include "protocol/text/expand.h"
#include "server/import/readers.h"

/// TZ and DAYLIGHT of vCalendar 1.0, in the shapes that phones and organisers wrote.
namespace crmdav {
namespace {

using namespace testing;

struct Shape {
    const char *name, *zone, *times;
    std::vector<std::string> starts;  ///< of the first occurrences, in UTC
};

class OldZone : public TestWithParam<Shape> {};

std::string imported(const std::string& zone, const std::string& times) {
    return fromVCalendar10("BEGIN:VCALENDAR\r\nVERSION:1.0\r\n" + zone + "BEGIN:VEVENT\r\nUID:1\r\n" + times +
                           "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

TEST_P(OldZone, TimesAreOfThatZone) {
    const Document document = Document::parse(imported(GetParam().zone, GetParam().times));
    const CalendarItem item(document.root(), utcZone());
    std::vector<std::string> starts;
    item.forEach({}, {}, [&](const Instance& instance) {
        starts.push_back(utcText(instance.start));
        return starts.size() < GetParam().starts.size();
    });
    EXPECT_EQ(starts, GetParam().starts);
    EXPECT_EQ(item.problem(), "");
    EXPECT_EQ(document.root().find("TZ"), nullptr);
    EXPECT_EQ(document.root().find("DAYLIGHT"), nullptr);
}

const Shape shapes[] = {
    {"OffsetAlone", "TZ:+02\r\n", "DTSTART:20050606T100000\r\n", {"20050606T080000Z"}},
    {"OffsetWithMinutes", "TZ:-0330\r\n", "DTSTART:20050606T100000\r\n", {"20050606T133000Z"}},
    {"OffsetWithColon", "TZ:+05:30\r\n", "DTSTART:20050606T100000\r\n", {"20050606T043000Z"}},
    {"NoSummerTime", "TZ:+09\r\nDAYLIGHT:FALSE\r\n", "DTSTART:20050606T100000\r\n", {"20050606T010000Z"}},
    {"Symbian",
     "TZ:+02\r\nDAYLIGHT:TRUE;+03;20050327T030000;20051030T040000;+02;+03\r\n",
     "DTSTART:20050606T100000\r\n",
     {"20050606T070000Z"}},
    {"SymbianInWinter",
     "TZ:+02\r\nDAYLIGHT:TRUE;+03;20050327T030000;20051030T040000;+02;+03\r\n",
     "DTSTART:20051107T100000\r\n",
     {"20051107T080000Z"}},
    {"Funambol",
     "TZ:+0100\r\nDAYLIGHT:TRUE;+0200;20100328T020000;20101031T030000;;\r\n"
     "DAYLIGHT:TRUE;+0200;20110327T020000;20111030T030000;;\r\n",
     "DTSTART:20110601T100000\r\n",
     {"20110601T080000Z"}},
    {"ChangesInUtc",
     "TZ:+01\r\nDAYLIGHT:TRUE;+02;20090329T010000Z;20091025T010000Z;;\r\n"
     "DAYLIGHT:TRUE;+02;20100328T010000Z;20101031T010000Z;;\r\n",
     "DTSTART:20091025T023000\r\nRRULE:D1 #2\r\n",
     {"20091025T003000Z", "20091026T013000Z"}},
    {"LastSecondBefore",
     "TZ:-05\r\nDAYLIGHT:TRUE;-04;19960407T015959;19961027T015959;EST;EDT\r\n",
     "DTSTART:19960407T030000\r\n",
     {"19960407T070000Z"}},
    {"SummerAlone",
     "DAYLIGHT:TRUE;-07;19960407T020000;19961027T020000;PST;PDT\r\n",
     "DTSTART:19961201T100000\r\n",
     {"19961201T180000Z"}},
    {"SouthernSummer",
     "TZ:+10\r\nDAYLIGHT:TRUE;+11;20091004T020000;20100404T030000;;\r\n",
     "DTSTART:20100101T100000\r\n",
     {"20091231T230000Z"}},
    {"SeriesGoesOnWithTheRuleOfTheLastSummer",  // 2006: from the last Sunday of March
     "TZ:+01\r\nDAYLIGHT:TRUE;+02;20050327T020000;20051030T030000;;\r\n",
     "DTSTART:20060320T100000\r\nRRULE:W1 #2\r\n",
     {"20060320T090000Z", "20060327T080000Z"}},
    {"SeriesInUtcKeepsItsHour",
     "TZ:-0500\r\nDAYLIGHT:TRUE;-0400;20090308T020000;20091101T020000;;\r\n",
     "DTSTART:20090302T130000Z\r\nRRULE:W1 20090317T000000\r\n",
     {"20090302T130000Z", "20090309T120000Z", "20090316T120000Z"}},
    {"ExceptionsToo",
     "TZ:-0500\r\nDAYLIGHT:TRUE;-0400;20090308T020000;20091101T020000;;\r\n",
     "DTSTART:20090302T130000Z\r\nRRULE:W1 #3\r\nEXDATE:20090309T120000Z\r\n",
     {"20090302T130000Z", "20090316T120000Z"}},
    {"SingleInUtcStays",
     "TZ:+01\r\nDAYLIGHT:TRUE;+02;20050327T020000;20051030T030000;;\r\n",
     "DTSTART:20050606T080000Z\r\n",
     {"20050606T080000Z"}},
    {"UnreadableIsAsIfNone", "TZ:home\r\nDAYLIGHT:TRUE;x;y;z\r\n", "DTSTART:20050606T100000\r\n", {"20050606T100000Z"}},
    {"AbsurdIsAsIfNone", "TZ:+99\r\n", "DTSTART:20050606T100000\r\n", {"20050606T100000Z"}},
};
INSTANTIATE_TEST_SUITE_P(VCalendar10, OldZone, ValuesIn(shapes),
                         [](const auto& shape) { return std::string(shape.param.name); });

TEST(VCalendar10, WhatHasToBeInUtcIs) {  // RFC 5545 §3.3.10, §3.8.2.1, §3.8.6.3
    const std::string zone = "TZ:+01\r\nDAYLIGHT:TRUE;+02;20050327T020000;20051030T030000;;\r\n";
    const Document series =
        Document::parse(imported(zone,
                                 "DTSTART:20050606T100000\r\nDTEND:20050606T110000\r\nRRULE:W1 20050701T000000\r\n"
                                 "LAST-MODIFIED:20050601T120000\r\nDALARM:20050606T094500;;;Soon\r\n"));
    const Component& event = series.root().components()[0];
    EXPECT_EQ(event.value("RRULE"), "FREQ=WEEKLY;UNTIL=20050630T220000Z");
    EXPECT_EQ(event.value("LAST-MODIFIED"), "20050601T100000Z");
    EXPECT_EQ(event.findComponent("VALARM")->value("TRIGGER"), "20050606T074500Z");
    EXPECT_EQ(event.find("DTEND")->parameter("TZID"), "vCalendar +0100/+0200");
    EXPECT_EQ(series.root().findComponent("VTIMEZONE")->value("TZID"), "vCalendar +0100/+0200");
    EXPECT_EQ(Document::parse(imported(zone, "DTSTART:20050606\r\n")).root().findComponent("VTIMEZONE"), nullptr)
        << "a date has no zone";
}

TEST(VCalendar10, EachObjectOfAFileHasTheZoneOfItsCalendar) {
    std::vector<Incoming> all;
    readCalendarFile(
        "BEGIN:VCALENDAR\nVERSION:1.0\nTZ:+02\nBEGIN:VEVENT\nUID:1\nDTSTART:20050606T100000\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:2\nDTSTART:20050606T110000\nEND:VEVENT\nEND:VCALENDAR\n"
        "BEGIN:VCALENDAR\nVERSION:1.0\nTZ:-05\nBEGIN:VEVENT\nUID:3\nDTSTART:20050606T100000\nEND:VEVENT\nEND:"
        "VCALENDAR\n",
        [&](Incoming&& one) { all.push_back(std::move(one)); });
    ASSERT_EQ(all.size(), 3u);
    EXPECT_THAT(all[0].bytes, HasSubstr("DTSTART;TZID=vCalendar +0200:20050606T100000"));
    EXPECT_THAT(all[1].bytes, HasSubstr("TZID:vCalendar +0200"));
    EXPECT_THAT(all[2].bytes, HasSubstr("TZOFFSETTO:-0500"));
}

}  // namespace
}  // namespace crmdav
