#include "protocol/text/content_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Accepted {
    const char* why;
    std::string bytes;
};

class LosslessParse : public testing::TestWithParam<Accepted> {};

TEST_P(LosslessParse, WritesBackTheSameBytes) {
    const Document document = Document::parse(GetParam().bytes);
    EXPECT_EQ(document.bytes(), GetParam().bytes);
    EXPECT_EQ(Document(document).bytes(), GetParam().bytes) << "copy";
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, LosslessParse,
    testing::Values(
        Accepted{"CRLF", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nEND:VCARD\r\n"},
        Accepted{"LF only", "BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n"},
        Accepted{"mixed line ends", "BEGIN:VCARD\r\nVERSION:3.0\nFN:A\r\nEND:VCARD\n"},
        Accepted{"no line end at the end", "BEGIN:VCARD\r\nFN:A\r\nEND:VCARD"},
        Accepted{"BOM and blank lines", "\xEF\xBB\xBF\r\n\nBEGIN:VCARD\r\n\r\nFN:A\r\n\nEND:VCARD\r\n\r\n\r\n"},
        Accepted{"folds by space and tab", "BEGIN:VCARD\r\nNOTE:a\r\n b\r\n\tc\r\n  d\r\nEND:VCARD\r\n"},
        Accepted{"fold inside a character", "BEGIN:VCARD\r\nFN:M\xC3\r\n \xBCller\r\nEND:VCARD\r\n"},
        Accepted{"fold inside the name", "BEGIN:VCARD\r\nF\r\n N:A\r\nEND:VCARD\r\n"},
        Accepted{"odd cases", "begin:vCard\r\nversion:3.0\r\nfn:A\r\nEnd:VCARD\r\n"},
        Accepted{"blanks behind END", "BEGIN:VCARD\r\nFN:A\r\nEND:VCARD  \r\n \r\n"},
        Accepted{"properties behind components",
                 "BEGIN:VCALENDAR\r\nA:1\r\nBEGIN:X-FOO\r\nEND:X-FOO\r\nB:2\r\nBEGIN:VEVENT\r\nC:3\r\nBEGIN:VALARM\r\n"
                 "END:VALARM\r\nD:4\r\nEND:VEVENT\r\nE:5\r\nEND:VCALENDAR\r\n"},
        Accepted{"unknown everything",
                 "BEGIN:VCALENDAR\r\nx-foo;y=\"a;b:c\",d;bare:\r\nX_A/B;P=:v\r\nEND:VCALENDAR\r\n"}),
    [](const auto& test) {
        std::string name = test.param.why;
        std::erase_if(name, [](char c) { return c == ' '; });
        return name;
    });

struct Refused {
    std::string bytes;
    std::size_t line;
    const char* why;
};

TEST(ParseError, NamesTheLineAndTheReason) {
    const Refused table[] = {
        {"", 1, "empty"},
        {"hello\r\n", 1, "no colon"},
        {"FN:A\r\n", 1, "before BEGIN"},
        {"BEGIN:VCARD\r\nFN:A\r\n", 3, "no END:VCARD"},
        {"BEGIN:VCARD\r\nFN:A\r\nEND:VCALENDAR\r\n", 3, "END does not match"},
        {"BEGIN:VCARD\r\nEND:VCARD\r\nBEGIN:VCARD\r\nEND:VCARD\r\n", 3, "more than one"},
        {"BEGIN:\r\nEND:\r\n", 1, "BEGIN without"},
        {"BEGIN:VCARD\r\nFN\r\nEND:VCARD\r\n", 2, "no colon"},
        {"BEGIN:VCARD\r\n:x\r\nEND:VCARD\r\n", 2, "no property name"},
        {"BEGIN:VCARD\r\n.FN:x\r\nEND:VCARD\r\n", 2, "no property name"},
        {"BEGIN:VCARD\r\na.:x\r\nEND:VCARD\r\n", 2, "no property name"},
        {"BEGIN:VCARD\r\nTEL;TYPE=\"x:1\r\nEND:VCARD\r\n", 2, "quote without end"},
        {"BEGIN:VCARD\r\nTEL;TYPE=x\r\nEND:VCARD\r\n", 2, "no colon"},
        {std::string("BEGIN:VCARD\r\nFN:A\0B\r\nEND:VCARD\r\n", 32), 2, "control character 0"},
        {"BEGIN:VCARD\r\nFN:\x07\r\nEND:VCARD\r\n", 2, "control character 7"},
        {"BEGIN:VCARD\r\nFN:\x7f\r\nEND:VCARD\r\n", 2, "control character 127"},
        {"BEGIN:VCARD\r\nFN:A\rB\r\nEND:VCARD\r\n", 2, "carriage return"},
        {"BEGIN:VCARD\r\nFN:\xC3\x28\r\nEND:VCARD\r\n", 2, "not UTF-8"},
        {"BEGIN:VCARD\r\nFN:\xED\xA0\x80\r\nEND:VCARD\r\n", 2, "not UTF-8"},
        {"BEGIN:VCARD\r\nFN:\xC0\x80\r\nEND:VCARD\r\n", 2, "not UTF-8"},
    };
    for (const auto& row : table) {
        try {
            Document::parse(row.bytes);
            ADD_FAILURE() << "accepted: " << row.bytes;
        } catch (const ParseError& error) {
            EXPECT_EQ(error.line(), row.line) << row.bytes;
            EXPECT_THAT(error.what(), HasSubstr(row.why)) << row.bytes;
        }
    }
}

TEST(TextLimits, CutWhatWouldCostTooMuch) {
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) text += "BEGIN:A\r\n";
        for (std::size_t i = 0; i < depth; ++i) text += "END:A\r\n";
        return text;
    };
    EXPECT_NO_THROW(Document::parse(nested(16)));
    EXPECT_THROW(Document::parse(nested(17)), ParseError);

    const auto parameters = [](std::size_t count) {
        std::string text = "BEGIN:A\r\nX";
        for (std::size_t i = 0; i < count; ++i) text += ";p=1";
        return text + ":\r\nEND:A\r\n";
    };
    EXPECT_NO_THROW(Document::parse(parameters(100)));
    EXPECT_THROW(Document::parse(parameters(101)), ParseError);

    const std::string line = "BEGIN:A\r\nX:1234567\r\n 89\r\nEND:A\r\n";  // 11 octets unfolded
    EXPECT_NO_THROW(Document::parse(line, {.lineBytes = 11}));
    EXPECT_THROW(Document::parse(line, {.lineBytes = 10}), ParseError);
    EXPECT_THROW(Document::parse(line, {.bytes = line.size() - 1}), ParseError);
    EXPECT_NO_THROW(Document::parse(line, {.lines = 3}));
    EXPECT_THROW(Document::parse(line, {.lines = 2}), ParseError);
}

constexpr const char* event =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    "ATTENDEE;CN=\"Doe, ^'J^'\";PARTSTAT=ACCEPTED;MEMBER=\"mailto:a@b\",\"mailto:c@d\":mailto:j@x.org\r\n"
    "CATEGORIES:a\\,b,c\r\nSUMMARY:Lunch \r\n with M\xC3\xBCller\\; at 12\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nX-LAST:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

TEST(Property, IsReadInParts) {
    const Document document = Document::parse(event);
    const Component& vevent = *document.root().findComponent("vevent");
    const Property& attendee = *vevent.find("attendee");
    EXPECT_EQ(attendee.name(), "ATTENDEE");
    EXPECT_EQ(attendee.value(), "mailto:j@x.org");
    EXPECT_EQ(attendee.parameter("partstat"), "ACCEPTED");
    EXPECT_EQ(attendee.parameter("CN"), "Doe, ^'J^'");
    EXPECT_EQ(attendee.parameterText("CN"), "Doe, \"J\"");
    EXPECT_THAT(attendee.parameterTexts("MEMBER"), ElementsAre("mailto:a@b", "mailto:c@d"));
    EXPECT_EQ(attendee.parameter("MEMBER"), "mailto:a@b");
    EXPECT_EQ(attendee.parameters().size(), 3U);
    EXPECT_TRUE(attendee.hasParameter("CN"));
    EXPECT_FALSE(attendee.hasParameter("C"));
    EXPECT_THAT(vevent.find("CATEGORIES")->texts(), ElementsAre("a,b", "c"));
    EXPECT_EQ(vevent.text("SUMMARY"), "Lunch with M\xC3\xBCller; at 12");
    EXPECT_FALSE(vevent.find("UID")->hasParameters());
    EXPECT_EQ(vevent.find("NONE"), nullptr);
}

TEST(Property, BareParametersOfVcard21HaveNoName) {
    const Document card = Document::parse("BEGIN:VCARD\r\nitem1.TEL;HOME;TYPE=a,b;TYPE=c:1\r\nEND:VCARD\r\n");
    const Property& tel = *card.root().find("TEL");
    EXPECT_EQ(tel.group(), "item1");
    ASSERT_EQ(tel.parameters().size(), 3U);
    EXPECT_THAT(tel.parameters()[0].values, ElementsAre("HOME"));
    EXPECT_EQ(tel.parameters()[0].name, "");
    EXPECT_THAT(tel.parameterTexts("TYPE"), ElementsAre("a", "b", "c"));
}

/// `text` with each `from` line replaced; the rest has to stay byte for byte.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

TEST(Overlay, ChangesOnlyTheTouchedLine) {
    Document document = Document::parse(event);
    document.root().findComponent("VEVENT")->setText("SUMMARY", "Tea; or\nnot");
    EXPECT_EQ(document.bytes(),
              replaced(event, "SUMMARY:Lunch \r\n with M\xC3\xBCller\\; at 12\r\n", "SUMMARY:Tea\\; or\\nnot\r\n"));
}

TEST(Overlay, PutsParametersInPlace) {
    Document document = Document::parse("BEGIN:A\nX;B=1;a=2;C=3;A=4:v\nEND:A\n");
    Property& property = document.root().properties()[0];
    property.setParameter("A", "x:\"y\"");
    EXPECT_EQ(property.line(), "X;B=1;A=\"x:^'y^'\";C=3:v");
    EXPECT_EQ(property.parameterText("A"), "x:\"y\"");
    property.removeParameter("b");
    property.setParameter("D", "5");
    property.setGroup("item1");
    property.setName("Y");
    EXPECT_EQ(document.bytes(), "BEGIN:A\nitem1.Y;A=\"x:^'y^'\";C=3;D=5:v\nEND:A\n");
}

TEST(Overlay, AddsWhereReadersLook) {
    Document document = Document::parse(event);
    Component& vevent = *document.root().findComponent("VEVENT");
    vevent.add(Property("ATTENDEE", "mailto:k@x.org"));
    vevent.add(Property("LOCATION", "Berlin"));
    const auto expected = replaced(replaced(event, "CATEGORIES", "ATTENDEE:mailto:k@x.org\r\nCATEGORIES"),
                                   "BEGIN:VALARM", "LOCATION:Berlin\r\nBEGIN:VALARM");
    EXPECT_EQ(document.bytes(), expected);
    vevent.add(Property("X-LAST", "2"));
    EXPECT_EQ(document.bytes(), replaced(expected, "X-LAST:1\r\n", "X-LAST:1\r\nX-LAST:2\r\n"));
}

TEST(Overlay, RemovesWithoutMovingTheRest) {
    Document document = Document::parse(event);
    Component& vevent = *document.root().findComponent("VEVENT");
    EXPECT_EQ(vevent.remove("categories"), 1U);
    EXPECT_EQ(vevent.remove("categories"), 0U);
    EXPECT_EQ(document.bytes(), replaced(event, "CATEGORIES:a\\,b,c\r\n", ""));
    EXPECT_EQ(vevent.removeComponentsIf([](const Component& c) { return c.is("VALARM"); }), 1U);
    EXPECT_EQ(document.bytes(), replaced(replaced(event, "CATEGORIES:a\\,b,c\r\n", ""),
                                         "BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n", ""));
}

TEST(Overlay, AddsComponentsBehindTheirLike) {
    Document document = Document::parse(event);
    Component alarm("VALARM");
    alarm.add(Property("ACTION", "AUDIO"));
    document.root().findComponent("VEVENT")->addComponent(alarm);
    document.root().addComponent(Document::parse("BEGIN:VTODO\nUID:2\nEND:VTODO").root());
    EXPECT_EQ(document.bytes(),
              replaced(replaced(event, "X-LAST", "BEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM\r\nX-LAST"),
                       "END:VCALENDAR", "BEGIN:VTODO\nUID:2\nEND:VTODO\r\nEND:VCALENDAR"));
}

TEST(Overlay, CopiesOutliveTheirDocument) {
    std::optional<Document> document = Document::parse(event);
    const Component copy = *document->root().findComponent("VEVENT");
    document.reset();
    EXPECT_EQ(copy.find("SUMMARY")->text(), "Lunch with M\xC3\xBCller; at 12");
    std::string bytes;
    copy.appendTo(bytes);
    EXPECT_THAT(event, HasSubstr(bytes));
}

/// What a PUT brings is large: it is read where it lies.
TEST(Overlay, DocumentOverLentBytesCopiesNoneOfThem) {
    const std::string bytes = "BEGIN:VCARD\r\nFN:Zo\r\n ë\r\nNOTE:kept\r\nEND:VCARD\r\n";
    Document document = Document::over(bytes);
    EXPECT_EQ(document.root().find("NOTE")->line().data(), bytes.data() + bytes.find("NOTE"));
    EXPECT_EQ(document.root().text("FN"), "Zoë");
    EXPECT_EQ(document.bytes(), bytes);
    document.root().setText("NOTE", "changed");
    EXPECT_EQ(document.bytes(), "BEGIN:VCARD\r\nFN:Zo\r\n ë\r\nNOTE:changed\r\nEND:VCARD\r\n");
}

TEST(Overlay, NothingBreaksOutOfALine) {
    Document document = Document::parse("BEGIN:A\r\nX:1\r\nEND:A\r\n");
    document.root().setValue("X", "1\r\nEND:A\x01");
    document.root().find("X")->setParameter("P", "a\r\nb\x02");
    EXPECT_EQ(document.bytes(), "BEGIN:A\r\nX;P=\"a^nb\":1\\nEND:A\r\nEND:A\r\n");
    document.root().setText("X", "cut \xC3");
    document.root().find("X")->setParameter("P", "cut \xF0\x9F\x98");
    EXPECT_NO_THROW(Document::parse(document.bytes()));
}

TEST(Folding, NeverCutsACharacter) {
    for (std::size_t lead = 60; lead < 76; ++lead) {
        std::string line = "X:" + std::string(lead, 'a');
        for (int i = 0; i < 60; ++i) line += "\xF0\x9F\x98\x80";
        std::string folded;
        appendFolded(folded, line);
        std::string unfolded;
        for (std::size_t at = 0; at < folded.size();) {
            const auto end = folded.find("\r\n", at);
            const std::string_view physical(folded.data() + at, end - at);
            EXPECT_LE(physical.size(), 75U);
            EXPECT_TRUE(validUtf8(physical));
            unfolded += at == 0 ? physical : physical.substr(1);
            at = end + 2;
        }
        EXPECT_EQ(unfolded, line);
    }
}

struct Found {
    std::size_t line;
    std::string name, error;
    friend bool operator==(const Found&, const Found&) = default;
};

std::vector<Found> allOf(std::string_view bytes) {
    std::vector<Found> found;
    parseAll(bytes, [&](Piece&& piece) {
        if (piece.document)
            found.push_back({piece.line, piece.document->root().text("FN"), ""});
        else
            found.push_back({piece.errorLine, "", piece.error});
        return true;
    });
    return found;
}

TEST(ParseAll, BrokenPiecesDoNotStopTheRest) {
    const std::string file =
        "\xEF\xBB\xBF"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:One\r\nEND:VCARD\r\n\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nnonsense\r\nEND:VCARD\r\n"
        "garbage\r\nmore\r\n"
        "BEGIN:VCARD\r\nFN:No end\r\n"
        "BEGIN:VCARD\r\nFN:Two\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nFN:cut";
    EXPECT_THAT(allOf(file),
                ElementsAre(Found{1, "One", ""}, Found{8, "", "no colon behind the property name"},
                            Found{10, "", "text outside of a component"}, Found{12, "", "no END for BEGIN:VCARD"},
                            Found{14, "Two", ""}, Found{17, "", "no END for BEGIN:VCARD"}));
}

TEST(ParseAll, ReadsBareCarriageReturns) {
    EXPECT_THAT(allOf("BEGIN:VCARD\rFN:One\rEND:VCARD\rBEGIN:VCARD\rFN:Two\rEND:VCARD\r"),
                ElementsAre(Found{1, "One", ""}, Found{4, "Two", ""}));
}

TEST(ParseAll, ReadsOtherCharsetsAndQuotedPrintable) {
    EXPECT_THAT(
        allOf("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:M\xFCller\r\nEND:VCARD\r\n"
              "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCl=\r\nler=0D=\r\n"
              "=0AX\r\nEND:VCARD\r\n"
              "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;QUOTED-PRINTABLE:=C3=BC=3B C:\\dir\r\nEND:VCARD\r\n"),
        ElementsAre(Found{1, "M\xC3\xBCller", ""}, Found{5, "M\xC3\xBCller\nX", ""},
                    Found{11, "\xC3\xBC; C:\\dir", ""}));
}

}  // namespace
}  // namespace crmdav
