#include "protocol/dav/multistatus.h"

#include "protocol/dav/names.h"

using namespace crmdav;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

/// What is inside DAV:multistatus, without the line ends between responses.
template <class Fill>
std::string written(Fill fill, bool minimal = false) {
    std::string all;
    Multistatus answer([&](std::string_view bytes) { all += bytes; }, minimal);
    fill(answer);
    answer.finish();
    XmlDocument::parse(all);  // well-formed, or it throws
    const auto start = all.find("<D:multistatus");
    std::string inside = all.substr(all.find('>', start) + 1);
    EXPECT_THAT(inside, EndsWith("</D:multistatus>\n"));
    inside.resize(inside.size() - sizeof("</D:multistatus>\n") + 1);
    std::erase(inside, '\n');
    return inside;
}

void member(Multistatus& answer) {
    answer.fail(dav::owner);
    answer.begin("/a&b/").element(dav::getetag, "\"1\"");
    answer.fail(dav::quota_used_bytes);
    answer.fail(dav::displayname, 403, dav::cannot_modify_protected_property);
    answer.end();
}

}  // namespace

TEST(Multistatus, PropstatOf200ComesFirst) {
    // Thunderbird reads the first status of a response
    EXPECT_EQ(written(member),
              "<D:response><D:href>/a&amp;b/</D:href>"
              "<D:propstat><D:prop><D:getetag>&quot;1&quot;</D:getetag></D:prop>"
              "<D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
              "<D:propstat><D:prop><D:owner/><D:quota-used-bytes/></D:prop>"
              "<D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>"
              "<D:propstat><D:prop><D:displayname/></D:prop><D:status>HTTP/1.1 403 Forbidden</D:status>"
              "<D:error><D:cannot-modify-protected-property/></D:error></D:propstat></D:response>");
}

TEST(Multistatus, MinimalLeavesOut404) {  // RFC 8144 §2.1
    EXPECT_THAT(written(member, true), Not(HasSubstr("404")));
    EXPECT_THAT(written(member, true), HasSubstr("403 Forbidden"));
    const auto nothingThere = [](Multistatus& answer) {
        answer.begin("/");
        answer.fail(dav::owner);
        answer.end();
    };
    EXPECT_EQ(written(nothingThere, true),
              "<D:response><D:href>/</D:href><D:propstat><D:prop></D:prop><D:status>HTTP/1.1 200 OK</D:status>"
              "</D:propstat></D:response>");
    EXPECT_EQ(written(nothingThere, false),
              "<D:response><D:href>/</D:href><D:propstat><D:prop><D:owner/></D:prop>"
              "<D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>");
}

TEST(Multistatus, GoneMembersHaveAStatusAlone) {  // RFC 6578 §3.5.2
    const auto body = written([](Multistatus& answer) {
        answer.status("/1.ics", 404);
        answer.status("/", 507, dav::number_of_matches_within_limits, "ask again");
        answer.syncToken("https://x/sync/1");
        answer.description("part <1>");
    });
    EXPECT_EQ(body,
              "<D:response><D:href>/1.ics</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>"
              "<D:response><D:href>/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>"
              "<D:error><D:number-of-matches-within-limits/></D:error>"
              "<D:responsedescription>ask again</D:responsedescription></D:response>"
              "<D:sync-token>https://x/sync/1</D:sync-token>"
              "<D:responsedescription>part &lt;1&gt;</D:responsedescription>");
}

TEST(Multistatus, BytesComeInPieces) {
    std::vector<std::size_t> pieces;
    Multistatus answer([&](std::string_view bytes) { pieces.push_back(bytes.size()); });
    for (int i = 0; i < 1000; ++i) {
        answer.begin("/dav/calendars/anna/activities/x.ics").element(dav::getetag, "\"0123456789\"");
        answer.end();
        EXPECT_TRUE(i > 0 || pieces.empty());
    }
    answer.finish();
    ASSERT_GT(pieces.size(), 3U);
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
        EXPECT_GE(pieces[i], 32U * 1024);
        EXPECT_LT(pieces[i], 34U * 1024);
    }
}

TEST(Multistatus, StatusLinesAreWhole) {
    EXPECT_EQ(statusLine(200), "HTTP/1.1 200 OK");
    EXPECT_EQ(statusLine(207), "HTTP/1.1 207 Multi-Status");
    EXPECT_EQ(statusLine(424), "HTTP/1.1 424 Failed Dependency");
    EXPECT_EQ(reasonPhrase(412), "Precondition Failed");
    EXPECT_EQ(statusLine(299), "HTTP/1.1 500 Internal Server Error");
}

TEST(Propstats, AFailedPatchNamesEveryProperty) {  // RFC 4918 §9.2
    std::string out;
    appendPropstats(out, "", {{dav::getetag, 403, dav::cannot_modify_protected_property}, {dav::displayname, 424, {}}},
                    false);
    EXPECT_THAT(out, Not(HasSubstr("200 OK")));
    EXPECT_THAT(out, HasSubstr("<D:getetag/></D:prop><D:status>HTTP/1.1 403 Forbidden"));
    EXPECT_THAT(out, HasSubstr("<D:displayname/></D:prop><D:status>HTTP/1.1 424 Failed Dependency"));
}
