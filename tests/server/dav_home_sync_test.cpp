#include <gmock/gmock.h>

#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

/// sync-collection of a home with sync-level infinite: the collections and all that is in them (RFC 6578 §3.3).
class HomeSync : public DavTest {
protected:
    HomeSync() {
        ask("anna", "MKCALENDAR", plan);
        for (const char* name : {"a", "b", "c", "d", "e"}) put("anna", plan + std::string(name) + ".ics", event(name));
    }
    DavAnswer deep(const std::string& token, int limit = 0) {
        const std::string most =
            limit ? "<limit><nresults>" + std::to_string(limit) + "</nresults></limit>" : std::string();
        return ask("anna", "REPORT", home,
                   "<sync-collection xmlns='DAV:'><sync-token>" + token +
                       "</sync-token><sync-level>infinite</sync-level>" + most +
                       "<prop><getetag/></prop></sync-collection>");
    }
    /// All answers from `token` on, in pages. @returns the last token
    std::string inPages(std::string token, int limit, std::string& all) {
        for (int page = 0; page < 100; ++page) {
            const DavAnswer answer = deep(token, limit);
            EXPECT_EQ(answer.status, 207) << answer.body;
            if (answer.status != 207) return {};
            all += answer.body;
            token = tokenOf(answer);
            if (!answer.has("507 Insufficient Storage")) return token;
        }
        ADD_FAILURE() << "no end";
        return {};
    }
    static std::size_t count(const std::string& text, const std::string& what) {
        std::size_t found = 0;
        for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
        return found;
    }
    const std::string home = "/dav/calendars/anna/", plan = home + "plan/";
};

TEST_F(HomeSync, InPagesTellsAllOnceAndNothingOfWhatWasDeletedBefore) {  // RFC 6578 §3.6
    ask("anna", "DELETE", plan + "c.ics");
    for (const int limit : {1, 2, 3, 7, 100}) {
        std::string all;
        const std::string token = inPages("", limit, all);
        for (const char* name : {"a", "b", "d", "e"})
            EXPECT_EQ(count(all, plan + name + ".ics</D:href><D:propstat>"), 1u) << name << " by " << limit;
        EXPECT_FALSE(count(all, "c.ics")) << limit;
        EXPECT_EQ(deep(token).count("<D:response>"), 0u) << "nothing is left";
        ask("anna", "DELETE", plan + "a.ics");
        const DavAnswer later = deep(token);
        EXPECT_TRUE(later.has(plan + "a.ics</D:href><D:status>HTTP/1.1 404")) << later.body;
        put("anna", plan + "a.ics", event("a"));
    }
}

TEST_F(HomeSync, WhatIsDeletedBetweenPagesIsToldAsGone) {
    const DavAnswer first = deep("", 20);  // by now it has everything
    ASSERT_TRUE(first.has(plan + "b.ics"));
    std::string all;
    std::string token;
    for (int page = 0; page < 50 && !count(all, plan + "a.ics"); ++page) {
        const DavAnswer answer = deep(token, 1);
        all += answer.body;
        token = tokenOf(answer);
    }
    ask("anna", "DELETE", plan + "a.ics");
    inPages(token, 1, all = "");
    EXPECT_EQ(count(all, plan + "a.ics</D:href><D:status>HTTP/1.1 404"), 1u) << all;
}

TEST_F(HomeSync, ACollectionMadeAgainIsToldWhole) {  // as Apple's test suite wants it
    const std::string token = tokenOf(deep(""));
    ask("anna", "DELETE", plan);
    EXPECT_TRUE(deep(token).has(plan + "</D:href><D:status>HTTP/1.1 404"));
    ask("anna", "MKCALENDAR", plan);
    put("anna", plan + "new.ics", event("new"));
    const DavAnswer again = deep(token);
    EXPECT_TRUE(again.has(plan + "</D:href><D:propstat>")) << again.body;
    EXPECT_TRUE(again.has(plan + "new.ics</D:href><D:propstat>"));
    EXPECT_EQ(again.count("<D:response>"), 2u);
}

TEST_F(HomeSync, TokensThatNobodyGaveAreRefusedBeforeTheAnswerBegins) {
    std::string token = tokenOf(deep(""));
    token.insert(token.find("-", token.rfind('/')) + 1, "9");  // a counter that lies ahead
    EXPECT_EQ(deep(token).status, 403);
    for (const char* wrong : {"data:,home/x", "data:,home/", "data:,home/x/1-2.-3-a", "null"})
        EXPECT_EQ(deep(wrong).status, 403) << wrong;
}

}  // namespace
}  // namespace crmdav
