#include <gmock/gmock.h>

#include "tests/server/dav_fixture.h"

namespace crmdav {
namespace {

/// What a user's devices list, and what they call it.
class Homes : public DavTest {
protected:
    void hide(const std::string& login, Home home, const std::string& name, bool hidden = true) {
        store_->hideCollection({}, users_.at(login).id, store_->collection(login, home, name)->id, hidden);
    }
    DavAnswer proppatch(const std::string& login, const std::string& target, const std::string& properties) {
        return ask(login, "PROPPATCH", target,
                   "<propertyupdate xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav' "
                   "xmlns:A='urn:ietf:params:xml:ns:carddav' xmlns:I='http://apple.com/ns/ical/'><set><prop>" +
                       properties + "</prop></set></propertyupdate>");
    }
    DavAnswer choose(const std::string& property, const std::string& target, const std::string& href) {
        return proppatch("anna", target, "<" + property + "><href>" + href + "</href></" + property + ">");
    }

    const std::string books = "/dav/addressbooks/anna/", calendars = "/dav/calendars/anna/";
};

TEST_F(Homes, HiddenCollectionIsInNoListButAtItsAddress) {
    hide("anna", Home::addressbooks, "contacts");
    EXPECT_FALSE(propfind("anna", books, "1", "<displayname/>").has(books + "contacts/"));
    EXPECT_FALSE(ask("anna", "GET", books).has("contacts/"));
    EXPECT_FALSE(sync("anna", books, "").has(books + "contacts/"));
    EXPECT_TRUE(propfind("ben", "/dav/addressbooks/ben/", "1", "<displayname/>").has("/ben/contacts/"));

    EXPECT_EQ(propfind("anna", books + "contacts/", "0", "<displayname/>").status, 207);
    EXPECT_EQ(put("anna", books + "contacts/a.vcf", card("a")).status, 201);
    EXPECT_EQ(ask("anna", "GET", books + "contacts/a.vcf").status, 200);
    EXPECT_EQ(sync("anna", books + "contacts/", "").count("<D:response>"), 1u);
}

TEST_F(Homes, HidingIsA404InTheSyncOfTheHomeAndShowingMakesItNew) {  // RFC 6578 §3.5
    const std::string all = tokenOf(sync("anna", books, ""));
    hide("anna", Home::addressbooks, "companies");
    const DavAnswer gone = sync("anna", books, all);
    EXPECT_EQ(gone.count("<D:response>"), 1u) << gone.body;
    EXPECT_TRUE(gone.has("companies/</D:href><D:status>HTTP/1.1 404 Not Found"));
    EXPECT_EQ(sync("anna", books, tokenOf(gone)).count("<D:response>"), 0u);
    hide("anna", Home::addressbooks, "companies", false);
    const DavAnswer back = sync("anna", books, tokenOf(gone));
    EXPECT_EQ(back.count("<D:response>"), 1u);
    EXPECT_TRUE(back.has("companies/</D:href><D:propstat>"));
}

TEST_F(Homes, EverythingButInboxAndOutboxCanBeHidden) {
    for (const char* name : {"contacts", "companies", "private"}) hide("anna", Home::addressbooks, name);
    for (const char* name : {"activities", "tasks"}) hide("anna", Home::calendars, name);
    EXPECT_EQ(propfind("anna", books, "1", "<displayname/>").count("<D:response>"), 1u);
    EXPECT_EQ(propfind("anna", calendars, "1", "<displayname/>").count("<D:response>"), 3u);
    EXPECT_THROW(hide("anna", Home::calendars, "inbox"), InvalidField);
}

TEST_F(Homes, APasswordForOneCollectionListsItThoughItIsHiddenElsewhere) {
    hide("anna", Home::addressbooks, "contacts");
    scope_.collection = store_->collection("anna", Home::addressbooks, "contacts")->id;
    EXPECT_TRUE(propfind("anna", books, "1", "<displayname/>").has(books + "contacts/"));
}

TEST_F(Homes, AHiddenCalendarStillMakesItsOwnerBusy) {  // RFC 4791 §7.10
    put("anna", calendars + "activities/a.ics", event("a"));
    hide("anna", Home::calendars, "activities");
    const std::string body =
        "<C:free-busy-query xmlns:C='urn:ietf:params:xml:ns:caldav'><C:time-range start='20260301T000000Z' "
        "end='20260401T000000Z'/></C:free-busy-query>";
    EXPECT_TRUE(ask("ben", "REPORT", calendars, body).has("20260302T100000Z"));
}

TEST_F(Homes, NameColourAndOrderOfTheOrganisationsBooksAreKeptPerUser) {  // D75
    const std::string token = tokenOf(sync("anna", books, ""));
    const std::string bens = tokenOf(sync("ben", "/dav/addressbooks/ben/", ""));
    EXPECT_EQ(proppatch("anna", books + "contacts/",
                        "<displayname>Kunden</displayname><I:calendar-color>#00ff00</I:calendar-color>"
                        "<I:calendar-order>3</I:calendar-order>")
                  .status,
              207);
    const std::string asked =
        "<displayname/><calendar-color xmlns='http://apple.com/ns/ical/'/>"
        "<calendar-order xmlns='http://apple.com/ns/ical/'/>";
    for (const auto& [target, depth] : {std::pair{books + "contacts/", "0"}, {books, "1"}}) {
        const DavAnswer hers = propfind("anna", target, depth, asked);
        EXPECT_TRUE(hers.has(">Kunden<")) << target;
        EXPECT_TRUE(hers.has(">#00ff00<")) << target;
        EXPECT_TRUE(hers.has(">3<")) << target;
    }
    EXPECT_TRUE(propfind("ben", "/dav/addressbooks/ben/contacts/", "0", "<displayname/>").has(">Contacts<"));
    EXPECT_TRUE(sync("anna", books, token).has(books + "contacts/</D:href><D:propstat>"));
    EXPECT_EQ(sync("ben", "/dav/addressbooks/ben/", bens).count("<D:response>"), 0u);
}

TEST_F(Homes, APollOfABookOfTheOrganisationDoesNotLookForItsName) {
    const auto statements = [&](const std::string& properties) {
        propfind("anna", books + "contacts/", "0", properties);
        const std::size_t before = Store::statementsOfThread();
        propfind("anna", books + "contacts/", "0", properties);
        return Store::statementsOfThread() - before;
    };
    EXPECT_EQ(statements("<sync-token/><S:getctag/>"), 1u);
    EXPECT_EQ(statements("<displayname/>"), 2u);
}

TEST_F(Homes, TheDefaultsAreSettableAndFollowARename) {  // RFC 6638 §9.2
    const std::string calendar = "C:schedule-default-calendar-URL", book = "A:default-addressbook-URL";
    const auto isDefault = [&](const std::string& target, const std::string& property, const std::string& href) {
        return propfind("anna", target, "0", "<" + property + "/>").has(">" + href + "<");
    };
    EXPECT_TRUE(isDefault(calendars + "inbox/", calendar, calendars + "activities/"));
    EXPECT_TRUE(isDefault(books, book, books + "contacts/"));
    ask("anna", "MKCALENDAR", calendars + "plan/");
    ask("anna", "MKCOL", books + "own/");
    EXPECT_TRUE(choose(calendar, calendars + "inbox/", calendars + "plan/").has("200 OK"));
    EXPECT_TRUE(choose(book, books, books + "own").has("200 OK"));
    EXPECT_EQ(ask("anna", "MOVE", calendars + "plan/", "", {{"destination", calendars + "plans/"}}).status, 201);
    EXPECT_TRUE(isDefault(calendars + "inbox/", calendar, calendars + "plans/"));
    EXPECT_TRUE(isDefault(books, book, books + "own/"));

    const DavAnswer refused = ask("anna", "DELETE", calendars + "plans/");  // RFC 6638 §4.3.1.1
    EXPECT_EQ(refused.status, 403);
    EXPECT_TRUE(refused.has("default-calendar-needed"));
    EXPECT_TRUE(ask("anna", "DELETE", books + "own/").has("default-addressbook-needed"));
    EXPECT_EQ(put("anna", books + "own/a.vcf", card("a")).status, 201);
}

TEST_F(Homes, WhatTakesNoInvitationsCannotBeTheDefault) {  // RFC 6638 §4.3.1.2
    for (const std::string& href : {calendars + "tasks/", calendars + "inbox/", calendars + "none/",
                                    std::string("/dav/calendars/ben/activities/"), books + "contacts/"}) {
        const DavAnswer answer = choose("C:schedule-default-calendar-URL", calendars + "inbox/", href);
        EXPECT_TRUE(answer.has("403 Forbidden") && answer.has("valid-schedule-default-calendar-URL")) << href;
    }
    for (const std::string& href : {books + "companies/", books + "none/", calendars + "activities/"})
        EXPECT_TRUE(choose("A:default-addressbook-URL", books, href).has("403 Forbidden")) << href;
}

}  // namespace
}  // namespace crmdav
