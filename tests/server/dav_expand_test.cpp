#include <gmock/gmock.h>

#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

/// DAV:expand-property (RFC 3253 §3.8) where the addresses are a client's own choice: in a dead property.
class Expand : public DavTest {
protected:
    static constexpr const char* calendar = "/dav/calendars/anna/activities/";
    Expand() { put("anna", event_, event("a")); }
    void point(const std::string& at, const std::string& to) {
        const DavAnswer kept = ask("anna", "PROPPATCH", at,
                                   "<propertyupdate xmlns='DAV:'><set><prop><see xmlns='urn:x'><href xmlns='DAV:'>" +
                                       to + "</href></see></prop></set></propertyupdate>");
        ASSERT_EQ(kept.status, 207);
    }
    DavAnswer expand(const std::string& at, const std::string& inner) {
        return ask("anna", "REPORT", at,
                   "<expand-property xmlns='DAV:'><property name='see' namespace='urn:x'>" + inner +
                       "</property></expand-property>",
                   {{"depth", "0"}});
    }
    const std::string event_ = std::string(calendar) + "a.ics";
};

TEST_F(Expand, AnswersForMembersAsPropfindDoes) {
    point(calendar, event_);
    const std::string tag = propfind("anna", event_, "0", "<getetag/>").body;
    const DavAnswer answer =
        expand(calendar,
               "<property name='getetag'/><property name='schedule-tag' namespace='urn:ietf:params:xml:ns:caldav'/>");
    const std::string etag =
        store_->member(store_->collection("anna", Home::calendars, "activities")->id, "a.ics")->etag;
    EXPECT_TRUE(answer.has("<D:getetag>\"" + etag)) << answer.body;
    EXPECT_TRUE(answer.has("<C:schedule-tag/>")) << answer.body;
    EXPECT_TRUE(answer.has("404 Not Found"));
}

TEST_F(Expand, WhatIsNotThereIs404) {
    point(calendar, std::string(calendar) + "none.ics");
    EXPECT_TRUE(expand(calendar, "<property name='getetag'/>").has("<D:status>HTTP/1.1 404 Not Found"));
}

TEST_F(Expand, MembersHaveTheirOwnDeadProperties) {
    point(calendar, "/dav/principals/users/anna/");
    point(event_, "/dav/principals/users/ben/");
    const DavAnswer answer = expand(event_, "<property name='displayname'/>");
    EXPECT_TRUE(answer.has("ben Example")) << answer.body;
    EXPECT_FALSE(answer.has("anna Example"));
}

TEST_F(Expand, DataOfAMemberAloneIsThatMembers) {  // an empty one would be taken for the object
    const DavAnswer answer = propfind("anna", event_, "0", "<getetag/><C:calendar-data/>");
    EXPECT_TRUE(answer.has("<C:calendar-data>BEGIN:VCALENDAR")) << answer.body;
}

}  // namespace
}  // namespace crmdav
