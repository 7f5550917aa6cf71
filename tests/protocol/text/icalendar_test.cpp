#include "protocol/text/icalendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/dav/names.h"

namespace crmdav {
namespace {

std::string calendar(const std::string& inner, const std::string& head = "VERSION:2.0\r\n") {
    return "BEGIN:VCALENDAR\r\n" + head + inner + "END:VCALENDAR\r\n";
}

std::string event(const std::string& lines) { return "BEGIN:VEVENT\r\n" + lines + "END:VEVENT\r\n"; }

const std::string uid = "UID:1\r\n", start = "DTSTART:20260101T100000Z\r\n";

TEST(RequireCalendarObject, ReadsMasterAndOverrides) {
    const Document document = Document::parse(calendar("BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\n" +
                                                       event(uid + "RECURRENCE-ID:20260102T100000Z\r\n" + start) +
                                                       event(uid + start + "RRULE:FREQ=DAILY\r\n")));
    const CalendarObject object = requireCalendarObject(document);
    EXPECT_EQ(object.uid, "1");
    EXPECT_EQ(object.component, "VEVENT");
    ASSERT_NE(object.master, nullptr);
    EXPECT_NE(object.master->find("RRULE"), nullptr);
    EXPECT_EQ(object.overrides.size(), 1U);
}

TEST(RequireCalendarObject, TakesOddButHarmlessObjects) {
    for (const std::string& inner : {
             event(uid + "RECURRENCE-ID:20260102T100000Z\r\n" + start),  // only an override
             event(uid + "DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260102\r\n"),
             event(uid + "DTSTART;TZID=W. Europe Standard Time:20260101T100000\r\nDURATION:PT0S\r\n"),
             event(uid + "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20260101T100000\r\n"),
             event(uid + "DTSTART;TZID=Nowhere/Land:20260101T100000Z\r\n"),
             "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nEND:VTIMEZONE\r\n" + event(uid + "DTSTART;TZID=Mine:20260101T100000\r\n"),
             event(uid + start + "RDATE;VALUE=PERIOD:20260101T100000Z/PT1H,20260102T100000Z/20260102T110000Z\r\n"),
             event(uid + start + "CREATED:00001231T000000Z\r\nEXDATE:\r\nX-FOO:bar\r\n"),
             event(uid + start + "EXDATE:20260101T100000Z,20260102T100000Z\r\nX-FOO:bar\r\n"),
             std::string("BEGIN:VTODO\r\nUID:1\r\nEND:VTODO\r\n"),
             event(uid + "DTSTART:20260101T100000Z\r\nDTEND:20260101\r\n"),  // seen: an end of another type
             std::string("BEGIN:VJOURNAL\r\nUID:1\r\nEND:VJOURNAL\r\nBEGIN:X-COMP\r\nEND:X-COMP\r\n"),
             std::string("BEGIN:VAVAILABILITY\r\nUID:1\r\nBEGIN:AVAILABLE\r\nUID:2\r\nDTSTART:20260101T090000\r\n"
                         "DTEND:20260101T170000\r\nRRULE:FREQ=WEEKLY\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\n"),
         })
        EXPECT_NO_THROW(requireCalendarObject(Document::parse(calendar(inner)))) << inner;
}

struct Refusal {
    std::string text;
    QName condition;
};

TEST(RequireCalendarObject, NamesTheConditionThatFails) {
    const QName data = caldav::valid_calendar_data, object = caldav::valid_calendar_object_resource;
    const std::string seen = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nACKNOWLEDGED:";
    const std::string alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:soon\r\nEND:VALARM\r\n";
    const Refusal table[] = {
        {"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", data},
        {calendar(event(uid + start), ""), data},
        {calendar(event(uid + start), "VERSION:1.0\r\n"), data},
        {calendar(event(uid + start), "VERSION:2.0\r\nMETHOD:REQUEST\r\n"), object},
        {calendar(""), object},
        {calendar("BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\n"), object},
        {calendar(event(start)), object},
        {calendar(event("UID: \r\n" + start)), object},
        {calendar(event("UID:1\r\nUID:1\r\n" + start)), object},
        {calendar(event(uid + start) + event("UID:2\r\nRECURRENCE-ID:20260102T100000Z\r\n" + start)), object},
        {calendar(event(uid + start) + "BEGIN:VTODO\r\nUID:1\r\nEND:VTODO\r\n"), object},
        {calendar(event(uid + start) + event(uid + start)), object},
        {calendar(event(uid + "RECURRENCE-ID:20260102T100000Z\r\n" + start) +
                  event(uid + "RECURRENCE-ID:20260102T100000Z\r\n" + start)),
         object},
        {calendar(event(uid)), data},
        {calendar(event(uid + "DTSTART:tomorrow\r\n")), data},
        {calendar(event(uid + "DTSTART:20260230T100000Z\r\n")), data},
        {calendar(event(uid + start + start)), data},
        {calendar(event(uid + start + "DTEND:20260101T110000Z\r\nDURATION:PT1H\r\n")), data},
        {calendar(event(uid + start + "DURATION:1 hour\r\n")), data},
        {calendar(event(uid + start + "RRULE:FREQ=SOMETIMES\r\n")), data},
        {calendar(event(uid + start + "RRULE:every day\r\n")), data},
        {calendar(event(uid + start + "EXDATE:20260101T100000Z,never\r\n")), data},
        {calendar(event(uid + start + alarm)), data},
        {calendar(event(uid + start + seen + "20260101T095600\r\nEND:VALARM\r\n")), data},  // RFC 9074 §6.1
        {calendar(event(uid + "DTSTART;TZID=Nowhere/Land:20260101T100000\r\n")), caldav::valid_timezone},
        {calendar("BEGIN:VTIMEZONE\r\nEND:VTIMEZONE\r\n" + event(uid + start)), data},
        {calendar("BEGIN:VTODO\r\nUID:1\r\nDUE:x\r\nEND:VTODO\r\n"), data},
        {calendar(event(uid + start + "RRULE:RSCALE=MARTIAN;FREQ=YEARLY\r\n")), caldav::supported_rscale},
    };
    for (const auto& row : table) {
        try {
            requireCalendarObject(Document::parse(row.text));
            ADD_FAILURE() << "accepted: " << row.text;
        } catch (const DavError& error) {
            EXPECT_EQ(error.status(), 403);
            EXPECT_EQ(error.condition(), row.condition) << row.text << error.what();
        }
    }
}

TEST(RequireCalendarObject, HoldsToTheCollectionsKinds) {
    const Document todo = Document::parse(calendar("BEGIN:VTODO\r\nUID:1\r\nEND:VTODO\r\n"));
    const std::string_view events[] = {"VEVENT"}, both[] = {"VEVENT", "vtodo"};
    EXPECT_NO_THROW(requireCalendarObject(todo, both));
    try {
        requireCalendarObject(todo, events);
        FAIL();
    } catch (const DavError& error) {
        EXPECT_EQ(error.condition(), caldav::supported_calendar_component);
    }
}

TEST(RequireCalendar, TurnsUnreadableBytesIntoTheCondition) {
    try {
        requireCalendar("this is no calendar");
        FAIL();
    } catch (const DavError& error) {
        EXPECT_EQ(error.condition(), caldav::valid_calendar_data);
    }
}

}  // namespace
}  // namespace crmdav
