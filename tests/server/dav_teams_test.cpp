#include <gmock/gmock.h>

#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

using testing::HasSubstr;

constexpr const char* users = "/dav/principals/users/";

/// The team "sales" of ben and the room "attic", in the team "all" with anna.
class DavTeams : public DavTest {
protected:
    DavTeams() {
        User attic;
        attic.login = "attic";
        attic.name = "The Attic";
        attic.email = "attic@example.com";
        attic.kind = UserKind::room;
        store_->addUser({}, attic);
        store_->saveTeam({}, {.key = "sales", .name = "Sales Force", .members = {"ben", "attic"}});
        store_->saveTeam({}, {.key = "all", .name = "Everybody", .members = {"anna", "sales"}});
    }

    DavAnswer expand(const std::string& login, const std::string& ns, const std::string& property) {
        return ask("anna", "REPORT", users + login + '/',
                   "<expand-property xmlns='DAV:'><property name='" + property + "' namespace='" + ns +
                       "'><property name='displayname'/></property></expand-property>");
    }
    DavAnswer search(const std::string& attributes, const std::string& property, const std::string& text) {
        return ask("anna", "REPORT", users,
                   "<principal-property-search xmlns='DAV:' " + attributes + "><property-search><prop>" + property +
                       "</prop><match>" + text + "</match></property-search><prop><displayname/></prop>" +
                       "</principal-property-search>");
    }
    static std::string href(const std::string& login) { return "<D:href>" + (users + login) + "/</D:href>"; }
};

TEST_F(DavTeams, PrincipalSaysWhoIsInIt) {  // RFC 3744 §4.3; RFC 6638 §2.4.2
    const DavAnswer team =
        propfind("anna", "/dav/principals/users/all/", "0",
                 "<displayname/><resourcetype/><group-member-set/><group-membership/><C:calendar-user-type/>"
                 "<S:expanded-group-member-set/>");
    EXPECT_EQ(team.status, 207);
    EXPECT_TRUE(team.has("<D:displayname>Everybody</D:displayname>"));
    EXPECT_TRUE(team.has("<D:principal/>"));
    EXPECT_TRUE(team.has(">GROUP<"));
    EXPECT_TRUE(team.has("<D:group-member-set>" + href("anna") + href("sales") + "</D:group-member-set>"));
    EXPECT_TRUE(team.has(href("anna") + href("attic") + href("ben") + href("sales")));
    EXPECT_FALSE(team.has("404"));
    EXPECT_EQ(ask("anna", "GET", "/dav/principals/users/all/").status, 200);
}

TEST_F(DavTeams, UserSaysInWhichTeamsTheyAre) {  // RFC 3744 §4.4
    const DavAnswer ben =
        propfind("ben", "/dav/principals/users/ben/", "0", "<group-membership/><S:expanded-group-membership/>");
    EXPECT_TRUE(ben.has("<D:group-membership>" + href("sales") + "</D:group-membership>"));
    EXPECT_TRUE(ben.has(href("all") + href("sales")));
}

TEST_F(DavTeams, MembersAreExpanded) {  // RFC 3253 §3.8
    const DavAnswer direct = expand("all", "DAV:", "group-member-set");
    EXPECT_TRUE(direct.has("anna Example"));
    EXPECT_TRUE(direct.has("Sales Force"));
    EXPECT_FALSE(direct.has("ben Example"));
    const DavAnswer all = expand("all", "http://calendarserver.org/ns/", "expanded-group-member-set");
    for (const char* name : {"anna Example", "Sales Force", "ben Example", "The Attic"}) EXPECT_TRUE(all.has(name));
    EXPECT_FALSE(expand("ben", "DAV:", "group-membership").has("Everybody"));
    EXPECT_TRUE(expand("ben", "http://calendarserver.org/ns/", "expanded-group-membership").has("Everybody"));
}

TEST_F(DavTeams, TeamHasNoHomes) {
    const DavAnswer team = propfind("anna", "/dav/principals/users/all/", "0",
                                    "<C:calendar-home-set/><A:addressbook-home-set/><C:schedule-inbox-URL/>"
                                    "<C:schedule-outbox-URL/>");
    EXPECT_EQ(team.count("200 OK"), 0u);
    for (const char* home : {"/dav/calendars/all/", "/dav/addressbooks/all/", "/dav/addressbooks/all/contacts/"})
        EXPECT_EQ(ask("anna", "PROPFIND", home, "", {{"depth", "0"}}).status, 404) << home;
}

TEST_F(DavTeams, AreFoundByNameAndKind) {  // RFC 3744 §9.4
    struct Case {
        const char *attributes, *property, *text;
        std::vector<std::string> found;
    };
    const Case cases[] = {
        {"", "<displayname/>", "sales", {"sales"}},
        {"", "<displayname/>", "e", {"all", "anna", "attic", "ben", "sales"}},
        {"type='GROUP'", "<displayname/>", "e", {"all", "sales"}},
        {"type='INDIVIDUAL'", "<displayname/>", "e", {"anna", "ben"}},
        {"type='ROOM'", "<displayname/>", "e", {"attic"}},
        {"type='RESOURCE'", "<displayname/>", "e", {}},
        {"", "<C:calendar-user-type xmlns:C='urn:ietf:params:xml:ns:caldav'/>", "ROOM", {"attic"}},
    };
    for (const Case& each : cases) {
        const DavAnswer answer = search(each.attributes, each.property, each.text);
        EXPECT_EQ(answer.count("<D:response>"), each.found.size()) << each.attributes << each.text;
        for (const std::string& login : each.found)
            EXPECT_TRUE(answer.has(href(login))) << each.attributes << each.text << login;
    }
}

TEST_F(DavTeams, MatchTheirMembers) {  // RFC 3744 §9.3: a member is a match for the group
    const DavAnswer answer = ask("ben", "REPORT", users, "<principal-match xmlns='DAV:'><self/></principal-match>");
    EXPECT_EQ(answer.count("<D:response>"), 3u);
    for (const char* login : {"ben", "sales", "all"}) EXPECT_TRUE(answer.has(href(login))) << login;
}

TEST_F(DavTeams, NobodyChangesThemHere) {
    EXPECT_EQ(ask("anna", "PROPPATCH", "/dav/principals/users/all/",
                  "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='y'>z</x></prop></set></propertyupdate>")
                  .status,
              403);
    EXPECT_EQ(ask("anna", "DELETE", "/dav/principals/users/all/").status, 405);
    EXPECT_TRUE(propfind("anna", "/dav/principals/users/all/", "0", "<owner/>").has("<D:owner></D:owner>"));
}

TEST_F(DavTeams, HaveNoBusyTimesOfTheirOwn) {  // RFC 6638 §5
    const DavAnswer answer = ask("anna", "POST", "/dav/calendars/anna/outbox/",
                                 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\n"
                                 "UID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T000000Z\r\n"
                                 "DTEND:20260303T000000Z\r\nORGANIZER:mailto:anna@example.com\r\n"
                                 "ATTENDEE:/dav/principals/users/all/\r\nATTENDEE:mailto:attic@example.com\r\n"
                                 "END:VFREEBUSY\r\nEND:VCALENDAR\r\n",
                                 {{"content-type", "text/calendar"}});
    EXPECT_EQ(answer.count("3.7;"), 1u);
    EXPECT_EQ(answer.count("2.0;"), 1u) << "a room's are told";
}

}  // namespace
}  // namespace crmdav
