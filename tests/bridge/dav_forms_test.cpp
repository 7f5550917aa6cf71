#include "bridge/dav/card_form.h"
#include "bridge/dav/event_form.h"
#include "protocol/text/datetime.h"

namespace crmdav {
namespace {

using namespace testing;

const DavOwner anna{{"anna@example.com"}, {}, "https://dav.example.com/anna/", false, false};

std::string calendar(const std::string& inside, const std::string& head = {}) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + head + inside + "END:VCALENDAR\r\n";
}
std::string event(const std::string& lines) { return "BEGIN:VEVENT\r\nUID:u\r\n" + lines + "END:VEVENT\r\n"; }
const std::string at10 = "DTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\n";

Activity read(const std::string& raw) { return std::get<Activity>(parseEvent(raw, anna).record); }

TEST(DavEvents, WhatIsNoEventIsLeftAlone) {
    for (const char* kind : {"VTODO", "VJOURNAL"}) {
        const std::string raw = calendar("BEGIN:" + std::string(kind) + "\r\nUID:u\r\nEND:" + kind + "\r\n");
        EXPECT_EQ(parseEvent(raw, anna).use, Use::nothing) << kind;
    }
}

TEST(DavEvents, BrokenOnesSayWhy) {  // rule I6
    const std::string broken[] = {"",
                                  "nonsense",
                                  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
                                  calendar(""),
                                  calendar(event("SUMMARY:no start\r\n")),
                                  calendar(event("DTSTART:nonsense\r\n")),
                                  calendar(event(at10 + "RRULE:FREQ=NEVER\r\n")),
                                  calendar(event(at10) + "BEGIN:VEVENT\r\nUID:other\r\n" + at10 + "END:VEVENT\r\n"),
                                  "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n",
                                  std::string("BEGIN:VCALENDAR\0\r\n", 18)};
    for (const std::string& raw : broken) {
        try {
            parseEvent(raw, anna);
            ADD_FAILURE() << raw;
        } catch (const Refused& refused) {
            EXPECT_GT(std::string_view(refused.what()).size(), 10U) << raw;
        }
    }
}

TEST(DavEvents, WhatServersGetWrongIsRead) {  // reference: icloud-dav §5
    EXPECT_EQ(
        read(calendar(event(at10 + "DTSTAMP:20260101T000000Z\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:x\r\n"))).subject,
        "x");
    EXPECT_EQ(read(calendar(event(at10 + "SUMMARY:f\xc3\r\n \xbcr\r\n"))).subject, "für")
        << "folded inside of a letter";
    const Activity day = read(calendar(event("DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260302\r\n")));
    EXPECT_EQ(day.end.local - day.start.local, std::chrono::days(1));
    EXPECT_EQ(read(calendar(event("DTSTART;VALUE=DATE:20260302\r\n"))), day);
    EXPECT_EQ(read(calendar(event(at10 + "SUMMARY:x\r\n"), "METHOD:REQUEST\r\n")).subject, "x");
}

TEST(DavEvents, AMethodIsNotWrittenBack) {  // RFC 4791 §4.1
    const std::string raw = calendar(event(at10), "METHOD:REQUEST\r\n");
    const Activity before = read(raw);
    Activity after = before;
    after.subject = "x";
    EXPECT_EQ(changedEvent(raw, before, after, anna, Instant{}), calendar(event(at10 + "SUMMARY:x\r\n")));
}

TEST(DavEvents, SingleOccurrencesOfAForeignSeriesAreReadOnly) {  // RFC 4791 §4.1
    const std::string one = event("RECURRENCE-ID:20260302T090000Z\r\nSUMMARY:one\r\n" + at10);
    const Remote remote = parseEvent(calendar(one), anna);
    EXPECT_TRUE(remote.readOnly);
    EXPECT_EQ(remote.skip, "");
    EXPECT_EQ(std::get<Activity>(remote.record).subject, "one");
    EXPECT_THROW(changedEvent(calendar(one), std::get<Activity>(remote.record), Activity(), anna, {}), Refused);
    const std::string two = event("RECURRENCE-ID:20260309T090000Z\r\nDTSTART:20260309T100000Z\r\n");
    EXPECT_NE(parseEvent(calendar(one + two), anna).skip, "");
}

TEST(DavEvents, TheLatestChangeIsToldAndTheMark) {  // rules C2, I1
    const std::string id = "11111111-2222-4333-8444-555555555555";
    const Remote remote = parseEvent(
        calendar(event(at10 + "RRULE:FREQ=DAILY\r\nLAST-MODIFIED:20260101T000000Z\r\nX-CRMDAV-ID:" + id + "\r\n") +
                 event("RECURRENCE-ID:20260303T100000Z\r\nDTSTART:20260303T120000Z\r\n"
                       "LAST-MODIFIED:20260102T000000Z\r\n")),
        anna);
    EXPECT_EQ(remote.modified, parseUtc("20260102T000000Z"));
    EXPECT_EQ(remote.mark, id);
    EXPECT_EQ(parseEvent(calendar(event(at10 + "X-CRMDAV-ID:<script>\r\n")), anna).mark, "");
    EXPECT_EQ(parseEvent(calendar(event(at10)), anna).modified, std::nullopt);
}

TEST(DavEvents, GuestsThatAreThereStayWhateverTheCrmSays) {  // rule B12
    const std::string guests =
        "ORGANIZER:mailto:b@example.org\r\nATTENDEE;X-FOO=1;CN=\"B, b\":mailto:b@example.org\r\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.com\r\n";
    const std::string raw = calendar(event(at10 + guests));
    const Activity before = read(raw);
    ASSERT_EQ(before.participants.size(), 2U);
    Activity after = before;
    after.participants.clear();
    after.reminders = {{5, "display"}};
    EXPECT_THAT(changedEvent(raw, before, after, anna, {}), HasSubstr(guests));
    EXPECT_FALSE(wouldNotify(raw, anna)) << "an attendee's copy";
}

TEST(DavEvents, WhatADavServerHasNoPlaceForIsNotHeld) {  // C1, mapping §1
    Activity activity;
    activity.uid = "u";
    activity.start = activity.end = {When::Kind::utc, std::chrono::local_days(std::chrono::year(2026) / 3 / 2), ""};
    activity.end.local += std::chrono::hours(1);
    Activity more = activity;
    more.typeId = more.id = "11111111-2222-4333-8444-555555555555";
    more.owner = 7;
    more.contactIds = more.companyIds = more.dealIds = {more.id};
    more.participants.emplace_back().name = "Only a name";
    more.percent = 50;
    EXPECT_EQ(heldEvent(more, anna), activity);
    more.component = ComponentKind::todo;
    EXPECT_THROW(heldEvent(more, anna), Refused);
    EXPECT_THROW(heldEvent(Activity(), anna), Refused);
}

// ---------------------------------------------------------------- cards

std::string card(const std::string& lines, const char* version = "3.0") {
    return "BEGIN:VCARD\r\nVERSION:" + std::string(version) + "\r\nUID:u\r\nFN:Erika\r\n" + lines + "END:VCARD\r\n";
}

TEST(DavCards, GroupsAndCompaniesAreNoContacts) {  // rules D1, D4
    EXPECT_EQ(parseCard(card("X-ADDRESSBOOKSERVER-KIND:group\r\n")).use, Use::nothing);
    EXPECT_EQ(parseCard(card("KIND:group\r\n", "4.0")).use, Use::nothing);
    EXPECT_EQ(parseCard(card("KIND:location\r\n", "4.0")).use, Use::nothing);
    EXPECT_NE(parseCard(card("X-ABShowAs:COMPANY\r\nORG:Acme\r\n")).skip, "");
    EXPECT_EQ(parseCard(card("X-ABShowAs:COMPANY\r\nN:Muster;Erika;;;\r\n")).skip, "") << "somebody has a name";
    for (const std::string& raw : {std::string("nonsense"), card("", "2.1"), calendar(event(at10))})
        EXPECT_THROW(parseCard(raw), Refused) << raw;
}

TEST(DavCards, WhenItChangedIsReadInEveryForm) {  // rule C2
    for (const char* rev : {"20260102T030405Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z"})
        EXPECT_EQ(parseCard(card("REV:" + std::string(rev) + "\r\n")).modified, parseUtc("20260102T030405Z")) << rev;
    EXPECT_EQ(parseCard(card("REV:yesterday\r\n")).modified, std::nullopt);
}

TEST(DavCards, ABirthdayWithoutYearStaysAsItIs) {  // rule D11
    const std::string raw = card("BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-17\r\nCATEGORIES:A,B\r\n");
    const Contact before = std::get<Contact>(parseCard(raw).record);
    EXPECT_EQ(before.birthday, "");
    Contact after = before;
    after.jobTitle = "Boss";
    after.tags = {"ours"};
    EXPECT_THAT(changedCard(raw, before, after, {}),
                HasSubstr("BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-17\r\nCATEGORIES:A,B\r\n"));
}

TEST(DavCards, TheVersionThatIsThereStays) {
    const std::string raw = card("EMAIL;PREF=1:a@example.org\r\n", "4.0");
    const Contact before = std::get<Contact>(parseCard(raw).record);
    Contact after = before;
    after.emails.push_back({"work", "b@example.org", false});
    EXPECT_THAT(changedCard(raw, before, after, {}),
                AllOf(HasSubstr("VERSION:4.0"), HasSubstr("EMAIL;PREF=1:a@example.org\r\n")));
    EXPECT_THAT(newCard(after, "11111111-2222-4333-8444-555555555555", {}), HasSubstr("VERSION:3.0"));
}

}  // namespace
}  // namespace crmdav
