#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "store/records/activity_ical.h"
#include "store/records/contact_vcard.h"
#include "store/records/normalise.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Instant now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)};

const std::vector<ActivityType> types{
    {.id = "1", .key = "call", .name = "Call", .color = {}, .isDefault = false, .version = {}},
    {.id = "2", .key = "meeting", .name = "Meeting", .color = {}, .isDefault = true, .version = {}},
    {.id = "3", .key = "lunch", .name = "Lunch", .color = {}, .isDefault = false, .version = {}}};

std::string crlf(std::string_view text) {
    std::string out;
    for (char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
}
Document parse(std::string_view text) { return Document::parse(crlf(text)); }
Document card(std::string_view lines, std::string_view version = "3.0") {
    return parse("BEGIN:VCARD\nVERSION:" + std::string(version) + "\nUID:u\nFN:X\n" + std::string(lines) +
                 "END:VCARD\n");
}
Document event(std::string_view lines) {
    return parse("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:u\n" + std::string(lines) +
                 "END:VEVENT\nEND:VCALENDAR\n");
}
Activity read(const Document& document) { return readActivity(document, types, "2"); }

std::vector<std::string> linesOf(const std::string& bytes) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto end = bytes.find("\r\n", at);
        lines.push_back(bytes.substr(at, end - at));
        at = end + 2;
    }
    return lines;
}
/// Lines that aren't the same in both, those of `before` first.
std::vector<std::string> changedLines(const std::string& before, const std::string& after) {
    std::vector<std::string> changed, others = linesOf(after);
    for (const std::string& line : linesOf(before))
        if (auto same = std::ranges::find(others, line); same != others.end())
            others.erase(same);
        else
            changed.push_back("-" + line);
    for (const std::string& line : others) changed.push_back("+" + line);
    return changed;
}

std::string shown(const std::vector<LabelledValue>& values) {
    std::string text;
    for (const LabelledValue& value : values)
        text += value.label + "|" + value.value + (value.preferred ? "|*\n" : "\n");
    return text;
}

// ---------------------------------------------------------------- cards

struct Label {
    const char *lines, *label;
};
class CardLabels : public testing::TestWithParam<Label> {};
TEST_P(CardLabels, AreReadAndKept) {
    Document document = card(GetParam().lines);
    const Contact before = readContact(document);
    ASSERT_EQ(before.phones.size(), 1U);
    EXPECT_EQ(before.phones[0].label, GetParam().label);
    Contact after = before;
    after.phones[0].value = "+49 40 99";
    const std::string old = document.bytes();
    overlayContact(document, before, after, now);
    EXPECT_EQ(readContact(document), after);
    const auto changed = changedLines(old, document.bytes());
    ASSERT_EQ(changed.size(), 2U);
    EXPECT_EQ(changed[0].substr(1, changed[0].find(':')), changed[1].substr(1, changed[1].find(':')))
        << "only the value";
}
INSTANTIATE_TEST_SUITE_P(Shapes, CardLabels,
                         testing::Values(Label{"TEL;type=CELL;type=VOICE;type=pref:+1 555\n", "mobile"},
                                         Label{"TEL;TYPE=\"work,voice\":1\n", "work"},
                                         Label{"TEL;TYPE=WORK,FAX:1\n", "fax"}, Label{"TEL;HOME;VOICE:1\n", "home"},
                                         Label{"TEL;TYPE=iPhone:1\n", "mobile"},
                                         Label{"item1.TEL:1\nitem1.X-ABLabel:_$!<Other>!$_\n", "other"},
                                         Label{"item1.TEL;type=pref:1\nitem1.X-ABLabel:Boat\n", "Boat"},
                                         Label{"TEL:1\n", ""}, Label{"TEL;TYPE=X-Assistant:1\n", "assistant"},
                                         Label{"TEL;TYPE=main;X-FOO=bar:1\n", "main"}));

struct Birthday {
    const char *line, *date;
};
class Birthdays : public testing::TestWithParam<Birthday> {};
TEST_P(Birthdays, OnlyFullDatesReachTheRecord) {  // rule D11, D43
    Document document = card(GetParam().line);
    const Contact before = readContact(document);
    EXPECT_EQ(before.birthday, GetParam().date);
    Contact after = before;
    after.jobTitle = "Boss";
    overlayContact(document, before, after, now);
    EXPECT_THAT(document.bytes(), HasSubstr(crlf(GetParam().line)));
}
INSTANTIATE_TEST_SUITE_P(
    Forms, Birthdays,
    testing::Values(Birthday{"BDAY:1980-05-17\n", "1980-05-17"}, Birthday{"BDAY:19800517\n", "1980-05-17"},
                    Birthday{"BDAY;VALUE=date:1980-05-17\n", "1980-05-17"},
                    Birthday{"BDAY:1980-05-17T23:00:00Z\n", "1980-05-17"}, Birthday{"BDAY:--0517\n", ""},
                    Birthday{"BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-17\n", ""},
                    Birthday{"BDAY;VALUE=text:circa 1800\n", ""}, Birthday{"BDAY:19801317\n", ""}));

TEST(Card, LabelMovesBetweenTypeAndGroup) {
    Document document = card("TEL;TYPE=WORK,VOICE;TYPE=PREF:1\nEMAIL;TYPE=INTERNET:a@b.example\n");
    Contact before = readContact(document), after = before;
    after.phones[0].label = "Boat";
    after.emails[0].label = "home";
    overlayContact(document, before, after, now);
    EXPECT_EQ(readContact(document), after);
    EXPECT_THAT(document.bytes(), HasSubstr("item1.X-ABLabel:Boat\r\n"));
    before = after;
    after.phones[0].label = "work";
    overlayContact(document, before, after, now);
    EXPECT_EQ(readContact(document), after);
    EXPECT_THAT(document.bytes(), Not(HasSubstr("X-ABLabel")));
}

TEST(Card, RemovedLineTakesItsCompanionsAlong) {
    Document document = card(
        "item1.ADR;type=HOME:;;Street "
        "1;Town;;1;DE\nitem1.X-ABADR:de\nitem2.URL:https\\://a.example\nitem2.X-ABLabel:Blog\nNOTE:n\n");
    const Contact before = readContact(document);
    Contact after = before;
    after.addresses.clear();
    overlayContact(document, before, after, now);
    EXPECT_THAT(document.bytes(), Not(HasSubstr("item1.")));
    EXPECT_THAT(document.bytes(), HasSubstr("item2.URL:https\\://a.example\r\nitem2.X-ABLabel:Blog\r\n"));
    EXPECT_EQ(before.urls[0].value, "https://a.example");
}

TEST(Card, OneAddressPartChangesOnlyThatPart) {
    Document document = card("ADR;TYPE=HOME;LABEL=\"x\":;;Street\\, 1,Back;Town;;1;DE\n");
    const Contact before = readContact(document);
    EXPECT_EQ(before.addresses[0].street, "Street, 1, Back");
    Contact after = before;
    after.addresses[0].locality = "City; East";
    overlayContact(document, before, after, now);
    EXPECT_THAT(document.bytes(), HasSubstr("ADR;TYPE=HOME:;;Street\\, 1,Back;City\\; East;;1;DE\r\n"));
    EXPECT_EQ(readContact(document), after);
}

TEST(Card, PhotoIsKeptSetAndRemoved) {
    Document document = card("PHOTO;ENCODING=b;TYPE=JPEG:/9j/AAEC\n");
    EXPECT_EQ(readPhoto(document), std::string("\xff\xd8\xff\x00\x01\x02", 6));
    setPhoto(document, "\x89PNG1", now);
    EXPECT_THAT(document.bytes(), HasSubstr("PHOTO;ENCODING=b;TYPE=PNG:"));
    EXPECT_EQ(readPhoto(document), "\x89PNG1");
    Document four = card("", "4.0");
    setPhoto(four, "\xff\xd8\xff", now);
    EXPECT_THAT(four.bytes(), HasSubstr("PHOTO:data:image/jpeg;base64,/9j/\r\n"));
    setPhoto(four, "", now);
    EXPECT_FALSE(readContact(four).hasPhoto);
}

TEST(Card, KindsAreToldApart) {
    EXPECT_EQ(cardKind(card("").root()), CardKind::person);
    EXPECT_EQ(cardKind(card("KIND:group\n", "4.0").root()), CardKind::group);
    EXPECT_EQ(cardKind(card("X-ADDRESSBOOKSERVER-KIND:group\n").root()), CardKind::group);
    EXPECT_EQ(cardKind(card("X-ABShowAs:COMPANY\n").root()), CardKind::company);
    EXPECT_EQ(cardKind(card("KIND:ORG\n", "4.0").root()), CardKind::company);
    EXPECT_EQ(cardKind(card("KIND:location\n", "4.0").root()), CardKind::other);
}

/// D15, D42: whatever is edited, the record that comes back is the one that was written, and lines that nothing was
/// said about stay.
TEST(Card, RandomEditsComeBack) {
    std::mt19937 random(7);
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const char* pieces[] = {"a", "B\xc3\xa4", ",", ";", "\\", "\n", ":", "\"", " ", "\xf0\x9f\x8e\x82", "^", "'"};
    const auto text = [&] {
        std::string made = "t";
        for (int i = pick(8); i > 0; --i) made += pieces[pick(12)];
        return made + "z";
    };
    const char* labels[] = {"", "home", "work", "mobile", "fax", "other", "Boat, big"};
    const auto values = [&] {
        std::vector<LabelledValue> made;
        for (int i = pick(4); i > 0; --i) made.push_back({labels[pick(7)], text(), pick(3) == 0});
        return made;
    };
    for (const char* version : {"3.0", "4.0"}) {
        const std::string untouched = "X-KEEP;X-A=\"1;2\":ke\\,ep\nitem9.X-OTHER:9\nRELATED;TYPE=friend:urn:uuid:1\n";
        Document document = card(
            untouched + "N:L;F;;;\nEMAIL;TYPE=INTERNET:a@b.example\nitem1.TEL:1\nitem1.X-ABLabel:Boat\nADR:;;S;T;;;\n",
            version);
        Contact before = readContact(document);
        for (int round = 0; round < 150; ++round) {
            Contact after = before;
            for (int edits = 1 + pick(3); edits > 0; --edits) switch (pick(11)) {
                    case 0: after.emails = values(); break;
                    case 1: after.phones = values(); break;
                    case 2: after.urls = values(); break;
                    case 3: after.notes = pick(3) ? text() : ""; break;
                    case 4: after.lastName = pick(4) ? text() : ""; break;
                    case 5:
                        after.companyName = pick(3) ? text() : "";
                        after.department = pick(3) ? text() : "";
                        break;
                    case 6: after.tags = {text(), text()}; break;
                    case 7:
                        after.addresses = {{labels[pick(7)], "", "", text(), text(), "", "", "", pick(2) == 0},
                                           {"", "p", "", "", text(), "", "", "DE", false}};
                        break;
                    case 8:
                        after.dates = {{"anniversary", "2001-02-03", false}, {"Boat, big", "1999-12-31", false}};
                        break;
                    case 9: after.birthday = pick(2) ? "1980-01-02" : ""; break;
                    case 10: after.ims = values(); break;
                }
            overlayContact(document, before, after, now);
            document = Document::parse(document.bytes());
            const Contact back = readContact(document);
            for (auto field : {&Contact::emails, &Contact::phones, &Contact::urls, &Contact::ims, &Contact::dates})
                ASSERT_EQ(shown(back.*field), shown(after.*field)) << document.bytes();
            ASSERT_EQ(back, after) << version << " round " << round << "\n" << document.bytes();
            ASSERT_EQ(document.bytes().find(crlf("X-KEEP;X-A=\"1;2\":ke\\,ep\n")) == std::string::npos, false);
            ASSERT_THAT(document.bytes(), HasSubstr(crlf("item9.X-OTHER:9\n")));
            before = after;
        }
    }
}

// ---------------------------------------------------------------- events

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

// ---------------------------------------------------------------- forms for comparing

struct Phone {
    const char *written, *region, *normal;
};
class Phones : public testing::TestWithParam<Phone> {};
TEST_P(Phones, AreComparedAsE164) { EXPECT_EQ(normalPhone(GetParam().written, GetParam().region), GetParam().normal); }
INSTANTIATE_TEST_SUITE_P(
    D73, Phones,
    testing::Values(Phone{"0170 1234567", "DE", "+491701234567"}, Phone{"+49 (0)170/1234567", "DE", "+491701234567"},
                    Phone{"0049 170 1234567", "DE", "+491701234567"}, Phone{"(555) 010-9999", "US", "+15550109999"},
                    Phone{"1-555-010-9999 ext. 12", "US", "+15550109999"}, Phone{"011 49 170 1", "US", "+491701"},
                    Phone{"06 12 34 56 78", "FR", "+33612345678"}, Phone{"348 1234567", "IT", "+393481234567"},
                    Phone{"tel:+44-20-7946;ext=5", "DE", "+44207946"}, Phone{"12345", "XX", "12345"},
                    Phone{"call me", "DE", ""}));

TEST(Normal, EmailsAndNames) {
    EXPECT_EQ(normalEmail(" MAILTO:Anna@Firm.Example "), "anna@firm.example");
    EXPECT_EQ(normalEmail("anna"), "");
    EXPECT_EQ(normalEmail("@firm.example"), "");
    EXPECT_EQ(normalName("  STRA\xc3\x9f"
                         "E   1 "),
              "strasse 1");
    EXPECT_EQ(normalCompany("Acme GmbH & Co. KG"), "acme");
}

}  // namespace
}  // namespace crmdav
