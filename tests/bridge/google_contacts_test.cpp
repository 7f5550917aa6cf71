#include "tests/bridge/google_world.h"

/// The Google provider's contacts against the stand-in, over seeds that decide what isn't known for sure.
namespace crmdav {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr SyncKind contacts = SyncKind::contacts;
const std::string book = "people/me";

Json person(const std::string& given, const std::string& email = {}) {
    Json json = jsonObject({{"names", jsonArray({jsonObject({{"givenName", jsonText(given)}})})}});
    if (!email.empty()) set(json, "emailAddresses", jsonArray({jsonObject({{"value", jsonText(email)}})}));
    return json;
}
std::string nameOf(const Json& json) { return std::string(textAt(json, "resourceName")); }

Contact ann() {
    Contact contact;
    contact.firstName = "Ann";
    contact.lastName = "Lee";
    contact.emails = {{"work", "ann@x.org", false}};
    return contact;
}

struct GoogleContacts : testing::TestWithParam<int>, GoogleWorld {
    GoogleContacts() : GoogleWorld(static_cast<std::uint64_t>(GetParam())) {}
    RemoteItem read(const std::string& id) { return provider->read(contacts, book, id).value(); }
    Written update(const RemoteItem& base, const Contact& after) {
        return provider->update(contacts, book, base, contact(base), after);
    }
    void edit(const std::string& name, const std::string& given) { people().edit(name, person(given)); }
};
INSTANTIATE_TEST_SUITE_P(Seeds, GoogleContacts, testing::Range(1, 9));

// I3, I4: a listing, then what changed; lists are late, an idle account answers without "connections".
TEST_P(GoogleContacts, AListingAndThenWhatChanged) {
    EXPECT_EQ(provider->collections(contacts).at(0).id, book);
    std::vector<std::string> names;
    for (int i = 0; i < 12; ++i) names.push_back(nameOf(people().insert(person("P" + std::to_string(i)))));
    people().settle();
    std::string cursor;
    const auto listed = round(contacts, book, cursor);
    EXPECT_TRUE(listed.listing);
    EXPECT_THAT(listed.items, SizeIs(12));
    EXPECT_THAT(round(contacts, book, cursor).items, IsEmpty());
    edit(names[2], "Other");
    people().erase(names[3]);
    people().settle();
    const auto changed = round(contacts, book, cursor);
    EXPECT_FALSE(changed.listing);
    ASSERT_THAT(changed.items, SizeIs(2));
    EXPECT_EQ(contact(changed.items.at(names[2])).firstName, "Other");
    EXPECT_TRUE(changed.items.at(names[3]).gone);
}

// I4: EXPIRED_SYNC_TOKEN in every shape; and before it comes, on the sixth day.
TEST_P(GoogleContacts, AnExpiredCursorIsSaid) {
    google.quirks.expiredShape = GetParam() % 3;
    std::string cursor;
    round(contacts, book, cursor);
    people().expireTokens();
    EXPECT_THROW(provider->changes(contacts, book, cursor, {}), CursorExpired);
    cursor.clear();
    round(contacts, book, cursor);
    now += days(5);
    std::string renewed = cursor;
    round(contacts, book, renewed);
    now += days(1) + 1h;
    EXPECT_THROW(provider->changes(contacts, book, renewed, {}), CursorExpired) << "renewing doesn't prolong it";
}

// A page that fails is asked for again; the listing doesn't begin anew.
TEST_P(GoogleContacts, AListingGoesOnWhereItWas) {
    google.quirks.pageSize = 2;
    for (int i = 0; i < 7; ++i) people().insert(person("P" + std::to_string(i)));
    people().settle();
    std::string cursor;
    std::size_t seen = 0, begun = 0;
    for (ChangePage page{{}, {}, true, false, false}; page.more;) {
        google.faults.next(standins::Fault::throttled);
        EXPECT_THROW(provider->changes(contacts, book, cursor, {}), TryLater);
        page = provider->changes(contacts, book, cursor, {});
        cursor = page.cursor;
        seen += page.items.size();
        begun += page.first ? 1 : 0;
    }
    EXPECT_EQ(seen, 7u);
    EXPECT_EQ(begun, 1u);
}

TEST_P(GoogleContacts, WhatIsCreatedIsWhatIsHeld) {
    const Written made = provider->create(contacts, book, key(), ann());
    EXPECT_EQ(contact(made.item), std::get<Contact>(provider->held(ann())));
    EXPECT_EQ(contact(read(made.item.id)), contact(made.item));
    people().settle();
    std::string cursor;
    EXPECT_EQ(round(contacts, book, cursor).items.at(made.item.id).version, made.item.version) << "C10: our own write";
}

// I1: Google knows no key. What an earlier try made is looked for, once it must show.
TEST_P(GoogleContacts, ACreationMayBeRepeated) {
    const Id link = key();
    google.faults.next(standins::Fault::lostAfter);
    try {
        provider->create(contacts, book, link, ann());
        FAIL();
    } catch (const TryLater& later) {
        EXPECT_GE(*later.after, 5min) << "not before it shows in lists";
    }
    now += 1min;
    if (google.quirks.delay > 0) {
        EXPECT_THROW(provider->create(contacts, book, link, ann()), TryLater);
    }
    now += 10min;
    people().settle();
    provider = make();
    Contact edited = ann();
    edited.jobTitle = "Head";
    const Written made = provider->create(contacts, book, link, edited);
    EXPECT_THAT(people().live(), SizeIs(1));
    EXPECT_TRUE(made.existed);
    EXPECT_EQ(contact(made.item), contact(provider->read(contacts, book, made.item.id).value())) << "as it is there";
    EXPECT_EQ(provider->parse(contacts, made.item.raw).mark, link);
    const Written other = provider->create(contacts, book, key(), ann());
    EXPECT_NE(other.item.id, made.item.id);
}

TEST_P(GoogleContacts, ACreationThatNeverArrivedIsMadeLater) {
    const Id link = key();
    google.faults.next(standins::Fault::lostBefore);
    EXPECT_THROW(provider->create(contacts, book, link, ann()), TryLater);
    now += 20min;
    provider->create(contacts, book, link, ann());
    EXPECT_THAT(people().live(), SizeIs(1));
}

// C3: what the CRM has no place for survives; I2: an edit in between is seen, whatever etags say.
TEST_P(GoogleContacts, AnUpdateLeavesTheRest) {
    Json json = person("Ann", "ann@x.org");
    set(json, "userDefined", jsonArray({jsonObject({{"key", jsonText("k")}, {"value", jsonText("v")}})}));
    set(json, "birthdays",
        jsonArray({jsonObject({{"date", jsonObject({{"month", jsonNumber(5)}, {"day", jsonNumber(7)}})}})}));
    const std::string name = nameOf(people().insert(json));
    people().settle();
    std::string cursor;
    const RemoteItem base = round(contacts, book, cursor).items.at(name);
    Contact after = contact(base);
    after.emails.push_back({"home", "ann@home.org", false});
    after.notes = "met";
    const Written written = update(base, after);
    EXPECT_THAT(contact(written.item).emails, SizeIs(2));
    const Json there = *people().find(name);
    EXPECT_EQ(at(there, "userDefined").array.size(), 1u);
    EXPECT_EQ(at(there, "birthdays").array.size(), 1u) << "without year it stays Google's";
    edit(name, "Anna");
    EXPECT_THROW(update(written.item, after), Changed);
    people().erase(name);
    EXPECT_THROW(update(written.item, after), Gone);
}

// A photo or a group that changed is no reason to refuse, though it changes the etag.
TEST_P(GoogleContacts, OnlyFieldsCountAsChanges) {
    const std::string name = nameOf(people().insert(person("Ann", "ann@x.org")));
    const RemoteItem base = read(name);
    people().setPhoto(name, "png");
    people().setGroups(name, {"contactGroups/myContacts", "contactGroups/starred"});
    Contact after = contact(base);
    after.jobTitle = "Head";
    EXPECT_EQ(contact(update(base, after).item).jobTitle, "Head");
}

TEST_P(GoogleContacts, RemovingIsConditionalAndMayBeRepeated) {
    const std::string name = nameOf(people().insert(person("Ann")));
    const RemoteItem base = read(name);
    edit(name, "Anna");
    EXPECT_THROW(provider->remove(contacts, book, base), Changed);
    provider->remove(contacts, book, read(name));
    provider->remove(contacts, book, base);
    EXPECT_FALSE(provider->read(contacts, book, name));
}

TEST_P(GoogleContacts, RestoringBringsBackAllOfIt) {
    Json json = person("Ann", "ann@x.org");
    set(json, "relations", jsonArray({jsonObject({{"person", jsonText("Bo")}})}));
    const std::string name = nameOf(people().insert(json));
    const RemoteItem was = read(name);
    edit(name, "Wrong");
    EXPECT_EQ(contact(provider->restore(contacts, book, was).item), contact(was));
    people().erase(name);
    const Written back = provider->restore(contacts, book, was);
    EXPECT_EQ(contact(back.item), contact(was));
    EXPECT_EQ(at(*people().find(back.item.id), "relations").array.size(), 1u);
}

// D1: groups, starred, and what is made in one.
TEST_P(GoogleContacts, GroupsAreListedAndRead) {
    const std::string friends = people().addGroup("Friends");
    const auto groups = provider->groups();
    ASSERT_THAT(groups, SizeIs(2));
    EXPECT_EQ(groups[0].id, "starred");
    EXPECT_EQ(groups[1].id, friends);
    provider = make(false, "starred");
    const Written made = provider->create(contacts, book, key(), ann());
    EXPECT_THAT(provider->parse(contacts, made.item.raw).groups, ElementsAre("contactGroups/myContacts", "starred"));
    people().setGroups(made.item.id, {friends});
    EXPECT_THAT(provider->parse(contacts, read(made.item.id).raw).groups, ElementsAre(friends));
}

// D11
TEST_P(GoogleContacts, PhotosAreFetched) {
    const std::string name = nameOf(people().insert(person("Ann")));
    EXPECT_FALSE(provider->parse(contacts, read(name).raw).hasPhoto) << "a generated letter is none";
    EXPECT_FALSE(provider->photo(book, read(name)));
    people().setPhoto(name, "PNG bytes");
    EXPECT_TRUE(provider->parse(contacts, read(name).raw).hasPhoto);
    EXPECT_EQ(provider->photo(book, read(name)), "PNG bytes");
}

// A contact that was joined with a profile goes on under another name.
TEST_P(GoogleContacts, ARenamedContactSaysWhatItWas) {
    const std::string name = nameOf(people().insert(person("Ann")));
    people().settle();
    std::string cursor;
    round(contacts, book, cursor);
    const std::string next = people().rename(name);
    people().settle();
    const auto changed = round(contacts, book, cursor);
    EXPECT_THAT(changed.items.at(next).formerly, ElementsAre(name));
}

}  // namespace
}  // namespace crmdav
