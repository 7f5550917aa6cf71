#include "protocol/text/datetime.h"
#include "tests/bridge/icloud_fixture.h"

// What is known of iCloud's ways, against a stand-in that has them.
namespace crmdav {
namespace {

using namespace testing;
constexpr auto calendar = SyncKind::calendar;
constexpr auto contacts = SyncKind::contacts;

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
    icloud.put("/1234567/calendars/office/x.ics", event("plan"));
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
