#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

/// Every kind of address below another user's name, with names that exist and names that don't.
constexpr const char* addresses[] = {
    "/dav/calendars/anna/",
    "/dav/calendars/anna/activities/",
    "/dav/calendars/anna/activities/one.ics",
    "/dav/calendars/anna/activities/none.ics",
    "/dav/calendars/anna/nothing/",
    "/dav/calendars/anna/tasks/",
    "/dav/calendars/anna/inbox/",
    "/dav/calendars/anna/outbox/",
    "/dav/calendars/anna/own/",
    "/dav/calendars/anna/own/one.ics",
    "/dav/calendars/anna/extended/",
    "/dav/calendars/anna/extended/one.ics",
    "/dav/addressbooks/anna/",
    "/dav/addressbooks/anna/private/",
    "/dav/addressbooks/anna/private/one.vcf",
    "/dav/addressbooks/anna/contacts/",
    "/dav/addressbooks/anna/book/",
    "/dav/addressbooks/anna/book/one.vcf",
    "/dav/addressbooks/anna/nothing/",
};
constexpr const char* methods[] = {"GET",   "HEAD",       "PROPFIND", "PROPPATCH", "PUT",  "DELETE", "POST",
                                   "MKCOL", "MKCALENDAR", "COPY",     "MOVE",      "LOCK", "ACL",    "REPORT"};

class Isolation : public DavTest, public ::testing::WithParamInterface<const char*> {
protected:
    void SetUp() override {
        ASSERT_EQ(put("anna", "/dav/calendars/anna/activities/one.ics", event("one")).status, 201);
        ASSERT_EQ(put("anna", "/dav/addressbooks/anna/private/one.vcf", card("one")).status, 201);
        ASSERT_EQ(ask("anna", "MKCALENDAR", "/dav/calendars/anna/own/").status, 201);
        ASSERT_EQ(make("/dav/calendars/anna/extended/", "<C:calendar xmlns:C='urn:ietf:params:xml:ns:caldav'/>"), 201);
        ASSERT_EQ(make("/dav/addressbooks/anna/book/", "<C:addressbook xmlns:C='urn:ietf:params:xml:ns:carddav'/>"),
                  201);
        ASSERT_EQ(put("anna", "/dav/calendars/anna/own/one.ics", event("own")).status, 201);
        ASSERT_EQ(put("anna", "/dav/calendars/anna/extended/one.ics", event("extended")).status, 201);
        ASSERT_EQ(put("anna", "/dav/addressbooks/anna/book/one.vcf", card("book")).status, 201);
    }
    /// RFC 5689.
    int make(const std::string& address, const std::string& type) {
        return ask("anna", "MKCOL", address,
                   "<mkcol xmlns='DAV:'><set><prop><resourcetype><collection/>" + type +
                       "</resourcetype></prop></set></mkcol>")
            .status;
    }
};

TEST_P(Isolation, NobodyElseReachesIt) {
    const std::string address = GetParam();
    std::map<std::string, std::string> bodies = {
        {"PUT", event("evil")},
        {"PROPPATCH",
         "<propertyupdate xmlns='DAV:'><set><prop><displayname>x</displayname></prop></set></propertyupdate>"},
        {"REPORT", "<sync-collection xmlns='DAV:'><sync-token/><sync-level>1</sync-level><prop/></sync-collection>"},
    };
    for (const char* method : methods) {
        const DavAnswer answer = ask("ben", method, address, bodies[method],
                                     {{"depth", "0"}, {"destination", "/dav/calendars/ben/activities/stolen.ics"}});
        EXPECT_TRUE(answer.status == 403 || answer.status == 404 || answer.status == 405)
            << method << ' ' << address << ' ' << answer.status;
        EXPECT_FALSE(answer.has("Event of")) << method << ' ' << address;
    }
    EXPECT_EQ(ask("anna", "GET", "/dav/calendars/anna/activities/one.ics").status, 200);
    EXPECT_EQ(ask("ben", "GET", "/dav/calendars/ben/activities/stolen.ics").status, 404);
}
INSTANTIATE_TEST_SUITE_P(Addresses, Isolation, ::testing::ValuesIn(addresses));

using IsolationRules = DavTest;

TEST_F(IsolationRules, AnswersDoNotTellWhichNamesExist) {
    ask("anna", "MKCALENDAR", "/dav/calendars/anna/own/");
    const DavAnswer there = propfind("ben", "/dav/calendars/anna/own/", "0", "<resourcetype/>");
    const DavAnswer nowhere = propfind("ben", "/dav/calendars/anna/nowhere/", "0", "<resourcetype/>");
    EXPECT_EQ(there.status, 403);
    EXPECT_EQ(nowhere.status, 403);
    EXPECT_TRUE(there.has("need-privileges"));
}

TEST_F(IsolationRules, MultigetOfAnothersMemberIsRefusedInPlace) {
    put("anna", "/dav/calendars/anna/activities/one.ics", event("one"));
    const DavAnswer answer = ask("ben", "REPORT", "/dav/calendars/ben/activities/",
                                 "<C:calendar-multiget xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop>"
                                 "<C:calendar-data/></prop><href>/dav/calendars/anna/activities/one.ics</href>"
                                 "</C:calendar-multiget>");
    EXPECT_EQ(answer.status, 207);
    EXPECT_TRUE(answer.has("403 Forbidden"));
    EXPECT_FALSE(answer.has("Event of one"));
}

TEST_F(IsolationRules, CopyIntoAnothersCalendarIsRefused) {
    put("ben", "/dav/calendars/ben/activities/mine.ics", event("mine"));
    for (const char* method : {"COPY", "MOVE"}) {
        const DavAnswer answer = ask("ben", method, "/dav/calendars/ben/activities/mine.ics", "",
                                     {{"destination", "/dav/calendars/anna/activities/gift.ics"}});
        EXPECT_EQ(answer.status, 403) << method;
    }
    EXPECT_EQ(ask("anna", "GET", "/dav/calendars/anna/activities/gift.ics").status, 404);
}

TEST_F(IsolationRules, BusyTimesOfColleaguesAreSeenButNothingElse) {  // rule F4
    put("anna", "/dav/calendars/anna/activities/one.ics", event("one", "20260302T100000Z"));
    const DavAnswer answer = ask("ben", "REPORT", "/dav/calendars/anna/",
                                 "<C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'><C:time-range "
                                 "start='20260301T000000Z' end='20260304T000000Z'/></C:free-busy-query>");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.has("20260302T100000Z/")) << answer.body;
    EXPECT_FALSE(answer.has("Event of"));
}

TEST_F(IsolationRules, TheOrganisationsBookIsTheSameForEverybody) {
    EXPECT_EQ(put("anna", "/dav/addressbooks/anna/contacts/c.vcf", card("c")).status, 201);
    const DavAnswer answer = ask("ben", "GET", "/dav/addressbooks/ben/contacts/c.vcf");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.has("Erika Muster"));
}

TEST_F(IsolationRules, AnAppPasswordOpensNoMoreThanItsScope) {
    put("anna", "/dav/calendars/anna/activities/one.ics", event("one"));
    scope_.readOnly = true;
    EXPECT_EQ(ask("anna", "GET", "/dav/calendars/anna/activities/one.ics").status, 200);
    const DavAnswer write = put("anna", "/dav/calendars/anna/activities/two.ics", event("two"));
    EXPECT_EQ(write.status, 403);
    EXPECT_TRUE(write.has("need-privileges"));
    EXPECT_TRUE(write.has("write-content"));
    EXPECT_EQ(ask("anna", "MKCALENDAR", "/dav/calendars/anna/new/").status, 403);

    scope_ = {};
    scope_.caldav = false;
    EXPECT_EQ(propfind("anna", "/dav/calendars/anna/", "1", "<resourcetype/>").status, 403);
    EXPECT_EQ(propfind("anna", "/dav/addressbooks/anna/", "1", "<resourcetype/>").status, 207);

    scope_ = {};
    scope_.collection = store_->collection("anna", Home::calendars, "tasks")->id;
    EXPECT_EQ(ask("anna", "GET", "/dav/calendars/anna/activities/one.ics").status, 403);
    EXPECT_EQ(propfind("anna", "/dav/calendars/anna/tasks/", "0", "<resourcetype/>").status, 207);
    const DavAnswer home = propfind("anna", "/dav/calendars/anna/", "1", "<resourcetype/>");
    EXPECT_TRUE(home.has("/tasks/"));
    EXPECT_FALSE(home.has("/activities/"));
}

}  // namespace
}  // namespace crmdav
