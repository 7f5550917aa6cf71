#include "protocol/dav/preconditions.h"

#include "protocol/dav/errors.h"

using namespace crmdav;

TEST(EntityTags, ListsAreRead) {  // RFC 7232 §3.1
    EXPECT_EQ(parseEntityTags(""), std::nullopt);
    EXPECT_TRUE(parseEntityTags(" * ")->any);
    EXPECT_THAT(parseEntityTags("\"a\", W/\"b,c\" ,,\"\"")->tags, ::testing::ElementsAre("a", "b,c", ""));
    EXPECT_THAT(parseEntityTags("nothing")->tags, ::testing::ElementsAre("nothing"));
    EXPECT_THAT(parseEntityTags("\"open")->tags, ::testing::ElementsAre("open"));
}

TEST(EntityTags, WeakenedOnesCountAsTheirOwn) {  // demand D26
    const std::string_view same[] = {"\"x\"", "W/\"x\"", "\"y\", W/\"x\"", "\"x-gzip\"", "W/\"x-gzip\"", "\"x;gzip\""};
    for (const auto header : same) EXPECT_TRUE(parseEntityTags(header)->has("x")) << header;
    const std::string_view other[] = {"\"y\"", "\"xx\"", "\"X\"", "nothing", "\"x-gzip-gzip\"", "\"\""};
    for (const auto header : other) EXPECT_FALSE(parseEntityTags(header)->has("x")) << header;
}

namespace {

/// The request-URI has tag "new" and state <token:1>; /other/ has tag "other".
bool passes(std::string_view header) {
    return holds(parseIf(header), [](std::string_view resource, const StateTerm& term) {
        if (resource == "/other/") return term.isTag && term.value == "other";
        return resource.empty() && term.value == (term.isTag ? "new" : "token:1");
    });
}

}  // namespace

TEST(IfHeader, ListsHold) {  // RFC 4918 §10.4, RFC 6578 §5
    struct Row {
        std::string_view header;
        bool holds;
    };
    const Row rows[] = {
        {"", true},
        {"(<token:1>)", true},
        {"(<token:2>)", false},
        {"([\"new\"])", true},
        {"([W/\"new\"])", true},
        {"(<token:1> [\"old\"])", false},
        {"(<token:1>[\"new\"])", true},
        {"(<token:2>) ([\"new\"])", true},
        {"(Not <token:2>)", true},
        {"(not<token:1>)", false},
        {"(Not <DAV:no-lock>)", true},
        {"(<DAV:no-lock>)", false},
        {"(<token:2>) (Not <DAV:no-lock>)", true},
        {"</other/> ([\"other\"])", true},
        {"</other/> ([\"new\"]) ([\"older\"])", false},
        {"</other/> ([\"new\"]) </third/> ([\"new\"])", false},
        {"</third/> ([\"x\"]) </other/> (<x>) ([\"other\"])", true},
    };
    for (const Row& row : rows) EXPECT_EQ(passes(row.header), row.holds) << row.header;
}

TEST(IfHeader, WhatCannotBeReadIs400) {
    const std::string_view wrong[] = {"x",  "(",           "()",    "(<a)",    "(x)",  "([\"a\")",
                                      "<a", "</a> <b> ()", "(Not)", "(<a>) y", "</a>x"};
    for (const auto header : wrong) EXPECT_THROW(parseIf(header), DavError) << header;
}
