#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "protocol/text/content_lines.h"
#include "server/import/csv.h"
#include "server/import/readers.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string corpus(const std::string& name) {
    std::ifstream file(std::string(TESTS_DIR) + "/corpus/import/" + name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty()) << name;
    return text.str();
}

using Reader = void (*)(std::string_view, const TakeIncoming&);

std::vector<Incoming> read(Reader reader, const std::string& bytes) {
    std::string converted;
    const bool utf16 = convertUtf16(bytes, [&](std::string_view piece) { converted += piece; });
    std::vector<Incoming> all;
    reader(utf16 ? converted : withoutMark(bytes), [&](Incoming&& incoming) { all.push_back(std::move(incoming)); });
    return all;
}

std::vector<std::string> uids(const std::vector<Incoming>& all) {
    std::vector<std::string> uids;
    for (const Incoming& each : all) uids.push_back(each.uid.starts_with("import-") ? "made" : each.uid);
    return uids;
}

TEST(CalendarFile, SameObjectsWhateverLineEndsBomOrEncoding) {
    const auto expected = read(readCalendarFile, corpus("many.ics"));
    EXPECT_THAT(uids(expected), ElementsAre("series-1", "single-1", "made", "todo-1", "no-start"));
    for (const std::string name : {"many-bom-lf.ics", "many-cr.ics", "many-utf16.ics"}) {
        const auto all = read(readCalendarFile, corpus(name));
        ASSERT_EQ(all.size(), expected.size()) << name;
        for (std::size_t i = 0; i < all.size(); ++i) {
            EXPECT_EQ(all[i].bytes, expected[i].bytes) << name;
            EXPECT_EQ(all[i].uid, expected[i].uid) << name;
            EXPECT_EQ(all[i].line, expected[i].line) << name;
        }
    }
}

TEST(VCalendar10, RulesAreTranslatedOrLeftOut) {
    const std::pair<const char*, const char*> rows[] = {
        {"D2 #3", "FREQ=DAILY;INTERVAL=2;COUNT=3"},
        {"W1 MO WE 20060101T000000Z", "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20060101T000000Z"},
        {"MP1 1+ TU 1- FR #0", "FREQ=MONTHLY;BYDAY=1TU,-1FR"},
        {"MD1 1+ 15 LD #4", "FREQ=MONTHLY;BYMONTHDAY=1,15,-1;COUNT=4"},
        {"YM1 6 7", "FREQ=YEARLY;BYMONTH=6,7;COUNT=2"},
        {"YD3 100 #2", "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=100;COUNT=2"},
        {"D1 #x", ""},
        {"D1 #", ""},
        {"D0", ""},
        {"W1 20069999", ""},
        {"YM1 13 #2", ""},
        {"X1", ""},
    };
    for (const auto& [old, modern] : rows) {
        const Document read = Document::parse(fromVCalendar10(
            std::string("BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20050606T100000Z\r\n") +
            "RRULE:" + old + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
        EXPECT_EQ(read.root().components()[0].value("RRULE"), modern) << old;
    }
}

TEST(CalendarFile, OverridesJoinTheirSeriesFromWhereverTheyStand) {
    const auto all = read(readCalendarFile, corpus("many.ics"));
    const Document series = Document::parse(all[0].bytes);
    ASSERT_EQ(series.root().components().size(), 3u);  // zone, master, override
    EXPECT_EQ(series.root().components()[2].text("SUMMARY"), "Weekly round, moved");
    EXPECT_THAT(all[0].bytes, Not(HasSubstr("METHOD")));  // an exported file is no invitation
    EXPECT_EQ(all[0].line, 21u);
}

TEST(CalendarFile, OnlyTheZonesThatAnObjectNamesComeAlong) {
    const auto all = read(readCalendarFile, corpus("many.ics"));
    EXPECT_THAT(all[0].bytes, HasSubstr("VTIMEZONE"));
    EXPECT_THAT(all[1].bytes, Not(HasSubstr("VTIMEZONE")));
}

TEST(CalendarFile, FileOfOneObjectStaysByteForByte) {
    const auto all = read(readCalendarFile, corpus("single.ics"));
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].bytes, corpus("single.ics"));
}

TEST(CalendarFile, MissingUidFollowsFromTheContentAlone) {
    const std::string event =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n"
        "DTSTART:20260101T100000Z\r\nSUMMARY:A\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    std::string later = event, other = event;
    later.replace(later.find("20260101T000000Z"), 16, "20270101T000000Z");
    other.replace(other.find("SUMMARY:A"), 9, "SUMMARY:B");
    EXPECT_EQ(read(readCalendarFile, event)[0].uid, read(readCalendarFile, later)[0].uid);
    EXPECT_NE(read(readCalendarFile, event)[0].uid, read(readCalendarFile, other)[0].uid);
    EXPECT_THAT(read(readCalendarFile, event)[0].bytes, HasSubstr("UID:" + read(readCalendarFile, event)[0].uid));
}

TEST(CalendarFile, ComponentWithoutEndIsReportedWithItsLineAndTheNextIsRead) {
    const auto all = read(readCalendarFile, corpus("broken.ics"));
    ASSERT_EQ(all.size(), 3u);
    EXPECT_THAT(all[0].error, HasSubstr("END"));
    EXPECT_EQ(all[0].line, 4u);
    EXPECT_EQ(all[1].uid, "fine");
    EXPECT_EQ(all[1].error, "");
}

TEST(CalendarFile, OfTwoStatesOfAnEventTheHigherSequenceCounts) {
    const auto all = read(readCalendarFile, corpus("twice.ics"));
    ASSERT_EQ(all.size(), 1u);
    EXPECT_THAT(all[0].bytes, HasSubstr("SUMMARY:Newer"));
    EXPECT_THAT(all[0].bytes, Not(HasSubstr("Older")));
}

TEST(VCalendar10, BecomesICalendar) {
    const auto all = read(readCalendarFile, corpus("phone.vcs"));
    ASSERT_EQ(all.size(), 2u);
    const Document document = Document::parse(all[0].bytes);
    const Component& event = document.root().components()[0];
    EXPECT_EQ(document.root().value("VERSION"), "2.0");
    EXPECT_EQ(event.text("SUMMARY"), "Frühstück, Terrasse");
    EXPECT_EQ(event.value("RRULE"), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10");
    EXPECT_EQ(event.value("EXDATE"), "20050608T080000Z,20050620T080000Z");
    EXPECT_EQ(event.value("CATEGORIES"), "APPOINTMENT,BUSINESS");
    EXPECT_EQ(event.value("TRANSP"), "OPAQUE");
    EXPECT_EQ(event.value("ATTENDEE"), "mailto:ann@firm.example");
    EXPECT_EQ(event.find("ATTENDEE")->parameter("PARTSTAT"), "ACCEPTED");
    EXPECT_EQ(event.find("ATTENDEE")->parameter("CN"), "Ann Example");
    ASSERT_NE(event.findComponent("VALARM"), nullptr);
    EXPECT_EQ(event.findComponent("VALARM")->value("TRIGGER"), "20050606T074500Z");
    EXPECT_EQ(all[1].target, Becomes::todo);
    EXPECT_THAT(all[1].bytes, HasSubstr("STATUS:NEEDS-ACTION"));
}

TEST(CardFile, OldCardsBecome30AndOthersStayByteForByte) {
    const std::string file = corpus("cards.vcf");
    const auto all = read(readCardFile, file);
    ASSERT_EQ(all.size(), 5u);
    const Document old = Document::parse(all[0].bytes);
    EXPECT_EQ(old.root().value("VERSION"), "3.0");
    EXPECT_EQ(old.root().text("FN"), "Jörg Müller");
    EXPECT_EQ(old.root().value("UID"), all[0].uid);
    EXPECT_EQ(all[1].uid, "card-3");
    EXPECT_THAT(file, HasSubstr(all[1].bytes));
    EXPECT_EQ(all[2].target, Becomes::company);
    EXPECT_EQ(all[2].uid, "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1");
    EXPECT_NE(all[3].error, "");
    EXPECT_EQ(all[4].title, "Last");
}

TEST(ContactTable, GoogleColumns) {
    const auto all = read(readContactTable, corpus("google.csv"));
    ASSERT_EQ(all.size(), 1u);  // a row of nothing but commas is none
    const Document document = Document::parse(all[0].bytes);
    const Component& card = document.root();
    EXPECT_EQ(card.text("FN"), "Grace M Ellery");
    EXPECT_EQ(card.value("N"), "Ellery;Grace;M;;");
    EXPECT_EQ(card.text("ORG"), "Penwick Robotics Ltd");
    EXPECT_EQ(card.count("EMAIL"), 2u);
    EXPECT_EQ(card.find("EMAIL")->parameter("TYPE"), "work");
    EXPECT_EQ(card.find("TEL")->parameter("TYPE"), "cell");
    EXPECT_EQ(card.value("ADR"), ";;1 Mill Road;Leeds;;LS1 9XX;United Kingdom");
    EXPECT_EQ(card.value("CATEGORIES"), "Partner");
    EXPECT_EQ(card.text("NOTE"), "Two lines:\nand a \"quote\"\nCustom Field 1 - Label: Shoe size 38");
}

TEST(ContactTable, GermanSemicolonsInWindows1252) {
    const auto all = read(readContactTable, corpus("outlook-german.csv"));
    ASSERT_EQ(all.size(), 2u);
    const Document document = Document::parse(all[0].bytes);
    const Component& card = document.root();
    EXPECT_EQ(card.text("FN"), "Jörg Müller");
    EXPECT_EQ(card.value("BDAY"), "1980-05-17");
    EXPECT_EQ(card.value("ADR"), ";;Ringstraße 3;Berlin;;10115;Deutschland");
    EXPECT_EQ(card.findAll("TEL").size(), 2u);
    EXPECT_EQ(all[1].line, 3u);
    EXPECT_THAT(all[1].error, HasSubstr("neither a name"));
}

TEST(ContactTable, AmbiguousDateIsKeptForPeopleToRead) {
    const auto all = read(readContactTable, corpus("plain-utf16.csv"));
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].title, "Zoë Lockhart");
    EXPECT_THAT(all[0].bytes, HasSubstr("NOTE:Birthday: 5/6/1980"));
    EXPECT_THAT(all[0].bytes, Not(HasSubstr("BDAY")));
}

TEST(ContactTable, SamePersonSameUidWhateverElseChanges) {
    const auto first = read(readContactTable, "Name,Email\nAnn Lee,ann@firm.example\n");
    const auto second = read(readContactTable, "Phone,Email,Name\n+49 30 23125 007,ANN@firm.example,Ann Lee\n");
    EXPECT_EQ(first[0].uid, second[0].uid);
}

TEST(ContactTable, TableOfSomethingElseIsRefused) {
    EXPECT_THROW(read(readContactTable, "Amount,Tax\n1,2\n"), std::runtime_error);
}

/// Large files are converted without being held: no character may fall between two pieces.
TEST(Utf16, ComesInSmallPiecesWithWholeCharacters) {
    for (const bool littleEndian : {true, false})
        for (const std::size_t before : {0, 1, 2, 3}) {
            std::string wanted = "BEGIN:VCARD" + std::string(before, 'x'),
                        bytes = littleEndian ? "\xFF\xFE" : "\xFE\xFF";
            const auto add = [&](unsigned unit) {
                const char high = static_cast<char>(unit >> 8U), low = static_cast<char>(unit & 255U);
                bytes += littleEndian ? low : high;
                bytes += littleEndian ? high : low;
            };
            for (const char c : wanted) add(static_cast<unsigned char>(c));
            for (int i = 0; i < 100'000; ++i) {
                add(0xD83D), add(0xDC4D);
                wanted += "\U0001F44D";
            }
            std::string got;
            ASSERT_TRUE(convertUtf16(bytes, [&](std::string_view piece) {
                EXPECT_LE(piece.size(), 100'000u);
                got += piece;
            }));
            EXPECT_TRUE(got == wanted) << littleEndian << before;
        }
}

TEST(Utf16, NothingIsGivenOfOtherText) {
    EXPECT_FALSE(convertUtf16("BEGIN:VCARD\r\nEND:VCARD\r\n", [](std::string_view) { FAIL(); }));
}

TEST(ContactTable, WhatIsNotUtf8IsWindows1252) {
    const auto all = read(readContactTable, "Name;E-Mail\nZo\xEB L\xF6we;zoe@firm.example\n");
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].title, "Zoë Löwe");
}

TEST(Csv, WritesWhatItReads) {
    const std::vector<std::string> row = {"plain", "with, comma", "with \"quotes\"", "two\nlines", "", "Zoë"};
    std::string text;
    appendCsvRow(text, row);
    std::vector<std::string> back;
    CsvReader reader(text);
    ASSERT_TRUE(reader.next(back));
    EXPECT_EQ(back, row);
    EXPECT_FALSE(reader.next(back));
}

TEST(Csv, NothingThatASpreadsheetWouldRun) {
    std::string text;
    appendCsvRow(text, {"=HYPERLINK(\"http://evil.example\")", "+49 30 23125 001", "-5", "@cmd"});
    EXPECT_EQ(text, "\"'=HYPERLINK(\"\"http://evil.example\"\")\",+49 30 23125 001,-5,'@cmd\r\n");
}

}  // namespace
}  // namespace crmdav
