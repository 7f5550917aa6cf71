#include <gmock/gmock.h>

#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

/// product.md: one calendar per activity type, as a client with its own calendar list sees it.
class TypedCalendarsOverDav : public DavTest {
protected:
    TypedCalendarsOverDav() {
        users_["anna"].calendarPerType = true;
        store_->saveUser({}, users_["anna"]);
    }
    static std::string typed(const std::string& uid, const std::string& category) {
        std::string text = event(uid);
        return text.insert(text.find("SUMMARY"), "CATEGORIES:" + category + "\r\n");
    }
    static constexpr const char* home = "/dav/calendars/anna/";
};

TEST_F(TypedCalendarsOverDav, AreListedWithTypeNameAndColour) {
    const DavAnswer answer = propfind("anna", home, "1",
                                      "<resourcetype/><displayname/><calendar-color "
                                      "xmlns='http://apple.com/ns/ical/'/>");
    for (const char* text : {"/dav/calendars/anna/activities/", "/dav/calendars/anna/call/", "<D:displayname>Call<",
                             "#2e7d32", "<D:displayname>Meeting<"})
        EXPECT_TRUE(answer.has(text)) << text << answer.body;
    const DavAnswer inbox = propfind("anna", home + std::string("inbox/"), "0", "<C:schedule-default-calendar-URL/>");
    EXPECT_TRUE(inbox.has("<D:href>/dav/calendars/anna/activities/</D:href>")) << inbox.body;
}

TEST_F(TypedCalendarsOverDav, ChangedCategoryIsARemovalHereAndAnAdditionThere) {  // D31
    const std::string calls = home + std::string("call/"), lunches = home + std::string("lunch/");
    const DavAnswer made = put("anna", calls + "a.ics", typed("a", "Call"));
    EXPECT_EQ(made.status, 201);
    EXPECT_FALSE(made.header("ETag").empty());
    const std::string call = tokenOf(sync("anna", calls, "")), lunch = tokenOf(sync("anna", lunches, ""));
    const std::string all = tokenOf(sync("anna", home, ""));
    const DavAnswer changed = put("anna", calls + "a.ics", typed("a", "Lunch"), {{"if-match", made.header("ETag")}});
    EXPECT_EQ(changed.status, 204) << changed.body;
    EXPECT_EQ(changed.header("ETag"), "");
    const DavAnswer here = sync("anna", calls, call), there = sync("anna", lunches, lunch);
    EXPECT_TRUE(here.has(calls + "a.ics</D:href><D:status>HTTP/1.1 404 Not Found")) << here.body;
    EXPECT_TRUE(there.has(lunches + "a.ics</D:href><D:propstat>")) << there.body;
    EXPECT_EQ(ask("anna", "GET", calls + "a.ics").status, 404);
    EXPECT_TRUE(ask("anna", "GET", lunches + "a.ics").has("CATEGORIES:Lunch"));
}

TEST_F(TypedCalendarsOverDav, MoveSetsTheType) {
    put("anna", home + std::string("call/a.ics"), typed("a", "Call"));
    const DavAnswer moved = ask("anna", "MOVE", home + std::string("call/a.ics"), {},
                                {{"destination", "http://crm.example.com/dav/calendars/anna/demo/a.ics"}});
    EXPECT_EQ(moved.status, 201) << moved.body;
    EXPECT_TRUE(ask("anna", "GET", home + std::string("demo/a.ics")).has("CATEGORIES:Demo"));
}

TEST_F(TypedCalendarsOverDav, FreeBusyOfTheHomeAndItsQueriesSeeThem) {
    put("anna", home + std::string("call/a.ics"), event("a"));
    const DavAnswer busy = ask("anna", "REPORT", home,
                               "<C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'><C:time-range "
                               "start='20260302T000000Z' end='20260303T000000Z'/></C:free-busy-query>",
                               {{"depth", "1"}});
    EXPECT_TRUE(busy.has("FREEBUSY")) << busy.status << busy.body;
    const DavAnswer found =
        ask("anna", "REPORT", home,
            "<C:calendar-query xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns='DAV:'><prop><getetag/>"
            "</prop><C:filter><C:comp-filter name='VCALENDAR'/></C:filter></C:calendar-query>",
            {{"depth", "1"}});
    EXPECT_TRUE(found.has("/call/a.ics")) << found.status << found.body;
}

TEST_F(TypedCalendarsOverDav, CannotBeDeletedOrTakenByMkcalendar) {
    EXPECT_EQ(ask("anna", "DELETE", home + std::string("call/")).status, 403);
    EXPECT_EQ(ask("anna", "MKCALENDAR", home + std::string("call/")).status, 403);
}

}  // namespace
}  // namespace crmdav
