#include "protocol/text/text_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crmdav {
namespace {

using testing::ElementsAre;

TEST(EscapeText, FiftyRoundTripsChangeNothing) {
    for (const std::string plain : {"a,b;c\\d", "line\nbreak\\n", "\\", "\\\\,;", "M\xC3\xBCller: \"x\" ^n"}) {
        std::string value = plain;
        for (int i = 0; i < 50; ++i) value = unescapeText(escapeText(value));
        EXPECT_EQ(value, plain);
    }
}

TEST(EscapeText, MakesOneLine) {
    EXPECT_EQ(escapeText("a\r\nb\rc\nd\x01\te"), "a\\nb\\nc\\nd\te");
    EXPECT_EQ(unescapeText("a\\Nb\\,\\:\\"), "a\nb,:\\");
}

TEST(SplitTexts, CutsOnlyAtUnescapedSeparators) {
    EXPECT_THAT(splitTexts("a\\,b,c", ','), ElementsAre("a,b", "c"));
    EXPECT_THAT(splitTexts("a\\\\,b", ','), ElementsAre("a\\", "b"));
    EXPECT_THAT(splitTexts("", ','), ElementsAre(""));
    EXPECT_THAT(splitTexts("a;b\\;c;", ';'), ElementsAre("a", "b;c", ""));
}

TEST(SplitStructured, HasListsInParts) {
    const auto name = splitStructured("Doe;John;A\\,B,C;Dr.;");
    EXPECT_THAT(name, ElementsAre(ElementsAre("Doe"), ElementsAre("John"), ElementsAre("A,B", "C"), ElementsAre("Dr."),
                                  ElementsAre("")));
    EXPECT_EQ(joinStructured(name), "Doe;John;A\\,B,C;Dr.;");
}

TEST(ParameterText, IsRfc6868) {
    for (const std::string plain : {"a \"b\" ^ c\nd", "^n", "^'", "x,y;z:", "plain"})
        EXPECT_EQ(decodeParameter(encodeParameter(plain)).find(plain) != std::string::npos, true) << plain;
    EXPECT_EQ(encodeParameter("a^b\n\"c\""), "\"a^^b^n^'c^'\"");
    EXPECT_EQ(encodeParameter("plain"), "plain");
    EXPECT_EQ(decodeParameter("^x^"), "^x^");
}

TEST(Base64, ReadsWhatClientsWrite) {
    for (const std::string bytes : {"", "a", "ab", "abc", "\xFF\xFE\x00x"})
        EXPECT_EQ(base64Decode(base64Encode(bytes)), bytes);
    EXPECT_EQ(base64Decode("YW Jj\r\n"), "abc");
    EXPECT_EQ(base64Decode("YQ"), "a");
    EXPECT_EQ(base64Decode("_-8="), "\xFF\xEF");
    EXPECT_EQ(base64Decode("a*b"), std::nullopt);
    EXPECT_EQ(base64Decode("YWJjZ"), std::nullopt);
}

}  // namespace
}  // namespace crmdav
