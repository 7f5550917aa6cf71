#include "protocol/dav/multistatus_read.h"

#include <gtest/gtest.h>

#include "protocol/dav/names.h"

namespace crmdav {
namespace {

// RFC 4918 §14.22: iCloud names what it doesn't have as empty elements beside what it has.
TEST(MultistatusRead, OnlyPropertiesWithStatus200AreFound) {
    const auto read = ReadMultistatus::parse(R"(<?xml version="1.0"?>
        <x:multistatus xmlns:x="DAV:" xmlns:c="http://calendarserver.org/ns/">
         <x:response><x:href> /a/ </x:href>
          <x:propstat><x:prop><c:getctag/><x:displayname/></x:prop><x:status>HTTP/1.1 404 Not Found</x:status></x:propstat>
          <x:propstat><x:prop><x:getetag>"1"</x:getetag></x:prop></x:propstat>
          <x:propstat><x:prop><c:getctag> 7 </c:getctag></x:prop><x:status>HTTP/1.1 200 OK</x:status></x:propstat>
         </x:response></x:multistatus>)");
    ASSERT_EQ(read.responses.size(), 1U);
    const auto& response = read.responses[0];
    EXPECT_EQ(response.href, "/a/");
    EXPECT_EQ(response.status, 0);
    EXPECT_EQ(response.text(cs::getctag), "7");
    EXPECT_FALSE(response.find(dav::displayname));
    EXPECT_FALSE(response.find(dav::getetag)) << "a propstat without status says nothing";
}

// RFC 6578 §3.5, RFC 4918 §14.24.
TEST(MultistatusRead, ResourcesHaveAStatusOfTheirOwn) {
    const auto read = ReadMultistatus::parse(R"(<multistatus xmlns="DAV:">
        <response><href>/gone</href><href>/gone-too</href><status>HTTP/2 404</status></response>
        <response><href>/odd</href><status>404</status></response>
        <response><status>HTTP/1.1 200 OK</status></response>
        <sync-token>urn:1</sync-token></multistatus>)");
    ASSERT_EQ(read.responses.size(), 3U);
    EXPECT_EQ(read.responses[0].status, 404);
    EXPECT_EQ(read.responses[1].href, "/gone-too");
    EXPECT_EQ(read.responses[1].status, 404);
    EXPECT_EQ(read.responses[2].status, 0);
    EXPECT_EQ(read.syncToken, "urn:1");
}

TEST(MultistatusRead, AnythingElseIsRefused) {
    XmlLimits small;
    small.elements = 3;
    const std::string many =
        "<multistatus xmlns='DAV:'><response><href>/</href><href>/</href></response></multistatus>";
    for (const std::string& body : {std::string(), std::string("<html/>"), std::string("<multistatus/>"),
                                    "<!DOCTYPE x [<!ENTITY a 'b'>]>" + many, many.substr(0, 60)})
        EXPECT_THROW(ReadMultistatus::parse(body), DavError) << body;
    EXPECT_THROW(ReadMultistatus::parse(many, small), DavError);
    EXPECT_EQ(ReadMultistatus::parse(many).responses.size(), 2U);
}

// What is read of it must not depend on where the network cuts it.
TEST(MultistatusStream, IsReadTheSameInAnyPieces) {
    const std::string body = R"(<?xml version="1.0"?><x:multistatus xmlns:x="DAV:">text
        <x:response><x:href>/a/Ä&amp;b</x:href><x:propstat><x:prop><x:getetag>"1"</x:getetag></x:prop>
          <x:status>HTTP/1.1 200 OK</x:status></x:propstat></x:response> between
        <x:response><x:href>/gone</x:href><x:href>/too</x:href><x:status>HTTP/1.1 404 Not Found</x:status></x:response>
        <x:sync-token> urn:1 </x:sync-token><other/></x:multistatus>)";
    const auto told = [](const ReadResponse& response) {
        return response.href + " " + std::to_string(response.status) + " " + std::string(response.text(dav::getetag));
    };
    const auto whole = ReadMultistatus::parse(body);
    std::vector<std::string> expected;
    for (const auto& response : whole.responses) expected.push_back(told(response));
    ASSERT_EQ(expected.size(), 3U);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, body.size()}) {
        std::vector<std::string> seen;
        MultistatusStream stream([&](const ReadResponse& response) { seen.push_back(told(response)); });
        for (std::size_t at = 0; at < body.size(); at += piece) stream.take(std::string_view(body).substr(at, piece));
        EXPECT_EQ(stream.finish(), whole.syncToken);
        EXPECT_EQ(seen, expected) << piece;
    }
}

TEST(MultistatusStream, RefusesWhatIsNoneOrEndsTooEarly) {
    const std::string good =
        "<multistatus xmlns='DAV:'><response><href>/</href><href>/</href></response></multistatus>";
    const auto read = [](const std::string& body, const XmlLimits& limits = {}) {
        int count = 0;
        MultistatusStream stream([&](const ReadResponse&) { ++count; }, limits);
        stream.take(body);
        stream.finish();
        return count;
    };
    EXPECT_EQ(read(good), 2);
    for (const std::string& body :
         {std::string(), std::string("<html/>"), std::string("<multistatus/>"), good + "<more/>",
          "<!DOCTYPE x [<!ENTITY a 'b'>]>" + good, good.substr(0, good.size() - 3), good.substr(0, 60)})
        EXPECT_THROW(read(body), DavError) << body;
    XmlLimits limits;
    limits.elements = 3;
    std::string many = "<multistatus xmlns='DAV:'>";
    for (int i = 0; i < 100; ++i) many += "<response><href>/</href></response>";
    EXPECT_EQ(read(many + "</multistatus>", limits), 100) << "limits are those of one response";
    EXPECT_THROW(read(good.substr(0, 36) + "<a/><b/><c/>" + good.substr(36), limits), DavError);
}

TEST(MultistatusStream, WhatItsReaderThrowsEndsIt) {
    struct Enough {};
    int count = 0;
    MultistatusStream stream([&](const ReadResponse&) {
        ++count;
        throw Enough{};
    });
    const std::string_view twice =
        "<multistatus xmlns='DAV:'><response><href>/</href></response><response><href>/</href></response>";
    EXPECT_THROW(stream.take(twice), Enough);
    EXPECT_EQ(count, 1);
}

TEST(MultistatusRead, TheConditionOfAnError) {
    EXPECT_EQ(conditionIn("<D:error xmlns:D='DAV:'><D:valid-sync-token/></D:error>"), "valid-sync-token");
    for (const char* body : {"", "plain text", "<html><body/></html>", "<D:error xmlns:D='DAV:'/>"})
        EXPECT_EQ(conditionIn(body), "") << body;
}

}  // namespace
}  // namespace crmdav
