#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/text/json.h"

namespace crmdav {
namespace {

TEST(Json, WritesBackWhatItRead) {
    for (const std::string text : {R"({"a":[1,-2,true,false,null,"x\"\\\n"],"b":{},"c":[],"d":1.5})", R"("Zoë 😀")",
                                   "9007199254740993", "[[[]]]"}) {
        JsonWriter out;
        EXPECT_EQ(out.value(parseJson(text)).take(), text);
    }
}

TEST(Json, RefusesWhatIsNoJsonOrBeyondTheLimits) {
    const std::string deep(17, '['), closed(17, ']');
    std::string names = "{\"0\":0";
    for (int i = 1; i <= 1000; ++i) names.append(",\"").append(std::to_string(i)).append("\":0");
    for (const std::string& text : {names + "}", std::string("{"), std::string(R"({"a":1,"a":2})"), deep + closed,
                                    std::string("\"\xff\""), std::string("[1] x"), std::string(R"({"a" 1})"),
                                    std::string(2'000'000, ' '), std::string("'a'"), std::string()})
        EXPECT_THROW(parseJson(text), JsonError) << text.substr(0, 40);
}

TEST(Json, EscapesControlCharacters) {
    JsonWriter out;
    EXPECT_EQ(out.text(std::string_view("a\x01\x1f\x7f\t", 5)).take(), R"("a\u0001\u001f\u007f\t")");
}

}  // namespace
}  // namespace crmdav
