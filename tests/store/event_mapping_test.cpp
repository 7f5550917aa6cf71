#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/records/activity_ical.h"
#include "tests/store/mapping_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<ActivityType> types{
    {.id = "1", .key = "call", .name = "Call", .color = {}, .isDefault = false, .version = {}},
    {.id = "2", .key = "meeting", .name = "Meeting", .color = {}, .isDefault = true, .version = {}},
    {.id = "3", .key = "lunch", .name = "Lunch", .color = {}, .isDefault = false, .version = {}}};

Document event(std::string_view lines) {
    return parse("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:u\n" + std::string(lines) +
                 "END:VEVENT\nEND:VCALENDAR\n");
}
Activity read(const Document& document) { return readActivity(document, types, "2"); }

struct TypeCase {
    const char *lines, *type;
};
class Types : public testing::TestWithParam<TypeCase> {};
TEST_P(Types, FollowCategoryThenProperty) {
    EXPECT_EQ(read(event(std::string("DTSTART:20260101T100000Z\n") + GetParam().lines)).typeId, GetParam().type);
}
INSTANTIATE_TEST_SUITE_P(Rows, Types,
                         testing::Values(TypeCase{"", "2"}, TypeCase{"CATEGORIES:Work,call\n", "1"},
                                         TypeCase{"X-CRMDAV-TYPE:lunch\n", "3"},
                                         TypeCase{"CATEGORIES:Call\nX-CRMDAV-TYPE:lunch\n", "1"},
                                         TypeCase{"CATEGORIES:Call,Lunch\nX-CRMDAV-TYPE:lunch\n", "3"},
                                         TypeCase{"CATEGORIES:Private\nX-CRMDAV-TYPE:call\n", "1"},
                                         TypeCase{"CATEGORIES:a\\,Call\n", "2"}));

TEST(Event, ChangedTypeReplacesItsCategoryOnly) {
    Document document = event("DTSTART:20260101T100000Z\nCATEGORIES:Travel,Call\n");
    const Activity before = read(document);
    Activity after = before;
    after.typeId = "3";
    overlayActivity(document, before, after, types, now);
    EXPECT_THAT(document.bytes(), HasSubstr("CATEGORIES:Travel,Lunch\r\n"));
    EXPECT_EQ(read(document), after);
}

struct Edit {
    const char* name;
    const char* lines;
    void (*edit)(Activity&);
    std::vector<std::string> changed;
};
std::ostream& operator<<(std::ostream& out, const Edit& edit) { return out << edit.name; }
class Edits : public testing::TestWithParam<Edit> {};
TEST_P(Edits, TouchOnlyTheirLines) {
    Document document = event(GetParam().lines);
    const std::string old = document.bytes();
    const Activity before = read(document);
    Activity after = before;
    GetParam().edit(after);
    overlayActivity(document, before, after, types, now);
    EXPECT_THAT(changedLines(old, document.bytes()), testing::ElementsAreArray(GetParam().changed));
    EXPECT_EQ(read(Document::parse(document.bytes())), after);
}
using namespace std::chrono_literals;
INSTANTIATE_TEST_SUITE_P(
    Rows, Edits,
    testing::Values(Edit{"one hour later keeps the TZID's spelling",
                         "DTSTAMP:20250101T000000Z\nDTSTART;X-P=1;TZID=W. Europe Standard "
                         "Time:20260601T100000\nDTEND;TZID=W. Europe Standard Time:20260601T110000\n",
                         [](Activity& a) {
                             a.start.local += 1h;
                             a.end.local += 1h;
                         },
                         {"-DTSTAMP:20250101T000000Z", "-DTSTART;X-P=1;TZID=W. Europe Standard Time:20260601T100000",
                          "-DTEND;TZID=W. Europe Standard Time:20260601T110000", "+DTSTAMP:20260105T000000Z",
                          "+DTSTART;X-P=1;TZID=W. Europe Standard Time:20260601T110000",
                          "+DTEND;TZID=W. Europe Standard Time:20260601T120000", "+SEQUENCE:1"}},
                    Edit{"a duration stays one",
                         "DTSTAMP:20260105T000000Z\nSEQUENCE:4\nDTSTART:20260601T100000Z\nDURATION:PT1H\n",
                         [](Activity& a) { a.end.local += 30min; },
                         {"-SEQUENCE:4", "-DURATION:PT1H", "+SEQUENCE:5", "+DURATION:PT1H30M"}},
                    Edit{"an attendee answers",
                         "DTSTART:20260601T100000Z\nORGANIZER;CN=A:mailto:a@x.example\nATTENDEE;RSVP=TRUE;X-Y=z;"
                         "PARTSTAT=NEEDS-ACTION:mailto:B@x.example\nATTENDEE;CN=\"C, c\":MAILTO:c@x.example\n",
                         [](Activity& a) {
                             std::ranges::find(a.participants, "b@x.example", &Participant::email)->response =
                                 "accepted";
                         },
                         {"-ATTENDEE;RSVP=TRUE;X-Y=z;PARTSTAT=NEEDS-ACTION:mailto:B@x.example",
                          "+ATTENDEE;RSVP=TRUE;X-Y=z;PARTSTAT=ACCEPTED:mailto:B@x.example"}},
                    Edit{"an attendee goes",
                         "DTSTART:20260601T100000Z\nATTENDEE:mailto:b@x.example\nATTENDEE:mailto:c@x.example\n",
                         [](Activity& a) { a.participants.erase(a.participants.begin()); },
                         {"-ATTENDEE:mailto:b@x.example"}},
                    Edit{"a moved alarm keeps its text",
                         "DTSTART:20260601T100000Z\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nDESCRIPTION:"
                         "Ring\nACKNOWLEDGED:20260101T000000Z\nEND:VALARM\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-"
                         "PT1H\nX-MOZ-LASTACK:20260101T000000Z\nEND:VALARM\n",
                         [](Activity& a) { a.reminders[0].minutes = 30; },
                         {"-TRIGGER:-PT15M", "-ACKNOWLEDGED:20260101T000000Z", "+TRIGGER:-PT30M"}},
                    Edit{"texts with everything in them",
                         "DTSTART:20260601T100000Z\nDESCRIPTION;ALTREP=\"data:text/"
                         "html,x\":old\nX-ALT-DESC;FMTTYPE=text/html:<b>old</b>\n",
                         [](Activity& a) { a.notes = "a,b;c\\d\ne"; },
                         {"-DESCRIPTION;ALTREP=\"data:text/html,x\":old", "-X-ALT-DESC;FMTTYPE=text/html:<b>old</b>",
                          "+DESCRIPTION:a\\,b\\;c\\\\d\\ne"}},
                    Edit{"done",
                         "DTSTART:20260601T100000Z\nSTATUS:CONFIRMED\n",
                         [](Activity& a) { a.done = true; },
                         {"+X-CRMDAV-DONE:TRUE"}},
                    Edit{"free and private",
                         "DTSTART:20260601T100000Z\nTRANSP:OPAQUE\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\n",
                         [](Activity& a) {
                             a.busy = false;
                             a.privacy = Privacy::personal;
                         },
                         {"-TRANSP:OPAQUE", "-X-MICROSOFT-CDO-BUSYSTATUS:OOF", "+TRANSP:TRANSPARENT",
                          "+X-MICROSOFT-CDO-BUSYSTATUS:FREE", "+CLASS:PRIVATE"}}));

constexpr const char* series =
    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:Europe/"
    "Berlin\nBEGIN:STANDARD\nDTSTART:19961027T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nEND:VTIMEZONE\n"
    "BEGIN:VEVENT\nUID:u\nDTSTAMP:20260105T000000Z\nSEQUENCE:0\nDTSTART;TZID=Europe/"
    "Berlin:20260105T100000\nDTEND;TZID=Europe/Berlin:20260105T110000\nRRULE:FREQ=WEEKLY\n"
    "EXDATE;TZID=Europe/Berlin:20260112T100000,20260119T100000\nSUMMARY:S\nEND:VEVENT\n"
    "BEGIN:VEVENT\nUID:u\nDTSTAMP:20260105T000000Z\nRECURRENCE-ID;TZID=Europe/"
    "Berlin:20260126T100000\nDTSTART;TZID=Europe/Berlin:20260127T150000\nDTEND;TZID=Europe/"
    "Berlin:20260127T160000\nSUMMARY:T\nX-KEEP:1\nEND:VEVENT\n"
    "END:VCALENDAR\n";

TEST(Series, ReadsExceptionsInOrder) {
    const Activity activity = read(parse(series));
    ASSERT_EQ(activity.exceptions.size(), 3U);
    EXPECT_TRUE(activity.exceptions[0].cancelled);
    EXPECT_TRUE(activity.exceptions[1].cancelled);
    EXPECT_EQ(activity.exceptions[2].subject, "T");
    EXPECT_EQ(activity.exceptions[2].start.zone, "Europe/Berlin");
}

TEST(Series, MovedStartTakesExceptionsAlong) {
    Document document = parse(series);
    const Activity before = read(document);
    Activity after = before;
    after.start.local += 2h;
    after.end.local += 2h;
    settleExceptions(before, after);
    overlayActivity(document, before, after, types, now);
    const std::string bytes = document.bytes();
    EXPECT_EQ(read(Document::parse(bytes)), after);
    EXPECT_THAT(
        bytes,
        HasSubstr(
            "RECURRENCE-ID;TZID=Europe/Berlin:20260126T120000\r\nDTSTART;TZID=Europe/Berlin:20260127T150000\r\n"));
    EXPECT_THAT(bytes, HasSubstr("X-KEEP:1"));
    EXPECT_THAT(bytes, HasSubstr("20260112T120000"));
    EXPECT_THAT(bytes, Not(HasSubstr("20260112T100000")));
}

TEST(Series, CancellingOneAddsAnExdateAndEditsNothingElse) {
    Document document = parse(series);
    const std::string old = document.bytes();
    const Activity before = read(document);
    Activity after = before;
    Exception gone;
    gone.original = before.start;
    gone.original.local += std::chrono::days(28);
    gone.cancelled = true;
    after.exceptions.push_back(gone);
    overlayActivity(document, before, after, types, now);
    EXPECT_THAT(changedLines(old, document.bytes()),
                ElementsAre("-SEQUENCE:0", "+SEQUENCE:1", "+EXDATE;TZID=Europe/Berlin:20260202T100000"));
    EXPECT_EQ(read(document), after);
}

TEST(Series, ChangedOccurrenceEditsOnlyItsOwnComponent) {
    Document document = parse(series);
    const std::string old = document.bytes();
    const Activity before = read(document);
    Activity after = before;
    after.exceptions[2].subject = "T2";
    overlayActivity(document, before, after, types, now);
    EXPECT_THAT(changedLines(old, document.bytes()),
                ElementsAre("-SEQUENCE:0", "-SUMMARY:T", "+SEQUENCE:1", "+SUMMARY:T2"));
    EXPECT_EQ(read(document), after);
}

TEST(Series, NewOverrideAndReturnedOccurrence) {
    Document document = parse(series);
    const Activity before = read(document);
    Activity after = before;
    Exception moved = after.exceptions[0];  // cancelled till now
    moved.cancelled = false;
    moved.subject = "Back";
    moved.start = moved.end = moved.original;
    moved.end.local += 3h;
    after.exceptions[0] = moved;
    after.exceptions.erase(after.exceptions.begin() + 2);  // the override goes back to the series
    overlayActivity(document, before, after, types, now);
    EXPECT_EQ(read(Document::parse(document.bytes())), after);
    EXPECT_THAT(document.bytes(), HasSubstr("EXDATE;TZID=Europe/Berlin:20260119T100000\r\n"));
    EXPECT_THAT(document.bytes(), Not(HasSubstr("X-KEEP")));
}

TEST(Task, DoneAndBack) {
    Document document = parse(
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTODO\nUID:u\nDUE;VALUE=DATE:20260201\nSUMMARY:S\nEND:VTODO\nEND:"
        "VCALENDAR\n");
    const Activity before = read(document);
    EXPECT_EQ(before.end.kind, When::Kind::date);
    Activity after = before;
    after.done = true;
    after.completed = now;
    after.percent = 100;
    const std::string old = document.bytes();
    overlayActivity(document, before, after, types, now);
    EXPECT_EQ(read(document), after);
    EXPECT_THAT(document.bytes(), HasSubstr("STATUS:COMPLETED\r\n"));
    Activity back = after;
    back.done = false;
    back.completed.reset();
    back.percent = 0;
    overlayActivity(document, after, back, types, now);
    EXPECT_EQ(read(document), back);
}

TEST(MadeCalendar, IsWholeAndReadsBack) {
    Activity a;
    a.id = "00000000-0000-4000-8000-000000000001";
    a.uid = "u";
    a.typeId = "1";
    a.subject =
        "Gr\xc3\xbc\xc3\x9f"
        "e, alle; \\o/";
    a.start = {When::Kind::zoned, std::chrono::local_days(std::chrono::year(2026) / 3 / 28) + 10h, "Europe/Berlin"};
    a.end = a.start;
    a.end.local += std::chrono::days(2);
    a.rrule = "FREQ=MONTHLY;COUNT=5";
    a.reminders = {{15, "display"}, {-30, "audio"}, {2880, "email"}};
    a.participants = {{"a@x.example", "A, a", "chair", "accepted", "individual", true, {}, 0},
                      {"r@x.example", "Room", "none", "accepted", "room", false, {}, 0}};
    const Document document = makeCalendar(a, types, now);
    Activity expected = a;
    expected.id.clear();
    EXPECT_EQ(read(Document::parse(document.bytes())), expected);
    EXPECT_THAT(document.bytes(), HasSubstr("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"));
    EXPECT_THAT(document.bytes(), HasSubstr("SEQUENCE:0\r\n"));
    EXPECT_EQ(document.bytes().find("BEGIN:VTIMEZONE") < document.bytes().find("BEGIN:VEVENT"), true);
}

}  // namespace
}  // namespace crmdav
