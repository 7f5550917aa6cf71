#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Rules D by behaviour.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* oneWay = R"({"direction":"one-way","books":["work"]})";
constexpr const char* twoWay = R"({"direction":"two-way","books":["work"]})";

class ContactRules : public testing::Test, protected SyncWorld {
protected:
    std::optional<Contact> contactCalled(const std::string& name) {
        for (const Contact& c : contacts())
            if (c.displayName == name) return c;
        return std::nullopt;
    }
};

TEST_F(ContactRules, D1_OnlyTheGroupAndWhoLeavesItIsKept) {
    card("c1", "Ann", "Lee", "ann@else.org", "CATEGORIES:friends\r\n");
    card("c2", "Bob", "Ray", "bob@else.org");
    start(book, R"({"direction":"two-way","books":["work"],"group":"friends"})");
    run(book);
    EXPECT_TRUE(contactCalled("Ann Lee"));
    EXPECT_FALSE(contactCalled("Bob Ray"));
    card("c1", "Ann", "Lee", "ann@else.org");
    run(book);
    ASSERT_TRUE(contactCalled("Ann Lee"));
    const Id id = contactCalled("Ann Lee")->id;
    card("c1", "Ann", "Lee", "ann@else.org", "CATEGORIES:friends\r\nTITLE:CEO\r\n");
    run(book);
    EXPECT_EQ(contacts().size(), 1U);
    EXPECT_EQ(contactCalled("Ann Lee")->id, id) << "the link revives";
    EXPECT_EQ(contactCalled("Ann Lee")->jobTitle, "CEO");
}

TEST_F(ContactRules, D2_OneWayWritesNothingAtTheProvider) {
    card("c1", "Ann", "Lee", "ann@else.org");
    makeContact("Only", "Here", "only@else.org");
    start(book, oneWay);
    run(book);
    Contact ann = *contactCalled("Ann Lee");
    ann.jobTitle = "Mine";
    edit(ann);
    run(book);
    card("c1", "Ann", "Lee", "ann@else.org", "NOTE:theirs\r\n");
    run(book);
    EXPECT_EQ(contactCalled("Ann Lee")->notes, "theirs");
    EXPECT_EQ(contactCalled("Ann Lee")->jobTitle, "Mine");
    removeContact(ann.id);
    run(book);
    card("c1", "Ann", "Lee", "ann@else.org", "NOTE:again\r\n");
    run(book);
    EXPECT_FALSE(contactCalled("Ann Lee")) << "suppressed";
    EXPECT_EQ(server.writes, 0);
    EXPECT_EQ(count("work"), 1U);
}

TEST_F(ContactRules, D3_TwoWayGoesBothWays) {
    card("c1", "Ann", "Lee", "ann@else.org");
    makeContact("Bob", "Ray", "bob@else.org");
    start(book, twoWay);
    run(book);
    EXPECT_TRUE(contactCalled("Ann Lee"));
    EXPECT_EQ(count("work"), 2U);
    Contact ann = *contactCalled("Ann Lee");
    ann.phones = {{"mobile", "+49 30 1234", false}};
    edit(ann);
    run(book);
    EXPECT_THAT(server.at("work", "c1").raw, HasSubstr("+49 30 1234"));
    EXPECT_THAT(server.at("work", "c1").raw, HasSubstr("X-UNKNOWN;P=1:kept"));
    EXPECT_EQ(settle(book), 0);
}

TEST_F(ContactRules, D4_D5_IncompleteAndOverfullOnesAreSkippedWithAReason) {
    card("c1", "No", "Address", "");
    std::string many;
    for (int i = 0; i < 11; ++i) many += "EMAIL:m" + std::to_string(i) + "@else.org\r\n";
    card("c2", "Too", "Many", "", many);
    std::string ten = many.substr(0, many.rfind("EMAIL"));
    card("c3", "Just", "Ten", "", ten);
    start(book, twoWay);
    run(book);
    EXPECT_EQ(contacts().size(), 1U);
    int skipped = 0;
    for (const JournalEntry& entry : journal()) {
        skipped += entry.outcome == "skipped";
        EXPECT_TRUE(entry.outcome != "skipped" || !entry.reason.empty());
    }
    EXPECT_EQ(skipped, 2);
    card("c1", "Now", "Complete", "now@else.org");
    run(book);
    EXPECT_TRUE(contactCalled("Now Complete"));
}

TEST_F(ContactRules, D7_D8_G2_TheSamePersonIsMergedNotDoubled) {
    Contact ann = makeContact("Zoë", "Müller", "zoe@else.org");
    ann.department = "Sales";
    ann = edit(ann);
    card("c1", "ZOE", "MULLER", "Zoe@Else.org", "TITLE:CEO\r\nTEL:+49 30 99\r\n");
    card("c2", "Zoë", "Müller", "other@else.org");  // the same name alone is no match
    start(book, twoWay);
    run(book);
    EXPECT_EQ(contacts().size(), 2U);
    const Contact merged = *store->contact(anna.id, ann.id);
    EXPECT_EQ(merged.jobTitle, "CEO");
    EXPECT_EQ(merged.department, "Sales");
    EXPECT_EQ(merged.phones.size(), 1U);
    EXPECT_THAT(server.at("work", "c1").raw, HasSubstr("Sales"));  // the union is written there, too
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(accounts->today(account, book).updatedInCrm, 1) << "G2: a match counts as updated";
    EXPECT_EQ(accounts->today(account, book).addedToCrm, 1);
}

TEST_F(ContactRules, D6_TheLimitStopsTheSyncAndKeepsWhatCame) {
    runs->allowContacts(3);
    card("c0", "No", "Address", "");  // skipped ones don't count (D4)
    for (const char* name : {"A", "B", "C"}) card(name, name, "Lee", std::string(name) + "@else.org");
    start(book, twoWay);
    run(book);
    EXPECT_EQ(side(book).status, SyncStatus::active) << "as many as may be";
    card("D", "D", "Lee", "d@else.org");
    run(book);
    EXPECT_EQ(side(book).status, SyncStatus::limit);
    EXPECT_THAT(side(book).cause, HasSubstr("more than 3 contacts"));
    EXPECT_EQ(contacts().size(), 3U);
    server.remove("work", "B");
    accounts->start(account, book);
    run(book);  // which also makes room
    accounts->start(account, book);
    run(book);
    EXPECT_EQ(contacts().size(), 3U);
    EXPECT_EQ(contacts().back().firstName, "D");
    EXPECT_EQ(side(book).status, SyncStatus::active);
}

TEST_F(ContactRules, D7_TwoDuplicatesAtTheProviderNeverFlap) {
    makeContact("Ann", "Lee", "ann@else.org");
    card("c1", "Ann", "Lee", "ann@else.org");
    card("c2", "Ann", "Lee", "ann@else.org");
    start(book, twoWay);
    run(book);
    EXPECT_EQ(contacts().size(), 2U);
    EXPECT_EQ(count("work"), 2U);
    EXPECT_EQ(settle(book), 0);
}

TEST_F(ContactRules, D9_WhatTheCrmNeedsIsNotTakenAway) {
    card("c1", "Ann", "Lee", "ann@else.org");
    start(book, twoWay);
    run(book);
    card("c1", "Ann", "Lee", "", "TITLE:CEO\r\n");
    run(book);
    const Contact ann = *contactCalled("Ann Lee");
    EXPECT_EQ(ann.jobTitle, "CEO");
    EXPECT_EQ(ann.emails.size(), 1U);
    EXPECT_EQ(settle(book), 0) << "it isn't pushed back";
    EXPECT_THAT(server.at("work", "c1").raw, Not(HasSubstr("ann@else.org")));
}

TEST_F(ContactRules, D11_AnOrganisationIsKnownByItsWholeName) {
    const auto make = [&](const std::string& name) {
        now += std::chrono::seconds(1);
        Company company;
        company.name = name;
        return store->saveCompany(as(anna), company, {}).id;
    };
    for (int i = 0; i < 30; ++i) make("Acme " + std::to_string(i));
    const Id acme = make("ACME");
    card("c1", "Ann", "Lee", "ann@else.org", "ORG:Acme\r\n");
    start(book, oneWay);
    run(book);
    ASSERT_TRUE(contactCalled("Ann Lee"));
    EXPECT_EQ(contactCalled("Ann Lee")->companyId, acme) << "not another one of that name";
}

TEST_F(ContactRules, D11_OrganisationsAreMadeAndPhotosTakenOnce) {
    card("c1", "Ann", "Lee", "ann@else.org",
         "ORG:Acme "
         "GmbH\r\nPHOTO;ENCODING=b;TYPE=PNG:"
         "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==\r\n");
    start(book, oneWay);
    run(book);
    const Contact ann = *contactCalled("Ann Lee");
    ASSERT_TRUE(ann.companyId);
    EXPECT_EQ(store->company(anna.id, *ann.companyId)->name, "Acme GmbH");
    EXPECT_TRUE(ann.hasPhoto);
    int asked = 0;
    server.fault = [&](const std::string& call, bool after) { asked += call == "photo" && !after; };
    std::string raw = server.at("work", "c1").raw;
    server.put("work", "c1", raw.insert(raw.find("ORG:"), "TITLE:Director\r\n"));
    run(book);
    EXPECT_EQ(contactCalled("Ann Lee")->jobTitle, "Director");
    EXPECT_EQ(asked, 0) << "it was taken once";
    change(book, R"({"keepPhotos":true})");
    raw = server.at("work", "c1").raw;
    server.put("work", "c1", raw.replace(raw.find("Director"), 8, "Boss"));
    run(book);
    EXPECT_EQ(asked, 1) << "unless its owner wants it kept in step";
}

TEST_F(ContactRules, PersonalContactsGoToTheUsersOwnBook) {
    card("c1", "Ann", "Lee", "ann@else.org");
    start(book, R"({"direction":"two-way","books":["work"],"personal":true})");
    run(book);
    EXPECT_EQ(contactCalled("Ann Lee")->owner, anna.id);
    EXPECT_FALSE(store->contact(ben.id, contactCalled("Ann Lee")->id));
}

TEST_F(ContactRules, C3_FourthEmailSurvivesAProviderThatHoldsThree) {
    server.coarse = true;
    Contact many = makeContact("Ann", "Lee", "1@else.org");
    for (const char* more : {"2@else.org", "3@else.org", "4@else.org"}) many.emails.push_back({"", more, false});
    edit(many);
    start(book, twoWay);
    run(book);
    EXPECT_EQ(settle(book), 0);
    const std::string id = server.ids("work").front();
    std::string raw = server.at("work", id).raw;
    raw.insert(raw.find("END:VCARD"), "TITLE:CEO\r\n");
    server.put("work", id, raw);
    run(book);
    EXPECT_EQ(contactCalled("Ann Lee")->emails.size(), 4U);
    EXPECT_EQ(contactCalled("Ann Lee")->jobTitle, "CEO");
}

}  // namespace
}  // namespace crmdav
