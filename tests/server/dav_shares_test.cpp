#include <gmock/gmock.h>

#include "server/dav/methods.h"
#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Anna shares `plan`, with an open and a private event, with Ben (D36).
class SharedCalendar : public DavTest {
protected:
    SharedCalendar() {
        ask("anna", "MKCALENDAR", annas);
        plan_ = store_->collection("anna", Home::calendars, "plan")->id;
        put("anna", annas + "open.ics", event("open"));
        put("anna", annas + "secret.ics", secret("secret"));
    }
    static std::string secret(const std::string& uid) {
        std::string text = event(uid);
        return text.insert(text.find("SUMMARY:"), "CLASS:PRIVATE\r\n");
    }
    void share(bool write, const std::string& login = "ben") {
        Share share;
        share.login = login;
        share.write = write;
        store_->share(annaActor(), plan_, share);
    }
    void unshare(const std::string& login = "ben") {
        Share share;
        share.login = login;
        store_->unshare(annaActor(), plan_, share);
    }
    Actor annaActor() const {
        Actor actor;
        actor.user = users_.at("anna").id;
        return actor;
    }
    DavAnswer report(const std::string& target, const std::string& body, const std::string& depth = "1") {
        return ask("ben", "REPORT", target, body, {{"depth", depth}});
    }
    DavAnswer proppatch(const std::string& target, const std::string& property) {
        return ask("ben", "PROPPATCH", target,
                   "<propertyupdate xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><set><prop>" + property +
                       "</prop></set></propertyupdate>");
    }
    static void refused(const DavAnswer& answer, const char* privilege) {
        EXPECT_EQ(answer.status, 403) << answer.body;
        EXPECT_TRUE(answer.has("need-privileges") && answer.has(privilege)) << answer.body;  // RFC 3744 §7.1.1
    }

    static constexpr const char* query =
        "<C:calendar-query xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getetag/><C:calendar-data/>"
        "</prop><C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'/></C:comp-filter></C:filter>"
        "</C:calendar-query>";
    static constexpr const char* timed =
        "<C:calendar-query xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getetag/></prop><C:filter>"
        "<C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'><C:time-range start='20260301T000000Z' "
        "end='20260310T000000Z'/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>";
    const std::string annas = "/dav/calendars/anna/plan/", home = "/dav/calendars/ben/", bens = home + "anna~plan/";
    CollectionId plan_ = 0;
};

TEST_F(SharedCalendar, IsInTheOthersHomeWithItsOwnersName) {
    EXPECT_EQ(ask("ben", "GET", bens).status, 404);
    EXPECT_FALSE(propfind("ben", home, "1", "<displayname/>").has("anna~plan"));
    share(false);
    const DavAnswer listed = propfind("ben", home, "1", "<displayname/><owner/><current-user-privilege-set/>");
    EXPECT_TRUE(listed.has("<D:href>" + bens + "</D:href>")) << listed.body;
    EXPECT_TRUE(listed.has(">plan (anna Example)<"));
    EXPECT_TRUE(listed.has("<D:owner><D:href>/dav/principals/users/anna/</D:href></D:owner>"));
    EXPECT_EQ(ask("ben", "GET", bens + "open.ics").status, 200);
    EXPECT_EQ(ask("ben", "GET", annas + "open.ics").status, 403) << "there it stays Anna's";
    EXPECT_EQ(ask("anna", "GET", "/dav/calendars/anna/anna~plan/").status, 404);
}

TEST_F(SharedCalendar, PrivilegesAreTrueToTheRight) {  // RFC 3744 §5.4
    const auto privileges = [&](const std::string& target) {
        return propfind("ben", target, "0", "<current-user-privilege-set/>");
    };
    share(false);
    for (const std::string& target : {bens, bens + "open.ics"}) {
        const DavAnswer read = privileges(target);
        EXPECT_TRUE(read.has("<D:read/>")) << target;
        for (const char* lacking : {"<D:write/>", "<D:write-content/>", "<D:bind/>", "<D:unbind/>", "<D:all/>"})
            EXPECT_FALSE(read.has(lacking)) << target << lacking;
    }
    share(true);
    for (const std::string& target : {bens, bens + "open.ics"}) {
        const DavAnswer write = privileges(target);
        for (const char* granted : {"<D:read/>", "<D:write/>", "<D:write-content/>", "<D:bind/>", "<D:unbind/>"})
            EXPECT_TRUE(write.has(granted)) << target << granted;
        EXPECT_FALSE(write.has("<D:all/>"));
    }
}

TEST_F(SharedCalendar, TheAclSaysWhoHasWhat) {  // RFC 3744 §5.5
    share(false);
    Share everyone;
    everyone.with = Share::With::everyone;
    everyone.write = true;
    store_->share(annaActor(), plan_, everyone);
    for (const auto& [login, target] : {std::pair{"anna", annas}, {"ben", bens}}) {
        const std::string acl = propfind(login, target, "0", "<acl/>").body;
        EXPECT_THAT(acl, HasSubstr("<D:principal><D:href>/dav/principals/users/anna/</D:href></D:principal><D:grant>"
                                   "<D:privilege><D:all/></D:privilege></D:grant>"))
            << login;
        EXPECT_THAT(acl, HasSubstr("<D:principal><D:href>/dav/principals/users/ben/</D:href></D:principal><D:grant>"
                                   "<D:privilege><D:read/></D:privilege>"))
            << login;
        EXPECT_THAT(acl, HasSubstr("<D:principal><D:authenticated/></D:principal><D:grant><D:privilege><D:read/>"
                                   "</D:privilege><D:privilege><C:read-free-busy/></D:privilege><D:privilege>"
                                   "<D:write/></D:privilege>"))
            << login;
    }
    const DavAnswer principals =
        report(bens, "<acl-principal-prop-set xmlns='DAV:'><prop><displayname/></prop></acl-principal-prop-set>", "0");
    EXPECT_TRUE(principals.has("/users/anna/") && principals.has("/users/ben/")) << principals.body;
}

TEST_F(SharedCalendar, ReadersChangeNothing) {
    share(false);
    const std::string before = store_->collectionById(plan_)->ctag;
    refused(put("ben", bens + "new.ics", event("new")), "write-content");
    refused(put("ben", bens + "open.ics", event("open", "20260303T100000Z")), "write-content");
    refused(ask("ben", "DELETE", bens + "open.ics"), "unbind");
    refused(ask("ben", "DELETE", bens), "unbind");
    refused(ask("ben", "MOVE", bens, "", {{"destination", home + "mine/"}}), "unbind");
    refused(ask("ben", "MOVE", bens + "open.ics", "", {{"destination", home + "activities/a.ics"}}), "unbind");
    put("ben", home + "activities/own.ics", event("own"));
    for (const char* method : {"COPY", "MOVE"})
        refused(ask("ben", method, home + "activities/own.ics", "", {{"destination", bens + "own.ics"}}),
                "write-content");
    refused(ask("ben", "POST", bens + "?add-member", event("added"), {{"content-type", "text/calendar"}}),
            "write-content");
    refused(proppatch(bens, "<C:calendar-description>x</C:calendar-description>"), "write-content");
    refused(proppatch(bens, "<x xmlns='urn:x'>y</x>"), "write-content");
    refused(proppatch(bens + "open.ics", "<x xmlns='urn:x'>y</x>"), "write-properties");
    EXPECT_EQ(ask("ben", "COPY", bens + "open.ics", "", {{"destination", home + "activities/copy.ics"}}).status, 201);
    EXPECT_EQ(store_->collectionById(plan_)->ctag, before);
}

TEST_F(SharedCalendar, WritersChangeWhatIsInItAndNotItself) {
    share(true);
    EXPECT_EQ(put("ben", bens + "new.ics", event("new")).status, 201);
    EXPECT_EQ(put("ben", bens + "secret.ics", secret("secret")).status, 204);
    EXPECT_EQ(ask("anna", "GET", annas + "new.ics").status, 200);
    EXPECT_EQ(ask("ben", "DELETE", bens + "new.ics").status, 204);
    EXPECT_EQ(ask("anna", "GET", annas + "new.ics").status, 404);
    EXPECT_TRUE(proppatch(bens, "<C:calendar-description>x</C:calendar-description>").has("200 OK"));
    refused(ask("ben", "DELETE", bens), "unbind");
    refused(ask("ben", "MOVE", bens, "", {{"destination", home + "mine/"}}), "unbind");
    EXPECT_TRUE(store_->collectionById(plan_));
    EXPECT_EQ(ask("ben", "MKCALENDAR", home + "anna~other/").status, 405) << "names like that are for what is shared";
}

/// Every way out of the calendar, as a reader, a writer and the owner see it.
TEST_F(SharedCalendar, PrivateEventsAreInNoAnswerToReaders) {
    const std::string multiget =
        "<C:calendar-multiget xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><prop><getetag/><C:calendar-data/>"
        "</prop><href>" +
        bens + "secret.ics</href></C:calendar-multiget>";
    const std::string expand = "<expand-property xmlns='DAV:'><property name='getetag'/></expand-property>";
    const auto tokens = [&] {
        return "<sync-collection xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><sync-token/><sync-level>infinite"
               "</sync-level><prop><getetag/><C:calendar-data/></prop></sync-collection>";
    };
    struct Way {
        const char* name;
        std::function<DavAnswer()> ask;
        const char* sign;  ///< of the private event in the answer
    };
    const Way ways[] = {
        {"GET", [&] { return ask("ben", "GET", bens + "secret.ics"); }, "Event of secret"},
        {"HEAD", [&] { return ask("ben", "HEAD", bens + "secret.ics"); }, "Event of secret"},
        {"whole", [&] { return ask("ben", "GET", bens); }, "Event of secret"},
        {"page",
         [&] {
             return ask("ben", "GET", bens, "", {{"accept", "text/html"}});
         },
         "secret.ics"},
        {"list of tags", [&] { return propfind("ben", bens, "1", "<getetag/>"); }, "secret.ics</D:href><D:propstat>"},
        {"list of rows", [&] { return propfind("ben", bens, "1", "<getlastmodified/>"); }, "secret.ics"},
        {"list of bytes", [&] { return propfind("ben", bens, "1", "<C:calendar-data/>"); }, "Event of secret"},
        {"properties", [&] { return propfind("ben", bens + "secret.ics", "0", "<getetag/>"); }, "secret.ics"},
        {"multiget", [&] { return report(bens, multiget); }, "Event of secret"},
        {"query", [&] { return report(bens, query); }, "Event of secret"},
        {"query by time", [&] { return report(bens, timed); }, "secret.ics"},
        {"query of the home", [&] { return report(home, query); }, "Event of secret"},
        {"query of the member", [&] { return report(bens + "secret.ics", query, "0"); }, "Event of secret"},
        {"sync", [&] { return report(bens, tokens(), "0"); }, "Event of secret"},
        {"sync of the home", [&] { return report(home, tokens(), "0"); }, "Event of secret"},
        {"expand an address",
         [&] {
             proppatch(home + "inbox/", "<see xmlns='urn:x'><href xmlns='DAV:'>" + bens + "secret.ics</href></see>");
             return report(home + "inbox/",
                           "<expand-property xmlns='DAV:'><property name='see' namespace='urn:x'>"
                           "<property name='getetag'/></property></expand-property>",
                           "0");
         },
         "<D:getetag>"},
        {"expand", [&] { return report(bens + "secret.ics", expand, "0"); }, "secret.ics"},
        {"copy",
         [&] {
             ask("ben", "COPY", bens + "secret.ics", "", {{"destination", home + "activities/copy.ics"}});
             return ask("ben", "GET", home + "activities/copy.ics");
         },
         "Event of secret"},
    };
    share(false);
    for (const Way& way : ways) {
        const DavAnswer answer = way.ask();
        if (answer.status >= 400) {
            EXPECT_EQ(answer.status, 404) << way.name;
            continue;
        }
        EXPECT_THAT(answer.body, Not(HasSubstr(way.sign))) << way.name;
    }
    EXPECT_THAT(ask("ben", "OPTIONS", bens + "secret.ics").header("Allow"),
                ask("ben", "OPTIONS", bens + "none.ics").header("Allow"));
    share(true);
    for (const Way& way : ways) {
        const DavAnswer answer = way.ask();
        EXPECT_LT(answer.status, 400) << way.name;
        if (std::string_view(way.name) != "HEAD") {
            EXPECT_THAT(answer.body, HasSubstr(way.sign)) << way.name;
        }
    }
}

TEST_F(SharedCalendar, ATimeThatIsPrivateIsBusyAllTheSame) {  // RFC 4791 §7.10
    ask("anna", "DELETE", annas + "open.ics");
    share(false);
    const DavAnswer busy = report(bens,
                                  "<C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'><C:time-range "
                                  "start='20260301T000000Z' end='20260401T000000Z'/></C:free-busy-query>");
    EXPECT_TRUE(busy.has("20260302T100000Z")) << busy.body;
    EXPECT_FALSE(busy.has("Event of"));
}

TEST_F(SharedCalendar, ItMakesItsOwnerBusyAndNobodyElse) {
    share(true);
    const std::string body =
        "<C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'><C:time-range start='20260301T000000Z' "
        "end='20260401T000000Z'/></C:free-busy-query>";
    EXPECT_FALSE(ask("anna", "REPORT", home, body).has("20260302T100000Z"));
    EXPECT_TRUE(ask("ben", "REPORT", "/dav/calendars/anna/", body).has("20260302T100000Z"));
}

TEST_F(SharedCalendar, TheSyncOfAHomeSeesItComeChangeAndGo) {  // RFC 6578 §3.5
    std::string token = tokenOf(sync("ben", home, ""));
    const auto next = [&] {
        DavAnswer answer = sync("ben", home, token);
        token = tokenOf(answer);
        return answer;
    };
    share(false);
    EXPECT_TRUE(next().has(bens + "</D:href><D:propstat>"));
    EXPECT_EQ(next().count("<D:response>"), 0u);
    put("anna", annas + "another.ics", event("another"));
    EXPECT_TRUE(next().has(bens + "</D:href><D:propstat>"));
    share(true);
    EXPECT_TRUE(next().has(bens + "</D:href><D:propstat>")) << "the right has changed";
    ask("anna", "MOVE", annas, "", {{"destination", "/dav/calendars/anna/plans/"}});
    const DavAnswer renamed = next();
    EXPECT_TRUE(renamed.has(bens + "</D:href><D:status>HTTP/1.1 404"));
    EXPECT_TRUE(renamed.has("/anna~plans/</D:href><D:propstat>"));
    unshare();
    EXPECT_TRUE(next().has("/anna~plans/</D:href><D:status>HTTP/1.1 404"));
    EXPECT_EQ(next().count("<D:response>"), 0u);
}

TEST_F(SharedCalendar, WhoLosesSightOfPrivateEventsStartsOver) {
    share(true);
    const auto whole = [&](const std::string& token) {
        return report(home,
                      "<sync-collection xmlns='DAV:'><sync-token>" + token +
                          "</sync-token><sync-level>infinite</sync-level><prop><getetag/></prop></sync-collection>",
                      "0");
    };
    const std::string ofHome = tokenOf(whole("")), ofPlan = tokenOf(sync("ben", bens, ""));
    EXPECT_EQ(whole(ofHome).status, 207);
    share(false);
    EXPECT_TRUE(whole(ofHome).has("valid-sync-token"));
    EXPECT_TRUE(sync("ben", bens, ofPlan).has("valid-sync-token"));
    EXPECT_FALSE(whole("").has("secret.ics"));
}

TEST_F(SharedCalendar, WhatBecomesPrivateIsReportedGone) {
    share(false);
    const std::string token = tokenOf(sync("ben", bens, ""));
    put("anna", annas + "open.ics", secret("open"));
    put("anna", annas + "hidden.ics", secret("hidden"));
    const DavAnswer delta = sync("ben", bens, token);
    EXPECT_TRUE(delta.has("open.ics</D:href><D:status>HTTP/1.1 404"));
    EXPECT_FALSE(delta.has("hidden.ics")) << "nobody but writers ever heard of it";
}

TEST_F(SharedCalendar, RevokingTakesEffectAtOnce) {
    share(true);
    EXPECT_EQ(put("ben", bens + "new.ics", event("new")).status, 201);
    unshare();
    for (const char* method : {"GET", "PROPFIND", "DELETE", "REPORT", "PROPPATCH", "PUT"}) {
        const DavAnswer answer =
            ask("ben", method, bens + "new.ics", method == std::string("PUT") ? event("new") : query, {{"depth", "0"}});
        EXPECT_EQ(answer.status, 404) << method;
    }
    EXPECT_EQ(propfind("ben", bens, "0", "<displayname/>").status, 404);
    EXPECT_EQ(ask("anna", "GET", annas + "new.ics").status, 200);
}

TEST_F(SharedCalendar, ItsPropertiesAreEachUsersOwnWherePeopleChooseThem) {
    share(false);
    const std::string color = "<calendar-color xmlns='http://apple.com/ns/ical/'>#00ff00</calendar-color>";
    EXPECT_TRUE(proppatch(bens, "<displayname>Annas Plan</displayname>" + color).has("200 OK"));
    const std::string asked = "<displayname/><calendar-color xmlns='http://apple.com/ns/ical/'/>";
    for (const auto& [target, depth] : {std::pair{bens, "0"}, {home, "1"}})
        EXPECT_TRUE(propfind("ben", target, depth, asked).has(">Annas Plan<")) << target;
    const DavAnswer hers = propfind("anna", annas, "0", asked);
    EXPECT_FALSE(hers.has("Annas Plan") || hers.has("#00ff00"));
}

TEST_F(SharedCalendar, IsNobodysDefaultButItsOwners) {  // RFC 6638 §4.3.1.2
    share(true);
    const DavAnswer answer = proppatch(home + "inbox/", "<C:schedule-default-calendar-URL><href>" + bens +
                                                            "</href></C:schedule-default-calendar-URL>");
    EXPECT_TRUE(answer.has("403 Forbidden") && answer.has("valid-schedule-default-calendar-URL")) << answer.body;
}

TEST_F(SharedCalendar, APasswordsScopeHoldsForItToo) {  // D59
    share(true);
    scope_.readOnly = true;
    EXPECT_EQ(ask("ben", "GET", bens + "open.ics").status, 200);
    refused(put("ben", bens + "open.ics", event("open")), "write-content");
    scope_ = {};
    scope_.collection = plan_;
    EXPECT_EQ(put("ben", bens + "open.ics", event("open")).status, 204);
    EXPECT_EQ(ask("ben", "GET", home + "activities/").status, 403);
    EXPECT_EQ(propfind("ben", home, "1", "<displayname/>").count("<D:response>"), 2u);
    scope_.collection = store_->collection("ben", Home::calendars, "activities")->id;
    EXPECT_EQ(ask("ben", "GET", bens + "open.ics").status, 403);
    scope_ = {};
    scope_.caldav = false;
    EXPECT_EQ(ask("ben", "GET", bens + "open.ics").status, 403);
}

TEST_F(SharedCalendar, WhatIsInItCountsForItsOwner) {  // RFC 4331
    config_.quotaBytes = store_->usage("anna").bytes + 100;
    share(true);
    EXPECT_EQ(put("ben", bens + "new.ics", event("new")).status, 507);
    EXPECT_EQ(put("ben", home + "activities/own.ics", event("own")).status, 201);
    EXPECT_TRUE(propfind("ben", bens, "0", "<quota-available-bytes/>").has(">100<"));
    config_.quotaBytes = 0;
    EXPECT_EQ(put("ben", bens + "new.ics", event("new")).status, 201);
    EXPECT_EQ(store_->usage("ben").members, 1);
}

TEST_F(SharedCalendar, SharedBooksWorkLikeCalendars) {
    const std::string private_ = "/dav/addressbooks/anna/private/", mounted = "/dav/addressbooks/ben/anna~private/";
    put("anna", private_ + "a.vcf", card("a"));
    std::string hidden = card("b", "Hush Hush");
    put("anna", private_ + "b.vcf", hidden.insert(hidden.find("FN:"), "CLASS:PRIVATE\r\n"));
    Share with;
    with.login = "ben";
    store_->share(annaActor(), store_->collection("anna", Home::addressbooks, "private")->id, with);
    EXPECT_EQ(ask("ben", "GET", mounted + "a.vcf").status, 200);
    EXPECT_EQ(ask("ben", "GET", mounted + "b.vcf").status, 404);
    EXPECT_FALSE(ask("ben", "GET", mounted, "", {{"accept", "text/vcard"}}).has("Hush"));
    for (const std::string& target : {mounted, std::string("/dav/addressbooks/ben/")}) {
        const DavAnswer found =
            ask("ben", "REPORT", target,
                "<A:addressbook-query xmlns='DAV:' xmlns:A='urn:ietf:params:xml:ns:carddav'><prop><A:address-data/>"
                "</prop><A:filter><A:prop-filter name='FN'/></A:filter></A:addressbook-query>",
                {{"depth", "1"}});
        EXPECT_TRUE(found.has("Erika Muster") && !found.has("Hush")) << target;
    }
    refused(put("ben", mounted + "a.vcf", card("a")), "write-content");
}

}  // namespace
}  // namespace crmdav
