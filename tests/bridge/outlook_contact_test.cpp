#include "bridge/outlook/contact.h"

#include "bridge/json_values.h"
#include "bridge/outlook/values.h"
#include "tests/bridge/outlook_world.h"

namespace crmdav {
namespace {

using namespace outlook;
using standins::Fault;
using standins::GraphHabits;

constexpr auto contacts = SyncKind::contacts;

Contact read(const std::string& raw) { return std::get<Contact>(readContact(raw).record); }

Json patchOf(const std::string& raw, const std::function<void(Contact&)>& edit) {
    const Contact before = read(raw);
    Contact after = before;
    edit(after);
    const std::string body = changedContact(raw, before, after);
    return body.empty() ? Json() : outlook::parse(body);
}

using Values = std::vector<LabelledValue>;

const std::string full =
    R"({"id":"C","@odata.etag":"W/\"1\"","displayName":"Dr. Ann B. Cole Jr.","title":"Dr.","givenName":"Ann",
 "middleName":"B.","surname":"Cole","generation":"Jr.","nickName":"Annie","companyName":"Acme","department":"Sales","jobTitle":"Head",
 "emailAddresses":[{"name":"Ann at work","address":"Ann@acme.com"},{"name":"x","address":"ann@home.example"},{"name":"lost"}],
 "mobilePhone":"+41 79 1","businessPhones":["+41 61 1","+41 61 2"],"homePhones":["+41 44 1"],
 "homeAddress":{},"businessAddress":{"street":"Gasse 1\r\nHaus B","city":"Basel","postalCode":"4000","countryOrRegion":"Switzerland"},
 "otherAddress":{"city":"Bern"},"birthday":"1990-12-10T11:59:00Z","personalNotes":"a\r\nb","businessHomePage":"https://acme.com",
 "imAddresses":["sip:ann@acme.com"],"spouseName":"Bob","children":["Eve"],"categories":["Red"],"parentFolderId":"F",
 "lastModifiedDateTime":"2026-03-01T08:00:00Z"})";

// mapping.md §2, row by row
TEST(OutlookContact, IsRead) {
    const Contact contact = read(full);
    EXPECT_EQ(contact.displayName, "Dr. Ann B. Cole Jr.");
    EXPECT_EQ(contact.prefix, "Dr.");
    EXPECT_EQ(contact.firstName, "Ann");
    EXPECT_EQ(contact.middleName, "B.");
    EXPECT_EQ(contact.lastName, "Cole");
    EXPECT_EQ(contact.suffix, "Jr.");
    EXPECT_EQ(contact.nickname, "Annie");
    EXPECT_EQ(contact.companyName, "Acme");
    EXPECT_EQ(contact.department, "Sales");
    EXPECT_EQ(contact.jobTitle, "Head");
    EXPECT_EQ(contact.emails, (Values{{"", "Ann@acme.com"}, {"", "ann@home.example"}}));
    EXPECT_EQ(contact.phones,
              (Values{{"mobile", "+41 79 1"}, {"work", "+41 61 1"}, {"work", "+41 61 2"}, {"home", "+41 44 1"}}));
    ASSERT_EQ(contact.addresses.size(), 1U);  // rule D11: home, else work, else other
    EXPECT_EQ(contact.addresses[0].label, "work");
    EXPECT_EQ(contact.addresses[0].street, "Gasse 1\nHaus B");
    EXPECT_EQ(contact.addresses[0].country, "Switzerland");
    EXPECT_EQ(contact.birthday, "1990-12-10");
    EXPECT_EQ(contact.notes, "a\nb");
    EXPECT_EQ(contact.urls, (Values{{"", "https://acme.com"}}));
    EXPECT_EQ(contact.ims, (Values{{"", "sip:ann@acme.com"}}));
    EXPECT_THAT(contact.tags, testing::IsEmpty());
    EXPECT_EQ(heldContact(contact), contact);
}

TEST(OutlookContact, NothingIsNothingHoweverItIsSaid) {
    EXPECT_EQ(
        read(R"({"id":"C","givenName":null,"homeAddress":{},"emailAddresses":[],"mobilePhone":"","birthday":null})"),
        read(R"({"id":"C"})"));
    EXPECT_EQ(read(R"({"id":"C","birthday":"1604-05-17T11:59:00Z"})").birthday, "");  // no year
}

TEST(OutlookContact, WhatIsHeld) {
    Contact contact;
    contact.firstName = "Ann";
    contact.lastName = "Cole";
    contact.emails = {{"work", "a@x.ch", true}, {"", "no address"}, {"", "A@X.ch"},
                      {"", "b@x.ch"},           {"", "c@x.ch"},     {"", "d@x.ch"}};
    contact.phones = {{"main", "1"},   {"fax", "2"},  {"work", "3"}, {"mobile", "4"},
                      {"mobile", "5"}, {"home", "6"}, {"work", "7"}, {"pager", "8"}};
    contact.urls = {{"", "https://a"}, {"", "https://b"}};
    contact.dates = {{"anniversary", "2020-01-01"}};
    PostalAddress work, own;
    work.label = "work";
    work.locality = "Basel";
    own.label = "home";
    own.poBox = "Postfach 1";
    own.street = "Gasse 1";
    contact.addresses = {work, own};
    contact.birthday = "--05-17";
    contact.tags = {"vip"};
    contact.custom = {{"a", "b"}};
    const Contact held = heldContact(contact);
    EXPECT_EQ(held.displayName, "Ann Cole");
    EXPECT_EQ(held.emails, (Values{{"", "a@x.ch"}, {"", "b@x.ch"}, {"", "c@x.ch"}}));
    EXPECT_EQ(held.phones, (Values{{"mobile", "4"}, {"work", "3"}, {"work", "7"}, {"home", "6"}}));
    EXPECT_EQ(held.urls.size(), 1U);
    ASSERT_EQ(held.addresses.size(), 1U);
    EXPECT_EQ(held.addresses[0].street, "Postfach 1\nGasse 1");
    EXPECT_EQ(held.birthday, "");
    EXPECT_THAT(held.dates, testing::IsEmpty());
    EXPECT_THAT(held.custom, testing::IsEmpty());
    EXPECT_EQ(heldContact(held), held);
}

// displayName goes with every change: Outlook makes it anew otherwise.
TEST(OutlookContact, EachFieldIsWrittenByItselfAlone) {
    struct Row {
        std::function<void(Contact&)> edit;
        const char* json;
    };
    const Row rows[] = {
        {[](Contact& c) { c.firstName = "Anna"; }, R"("givenName":"Anna")"},
        {[](Contact& c) { c.suffix.clear(); }, R"("generation":null)"},
        {[](Contact& c) { c.birthday = "1991-01-01"; }, R"("birthday":"1991-01-01T00:00:00Z")"},
        {[](Contact& c) { c.birthday.clear(); }, R"("birthday":null)"},
        {[](Contact& c) { c.notes = "n"; }, R"("personalNotes":"n")"},
        {[](Contact& c) { c.urls.clear(); }, R"("businessHomePage":null)"},
        {[](Contact& c) { c.ims.clear(); }, R"("imAddresses":[])"},
        // What stays keeps its place and its name.
        {[](Contact& c) {
             c.emails.insert(c.emails.begin(), {"", "new@x.ch"});
         },
         R"("emailAddresses":[{"name":"Ann at work","address":"Ann@acme.com"},{"name":"x","address":"ann@home.example"},{"name":"new@x.ch","address":"new@x.ch"}])"},
        {[](Contact& c) { c.emails.erase(c.emails.begin()); },
         R"("emailAddresses":[{"name":"x","address":"ann@home.example"}])"},
        {[](Contact& c) { c.phones[2].value = "+41 61 9"; }, R"("businessPhones":["+41 61 1","+41 61 9"])"},
        {[](Contact& c) { c.phones.erase(c.phones.begin()); }, R"("mobilePhone":null)"},
        {[](Contact& c) { c.phones.pop_back(); }, R"("homePhones":[])"},
        {[](Contact& c) { c.addresses[0].locality = "Bern"; },
         R"("businessAddress":{"street":"Gasse 1\nHaus B","city":"Bern","state":null,"postalCode":"4000","countryOrRegion":"Switzerland"})"},
        {[](Contact& c) { c.addresses.clear(); },
         R"("businessAddress":{"street":null,"city":null,"state":null,"postalCode":null,"countryOrRegion":null})"},
        // Another place that is free; but never over an address that isn't ours.
        {[](Contact& c) { c.addresses[0].label = "home"; },
         R"("businessAddress":{"street":null,"city":null,"state":null,"postalCode":null,"countryOrRegion":null},"homeAddress":{"street":"Gasse 1\nHaus B","city":"Basel","state":null,"postalCode":"4000","countryOrRegion":"Switzerland"})"},
        {[](Contact& c) {
             c.addresses[0].label = "other";
             c.addresses[0].locality = "Chur";
         },
         R"("businessAddress":{"street":"Gasse 1\nHaus B","city":"Chur","state":null,"postalCode":"4000","countryOrRegion":"Switzerland"})"},
    };
    for (const Row& row : rows) {
        const Json patch = patchOf(full, row.edit);
        EXPECT_TRUE(
            sameJson(patch, outlook::parse(std::string(R"({"displayName":"Dr. Ann B. Cole Jr.",)") + row.json + "}")))
            << row.json << "\n"
            << toText(patch);
    }
    for (const std::function<void(Contact&)>& edit : std::vector<std::function<void(Contact&)>>{
             [](Contact&) {}, [](Contact& c) { c.tags = {"x"}; }, [](Contact& c) { c.emails[0].label = "work"; },
             [](Contact& c) {
                 c.phones.push_back({"fax", "1"});
             },
             [](Contact& c) {
                 c.dates = {{"x", "2020-01-01"}};
             }})
        EXPECT_TRUE(patchOf(full, edit).isNull());
}

// ---------------------------------------------------------------- before the stand-in

Contact person(const char* first) {
    Contact contact;
    contact.displayName = std::string(first) + " Cole";
    contact.firstName = first;
    contact.lastName = "Cole";
    contact.emails = {{"work", std::string(first) + "@x.ch"}};
    contact.phones = {{"mobile", "+41791"}};
    contact.birthday = "1990-12-10";
    PostalAddress home;
    home.label = "home";
    home.locality = "Bern";
    contact.addresses = {home};
    return contact;
}

struct OutlookContactsTest : testing::Test {
    void sync() { world.sync(contacts, "contacts", {}); }
    RemoteItem create(const char* first, const char* key) {
        return world.provider.create(contacts, "contacts", key, person(first)).item;
    }
    RemoteItem update(const RemoteItem& base, const std::function<void(Contact&)>& edit) {
        const Contact before = read(base.raw);
        Contact after = before;
        edit(after);
        return world.provider.update(contacts, "contacts", base, before, after).item;
    }
    void TearDown() override { EXPECT_THAT(world.graph.violations(), testing::IsEmpty()); }
    OutlookWorld world;
};

TEST_F(OutlookContactsTest, WhatIsCreatedIsReadBack) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        OutlookWorld other(GraphHabits::random(seed), seed);
        const RemoteItem item = other.provider.create(contacts, "contacts", "key", person("Ann")).item;
        EXPECT_EQ(read(item.raw), heldContact(person("Ann"))) << seed;
        other.sync(contacts, "contacts", {});
        ASSERT_EQ(other.known.size(), 1U);
        EXPECT_EQ(read(other.known.at(item.id).raw), heldContact(person("Ann"))) << seed;
        const auto again = other.provider.read(contacts, "contacts", item.id);
        ASSERT_TRUE(again.has_value());
        EXPECT_EQ(other.provider.parse(contacts, again->raw).mark, "key");  // rule I1
    }
}

// Rule I1
TEST_F(OutlookContactsTest, TheSameKeyNeverMakesTwo) {
    // The look-up passes; the creation is carried out, its answer is lost.
    world.graph.faults().next(Fault::none);
    world.graph.faults().next(Fault::lostAfter);
    EXPECT_THROW(create("Ann", "key"), TryLater);
    const RemoteItem item = create("Ann", "key");
    EXPECT_EQ(world.graph.contacts(), std::vector<std::string>{item.id});
    create("Bob", "other");
    EXPECT_EQ(world.graph.contacts().size(), 2U);
    const std::string folder = world.graph.addFolder("Suppliers");
    const auto there = world.provider.create(contacts, folder, "third", person("Eve")).item;
    EXPECT_EQ(world.provider.create(contacts, folder, "third", person("Eve")).item.id, there.id);
    EXPECT_EQ(world.graph.contacts(folder).size(), 1U);
}

TEST_F(OutlookContactsTest, ChangesComeByPages) {
    world.graph.habits().pageSize = 2;
    world.graph.habits().emptyPages = 30;
    world.graph.habits().repeated = 30;
    for (int i = 0; i < 7; ++i) world.graph.addContact(R"({"givenName":"p)" + std::to_string(i) + "\"}");
    sync();
    EXPECT_EQ(world.known.size(), 7U);
    const std::string first = world.known.begin()->first, second = std::next(world.known.begin())->first;
    world.graph.editContact(first, R"({"jobTitle":"Head"})");
    world.graph.removeContact(second);
    sync();
    EXPECT_EQ(world.known.size(), 6U);
    EXPECT_EQ(read(world.known.at(first).raw).jobTitle, "Head");
    world.graph.expireCursors();
    EXPECT_THROW(world.provider.changes(contacts, "contacts", world.cursor, {}), CursorExpired);  // rule I4
    world.graph.removeContact(first);
    sync();
    EXPECT_EQ(world.known.size(), 5U);
    EXPECT_THROW(world.provider.changes(contacts, "nowhere", "", {}), CollectionGone);
}

TEST_F(OutlookContactsTest, OnlyWhatDiffersIsWritten) {
    const std::string id = world.graph.addContact(
        R"({"givenName":"Ann","surname":"Cole","displayName":"A. Cole","spouseName":"Bob","categories":["Red"],"otherAddress":{"city":"Chur"},"homeAddress":{"city":"Bern"}})");
    sync();
    const RemoteItem changed = update(world.known.at(id), [](Contact& c) {
        c.jobTitle = "Head";
        c.addresses.clear();
    });
    const Json now = world.graph.contact(id);
    EXPECT_EQ(textAt(now, "displayName"), "A. Cole");
    EXPECT_EQ(textAt(now, "spouseName"), "Bob");
    EXPECT_EQ(textAt(now, "jobTitle"), "Head");
    EXPECT_EQ(textAt(now, {"otherAddress", "city"}), "Chur");
    EXPECT_TRUE(at(now, "homeAddress").object.empty());
    world.graph.editContact(id, R"({"surname":"Smith","displayName":"Ann Smith"})");
    EXPECT_THROW(update(changed, [](Contact& c) { c.jobTitle = "x"; }), Changed);  // rule I2
    EXPECT_THROW(world.provider.remove(contacts, "contacts", changed), Changed);
    world.graph.removeContact(id);
    EXPECT_THROW(update(changed, [](Contact& c) { c.jobTitle = "x"; }), Gone);
    EXPECT_NO_THROW(world.provider.remove(contacts, "contacts", changed));
}

TEST_F(OutlookContactsTest, AVersionAloneIsNoChange) {
    world.graph.habits().laterVersion = true;
    const RemoteItem item = create("Ann", "key");
    world.graph.editContact(item.id, R"({"categories":["Blue"],"displayName":"Ann Cole"})");
    EXPECT_EQ(read(update(item, [](Contact& c) { c.jobTitle = "Head"; }).raw).jobTitle, "Head");
}

TEST_F(OutlookContactsTest, ADeletionCanBeUndone) {
    const std::string id = world.graph.addContact(
        R"({"givenName":"Ann","displayName":"Ann","spouseName":"Bob","birthday":"1990-12-10T00:00:00Z"})");
    sync();
    const RemoteItem was = world.known.at(id);
    world.provider.remove(contacts, "contacts", was);
    const RemoteItem back = world.provider.restore(contacts, "contacts", was).item;
    EXPECT_EQ(read(back.raw), read(was.raw));
    EXPECT_EQ(textAt(world.graph.contact(back.id), "spouseName"), "Bob");
}

TEST_F(OutlookContactsTest, PhotosAreReadWhereThereAreAny) {
    const RemoteItem item = create("Ann", "key");
    EXPECT_TRUE(world.provider.parse(contacts, item.raw).hasPhoto);
    EXPECT_FALSE(world.provider.photo("contacts", item).has_value());
    world.graph.setPhoto(item.id, std::string("\xFF\xD8\0jpeg", 7));
    EXPECT_EQ(world.provider.photo("contacts", item), std::string("\xFF\xD8\0jpeg", 7));
}

// I9: twenty photos are one call; what a batch doesn't bring is asked for by itself.
TEST_F(OutlookContactsTest, ManyPhotosAreAskedForTogether) {
    std::vector<std::string> ids;
    for (int i = 0; i < 30; ++i) {
        ids.push_back(world.graph.addContact(R"({"givenName":"Ann"})"));
        if (i % 3 == 0) world.graph.setPhoto(ids.back(), "jpeg " + std::to_string(i));
    }
    const auto expectAll = [&] {
        world.provider.expectPhotos(ids);
        for (int i = 0; i < 30; ++i) {
            const auto photo = world.provider.photo("contacts", {ids[static_cast<std::size_t>(i)], {}, {}, {}});
            EXPECT_EQ(photo, i % 3 == 0 ? std::optional("jpeg " + std::to_string(i)) : std::nullopt) << i;
        }
    };
    world.graph.forgetRequests();
    expectAll();
    EXPECT_EQ(world.graph.requests().size(), 2U);
    world.graph.forgetRequests();
    world.graph.faults().next(standins::Fault::none);
    world.graph.faults().next(standins::Fault::throttled);  // the first of the batch
    expectAll();
    EXPECT_EQ(world.graph.requests().size(), 3U);
    world.graph.setPhoto(ids[1], "new");
    EXPECT_EQ(world.provider.photo("contacts", {ids[1], {}, {}, {}}), "new") << "nothing is remembered";
    EXPECT_TRUE(world.graph.violations().empty());
}

}  // namespace
}  // namespace crmdav
