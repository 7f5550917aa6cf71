#include "protocol/text/vcard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/dav/names.h"
#include "protocol/text/partial_data.h"

namespace crmdav {
namespace {

using testing::ElementsAre;

Document card(const std::string& lines) { return Document::parse("BEGIN:VCARD\r\n" + lines + "END:VCARD\r\n"); }

Property line(const std::string& text) { return card(text + "\r\n").root().properties()[0]; }

TEST(RequireCard, NamesTheConditionThatFails) {
    const QName data = carddav::valid_address_data, version = carddav::supported_address_data;
    const std::pair<std::string, QName> table[] = {
        {"not a card", data},
        {"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", data},
        {"BEGIN:VCARD\r\nUID:1\r\nEND:VCARD\r\n", data},
        {"BEGIN:VCARD\r\nVERSION:2.1\r\nUID:1\r\nEND:VCARD\r\n", version},
        {"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n", data},
        {"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nUID:2\r\nEND:VCARD\r\n", data},
        {"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:\r\nEND:VCARD\r\n", data},
        {"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:1\r\nFN:\x01\r\nEND:VCARD\r\n", data},
        {"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:1\r\nEND:VCARD\r\nBEGIN:VCARD\r\nEND:VCARD\r\n", data},
    };
    for (const auto& [text, condition] : table) {
        try {
            requireCard(text);
            ADD_FAILURE() << "accepted: " << text;
        } catch (const DavError& error) {
            EXPECT_EQ(error.condition(), condition) << text;
        }
    }
    EXPECT_NO_THROW(requireCard("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:1\r\nEND:VCARD\r\n"));
}

TEST(Card, KnowsItsKind) {
    const std::pair<const char*, VCardKind> table[] = {
        {"FN:x\r\n", VCardKind::individual},     {"KIND:individual\r\n", VCardKind::individual},
        {"KIND:Group\r\n", VCardKind::group},    {"X-ADDRESSBOOKSERVER-KIND:group\r\n", VCardKind::group},
        {"KIND:org\r\n", VCardKind::org},        {"X-ABShowAs:COMPANY\r\n", VCardKind::org},
        {"KIND:location\r\n", VCardKind::other},
    };
    for (const auto& [text, kind] : table) EXPECT_EQ(vCardKind(card(text).root()), kind) << text;
}

TEST(Card, GivesMembersOfBothForms) {
    EXPECT_THAT(groupMembers(card("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:A-1\r\nMEMBER:URN:UUID:B-2\r\n"
                                  "MEMBER:mailto:c@example.org\r\n")
                                 .root()),
                ElementsAre("A-1", "B-2", "mailto:c@example.org"));
}

constexpr std::string_view jpeg = "\xFF\xD8\xFF\xE0 image";

TEST(Photo, IsReadInEveryForm) {
    const std::string base64 = base64Encode(jpeg);
    const std::pair<std::string, Photo> table[] = {
        {"PHOTO;ENCODING=b;TYPE=JPEG:" + base64, {std::string(jpeg), "image/jpeg", ""}},
        {"PHOTO;ENCODING=BASE64;JPEG:" + base64, {std::string(jpeg), "image/jpeg", ""}},
        {"PHOTO;BASE64:" + base64, {std::string(jpeg), "image/jpeg", ""}},
        {"PHOTO;VALUE=binary;ENCODING=B;TYPE=image/x-y:" + base64, {std::string(jpeg), "image/x-y", ""}},
        {"PHOTO:data:image/png;base64," + base64, {std::string(jpeg), "image/png", ""}},
        {"PHOTO:data:image/png;base64\\," + base64, {std::string(jpeg), "image/png", ""}},
        {"PHOTO:data:image/gif,a%20b", {"a b", "image/gif", ""}},
        {"PHOTO;VALUE=uri;TYPE=PNG:https://x.org/a\\,b", {"", "image/png", "https://x.org/a,b"}},
        {"PHOTO;MEDIATYPE=image/png:http://x.org/", {"", "image/png", "http://x.org/"}},
    };
    for (const auto& [text, expected] : table) {
        const auto photo = readPhoto(line(text));
        ASSERT_TRUE(photo) << text;
        EXPECT_EQ(photo->image, expected.image) << text;
        EXPECT_EQ(photo->mediaType, expected.mediaType) << text;
        EXPECT_EQ(photo->uri, expected.uri) << text;
    }
    EXPECT_FALSE(readPhoto(line("PHOTO:")));
    EXPECT_FALSE(readPhoto(line("PHOTO;ENCODING=b:***")));
}

TEST(Photo, IsWrittenInTheFormOfTheVersion) {
    const Photo photo{"abc", "image/jpeg", ""}, reference{"", "image/png", "https://x.org/p"};
    Property property = line("item1.PHOTO;X-ABCROP-RECTANGLE=a;ENCODING=b;TYPE=GIF:eA==");
    writePhoto(property, photo, CardVersion::v4);
    EXPECT_EQ(property.line(), "item1.PHOTO;X-ABCROP-RECTANGLE=a:data:image/jpeg;base64,YWJj");
    writePhoto(property, photo, CardVersion::v3);
    EXPECT_EQ(property.line(), "item1.PHOTO;X-ABCROP-RECTANGLE=a;ENCODING=b;TYPE=JPEG:YWJj");
    writePhoto(property, reference, CardVersion::v4);
    EXPECT_EQ(property.line(), "item1.PHOTO;X-ABCROP-RECTANGLE=a;MEDIATYPE=image/png:https://x.org/p");
    writePhoto(property, reference, CardVersion::v3);
    EXPECT_EQ(property.line(), "item1.PHOTO;X-ABCROP-RECTANGLE=a;VALUE=uri;TYPE=PNG:https://x.org/p");
}

TEST(CardDate, ReadsFullAndPartialDates) {
    const std::pair<const char*, std::optional<CardDate>> table[] = {
        {"BDAY:19850412", CardDate{1985, 4, 12, ""}},
        {"BDAY;VALUE=date:1985-04-12", CardDate{1985, 4, 12, ""}},
        {"BDAY:1985-04-12T23:30:00-05:00", CardDate{1985, 4, 12, "T23:30:00-05:00"}},
        {"BDAY:--0412", CardDate{0, 4, 12, ""}},
        {"BDAY:--04-12", CardDate{0, 4, 12, ""}},
        {"BDAY:--04", CardDate{0, 4, 0, ""}},
        {"BDAY:---12", CardDate{0, 0, 12, ""}},
        {"BDAY:1985-04", CardDate{1985, 4, 0, ""}},
        {"BDAY:1985", CardDate{1985, 0, 0, ""}},
        {"BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29", CardDate{0, 2, 29, ""}},
        {"BDAY;X-APPLE-OMIT-YEAR=1604:1985-02-28", CardDate{1985, 2, 28, ""}},
        {"BDAY;VALUE=text:circa 1800", std::nullopt},
        {"BDAY:soon", std::nullopt},
        {"BDAY:19851340", std::nullopt},
        {"BDAY:1985-04-00", std::nullopt},
        {"BDAY:", std::nullopt},
        {"BDAY:198504121", std::nullopt},
    };
    for (const auto& [text, expected] : table) EXPECT_EQ(readCardDate(line(text)), expected) << text;
}

TEST(PartialCard, TakesTheNamedPropertiesInEveryGroup) {
    const Document document = card("version:3.0\r\nUID:1\r\nFN:x\r\nitem1.TEL:1\r\nitem2.TEL:2\r\nNOTE:lo\r\n ng\r\n");
    const CompSelection::Prop tel[] = {{"TEL", false}, {"NOTE", true}}, one[] = {{"item2.TEL", false}};
    EXPECT_EQ(partialCard(document, tel),
              "BEGIN:VCARD\r\nversion:3.0\r\nitem1.TEL:1\r\nitem2.TEL:2\r\nNOTE:\r\nEND:VCARD\r\n");
    EXPECT_EQ(partialCard(document, one), "BEGIN:VCARD\r\nversion:3.0\r\nitem2.TEL:2\r\nEND:VCARD\r\n");
}

TEST(PartialCalendar, FollowsTheSelection) {
    const Document document = Document::parse(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VTIMEZONE\nTZID:y\nEND:VTIMEZONE\n"
        "BEGIN:VEVENT\nUID:1\nSUMMARY;LANGUAGE=de:lo\n "
        "ng\nBEGIN:VALARM\nACTION:AUDIO\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n");
    const CompSelection everything{"VCALENDAR", true, true, {}, {}};
    EXPECT_EQ(partialCalendar(document, everything), document.bytes());
    const CompSelection event{"VEVENT", false, false, {{"UID", false}, {"SUMMARY", true}}, {}};
    const CompSelection some{"VCALENDAR", false, false, {{"VERSION", false}}, {event}};
    EXPECT_EQ(partialCalendar(document, some),
              "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nSUMMARY;LANGUAGE=de:\nEND:VEVENT\nEND:VCALENDAR\n");
    EXPECT_EQ(partialCalendar(document, {"VCARD", true, true, {}, {}}), "");
}

}  // namespace
}  // namespace crmdav
