#include <set>

#include "protocol/text/datetime.h"
#include "protocol/text/text_values.h"
#include "tests/bridge/dav_fixture.h"

// What is read; the same of every server.
namespace crmdav {
namespace {

using namespace testing;

class DavReads : public DavServers {};
constexpr auto calendar = SyncKind::calendar;
constexpr auto contacts = SyncKind::contacts;

TEST_P(DavReads, ChangesOfOthersAndOursComeOnce) {  // rule C10, RFC 6578
    put(server->calendar + "a.ics", event("a"));
    put(server->calendar + "b.ics", event("b"));
    std::string cursor;
    auto items = follow(calendar, cursor);
    EXPECT_TRUE(listed) << "the first time it is a listing";
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(items.at("a.ics").uid, "a");
    EXPECT_EQ(activityIn(items.at("b.ics")).subject, "Event of b");

    listed = false;
    anew();
    relay.asked();
    const std::string idle = cursor;
    EXPECT_TRUE(follow(calendar, cursor).empty());
    EXPECT_EQ(relay.asked().size(), 1U) << "an idle run makes one call";

    put(server->calendar + "a.ics", event("a", "LOCATION:Here\r\n"));
    other("DELETE", server->calendar + "b.ics");
    const auto made = provider->create(calendar, server->calendar, key(), meeting());
    items = follow(calendar, cursor);
    EXPECT_FALSE(listed);
    EXPECT_EQ(items.size(), 3U);
    EXPECT_EQ(activityIn(items.at("a.ics")).location, "Here");
    EXPECT_TRUE(items.at("b.ics").gone);
    EXPECT_EQ(items.at(made.item.id).version, made.item.version);
    EXPECT_EQ(activityIn(items.at(made.item.id)), activityIn(made.item));
    EXPECT_TRUE(follow(calendar, cursor).empty());
}

TEST_P(DavReads, ATokenThatIsNoneAnyMoreIsSaidToBe) {  // rule I4
    put(server->calendar + "a.ics", event("a"));
    std::string cursor;
    follow(calendar, cursor);
    for (const char* bad : {R"({"token":"http://example.com/nonsense"})", R"({"token":"1"})", "{\"tok", "nonsense"}) {
        cursor = bad;
        EXPECT_THROW(follow(calendar, cursor), CursorExpired) << bad;
    }
    cursor.clear();
    EXPECT_EQ(follow(calendar, cursor).size(), 1U);
}

TEST_P(DavReads, WithoutSyncReportsETagsTell) {  // RFC 6578 is optional
    relay.unknown = "sync-collection";
    put(server->calendar + "a.ics", event("a"));
    put(server->calendar + "b.ics", event("b"));
    std::string cursor;
    EXPECT_EQ(follow(calendar, cursor).size(), 2U);
    EXPECT_TRUE(listed);
    listed = false;
    anew();
    relay.asked();
    EXPECT_TRUE(follow(calendar, cursor).empty());
    EXPECT_EQ(relay.asked().size(), 1U) << "an idle run makes one call";
    put(server->calendar + "a.ics", event("a", "LOCATION:Here\r\n"));
    put(server->calendar + "c.ics", event("c"));
    other("DELETE", server->calendar + "b.ics");
    const auto items = follow(calendar, cursor);
    EXPECT_EQ(items.size(), 3U);
    EXPECT_FALSE(listed);
    EXPECT_TRUE(items.at("b.ics").gone);
    EXPECT_EQ(activityIn(items.at("a.ics")).location, "Here");
    EXPECT_TRUE(follow(calendar, cursor).empty());
    // The server learns of tokens, or forgets them: what the cursor is about isn't there any more.
    relay.unknown = "\t\t";
    EXPECT_TRUE(follow(calendar, cursor).empty());
    cursor.clear();
    follow(calendar, cursor);
    relay.unknown = "sync-collection";
    EXPECT_THROW(follow(calendar, cursor), CursorExpired);
}

TEST_P(DavReads, WithoutMultigetObjectsComeOneByOne) {  // RFC 4791 §7.9, RFC 6352 §8.7
    relay.unknown = "multiget";
    put(server->calendar + "a.ics", event("a"));
    put(server->book + "a.vcf", card("a"));
    std::string cursor;
    auto items = follow(calendar, cursor);
    EXPECT_EQ(activityIn(items.at("a.ics")).subject, "Event of a");
    EXPECT_NE(items.at("a.ics").version, "");
    cursor.clear();
    items = follow(contacts, cursor);
    EXPECT_EQ(contactIn(items.at("a.vcf")).lastName, "Muster");
}

TEST_P(DavReads, PhotosAreRead) {  // rule D11
    const std::string image("\xff\xd8\xff\xe0\x00\x10JFIF\x00 some bytes of an image", 34);
    put(server->book + "p.vcf", card("p", "PHOTO;ENCODING=b;TYPE=JPEG:" + base64Encode(image) + "\r\n"));
    put(server->book + "q.vcf", card("q", "PHOTO;VALUE=uri:https://photos.example.com/q.jpg\r\n"));
    put(server->book + "r.vcf", card("r"));
    std::string cursor;
    const auto items = follow(contacts, cursor);
    EXPECT_TRUE(provider->parse(contacts, items.at("p.vcf").raw).hasPhoto);
    EXPECT_EQ(provider->photo(server->book, items.at("p.vcf")), image);
    EXPECT_EQ(provider->photo(server->book, items.at("q.vcf")), std::nullopt) << "not one of the login's hosts";
    EXPECT_FALSE(provider->parse(contacts, items.at("r.vcf").raw).hasPhoto);
}

TEST_P(DavReads, BusyTimesAreTold) {  // B13
    put(server->calendar + "a.ics", event("a"));
    put(server->calendar + "b.ics", event("b", "RRULE:FREQ=DAILY;COUNT=3\r\n"));
    put(server->calendar + "c.ics", event("c", "TRANSP:TRANSPARENT\r\nRRULE:FREQ=DAILY;COUNT=9\r\n"));
    const auto at = [](const char* text) { return *parseUtc(text); };
    const TimeRange range{at("20260301T000000Z"), at("20260304T000000Z")};
    EXPECT_THAT(provider->busy({server->calendar}, range),
                ElementsAre(BusyPeriod{at("20260302T100000Z"), at("20260302T110000Z"), Busy::busy},
                            BusyPeriod{at("20260303T100000Z"), at("20260303T110000Z"), Busy::busy}));
    relay.unknown = "calendar-query";
    if (std::string_view(GetParam().name) == "Radicale")  // knows nothing of free-busy-query
        EXPECT_THROW(provider->busy({server->calendar}, range), Refused);
    else
        EXPECT_THAT(provider->busy({server->calendar}, range),
                    Contains(BusyPeriod{at("20260302T100000Z"), at("20260302T110000Z"), Busy::busy}));
    relay.unknown = "\t\t";
}

TEST_P(DavReads, ACollectionThatIsGoneIsSaidToBe) {
    std::string cursor;
    const std::string gone = server->calendar + "not-there/";
    EXPECT_THROW(provider->changes(calendar, gone, "", {}), CollectionGone);
    EXPECT_THROW(provider->create(calendar, gone, key(), meeting()), CollectionGone);
}

/// @returns names that came, each once
std::set<std::string> pagesOf(DavProvider* provider, const std::function<DavProvider&()>& anew, const std::string& book,
                              std::string& cursor, SeenInMemory& kept) {
    std::set<std::string> seen;
    int pages = 0;
    for (bool more = true; more; ++pages) {
        if (pages == 3) provider = &anew();  // another run goes on where this one broke off
        const ChangePage page = provider->changes(contacts, book, cursor, {});
        EXPECT_EQ(page.first, pages == 0);
        EXPECT_TRUE(page.listing);
        EXPECT_LE(page.items.size(), 100U);
        for (const RemoteItem& item : page.items) EXPECT_TRUE(seen.insert(item.id).second) << item.id;
        kept.take(book, page);
        cursor = page.cursor;
        more = page.more;
    }
    EXPECT_EQ(pages, 10);
    return seen;
}

TEST_P(DavReads, AThousandObjectsComeInPages) {  // rule I9
    std::set<std::string> names;
    std::map<std::string, std::string> cards;
    for (int i = 0; i < 1000; ++i) {
        const std::string uid = "n" + std::to_string(i);
        cards[uid + ".vcf"] = card(uid);
        names.insert(uid + ".vcf");
    }
    server->fillBook(cards);
    for (const char* unknown : {"\t\t", "sync-collection"}) {                                     // by token, by ETags
        if (relay.unknown != unknown && std::string_view(GetParam().name) != "Crmdav") continue;  // slow, and the same
        relay.unknown = unknown;
        std::string cursor;
        EXPECT_EQ(pagesOf(
                      &anew(), [this]() -> DavProvider& { return anew(); }, server->book, cursor, seen),
                  names);
        EXPECT_LT(cursor.size(), 500U) << "a position isn't longer for there being more";
        put(server->book + "n7.vcf", card("n7", "NICKNAME:Seven\r\n"));
        other("DELETE", server->book + "n8.vcf");
        const auto items = follow(contacts, cursor);
        EXPECT_EQ(items.size(), 2U);
        EXPECT_TRUE(items.at("n8.vcf").gone);
        EXPECT_TRUE(follow(contacts, cursor).empty());
        put(server->book + "n8.vcf", card("n8"));
        put(server->book + "n7.vcf", card("n7"));
    }
}

INSTANTIATE_TEST_SUITE_P(All, DavReads, ValuesIn(davServerKinds), [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace crmdav
