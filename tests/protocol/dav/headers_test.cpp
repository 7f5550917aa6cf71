#include "protocol/dav/headers.h"

#include <array>

#include "protocol/dav/errors.h"

using namespace crmdav;
using namespace std::chrono_literals;

TEST(Headers, Depth) {
    EXPECT_EQ(parseDepth("", Depth::infinity), Depth::infinity);
    EXPECT_EQ(parseDepth("0", Depth::one), Depth::zero);
    EXPECT_EQ(parseDepth(" 1 ", Depth::zero), Depth::one);
    EXPECT_EQ(parseDepth("Infinity", Depth::zero), Depth::infinity);
    EXPECT_THROW(parseDepth("2", Depth::zero), DavError);
    EXPECT_THROW(parseDepth("1,noroot", Depth::zero), DavError);
}

TEST(Headers, Overwrite) {
    EXPECT_TRUE(parseOverwrite(""));
    EXPECT_TRUE(parseOverwrite("T"));
    EXPECT_FALSE(parseOverwrite("f"));
    EXPECT_THROW(parseOverwrite("no"), DavError);
}

TEST(Headers, Prefer) {  // RFC 7240 §2, RFC 8144
    struct Row {
        std::string_view prefer, brief, applied;
    };
    const Row rows[] = {
        {"", "", ""},
        {"return=minimal", "", "return=minimal"},
        {"Return = \"minimal\" ; foo=bar", "", "return=minimal"},
        {"depth-noroot, return=representation", "", "return=representation, depth-noroot"},
        {"return=minimal, return=representation", "", "return=minimal"},
        {"respond-async, wait=10", "", ""},
        {"return=everything", "", ""},
        {"return-minimal", "", "return=minimal"},
        {"", "t", "return=minimal"},
        {"", "f", ""},
        {",,=;\"", "", ""},
    };
    for (const Row& row : rows) EXPECT_EQ(parsePrefer(row.prefer, row.brief).applied(), row.applied) << row.prefer;
}

TEST(Headers, AcceptPicksTheBestOffer) {  // RFC 7231 §5.3.2
    const std::array calendar{MediaType{"text/calendar", ""}, MediaType{"application/calendar+json", ""}};
    const std::array card{MediaType{"text/vcard", "3.0"}, MediaType{"text/vcard", "4.0"}};
    struct Row {
        std::string_view accept;
        std::optional<std::size_t> calendar, card;
    };
    const Row rows[] = {
        {"", 0, 0},
        {"*/*", 0, 0},
        {"*", 0, 0},
        {"text/*", 0, 0},
        {"application/calendar+json", 1, std::nullopt},
        {"text/calendar;q=0.5, application/calendar+json", 1, std::nullopt},
        {"text/calendar, application/ics, text/plain;q=0.9", 0, std::nullopt},
        {"*/*;q=0.1, Application/Calendar+JSON", 1, 0},
        {"text/calendar;q=0, */*", 1, 0},
        {"text/html", std::nullopt, std::nullopt},
        {"text/vcard; version=4.0", std::nullopt, 1},
        {"text/vcard;version=\"4.0\";q=0.4, text/vcard;version=3.0;q=0.8", std::nullopt, 0},
        {"text/vcard;version=2.1", std::nullopt, std::nullopt},
        {"text/vcard;version=4.0, text/vcard;q=0.2", std::nullopt, 1},
        {"text/vcard", std::nullopt, 0},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(negotiate(row.accept, calendar), row.calendar) << row.accept;
        EXPECT_EQ(negotiate(row.accept, card), row.card) << row.accept;
    }
}

TEST(Headers, ContentType) {
    const auto type = parseContentType("Text/Calendar; charset=\"UTF-8\"; component=VEVENT; version=2.0");
    EXPECT_EQ(type.type, "text/calendar");
    EXPECT_EQ(type.charset, "utf-8");
    EXPECT_EQ(type.component, "VEVENT");
    EXPECT_EQ(type.version, "2.0");
    EXPECT_EQ(parseContentType("").type, "");
    EXPECT_EQ(parseContentType("text/vcard;").type, "text/vcard");
}

TEST(Headers, Timeout) {  // RFC 4918 §10.7
    EXPECT_EQ(parseTimeout("Infinite, Second-4100"), 4100s);
    EXPECT_EQ(parseTimeout("Second-99999999999999999999"), std::nullopt);
    EXPECT_EQ(parseTimeout("Infinite"), std::nullopt);
    EXPECT_EQ(parseTimeout(""), std::nullopt);
}

TEST(Headers, DatesInAllThreeForms) {  // RFC 7231 §7.1.1.1
    const std::chrono::sys_seconds moment{784111777s};
    EXPECT_EQ(httpDate(moment), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(isoDate(moment), "1994-11-06T08:49:37Z");
    EXPECT_EQ(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), moment);
    EXPECT_EQ(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), moment);
    EXPECT_EQ(parseHttpDate("Sun Nov  6 08:49:37 1994"), moment);
    const std::string_view wrong[] = {"",
                                      "yesterday",
                                      "Sun, 31 Feb 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 25:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:49 GMT",
                                      "Sun, 06 Nov 1994 08:49:37 +0200",
                                      "Sun, 06 Xxx 1994 08:49:37 GMT",
                                      "Sun, -6 Nov 1994 08:49:37 GMT"};
    for (const auto text : wrong) EXPECT_EQ(parseHttpDate(text), std::nullopt) << text;
}
