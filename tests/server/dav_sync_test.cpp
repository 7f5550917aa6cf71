#include <gmock/gmock.h>

#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

constexpr const char* calendar = "/dav/calendars/anna/activities/";
constexpr const char* book = "/dav/addressbooks/anna/private/";

class SyncCollection : public DavTest {
protected:
    std::string href(const std::string& name) const { return "<D:href>" + std::string(calendar) + name + "</D:href>"; }
};

TEST_F(SyncCollection, FirstSyncListsAllAndLaterOnesWhatChanged) {
    put("anna", std::string(calendar) + "a.ics", event("a"));
    const DavAnswer first = sync("anna", calendar, "");
    EXPECT_EQ(first.status, 207);
    EXPECT_TRUE(first.has(href("a.ics")));
    put("anna", std::string(calendar) + "b.ics", event("b"));
    const DavAnswer second = sync("anna", calendar, tokenOf(first));
    EXPECT_FALSE(second.has(href("a.ics")));
    EXPECT_TRUE(second.has(href("b.ics")));
    const DavAnswer third = sync("anna", calendar, tokenOf(second));
    EXPECT_EQ(third.count("<D:response>"), 0u);
    EXPECT_EQ(tokenOf(third), tokenOf(second));
}

TEST_F(SyncCollection, DeletedMemberIsReportedAs404) {  // RFC 6578 §3.5.2
    put("anna", std::string(calendar) + "a.ics", event("a"));
    const std::string token = tokenOf(sync("anna", calendar, ""));
    ask("anna", "DELETE", std::string(calendar) + "a.ics");
    const DavAnswer answer = sync("anna", calendar, token);
    EXPECT_TRUE(answer.has(href("a.ics") + "<D:status>HTTP/1.1 404 Not Found</D:status>")) << answer.body;
    EXPECT_FALSE(answer.has("propstat"));
}

TEST_F(SyncCollection, LimitGives507AndATokenToGoOnWith) {  // RFC 6578 §3.6, D19
    for (const char* name : {"a", "b", "c"}) put("anna", calendar + std::string(name) + ".ics", event(name));
    std::string token;
    for (int round = 0; round < 3; ++round) {
        const DavAnswer answer = sync("anna", calendar, token, "<limit><nresults>1</nresults></limit>");
        EXPECT_EQ(answer.status, 207);
        EXPECT_EQ(answer.count("D:propstat>"), 2u);
        EXPECT_EQ(answer.has("507 Insufficient Storage"), round < 2) << answer.body;
        EXPECT_EQ(answer.has("<D:href>" + std::string(calendar) + "</D:href>"), round < 2);
        token = tokenOf(answer);
    }
    EXPECT_EQ(sync("anna", calendar, token).count("<D:response>"), 0u);
}

TEST_F(SyncCollection, UnknownTokensAreRefusedAsTheRfcSays) {  // D19
    put("ben", "/dav/calendars/ben/activities/x.ics", event("x"));
    const std::string foreign = tokenOf(sync("ben", "/dav/calendars/ben/activities/", ""));
    for (const std::string& token :
         {std::string("null"), std::string("9B1DEB4D-3B7D-4BAD-9BDD-2B0D7B3DCB6D"), foreign}) {
        const DavAnswer answer = sync("anna", calendar, token);
        EXPECT_EQ(answer.status, 403) << token;
        EXPECT_TRUE(answer.has("valid-sync-token"));
    }
}

TEST_F(SyncCollection, ThunderbirdsAddressBooksGet400ForALostToken) {  // clients.md, Thunderbird 153
    const Headers thunderbird = {{"user-agent", "Mozilla/5.0 Gecko/20100101 Thunderbird/153.0"}};
    EXPECT_EQ(sync("anna", book, "lost", "", thunderbird).status, 400);
    EXPECT_EQ(sync("anna", book, "lost").status, 403);
    EXPECT_EQ(sync("anna", calendar, "lost", "", thunderbird).status, 403);
}

TEST_F(SyncCollection, MoveIsARemovalHereAndAnAdditionThere) {  // D31
    put("anna", std::string(calendar) + "a.ics", event("a"));
    ask("anna", "MKCALENDAR", "/dav/calendars/anna/other/");
    const std::string here = tokenOf(sync("anna", calendar, ""));
    const std::string there = tokenOf(sync("anna", "/dav/calendars/anna/other/", ""));
    const std::string home = tokenOf(sync("anna", "/dav/calendars/anna/", ""));
    const DavAnswer moved = ask("anna", "MOVE", std::string(calendar) + "a.ics", "",
                                {{"destination", "http://crm.example.com/dav/calendars/anna/other/a.ics"}});
    ASSERT_EQ(moved.status, 201);
    EXPECT_TRUE(sync("anna", calendar, here).has("404 Not Found"));
    EXPECT_TRUE(sync("anna", "/dav/calendars/anna/other/", there).has("/other/a.ics"));
    const DavAnswer both = sync("anna", "/dav/calendars/anna/", home);
    EXPECT_TRUE(both.has("/activities/</D:href>"));
    EXPECT_TRUE(both.has("/other/</D:href>"));
    EXPECT_FALSE(both.has("/tasks/</D:href>"));
}

TEST_F(SyncCollection, HomeTellsOfCollectionsThatCameAndWent) {
    ask("anna", "MKCALENDAR", "/dav/calendars/anna/one/");
    const std::string token = tokenOf(sync("anna", "/dav/calendars/anna/", ""));
    ask("anna", "DELETE", "/dav/calendars/anna/one/");
    ask("anna", "MKCALENDAR", "/dav/calendars/anna/two/");
    const DavAnswer answer = sync("anna", "/dav/calendars/anna/", token);
    EXPECT_TRUE(answer.has("<D:href>/dav/calendars/anna/one/</D:href><D:status>HTTP/1.1 404 Not Found"));
    EXPECT_TRUE(answer.has("<D:href>/dav/calendars/anna/two/</D:href><D:propstat>"));
    EXPECT_EQ(answer.count("<D:response>"), 2u);
}

TEST_F(SyncCollection, StatementsDoNotGrowWithTheCollection) {
    const auto statements = [&](const auto& request) {
        const std::size_t before = Store::statementsOfThread();
        const DavAnswer answer = request();
        EXPECT_EQ(answer.status, 207);
        return Store::statementsOfThread() - before;
    };
    const auto listing = [&] { return propfind("anna", calendar, "1", "<getetag/><getcontenttype/><resourcetype/>"); };
    const auto unknown = [&] { return propfind("anna", calendar, "1", "<getetag/><x xmlns='urn:x'/>"); };
    const auto first = [&] { return sync("anna", calendar, ""); };
    const auto fill = [&](int from, int to) {
        store_->batch([&] {
            for (int i = from; i < to; ++i)
                put("anna", calendar + std::to_string(i) + ".ics", event("e" + std::to_string(i)));
        });
    };
    fill(0, 10);
    const std::size_t ten[] = {statements(listing), statements(unknown), statements(first)};
    fill(10, 1000);
    const std::size_t thousand[] = {statements(listing), statements(unknown), statements(first)};
    EXPECT_THAT(thousand, ::testing::ElementsAreArray(ten));
    EXPECT_EQ(listing().count("<D:response>"), 1001u);
}

TEST_F(SyncCollection, StatementsDoNotGrowWithTheHome) {
    const std::string home = "/dav/calendars/anna/";
    const auto statements = [&](const auto& request) {
        const std::size_t before = Store::statementsOfThread();
        EXPECT_EQ(request().status, 207);
        return Store::statementsOfThread() - before;
    };
    const auto unknown = [&] { return propfind("anna", home, "1", "<displayname/><x xmlns='urn:x'/>"); };
    const auto all = [&] { return ask("anna", "PROPFIND", home, "", {{"depth", "1"}}); };
    const auto synced = [&] {
        return ask("anna", "REPORT", home,
                   "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop><displayname/>"
                   "<x xmlns='urn:x'/></prop></sync-collection>");
    };
    const auto fill = [&](int from, int to) {
        for (int i = from; i < to; ++i) {
            const std::string href = home + "c" + std::to_string(i) + "/";
            ask("anna", "MKCALENDAR", href,
                "<C:mkcalendar xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><set><prop><x xmlns='urn:x'>dead " +
                    std::to_string(i) + "</x></prop></set></C:mkcalendar>");
        }
    };
    fill(0, 2);
    const std::size_t few[] = {statements(unknown), statements(all), statements(synced)};
    fill(2, 20);
    const std::size_t many[] = {statements(unknown), statements(all), statements(synced)};
    EXPECT_THAT(many, ::testing::ElementsAreArray(few));
    for (const DavAnswer& answer : {unknown(), all(), synced()})
        for (int i = 0; i < 20; ++i)
            EXPECT_EQ(answer.count(">dead " + std::to_string(i) + "<"), 1u) << "each its own, " << i;
    const auto other = [&] { return propfind("anna", home, "1", "<displayname/><resourcetype/>"); };
    EXPECT_LT(statements(other), many[0]) << "not asked for, not read";
}

}  // namespace
}  // namespace crmdav
