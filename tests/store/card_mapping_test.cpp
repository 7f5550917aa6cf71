#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "store/records/contact_vcard.h"
#include "tests/store/mapping_support.h"

namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::Not;

Document card(std::string_view lines, std::string_view version = "3.0") {
    return parse("BEGIN:VCARD\nVERSION:" + std::string(version) + "\nUID:u\nFN:X\n" + std::string(lines) +
                 "END:VCARD\n");
}

std::string shown(const std::vector<LabelledValue>& values) {
    std::string text;
    for (const LabelledValue& value : values)
        text += value.label + "|" + value.value + (value.preferred ? "|*\n" : "\n");
    return text;
}

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

}  // namespace
}  // namespace crmdav
