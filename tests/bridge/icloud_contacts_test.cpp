#include "tests/bridge/icloud_fixture.h"

// iCloud's contacts: groups, photos.
namespace crmdav {
namespace {

using namespace testing;
class ICloudContacts : public ICloudSync {};
constexpr auto contacts = SyncKind::contacts;

TEST_F(ICloudContacts, GroupsAreCardsAndNoContacts) {  // rule D1, reference §7
    icloud.put(inBook("A.vcf"), card("A"));
    icloud.put(inBook("friends.vcf"), groupCard({"A"}));
    const auto groups = provider->groups();
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].id, inBook("friends.vcf"));
    EXPECT_EQ(groups[0].name, "Friends");
    EXPECT_EQ(provider->parse(contacts, icloud.get(inBook("friends.vcf"))).use, Use::nothing);
}

TEST_F(ICloudContacts, WhoJoinsOrLeavesAGroupIsReported) {  // rule D1
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

TEST_F(ICloudContacts, WhatTheCrmCreatesJoinsTheGroup) {  // rule D1
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

TEST_F(ICloudContacts, APhotoMayBeAnAddressThatNeedsThePassword) {  // reference §7
    const std::string image("\xff\xd8\xff\xe0\x00\x10JFIF\x00 some bytes of an image", 34);
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

}  // namespace
}  // namespace crmdav
