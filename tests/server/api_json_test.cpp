#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/call.h"
#include "server/api/fields.h"
#include "server/api/json.h"

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
        EXPECT_THROW(parseJson(text), InvalidField) << text.substr(0, 40);
}

TEST(Json, EscapesControlCharacters) {
    JsonWriter out;
    EXPECT_EQ(out.text(std::string_view("a\x01\x1f\x7f\t", 5)).take(), R"("a\u0001\u001f\u007f\t")");
}

TEST(Instants, Rfc3339InAndOut) {
    const struct {
        std::string_view text, utc;
    } rows[] = {
        {"2026-11-20T09:00:00Z", "2026-11-20T09:00:00Z"},
        {"2026-11-20T09:00:00+01:00", "2026-11-20T08:00:00Z"},
        {"2026-03-01T00:30:00-05:30", "2026-03-01T06:00:00Z"},
        {"2026-11-20t09:00:00.123z", "2026-11-20T09:00:00Z"},
    };
    for (const auto& row : rows) {
        const auto instant = parseInstant(row.text);
        ASSERT_TRUE(instant) << row.text;
        EXPECT_EQ(timeText(*instant), row.utc);
    }
    for (const std::string_view bad : {"2026-11-20", "2026-11-20T09:00:00", "2026-02-30T00:00:00Z",
                                       "2026-11-20T24:00:00Z", "2026-11-20T09:00:00+1:00", "", "2026-11-20T09:00:00Zx"})
        EXPECT_FALSE(parseInstant(bad)) << bad;
}

TEST(Etags, HeadersNameThem) {
    const struct {
        std::string_view header;
        bool names;
    } rows[] = {
        {R"("abc")", true}, {R"(W/"abc")", true}, {"*", true}, {R"("x", "abc")", true}, {R"("ab")", false}, {"", false},
    };
    for (const auto& row : rows) EXPECT_EQ(namesEtag(row.header, "abc"), row.names) << row.header;
}

TEST(Names, NearestKnownOne) {
    const std::string_view known[] = {"displayName", "emails", "notes"};
    EXPECT_EQ(nearest("displayname", known), "displayName");
    EXPECT_EQ(nearest("email", known), "emails");
    EXPECT_EQ(nearest("zzzzzzz", known), "");
}

}  // namespace
}  // namespace crmdav
