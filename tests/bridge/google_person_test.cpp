#include "bridge/google/person.h"

#include "bridge/json_values.h"

namespace crmdav::google {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* ann = R"({"resourceName":"people/c42","etag":"%Eg",
 "metadata":{"sources":[{"type":"PROFILE","id":"1"},{"type":"CONTACT","id":"2a","etag":"#Zx","updateTime":"2026-03-01T08:00:00.5Z"}]},
 "names":[{"metadata":{"source":{"type":"PROFILE"},"primary":true},"givenName":"Annie"},
          {"metadata":{"source":{"type":"CONTACT","id":"2a"},"sourcePrimary":true},"displayName":"Dr. Ann B. Lee","honorificPrefix":"Dr.",
           "givenName":"Ann","middleName":"B.","familyName":"Lee","honorificSuffix":"PhD","phoneticGivenName":"En"}],
 "nicknames":[{"value":"Annie"}],
 "emailAddresses":[{"metadata":{"source":{"type":"PROFILE"},"primary":true},"value":"profile@x.org"},
   {"value":"ann@x.org","type":"work","formattedType":"Work","displayName":"Ann at work"},
   {"metadata":{"source":{"type":"CONTACT"},"sourcePrimary":true},"value":"a@home.org","type":"home"}],
 "phoneNumbers":[{"value":"079 123","canonicalForm":"+4179123","type":"mobile"},{"value":"044 9","type":"homeFax"}],
 "addresses":[{"streetAddress":"Side 1","city":"Basel"},
   {"metadata":{"sourcePrimary":true},"type":"work","poBox":"7","extendedAddress":"3rd","streetAddress":"Main 2","city":"Bern",
    "region":"BE","postalCode":"3000","country":"Switzerland","countryCode":"CH","formattedValue":"Main 2\nBern"}],
 "organizations":[{"name":"Old AG"},{"name":"Acme","department":"Sales","title":"Head","current":true,"jobDescription":"sells"}],
 "birthdays":[{"date":{"year":1980,"month":5,"day":17},"text":"17 May"}],
 "biographies":[{"value":"met in <b>Rome</b><br>twice","contentType":"TEXT_HTML"}],
 "urls":[{"value":"https://ann.example","type":"blog"}],
 "imClients":[{"username":"ann","protocol":"jabber","type":"home"},{"username":"lee","protocol":"own"}],
 "events":[{"date":{"year":2010,"month":6,"day":1},"type":"anniversary"},{"date":{"month":1,"day":2},"type":"other"}],
 "relations":[{"person":"Bo","type":"spouse"}],"userDefined":[{"key":"k","value":"v"}],
 "clientData":[{"key":"other","value":"x"},{"key":"crmdav","value":"link-1"}],
 "memberships":[{"contactGroupMembership":{"contactGroupResourceName":"contactGroups/starred"}},
                {"contactGroupMembership":{"contactGroupResourceName":"contactGroups/abc"}}],
 "photos":[{"url":"https://lh3.example/a","default":true},{"url":"https://lh3.example/b"}]})";

Contact read(const std::string& raw) { return std::get<Contact>(readPerson(raw).record); }

// mapping §2, field by field; only the source CONTACT is the user's own.
TEST(GooglePerson, EveryFieldIsRead) {
    const Contact contact = read(ann);
    EXPECT_EQ(contact.prefix, "Dr.");
    EXPECT_EQ(contact.firstName, "Ann");
    EXPECT_EQ(contact.middleName, "B.");
    EXPECT_EQ(contact.lastName, "Lee");
    EXPECT_EQ(contact.suffix, "PhD");
    EXPECT_EQ(contact.displayName, "") << "made from the parts";
    EXPECT_EQ(contact.nickname, "Annie");
    EXPECT_THAT(contact.emails,
                ElementsAre(LabelledValue{"work", "ann@x.org", false}, LabelledValue{"home", "a@home.org", true}));
    EXPECT_THAT(contact.phones,
                ElementsAre(LabelledValue{"mobile", "079 123", true}, LabelledValue{"fax", "044 9", false}));
    EXPECT_THAT(contact.addresses,
                ElementsAre(PostalAddress{"work", "7", "3rd", "Main 2", "Bern", "BE", "3000", "Switzerland", false}));
    EXPECT_EQ(contact.companyName, "Acme");
    EXPECT_EQ(contact.department, "Sales");
    EXPECT_EQ(contact.jobTitle, "Head");
    EXPECT_EQ(contact.birthday, "1980-05-17");
    EXPECT_EQ(contact.notes, "met in Rome\ntwice");
    EXPECT_THAT(contact.urls, ElementsAre(LabelledValue{"blog", "https://ann.example", false}));
    EXPECT_THAT(contact.ims,
                ElementsAre(LabelledValue{"home", "xmpp:ann", false}, LabelledValue{"", "own:lee", false}));
    EXPECT_THAT(contact.dates, ElementsAre(LabelledValue{"anniversary", "2010-06-01", false}));
    const Remote remote = readPerson(ann);
    EXPECT_EQ(remote.mark, "link-1");
    EXPECT_THAT(remote.groups, ElementsAre("starred", "contactGroups/abc"));
    EXPECT_TRUE(remote.hasPhoto);
    EXPECT_EQ(photoOf(parseJson(ann)), "https://lh3.example/b");
    EXPECT_TRUE(remote.modified);
}

TEST(GooglePerson, WhatIsOnlyAProfilesIsNobodysEdit) {
    const Contact contact =
        read(R"({"names":[{"metadata":{"source":{"type":"PROFILE"},"primary":true},"givenName":"X"}],
        "birthdays":[{"metadata":{"source":{"type":"ACCOUNT"}},"date":{"year":1990,"month":1,"day":1}}]})");
    EXPECT_EQ(contact.firstName, "");
    EXPECT_EQ(contact.birthday, "");
    EXPECT_EQ(read(R"({"names":[{"displayName":"Only This"}]})").displayName, "Only This");
    EXPECT_EQ(read(R"({"birthdays":[{"date":{"month":5,"day":17}}]})").birthday, "") << "D11: with year only";
    EXPECT_EQ(read(R"({"birthdays":[{"date":{"year":2025,"month":2,"day":30}}]})").birthday, "");
    EXPECT_THROW(readPerson("{"), Nonsense);
}

std::vector<std::string> fieldsOf(const PersonChange& change) { return change.fields; }

template <class Change>
PersonChange changed(const Change& change) {
    const Contact before = read(ann);
    Contact after = before;
    change(after);
    return changedPerson(parseJson(ann), before, after);
}

// updatePersonFields: only what changed, each field whole with all that is known of it (People §3).
TEST(GooglePerson, AnUpdateNamesOnlyWhatChanged) {
    EXPECT_THAT(fieldsOf(changed([](Contact&) {})), IsEmpty());
    const auto name = changed([](Contact& c) { c.lastName = "Lee-Kim"; });
    EXPECT_THAT(name.fields, ElementsAre("names"));
    EXPECT_EQ(toText(at(name.body, "names")),
              R"([{"honorificPrefix":"Dr.","givenName":"Ann","middleName":"B.","familyName":"Lee-Kim",)"
              R"("honorificSuffix":"PhD","phoneticGivenName":"En"}])");
    const auto emails = changed([](Contact& c) { c.emails.push_back({"other", "new@x.org", false}); });
    EXPECT_EQ(
        toText(at(emails.body, "emailAddresses")),
        R"([{"value":"ann@x.org","type":"work","displayName":"Ann at work"},)"
        R"({"value":"a@home.org","type":"home","metadata":{"sourcePrimary":true}},{"value":"new@x.org","type":"other"}])")
        << "the profile's stays out";
    const auto fax = changed([](Contact& c) { c.phones[0].label = "work"; });
    EXPECT_THAT(toText(at(fax.body, "phoneNumbers")), HasSubstr(R"("type":"homeFax")"));
    const auto dates = changed([](Contact& c) { c.dates.clear(); });
    EXPECT_EQ(toText(at(dates.body, "events")), R"([{"date":{"month":1,"day":2},"type":"other"}])");
    const auto job = changed([](Contact& c) { c.jobTitle = ""; });
    EXPECT_EQ(toText(at(job.body, "organizations")),
              R"([{"name":"Old AG"},{"name":"Acme","department":"Sales","current":true,"jobDescription":"sells"}])");
    const auto cleared = changed([](Contact& c) { c.birthday = ""; });
    EXPECT_THAT(cleared.fields, ElementsAre("birthdays"));
    EXPECT_EQ(toText(cleared.body), "{}") << "listed, but absent";
    EXPECT_THAT(
        fieldsOf(changed([](Contact& c) { c.notes = "new", c.nickname = "A", c.tags = {"t"}, c.custom["x"] = "y"; })),
        UnorderedElementsAre("nicknames", "biographies"));
    EXPECT_THAT(fieldsOf(changed([](Contact& c) { std::swap(c.emails[0], c.emails[1]); })), IsEmpty()) << "D10: sets";
}

// D11: only the primary address is the CRM's.
TEST(GooglePerson, OnlyThePrimaryAddressIsWritten) {
    const auto moved = changed([](Contact& c) { c.addresses[0].country = "Austria"; });
    const Json& list = at(moved.body, "addresses");
    ASSERT_EQ(list.array.size(), 2u);
    EXPECT_EQ(textAt(list.array[0], "streetAddress"), "Side 1");
    EXPECT_EQ(textAt(list.array[1], "country"), "Austria");
    EXPECT_FALSE(list.array[1].find("countryCode"));
    EXPECT_FALSE(list.array[1].find("formattedValue"));
    const auto more = changed([](Contact& c) {
        c.addresses.insert(c.addresses.begin(), PostalAddress{"home", "", "", "Else 3", "", "", "", "", true});
    });
    EXPECT_THAT(more.fields, IsEmpty()) << "Google's is still among them";
    const auto none = changed([](Contact& c) { c.addresses.clear(); });
    EXPECT_EQ(at(none.body, "addresses").array.size(), 1u);
}

TEST(GooglePerson, HeldIsWhatComesBack) {
    Contact contact = read(ann);
    contact.hasPhoto = false;
    EXPECT_EQ(heldPerson(contact), contact);
    Contact named;
    named.displayName = "The Office";
    EXPECT_EQ(heldPerson(named), named);
    Contact more;
    more.firstName = "A";
    more.displayName = "Own form";
    more.tags = {"t"};
    more.custom = {{"k", "v"}};
    more.uid = "u";
    more.emails = {{"", "a@x", true}};
    more.phones = {{"fax", "1", false}, {"main", "2", false}};
    more.addresses = {{"home", "", "", "H", "", "", "", "", false}, {"work", "", "", "W", "", "", "", "", true}};
    const Contact held = heldPerson(more);
    EXPECT_EQ(held.displayName, "");
    EXPECT_THAT(held.tags, IsEmpty());
    EXPECT_FALSE(held.emails[0].preferred) << "one of one";
    EXPECT_TRUE(held.phones[0].preferred);
    EXPECT_EQ(held.phones[0].label, "fax");
    ASSERT_EQ(held.addresses.size(), 1u);
    EXPECT_EQ(held.addresses[0].street, "W");
}

// I1: the mark; D1: what is made in a synced group belongs to it.
TEST(GooglePerson, ANewPersonIsMarked) {
    Contact contact;
    contact.firstName = "Ann";
    EXPECT_EQ(toText(newPerson(contact, "link-9", {"contactGroups/starred"})),
              R"({"names":[{"givenName":"Ann"}],"clientData":[{"key":"crmdav","value":"link-9"}],)"
              R"("memberships":[{"contactGroupMembership":{"contactGroupResourceName":"contactGroups/starred"}}]})");
}

TEST(GooglePerson, ItsVersionIsTheSameInEveryAnswer) {
    Json person = parseJson(ann);
    const std::string version = itemOf(person).version;
    set(person, "etag", jsonText("another"));
    EXPECT_EQ(itemOf(person).version, version);
    EXPECT_TRUE(itemOf(parseJson(R"({"resourceName":"people/c1","metadata":{"deleted":true}})")).gone);
}

// Undo: all that the user wrote, nothing that Google adds.
TEST(GooglePerson, APersonIsMadeAgain) {
    const Json again = personAgain(parseJson(ann));
    EXPECT_EQ(at(again, "names").array.size(), 1u);
    EXPECT_FALSE(at(again, "names").array[0].find("displayName"));
    EXPECT_EQ(at(again, "emailAddresses").array.size(), 2u);
    EXPECT_TRUE(again.find("relations") && again.find("userDefined") && again.find("clientData"));
    EXPECT_FALSE(again.find("photos") || again.find("etag") || again.find("memberships"));
}

}  // namespace
}  // namespace crmdav::google
