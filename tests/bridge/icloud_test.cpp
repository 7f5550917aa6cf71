#include "tests/standins/icloud.h"

#include "protocol/text/text_values.h"
#include "tests/bridge/dav_fixture.h"

// What is known of iCloud's ways, against a stand-in that has them.
namespace crmdav {
namespace {

using namespace testing;
using standins::ICloud;
constexpr auto calendar = SyncKind::calendar;
constexpr auto contacts = SyncKind::contacts;

class ICloudSync : public Test {
protected:
    ICloudSync() { anew(); }

    DavProvider& anew() {
        DavLogin login = icloudLogin(ICloud::user, ICloud::password);
        login.address = login.bookAddress = icloud.url() + "/";
        login.hosts = {"localhost"};  // as .icloud.com is
        login.group = group;
        login.notifyGuests = notifyGuests;
        login.zone = "Europe/Berlin";
        login.found = found;
        login.keepFound = [this](const std::string& text) { found = text; };
        provider = std::make_unique<DavProvider>(http, login);
        return *provider;
    }
    std::vector<RemoteItem> follow(SyncKind kind, std::string& cursor) {
        std::vector<RemoteItem> items;
        for (bool more = true; more;) {
            ChangePage page = provider->changes(kind, kind == calendar ? ICloud::calendar : ICloud::book, cursor, {});
            std::ranges::move(page.items, std::back_inserter(items));
            cursor = page.cursor;
            more = page.more;
        }
        return items;
    }
    static std::string event(const std::string& uid, const std::string& lines = {}) {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Apple//EN\r\nBEGIN:VEVENT\r\nUID:" + uid +
               "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\n" + lines +
               "SUMMARY:Event\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    }
    static std::string card(const std::string& uid, const std::string& lines = {}) {
        return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:Erika Muster\r\nN:Muster;Erika;;;\r\n" + lines +
               "END:VCARD\r\n";
    }
    static std::string groupCard(const std::vector<std::string>& uids) {
        std::string lines = "X-ADDRESSBOOKSERVER-KIND:group\r\n";
        for (const std::string& uid : uids) lines += "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:" + uid + "\r\n";
        return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:friends\r\nN:Friends\r\nFN:Friends\r\n" + lines + "END:VCARD\r\n";
    }
    static Activity meeting() {
        using namespace std::chrono;
        Activity activity;
        activity.subject = "Plan";
        activity.start = {When::Kind::zoned, local_days(year(2026) / 3 / 2) + hours(10), "Europe/Berlin"};
        activity.end = {When::Kind::zoned, local_days(year(2026) / 3 / 2) + hours(11), "Europe/Berlin"};
        activity.uid = "plan";
        return activity;
    }
    static constexpr const char* key = "11111111-2222-4333-8444-aaaaaaaaaaaa";
    static constexpr const char* name = "11111111-2222-4333-8444-AAAAAAAAAAAA.ics";

    static std::string at(const std::string& file) { return ICloud::calendar + file; }
    static std::string inBook(const std::string& file) { return ICloud::book + file; }

    ICloud icloud;
    HttpClient http{nearLimits()};
    std::string group, found;
    bool notifyGuests = false;
    std::unique_ptr<DavProvider> provider;
};

TEST_F(ICloudSync, HomesAreAtAnotherHostAndPropertiesMayBeEmpty) {
    const RemoteIdentity who = provider->identify();
    EXPECT_EQ(who.id, "1234567") << "hosts change, the account's number doesn't";
    EXPECT_THAT(who.emails, UnorderedElementsAre("anna@icloud.com", "anna@example.com"));
    const auto calendars = provider->collections(calendar);
    ASSERT_EQ(calendars.size(), 2U);
    EXPECT_EQ(calendars[0].id, ICloud::calendar);
    EXPECT_EQ(calendars[0].name, "home") << "no displayname";
    EXPECT_EQ(calendars[0].color, "#ff2968");
    EXPECT_THAT(provider->collections(contacts), ElementsAre(Field(&RemoteCollection::id, ICloud::book)));
}

TEST_F(ICloudSync, WhatWasFoundSparesDiscovery) {
    std::string cursor;
    follow(calendar, cursor);
    anew();
    icloud.asked();
    follow(calendar, cursor);
    EXPECT_THAT(icloud.asked(), ElementsAre("REPORT /1234567/calendars/home/"));
}

// Reference §2: partitions change. Ids stay, so that no link breaks.
TEST_F(ICloudSync, AnAccountThatMovedIsFoundAgain) {
    icloud.put(at("A.ics"), event("A"));
    std::string cursor;
    ASSERT_EQ(follow(calendar, cursor).size(), 1U);
    for (const int how : {404, 301, 421, 410}) {
        ICloud::Ways ways;
        ways.moved = how;
        icloud.set(ways);
        icloud.movePartition();
        anew();
        EXPECT_TRUE(follow(calendar, cursor).empty()) << how;
        icloud.put(at("A.ics"), event("A", "LOCATION:" + std::to_string(how) + "\r\n"));
        EXPECT_EQ(follow(calendar, cursor).size(), 1U) << how;
        const auto item = provider->read(calendar, ICloud::calendar, "A.ics");
        ASSERT_TRUE(item) << how;
        const Record before = provider->parse(calendar, item->raw).record;
        Activity after = std::get<Activity>(before);
        after.subject = std::to_string(how);
        provider->update(calendar, ICloud::calendar, *item, before, after);
        EXPECT_THAT(icloud.get(at("A.ics")), HasSubstr("SUMMARY:" + std::to_string(how)));
        follow(calendar, cursor);
    }
}

TEST_F(ICloudSync, OnlyItsOwnHostsGetThePassword) {  // reference §1
    std::vector<std::string> heard;
    const standins::HttpHost stranger([&](const standins::Request& request) {
        heard.push_back(request.header("Authorization"));
        return standins::Reply{.status = 207, .body = "", .type = "text/plain"};
    });
    const std::string elsewhere = "http://127.0.0.2" + stranger.url().substr(stranger.url().rfind(':')) + "/";
    ICloud::Ways ways;
    ways.redirect = elsewhere;
    icloud.set(ways);
    EXPECT_THROW(provider->identify(), Nonsense);
    EXPECT_THAT(heard, IsEmpty());
    ways.redirect = "ftp://localhost/";
    icloud.set(ways);
    EXPECT_THROW(provider->identify(), Nonsense);
    ways.redirect = "/round/and/round";
    icloud.set(ways);
    EXPECT_THROW(provider->identify(), Nonsense) << "without end";
}

TEST_F(ICloudSync, ARevokedPasswordNeedsItsOwner) {  // rule I8
    std::string cursor;
    follow(calendar, cursor);
    icloud.revoke();
    EXPECT_THROW(anew().changes(calendar, ICloud::calendar, cursor, {}), ReconnectNeeded);
    EXPECT_THROW(anew().create(calendar, ICloud::calendar, key, meeting()), ReconnectNeeded);
    EXPECT_THROW(anew().identify(), ReconnectNeeded);
}

TEST_F(ICloudSync, TokensEndInManyWays) {  // rule I4, reference §4
    icloud.put(at("A.ics"), event("A"));
    std::string cursor;
    for (const int how : {403, 409, 412, 400, 410, 507}) {
        for (const bool said : {true, false}) {
            cursor.clear();
            EXPECT_EQ(follow(calendar, cursor).size(), 1U);
            ICloud::Ways ways;
            ways.expired = how;
            ways.conditions = said;
            icloud.set(ways);
            icloud.expireTokens();
            EXPECT_THROW(follow(calendar, cursor), CursorExpired) << how;
        }
    }
}

TEST_F(ICloudSync, TruncatedAnswersAreFollowed) {  // RFC 6578 §3.6
    ICloud::Ways ways;
    ways.page = 3;
    icloud.set(ways);
    for (int i = 0; i < 10; ++i) icloud.put(at(std::to_string(i) + ".ics"), event(std::to_string(i)));
    std::string cursor;
    std::size_t pages = 0, items = 0;
    for (bool more = true; more; ++pages) {
        if (pages == 2) anew();
        const ChangePage page = provider->changes(calendar, ICloud::calendar, cursor, {});
        EXPECT_TRUE(page.listing) << pages;
        EXPECT_EQ(page.first, pages == 0);
        items += page.items.size();
        cursor = page.cursor;
        more = page.more;
    }
    EXPECT_EQ(pages, 4U);
    EXPECT_EQ(items, 10U);
    icloud.remove(at("3.ics"));
    for (int i = 4; i < 9; ++i) icloud.put(at(std::to_string(i) + ".ics"), event(std::to_string(i), "X-A:1\r\n"));
    const auto changed = follow(calendar, cursor);
    EXPECT_EQ(changed.size(), 6U);
    EXPECT_EQ(std::ranges::count(changed, true, &RemoteItem::gone), 1);
}

TEST_F(ICloudSync, LotsAreShort) {  // reference §4.2: at most 50
    for (int i = 0; i < 120; ++i) icloud.put(at(std::to_string(i) + ".ics"), event(std::to_string(i)));
    std::string cursor;
    const auto items = follow(calendar, cursor);
    EXPECT_EQ(items.size(), 120U);
    for (const RemoteItem& item : items) EXPECT_THAT(item.raw, StartsWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    EXPECT_EQ(std::ranges::count_if(icloud.asked(), [](const auto& asked) { return asked.starts_with("GET"); }), 0);
}

TEST_F(ICloudSync, NewObjectsHaveUpperCaseNamesAndAnEnd) {  // reference §5
    Activity endless = meeting();
    endless.end = {};
    const auto made = provider->create(calendar, ICloud::calendar, key, endless);
    EXPECT_EQ(made.item.id, name);
    EXPECT_THAT(icloud.get(at(name)), HasSubstr("\r\nDTEND;TZID=Europe/Berlin:20260302T100000\r\n"));
    EXPECT_THAT(icloud.get(at(name)), HasSubstr("\r\nBEGIN:VTIMEZONE\r\n"));
    EXPECT_EQ(std::get<Activity>(provider->parse(calendar, made.item.raw).record),
              std::get<Activity>(provider->held(endless)));
}

TEST_F(ICloudSync, WhatTheServerRewritesIsReadBack) {  // RFC 4791 §5.3.4
    ICloud::Ways ways;
    ways.rewrites = true;
    icloud.set(ways);
    auto item = provider->create(calendar, ICloud::calendar, key, meeting()).item;
    EXPECT_THAT(item.raw, HasSubstr("X-APPLE-REWRITTEN"));
    const Record before = provider->parse(calendar, item.raw).record;
    Activity after = std::get<Activity>(before);
    after.subject = "Other";
    item = provider->update(calendar, ICloud::calendar, item, before, after).item;
    EXPECT_EQ(item.raw, icloud.get(at(name)));
    after.subject = "Third";
    EXPECT_NO_THROW(
        provider->update(calendar, ICloud::calendar, item, provider->parse(calendar, item.raw).record, after));
}

TEST_F(ICloudSync, TheSameMeetingTwiceIsRefused) {  // rule C11
    icloud.put("/1234567/calendars/work/x.ics", event("plan"));
    EXPECT_THROW(provider->create(calendar, ICloud::calendar, key, meeting()), Refused);
    EXPECT_EQ(icloud.get(at(name)), "");
}

TEST_F(ICloudSync, RefusalsAreForGoodAndTroubleIsNot) {  // rules I5, I6
    const std::pair<int, bool> rows[] = {{400, true},  {403, true},  {405, true},  {409, true},  {413, true},
                                         {415, true},  {422, true},  {507, true},  {408, false}, {423, false},
                                         {429, false}, {500, false}, {502, false}, {503, false}};
    for (const auto& [status, good] : rows) {
        ICloud::Ways ways;
        ways.failing = status;
        icloud.set(ways);
        if (good)
            EXPECT_THROW(provider->create(calendar, ICloud::calendar, key, meeting()), Refused) << status;
        else
            EXPECT_THROW(provider->create(calendar, ICloud::calendar, key, meeting()), TryLater) << status;
    }
    ICloud::Ways ways;
    for (const int status : {403, 429, 503}) {
        ways.failing = status;
        ways.retryAfter = "17";
        icloud.set(ways);
        try {
            provider->create(calendar, ICloud::calendar, key, meeting());
            ADD_FAILURE();
        } catch (const TryLater& later) {
            EXPECT_EQ(later.after, std::chrono::seconds(17)) << status;
        }
    }
}

TEST_F(ICloudSync, NobodyIsToldOfAnythingUnlessTheOwnerWants) {  // rule B12
    Activity activity = meeting();
    activity.participants.emplace_back().email = "guest@example.org";
    auto made = provider->create(calendar, ICloud::calendar, key, activity);
    EXPECT_FALSE(provider->takesGuests());
    EXPECT_THAT(icloud.get(at(name)), Not(AnyOf(HasSubstr("ATTENDEE"), HasSubstr("ORGANIZER"))));

    const std::string invited = "ORGANIZER:mailto:anna@icloud.com\r\nATTENDEE:mailto:guest@example.org\r\n";
    icloud.put(at("own.ics"), event("own", invited));
    const auto own = *provider->read(calendar, ICloud::calendar, "own.ics");
    const Remote remote = provider->parse(calendar, own.raw);
    EXPECT_TRUE(remote.organised);
    EXPECT_EQ(std::get<Activity>(remote.record).participants.size(), 2U);
    Activity after = std::get<Activity>(remote.record);
    after.subject = "Changed";
    EXPECT_THROW(provider->update(calendar, ICloud::calendar, own, remote.record, after), Refused);
    EXPECT_THROW(provider->remove(calendar, ICloud::calendar, own), Refused);
    icloud.remove(at("own.ics"));
    provider->restore(calendar, ICloud::calendar, own);
    EXPECT_THAT(icloud.get(at("own.ics")), HasSubstr("ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:guest@example.org"));
    EXPECT_EQ(icloud.mails(), 0);

    notifyGuests = true;
    anew();
    EXPECT_TRUE(provider->takesGuests());
    activity.uid = "told";
    made = provider->create(calendar, ICloud::calendar, "11111111-2222-4333-8444-bbbbbbbbbbbb", activity);
    EXPECT_THAT(icloud.get(at(made.item.id)), HasSubstr("\r\nORGANIZER:mailto:anna@icloud.com\r\n"));
    EXPECT_THAT(icloud.get(at(made.item.id)), HasSubstr(":mailto:guest@example.org\r\n"));
    EXPECT_EQ(icloud.mails(), 1);
    EXPECT_EQ(std::get<Activity>(provider->parse(calendar, made.item.raw).record),
              std::get<Activity>(provider->held(activity)));
}

TEST_F(ICloudSync, WhatOthersOrganiseIsToldApart) {  // rule C12
    provider->identify();
    const auto organised = [&](const std::string& line) {
        return provider->parse(calendar, event("x", line + "\r\nATTENDEE:mailto:b@example.org\r\n")).organised;
    };
    EXPECT_TRUE(organised("ORGANIZER:mailto:ANNA@icloud.com"));
    EXPECT_TRUE(organised("ORGANIZER;EMAIL=anna@example.com:urn:uuid:0"));
    EXPECT_TRUE(organised("ORGANIZER:/1234567/principal/")) << "Apple's other addresses";
    EXPECT_TRUE(organised("ORGANIZER:urn:uuid:1234567"));
    EXPECT_FALSE(organised("ORGANIZER:mailto:b@example.org"));
    EXPECT_FALSE(organised("ORGANIZER:/7654321/principal/"));
}

TEST_F(ICloudSync, AnAppleLocationGoesWithTheLocation) {  // reference §6
    const std::string place = "LOCATION:Old\r\nX-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Old:geo:1,2\r\n";
    icloud.put(at("A.ics"), event("A", place));
    auto item = *provider->read(calendar, ICloud::calendar, "A.ics");
    Record before = provider->parse(calendar, item.raw).record;
    Activity after = std::get<Activity>(before);
    after.subject = "New";
    item = provider->update(calendar, ICloud::calendar, item, before, after).item;
    EXPECT_THAT(icloud.get(at("A.ics")), HasSubstr(place));
    before = after;
    after.location = "New";
    provider->update(calendar, ICloud::calendar, item, before, after);
    EXPECT_THAT(icloud.get(at("A.ics")), Not(HasSubstr("X-APPLE-STRUCTURED-LOCATION")));
}

TEST_F(ICloudSync, GroupsAreCardsAndNoContacts) {  // rule D1, reference §7
    icloud.put(inBook("A.vcf"), card("A"));
    icloud.put(inBook("friends.vcf"), groupCard({"A"}));
    const auto groups = provider->groups();
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].id, inBook("friends.vcf"));
    EXPECT_EQ(groups[0].name, "Friends");
    EXPECT_EQ(provider->parse(contacts, icloud.get(inBook("friends.vcf"))).use, Use::nothing);
}

TEST_F(ICloudSync, WhoJoinsOrLeavesAGroupIsReported) {  // rule D1
    icloud.put(inBook("A.vcf"), card("A"));
    icloud.put(inBook("B.vcf"), card("B", "X-CRMDAV-GROUP:" + inBook("friends.vcf") + "\r\n"));
    icloud.put(inBook("friends.vcf"), groupCard({"A"}));
    group = inBook("friends.vcf");
    anew();
    std::string cursor;
    const auto member = [&](const RemoteItem& item) {
        return provider->parse(contacts, item.raw).groups == std::vector{group};
    };
    const auto items = follow(contacts, cursor);
    ASSERT_EQ(items.size(), 3U);
    EXPECT_TRUE(member(items[0]));
    EXPECT_FALSE(member(items[1])) << "whatever the card says itself";
    EXPECT_TRUE(follow(contacts, cursor).empty());

    icloud.put(inBook("friends.vcf"), groupCard({"B"}));
    anew();
    const auto moved = follow(contacts, cursor);
    ASSERT_EQ(moved.size(), 3U) << "both, and the group's card";
    EXPECT_FALSE(member(moved[0]));
    EXPECT_TRUE(member(moved[1]));
    EXPECT_TRUE(follow(contacts, cursor).empty());

    // What is ours in the text is never written.
    Contact after = std::get<Contact>(provider->parse(contacts, moved[1].raw).record);
    const Record before = after;
    after.jobTitle = "Boss";
    const auto written = provider->update(contacts, ICloud::book, moved[1], before, after);
    EXPECT_TRUE(member(written.item));
    EXPECT_THAT(icloud.get(inBook("B.vcf")), HasSubstr("TITLE:Boss"));

    // Somebody whose card has another name joins: everything is read again.
    icloud.put(inBook("odd-name.vcf"), card("C"));
    icloud.put(inBook("friends.vcf"), groupCard({"B", "C"}));
    anew();
    EXPECT_THROW(follow(contacts, cursor), CursorExpired);
    cursor.clear();
    EXPECT_EQ(follow(contacts, cursor).size(), 4U);
    icloud.remove(inBook("friends.vcf"));
    EXPECT_THROW(anew().changes(contacts, ICloud::book, cursor, {}), CollectionGone);
}

TEST_F(ICloudSync, WhatTheCrmCreatesJoinsTheGroup) {  // rule D1
    icloud.put(inBook("friends.vcf"), groupCard({}));
    group = inBook("friends.vcf");
    anew();
    Contact contact;
    contact.firstName = "Erika";
    contact.displayName = "Erika";
    contact.uid = "erika";
    const auto made = provider->create(contacts, ICloud::book, key, contact);
    EXPECT_THAT(provider->parse(contacts, made.item.raw).groups, ElementsAre(group));
    EXPECT_THAT(icloud.get(inBook("friends.vcf")), HasSubstr("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:erika\r\n"));
    EXPECT_THAT(icloud.get(inBook(made.item.id)), Not(HasSubstr("X-CRMDAV-GROUP")));
    provider->create(contacts, ICloud::book, key, contact);
    EXPECT_THAT(icloud.get(inBook("friends.vcf")), Not(ContainsRegex("erika.*erika"))) << "once";
}

TEST_F(ICloudSync, APhotoMayBeAnAddressThatNeedsThePassword) {  // reference §7
    const std::string image("\xff\xd8\xff\xe0\x00\x10JFIF\x00 some bytes of an image", 36);
    std::string authorization;
    const standins::HttpHost gateway([&](const standins::Request& request) {
        authorization = request.header("Authorization");
        return standins::Reply{.status = request.path == "/p.jpg" ? 200 : 404, .body = image, .type = "text/html"};
    });
    const std::string near = "http://localhost" + gateway.url().substr(gateway.url().rfind(':'));
    icloud.put(inBook("P.vcf"), card("P", "PHOTO;VALUE=uri:" + near + "/p.jpg\r\n"));
    icloud.put(inBook("Q.vcf"), card("Q", "PHOTO;VALUE=uri:" + near + "/q.jpg\r\n"));
    icloud.put(inBook("R.vcf"), card("R", "PHOTO;VALUE=uri:http://127.0.0.2/r.jpg\r\n"));
    const auto photo = [&](const char* file) {
        return provider->photo(ICloud::book, *provider->read(contacts, ICloud::book, file));
    };
    EXPECT_EQ(photo("P.vcf"), image);
    EXPECT_THAT(authorization, StartsWith("Basic "));
    EXPECT_EQ(photo("Q.vcf"), std::nullopt);
    EXPECT_EQ(photo("R.vcf"), std::nullopt);
}

TEST_F(ICloudSync, BusyTimesComeFromEvents) {  // free-busy-query isn't there
    icloud.put(at("A.ics"), event("A"));
    icloud.put(at("B.ics"),
               event("B", "ORGANIZER:mailto:b@example.org\r\nATTENDEE;PARTSTAT=DECLINED:mailto:anna@icloud.com\r\n"));
    provider->identify();
    const auto moment = [](const char* text) { return *parseUtc(text); };
    const TimeRange range{moment("20260301T000000Z"), moment("20260304T000000Z")};
    EXPECT_EQ(provider->busy({ICloud::calendar}, range).size(), 1U);
    icloud.remove(at("A.ics"));
    EXPECT_TRUE(provider->busy({ICloud::calendar}, range).empty()) << "declined";
    std::string day = event("C");
    day.replace(day.find("DTSTART"), day.find("SUMMARY") - day.find("DTSTART"), "DTSTART;VALUE=DATE:20260302\r\n");
    icloud.put(at("C.ics"), day);
    EXPECT_THAT(provider->busy({ICloud::calendar}, range),
                ElementsAre(BusyPeriod{moment("20260301T230000Z"), moment("20260302T230000Z"), Busy::busy}))
        << "a day as its owner has it";
}

}  // namespace
}  // namespace crmdav
