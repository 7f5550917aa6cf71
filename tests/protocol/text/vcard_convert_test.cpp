#include "protocol/text/vcard_convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crmdav {
namespace {

std::string card3(const std::string& lines) {
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;;\r\n" + lines + "END:VCARD\r\n";
}
std::string card4(const std::string& lines) {
    return "BEGIN:VCARD\r\nVERSION:4.0\r\nN:Doe;Jane;;;\r\n" + lines + "END:VCARD\r\n";
}

struct Pair {
    std::string three, four;
};

/// Each of these says the same in both versions and comes back as it was, from either side.
TEST(ConvertCard, RoundTripsFromBothSides) {
    const std::string label = "item1.X-ABLabel:_$!<Anniversary>!$_\r\n";
    const Pair table[] = {
        {"FN:Jane\r\n", "FN:Jane\r\n"},
        {"item1.TEL;TYPE=cell,pref:1\r\nitem1.X-ABLabel:Car\r\n",
         "item1.TEL;TYPE=cell;PREF=1:1\r\nitem1.X-ABLabel:Car\r\n"},
        {"EMAIL;TYPE=INTERNET;TYPE=work:a@b.org\r\n", "EMAIL;TYPE=INTERNET;TYPE=work:a@b.org\r\n"},
        {"PHOTO;ENCODING=b;TYPE=JPEG:YWJj\r\n", "PHOTO:data:image/jpeg;base64,YWJj\r\n"},
        {"PHOTO;VALUE=uri;TYPE=PNG:https://x.org/p\r\n", "PHOTO;MEDIATYPE=image/png:https://x.org/p\r\n"},
        {"KEY;ENCODING=b;TYPE=PGP:YWJj\r\n", "KEY:data:application/pgp-keys;base64,YWJj\r\n"},
        {"SOUND;ENCODING=b;TYPE=BASIC:YWJj\r\n", "SOUND:data:audio/basic;base64,YWJj\r\n"},
        {"BDAY:1985-04-12\r\n", "BDAY:19850412\r\n"},
        {"BDAY;VALUE=date-time:1985-04-12T10:11:12Z\r\n", "BDAY;VALUE=date-time:19850412T101112Z\r\n"},
        {"BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12\r\n", "BDAY:--0412\r\n"},
        {"X-BDAY;VALUE=text:circa 1800\r\n", "BDAY;VALUE=text:circa 1800\r\n"},
        {"X-BDAY:1985\r\n", "BDAY:1985\r\n"},
        {"X-ANNIVERSARY:2010-05-01\r\n", "ANNIVERSARY:20100501\r\n"},
        {"item1.X-ABDATE:2010-05-01\r\n" + label, "item1.ANNIVERSARY:20100501\r\n" + label},
        {"item1.X-ABDATE:2010-05-01\r\nitem1.X-ABLabel:First day\r\n",
         "item1.X-ABDATE:2010-05-01\r\nitem1.X-ABLabel:First day\r\n"},
        {"X-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\r\n",
         "KIND:group\r\nMEMBER:urn:uuid:1\r\n"},
        {"X-ABShowAs:COMPANY\r\n", "KIND:org\r\n"},
        {"GEO:37.38;-122.08\r\n", "GEO:geo:37.38,-122.08\r\n"},
        {"TZ:-05:00\r\n", "TZ;VALUE=utc-offset:-0500\r\n"},
        {"TZ;VALUE=text:Europe/Berlin\r\n", "TZ:Europe/Berlin\r\n"},
        {"LABEL;TYPE=home:Street 1\\nCity\r\n", "X-LABEL;TYPE=home:Street 1\\nCity\r\n"},
        {"SORT-STRING:Doe\r\nCLASS:PRIVATE\r\nMAILER:x\r\n", "X-SORT-STRING:Doe\r\nX-CLASS:PRIVATE\r\nX-MAILER:x\r\n"},
        {"X-GENDER:F;female\r\nX-LANG;PREF=2:fr\r\n", "GENDER:F;female\r\nLANG;PREF=2:fr\r\n"},
        {"X-GENDER:Male\r\n", "X-GENDER:Male\r\n"},
        {"IMPP;X-SERVICE-TYPE=Skype:skype:jane\r\nX-SOCIALPROFILE;type=twitter:http://t.co/j\r\n",
         "IMPP;X-SERVICE-TYPE=Skype:skype:jane\r\nX-SOCIALPROFILE;type=twitter:http://t.co/j\r\n"},
        {"NOTE:a\\, b\r\n  c\r\n", "NOTE:a\\, b\r\n  c\r\n"},
    };
    for (const auto& [three, four] : table) {
        EXPECT_EQ(convertedCard(Document::parse(card3(three)), CardVersion::v4), card4(four));
        EXPECT_EQ(convertedCard(Document::parse(card4(four)), CardVersion::v3), card3(three));
    }
}

TEST(ConvertCard, SaysIn3WhatOnly4Has) {
    const std::pair<std::string, std::string> table[] = {
        {"TEL;VALUE=uri;TYPE=cell:tel:+49-30-1\r\n", "TEL;TYPE=cell:+49-30-1\r\n"},
        {"EMAIL;PREF=1:a@b.org\r\n", "EMAIL;TYPE=pref:a@b.org\r\n"},
        {"ANNIVERSARY:--0501\r\n", "X-ANNIVERSARY;X-APPLE-OMIT-YEAR=1604:1604-05-01\r\n"},
        {"RELATED;TYPE=spouse:urn:uuid:1\r\nXML:<a/>\r\n", "X-RELATED;TYPE=spouse:urn:uuid:1\r\nX-XML:<a/>\r\n"},
    };
    for (const auto& [four, three] : table)
        EXPECT_EQ(convertedCard(Document::parse(card4(four)), CardVersion::v3), card3(three));
}

TEST(ConvertCard, GivesNameAndVersionWhereTheVersionWantsThem) {
    const auto to3 = [](const std::string& lines) {
        return convertedCard(Document::parse("BEGIN:VCARD\nVERSION:4.0\n" + lines + "END:VCARD\n"), CardVersion::v3);
    };
    EXPECT_EQ(to3("FN:Jane M. Doe\n"), "BEGIN:VCARD\nVERSION:3.0\nFN:Jane M. Doe\nN:Doe;Jane M.;;;\nEND:VCARD\n");
    EXPECT_EQ(to3("KIND:org\nFN:Big Corp, Inc.\n"),
              "BEGIN:VCARD\nVERSION:3.0\nX-ABShowAs:COMPANY\nFN:Big Corp, Inc.\nN:Big Corp\\, Inc.;;;;\nEND:VCARD\n");
    EXPECT_EQ(convertedCard(Document::parse("BEGIN:VCARD\nFN:x\nVERSION:3.0\nEND:VCARD\n"), CardVersion::v4),
              "BEGIN:VCARD\nVERSION:4.0\nFN:x\nEND:VCARD\n");
}

TEST(ConvertCard, ReadsVcard21) {
    const std::string old =
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\n"
        "TEL;HOME;FAX:1\r\nEMAIL;INTERNET;PREF:a@b.org\r\nPHOTO;JPEG;ENCODING=BASE64:\r\n YWJj\r\n\r\n"
        "LOGO;VALUE=URL:http://x.org/l\r\nNOTE;ENCODING=8BIT:x\r\nEND:VCARD\r\n";
    parseAll(old, [](Piece&& piece) {
        EXPECT_TRUE(piece.document) << piece.error;
        EXPECT_EQ(convertedCard(*piece.document, CardVersion::v3),
                  "BEGIN:VCARD\r\nVERSION:3.0\r\nN:M\xC3\xBCller;J\xC3\xB6rg\r\nTEL;TYPE=HOME,FAX:1\r\n"
                  "EMAIL;TYPE=INTERNET,PREF:a@b.org\r\nPHOTO;ENCODING=b;TYPE=JPEG:YWJj\r\n"
                  "LOGO;VALUE=uri:http://x.org/l\r\nNOTE:x\r\nEND:VCARD\r\n");
        return true;
    });
}

}  // namespace
}  // namespace crmdav
