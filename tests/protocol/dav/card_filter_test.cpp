#include "protocol/dav/filter.h"
#include "protocol/dav/requests.h"
#include "protocol/text/content_lines.h"

using namespace crmdav;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

const Document& lisa() {
    static const Document card = Document::parse(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:Lisa-1\r\nFN:Lisa Müller-Straße\r\nN:Müller;Lisa;;;\r\n"
        "NICKNAME:Me,The\\, Boss\r\nEMAIL;TYPE=HOME,pref:lisa@example.com\r\n"
        "item1.EMAIL;TYPE=work:l.mueller@firma.de\r\nitem1.X-ABLabel:_$!<Other>!$_\r\nTEL;CELL:+49 170 1\r\n"
        "NOTE:first\\nsecond line\r\nEND:VCARD\r\n");
    return card;
}

AddressbookQuery query(std::string_view filter) {
    const auto document = XmlDocument::parse("<CR:addressbook-query" + std::string(rootNamespaces()) + ">" +
                                             std::string(filter) + "</CR:addressbook-query>");
    return parseAddressbookQuery(document.root());
}

bool finds(const std::string& inside, std::string_view test = "anyof") {
    return matches(query("<CR:filter test='" + std::string(test) + "'>" + inside + "</CR:filter>").filter, lisa());
}

std::string prop(std::string_view name, std::string_view inside, std::string_view test = "anyof") {
    return "<CR:prop-filter name='" + std::string(name) + "' test='" + std::string(test) + "'>" + std::string(inside) +
           "</CR:prop-filter>";
}

std::string text(std::string_view value, std::string_view attributes = "") {
    return "<CR:text-match " + std::string(attributes) + ">" + std::string(value) + "</CR:text-match>";
}

std::vector<std::vector<std::string>> needles(const std::string& filter) {
    std::vector<std::vector<std::string>> found;
    for (const auto& group : requiredText(query(filter).filter)) {
        auto& row = found.emplace_back();
        for (const Needle& needle : group) row.push_back(needle.property + "=" + needle.text);
    }
    return found;
}

}  // namespace

TEST(CardFilter, TextMatches) {  // RFC 6352 §10.5.4
    struct Row {
        std::string_view name, value, attributes;
        bool found;
    };
    const Row rows[] = {
        {"FN", "lisa", "", true},
        {"fn", "LISA MÜLLER", "", true},
        {"FN", "STRASSE", "", true},  // ß folds to ss
        {"FN", "MÜLLER", "collation='i;ascii-casemap'", false},
        {"FN", "LISA", "collation='i;ascii-casemap'", true},
        {"FN", "LISA", "collation='i;octet'", false},
        {"FN", "Lisa", "collation='i;octet'", true},
        {"FN", "lisa", "match-type='equals'", false},
        {"FN", "lisa müller-strasse", "match-type='equals'", true},
        {"FN", "lisa", "match-type='starts-with'", true},
        {"FN", "müller", "match-type='starts-with'", false},
        {"FN", "straße", "match-type='ends-with'", true},
        {"FN", "müller", "match-type='ends-with'", false},
        {"FN", "müller", "match-type='endswith'", true},  // no such type: the default, contains
        {"FN", "", "", true},
        {"FN", "", "match-type='equals'", false},
        {"FN", "nobody", "negate-condition='yes'", true},
        {"FN", "lisa", "negate-condition='yes'", false},
        {"NOTE", "first\nsecond", "", true},
        {"NICKNAME", "the, boss", "match-type='equals'", true},
        {"NICKNAME", "me", "match-type='equals'", true},
        {"NICKNAME", "boss", "match-type='starts-with'", false},
        {"N", "müller;lisa", "match-type='starts-with'", true},
        {"EMAIL", "firma.de", "match-type='ends-with'", true},
        {"ITEM1.EMAIL", "firma", "", true},
        {"item1.EMAIL", "example", "", false},
        {"item2.EMAIL", "firma", "", false},
        {"ORG", "firma", "", false},
        {"ORG", "firma", "negate-condition='yes'", false},  // there must be such a property
    };
    for (const Row& row : rows)
        EXPECT_EQ(finds(prop(row.name, text(row.value, row.attributes))), row.found)
            << row.name << " " << row.value << " " << row.attributes;
}

TEST(CardFilter, PresenceAndAbsence) {
    EXPECT_TRUE(matches(query("<CR:filter/>").filter, lisa()));
    EXPECT_TRUE(finds(prop("EMAIL", "")));
    EXPECT_FALSE(finds(prop("ORG", "")));
    EXPECT_TRUE(finds(prop("ORG", "<CR:is-not-defined/>")));
    EXPECT_FALSE(finds(prop("EMAIL", "<CR:is-not-defined/>")));
    // Apple's Contacts: one of these values, or none at all
    const auto orAbsent = [](std::string_view value) { return text(value) + "<CR:is-not-defined/>"; };
    EXPECT_TRUE(finds(prop("KIND", orAbsent("individual"))));
    EXPECT_TRUE(finds(prop("FN", orAbsent("lisa"))));
    EXPECT_FALSE(finds(prop("FN", orAbsent("bob"))));
}

TEST(CardFilter, AnyofAndAllof) {  // RFC 6352 §10.5, §10.5.1
    const std::string yes = prop("FN", text("lisa")), no = prop("FN", text("bob"));
    EXPECT_TRUE(finds(no + yes, "anyof"));
    EXPECT_FALSE(finds(no + yes, "allof"));
    EXPECT_TRUE(finds(yes + yes, "allof"));
    EXPECT_TRUE(finds(prop("EMAIL", text("example") + text("bob"), "anyof")));
    EXPECT_FALSE(finds(prop("EMAIL", text("example") + text("bob"), "allof")));
    EXPECT_TRUE(finds(prop("EMAIL", text("firma") + text("mueller"), "allof")));
    // one and the same EMAIL has to meet all
    EXPECT_FALSE(finds(prop("EMAIL", text("firma") + text("lisa@"), "allof")));
}

TEST(CardFilter, Parameters) {  // RFC 6352 §10.5.2
    const auto param = [](std::string_view name, std::string_view inside) {
        return "<CR:param-filter name='" + std::string(name) + "'>" + std::string(inside) + "</CR:param-filter>";
    };
    EXPECT_TRUE(finds(prop("EMAIL", param("type", text("home")))));
    EXPECT_TRUE(finds(prop("EMAIL", param("TYPE", text("PREF", "match-type='equals'")))));
    EXPECT_TRUE(finds(prop("TEL", param("TYPE", text("cell", "match-type='equals'")))));  // as vCard 2.1 has it
    EXPECT_FALSE(finds(prop("EMAIL", param("TYPE", text("fax")))));
    EXPECT_FALSE(finds(prop("EMAIL", text("example") + param("TYPE", text("work")), "allof")));
    EXPECT_TRUE(finds(prop("EMAIL", text("firma") + param("TYPE", text("work")), "allof")));
    EXPECT_TRUE(finds(prop("FN", param("LANGUAGE", "<CR:is-not-defined/>"))));
    EXPECT_FALSE(finds(prop("EMAIL", param("TYPE", "<CR:is-not-defined/>"))));
    EXPECT_FALSE(finds(prop("EMAIL", param("X", ""))));
    EXPECT_TRUE(finds(prop("EMAIL", param("TYPE", ""))));
}

TEST(CardFilter, RequiredTextIsWhatAllMatchingCardsHold) {
    const std::string a = prop("FN", text("Straße")), b = prop("item1.EMAIL", text("Bob", "match-type='equals'"));
    EXPECT_THAT(needles("<CR:filter>" + a + b + "</CR:filter>"), ElementsAre(ElementsAre("FN=strasse", "EMAIL=bob")));
    EXPECT_THAT(needles("<CR:filter test='allof'>" + a + b + "</CR:filter>"),
                ElementsAre(ElementsAre("FN=strasse"), ElementsAre("EMAIL=bob")));
    EXPECT_THAT(needles("<CR:filter>" + prop("FN", text("x") + text("yz"), "allof") + "</CR:filter>"),
                ElementsAre(ElementsAre("FN=yz")));
    EXPECT_THAT(
        needles("<CR:filter test='allof'>" + prop("FN", text("x") + text("y")) + prop("ORG", "") + "</CR:filter>"),
        ElementsAre(ElementsAre("FN=x", "FN=y")));
}

TEST(CardFilter, RequiredTextSaysWhenTheIndexCannotHelp) {
    const std::string named = prop("FN", text("lisa"));
    const std::string_view useless[] = {
        "<CR:is-not-defined/>", "", "<CR:text-match negate-condition='yes'>x</CR:text-match>",
        "<CR:text-match></CR:text-match>", "<CR:text-match>x</CR:text-match><CR:param-filter name='TYPE'/>"};
    for (const auto inside : useless) {
        EXPECT_THAT(needles("<CR:filter>" + prop("EMAIL", inside) + "</CR:filter>"), IsEmpty()) << inside;
        EXPECT_THAT(needles("<CR:filter>" + named + prop("EMAIL", inside) + "</CR:filter>"), IsEmpty()) << inside;
        EXPECT_THAT(needles("<CR:filter test='allof'>" + named + prop("EMAIL", inside) + "</CR:filter>"),
                    ElementsAre(ElementsAre("FN=lisa")))
            << inside;
    }
    EXPECT_THAT(needles("<CR:filter/>"), IsEmpty());
}

TEST(Fold, NeedlesAreFoundInFoldedTexts) {
    EXPECT_EQ(foldForIndex("ÄÖÜ ß ﬁ Ａ"), foldForIndex("äöü SS FI a"));
    EXPECT_EQ(foldForIndex("É"), foldForIndex("e\xcc\x81"));
    EXPECT_NE(foldForIndex("Café").find(foldForIndex("cafe")), std::string::npos);  // RFC 5051 compares decomposed
    EXPECT_EQ(foldForIndex("Σίσυφος"), foldForIndex("ΣΊΣΥΦΟΣ"));
    EXPECT_EQ(foldForIndex(""), "");
}
