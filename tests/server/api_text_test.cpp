#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/api/call.h"
#include "server/api/fields.h"

namespace crmdav {
namespace {

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
