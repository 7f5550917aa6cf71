#include "protocol/dav/hrefs.h"

using namespace crmdav;

TEST(Href, OneSpellingForEachSegment) {
    EXPECT_EQ(hrefOf("", {"dav", "calendars", "anna@example.com", "activities"}, true),
              "/dav/calendars/anna@example.com/activities/");
    EXPECT_EQ(hrefOf("/crm", {"dav", "a b&'ü#?%/;+.ics"}, false), "/crm/dav/a%20b%26%27%C3%BC%23%3F%25%2F%3B%2B.ics");
    EXPECT_EQ(hrefOf("", std::vector<std::string>{}, false), "/");
    EXPECT_EQ(hrefOf("/crm", std::vector<std::string>{}, true), "/crm/");
}

TEST(Href, EverySpellingOfOneResourceIsThatResource) {
    const Address wanted{{"dav", "anna@x", "1 ä.ics"}, false};
    const std::string_view spellings[] = {
        "/base/dav/anna@x/1%20%C3%A4.ics",
        "/base/dav/anna%40x/1%20%c3%a4.ics",
        "/base//dav/%61nna@x//1%20ä.ics",
        "https://crm.example.com/base/dav/anna@x/1%20%C3%A4.ics",
        "HTTPS://CRM.Example.com:443/base/dav/anna@x/1%20%C3%A4.ics?x#y",
        "http://crm.example.com/base/dav/anna@x/1%20%C3%A4.ics",
        "  /base/dav/anna@x/1%20%C3%A4.ics ",
    };
    for (const auto spelling : spellings)
        EXPECT_EQ(addressOf(spelling, "https://crm.example.com", "/base"), wanted) << spelling;
    EXPECT_EQ(addressOf("/base/", "https://h", "/base"), (Address{{}, true}));
    EXPECT_EQ(addressOf("/base", "https://h", "/base"), (Address{{}, false}));
    EXPECT_EQ(addressOf("https://h:8443/a/", "https://h:8443", ""), (Address{{"a"}, true}));
}

TEST(Href, OtherHostsAndTricksAreNotOurs) {
    const std::string_view strangers[] = {
        "https://other.example.com/base/a",
        "https://crm.example.com:8443/base/a",
        "https://crm.example.com@evil/base/a",
        "//crm.example.com/base/a",
        "ftp://crm.example.com/base/a",
        "/other/a",
        "/basement/a",
        "/base/../base/a",
        "/base/%2e%2e/a",
        "/base/./a",
        "/base/a%2Fb",
        "/base/a%",
        "/base/a%4",
        "/base/a%zz",
        "/base/a%00",
        "/base/%ff",
        "base/a",
        "",
    };
    for (const auto stranger : strangers)
        EXPECT_EQ(addressOf(stranger, "https://crm.example.com", "/base"), std::nullopt) << stranger;
}

TEST(Href, WhatIsWrittenIsReadBack) {
    std::string segment;
    for (int c = 1; c < 128; ++c)
        if (c != '/') segment += static_cast<char>(c);
    const auto address = addressOf(hrefOf("/b", {segment, "ß€"}, true), "https://h", "/b");
    EXPECT_EQ(address, (Address{{segment, "ß€"}, true}));
}
