#include "tests/bridge/plan_support.h"

/// What is decided on a contact and a provider's card, by values (C6, C10, D1–D5, D8, D9, G2, I1, I6).
namespace crmdav {
namespace {

class ContactPlans : public PlanWorld<Contact> {
protected:
    ContactPlans() {
        settings.direction = Direction::twoWay;
        settings.books = {"work"};
    }
    Action plan() const { return planContact(pair, settings, facts); }
    void oneWay() { settings.direction = Direction::oneWay; }

    static Contact ann() {
        Contact c;
        c.firstName = "Ann";
        c.lastName = "Lee";
        c.emails = {{"work", "ann@else.org", true}};
        return c;
    }
    static Contact promoted() {
        Contact c = ann();
        c.jobTitle = "Director";
        return c;
    }
    static Contact withPhones(std::size_t many) {
        Contact c = ann();
        for (std::size_t i = 0; i < many; ++i) c.phones.push_back({"", "+4930" + std::to_string(100000 + i), false});
        return c;
    }
    static Contact withEmails(std::size_t many) {
        Contact c = ann();
        c.emails.clear();
        for (std::size_t i = 0; i < many; ++i) c.emails.push_back({"", std::to_string(i) + "@else.org", false});
        return c;
    }
    static Contact nameless() {
        Contact c = ann();
        c.firstName = c.lastName = "";
        return c;
    }

    ContactSettings settings;
};

// ---------------------------------------------------------------- new ones
TEST_F(ContactPlans, D2_D3_ANewCardIsMadeInTheCrm) {
    atProvider(ann());
    EXPECT_EQ(plan().name(), "create in CRM");
    EXPECT_EQ(plan().rule, "D3");
    EXPECT_EQ(plan().counted, Counted::addedToCrm);
    EXPECT_EQ(plan().title, "Ann Lee");
    oneWay();
    EXPECT_EQ(plan().name(), "create in CRM");
    EXPECT_EQ(plan().rule, "D2");
    facts.reconnected = true;
    EXPECT_EQ(plan().counted, Counted::updatedInCrm) << "A9";
}

TEST_F(ContactPlans, D1_I6_C10_CardsThatAreNotTakenUp) {
    atProvider(ann());
    remote().use = Use::nothing;
    EXPECT_EQ(plan().name(), "nothing") << "the card of a group";
    remote().use = Use::record;
    settings.group = "friends";
    EXPECT_EQ(plan().name(), "nothing") << "D1";
    remote().groups = {"others", "friends"};
    EXPECT_EQ(plan().name(), "create in CRM");
    pair.own = true;
    EXPECT_EQ(plan().rule, "C10");
    remote().skip = "it can't be read";
    EXPECT_EQ(plan().rule, "I6");
    EXPECT_TRUE(plan().skipped);
}

TEST_F(ContactPlans, D4_WhatIsIncomplete) {
    EXPECT_EQ(incomplete(ann()), "");
    EXPECT_NE(incomplete(nameless()), "");
    Contact other = nameless();
    other.displayName = "Ann";
    EXPECT_EQ(incomplete(other), "");
    other = nameless();
    other.middleName = "Mae";
    EXPECT_EQ(incomplete(other), "");
    other = ann();
    other.emails.clear();
    EXPECT_NE(incomplete(other), "");
    other.phones = {{"", "1", false}};
    EXPECT_EQ(incomplete(other), "");
    atProvider(nameless());
    EXPECT_EQ(plan().rule, "D4");
    EXPECT_TRUE(plan().skipped);
    pair.provider.reset();
    inCrm(nameless());
    EXPECT_EQ(plan().rule, "D4");
}

TEST_F(ContactPlans, D5_TenAreManyAndElevenTooMany) {
    EXPECT_EQ(tooMany(withPhones(10)), "");
    EXPECT_NE(tooMany(withPhones(11)), "");
    EXPECT_EQ(tooMany(withEmails(10)), "");
    EXPECT_NE(tooMany(withEmails(11)), "");
    atProvider(withPhones(11));
    EXPECT_EQ(plan().rule, "D5");
    pair.provider.reset();
    inCrm(withEmails(11));
    EXPECT_EQ(plan().rule, "D5");
}

TEST_F(ContactPlans, D8_G2_TheSamePersonIsMergedAndTheProvidersValueWins) {
    inCrm(promoted()).phones = {{"", "+49301", false}};
    Contact& card = atProvider(ann());
    card.jobTitle = "Boss";
    card.notes = "Likes tea";
    const Action action = plan();
    EXPECT_EQ(action.rule, "D8");
    EXPECT_EQ(action.name(), "merge");
    EXPECT_TRUE(action.alsoAtProvider) << "G1: both sides were updated";
    EXPECT_EQ(std::get<Contact>(*action.crmRecord).jobTitle, "Boss");
    EXPECT_EQ(std::get<Contact>(*action.crmRecord).notes, "Likes tea");
    EXPECT_EQ(std::get<Contact>(*action.crmRecord).phones.size(), 1U);
    EXPECT_EQ(std::get<Contact>(*action.providerRecord).phones.size(), 1U);
    inCrm(ann()), atProvider(ann());
    EXPECT_EQ(plan().name(), "link");
    EXPECT_EQ(plan().counted, Counted::updatedInCrm) << "G2";
}

TEST_F(ContactPlans, D2_D3_ANewContactGoesThereInTwoWayModeOnly) {
    inCrm(ann());
    EXPECT_EQ(plan().name(), "create at provider");
    EXPECT_EQ(plan().rule, "D3");
    pair.crm->inScope = false;
    EXPECT_EQ(plan().name(), "nothing") << "another book's";
    pair.crm->inScope = true;
    settings.books.clear();
    EXPECT_EQ(plan().name(), "nothing");
    settings.books = {"work"};
    oneWay();
    EXPECT_EQ(plan().name(), "nothing");
}

// ---------------------------------------------------------------- linked ones
TEST_F(ContactPlans, D2_D3_EditsGoWhereTheDirectionSays) {
    linked(Origin::provider, ann());
    inCrm(promoted()), atProvider(ann());
    EXPECT_EQ(plan().name(), "update at provider");
    remote().readOnly = true;
    EXPECT_EQ(plan().provider, Verb::none);
    remote().readOnly = false;
    oneWay();
    EXPECT_EQ(plan().provider, Verb::none) << "D2";
    inCrm(ann()), atProvider(promoted());
    EXPECT_EQ(plan().name(), "update in CRM");
}

TEST_F(ContactPlans, D9_TheProviderWinsAndEmptiesNothingThatIsNeeded) {
    linked(Origin::provider, ann());
    inCrm(promoted());
    atProvider(ann()).jobTitle = "Boss";
    EXPECT_EQ(plan().name(), "update in CRM");
    EXPECT_EQ(plan().fields.at(0).lost, "Director");
    inCrm(ann()), atProvider(nameless());
    const Action action = plan();
    EXPECT_FALSE(action.skipped);
    EXPECT_EQ(action.crm, Verb::none);
    EXPECT_TRUE(action.fields.at(0).refused);
}

TEST_F(ContactPlans, D4_D5_LinkedOnesThatDoNotFit) {
    inCrm(ann()), atProvider(nameless());
    linked(Origin::crm, ann()).state = LinkState::creating;
    EXPECT_EQ(plan().rule, "D4") << "they haven't met yet";
    linked(Origin::crm, ann());
    there() = withPhones(11);
    EXPECT_EQ(plan().rule, "D5");
    link.state = LinkState::creating;
    EXPECT_EQ(plan().rule, "D5");
    EXPECT_TRUE(plan().skipped);
    linked(Origin::crm, ann());
    inCrm(withPhones(6));
    atProvider(withPhones(0)).phones = {{"", "+49401", false},
                                        {"", "+49402", false},
                                        {"", "+49403", false},
                                        {"", "+49404", false},
                                        {"", "+49405", false}};
    EXPECT_EQ(plan().rule, "D5") << "together they have eleven";
    EXPECT_TRUE(plan().skipped);
}

TEST_F(ContactPlans, I1_ThoseThatMeetAtACreationKeepWhatEachHas) {
    inCrm(withPhones(1));
    atProvider(ann());
    linked(Origin::crm, withPhones(1)).state = LinkState::creating;
    EXPECT_EQ(std::get<Contact>(*plan().providerRecord).phones.size(), 1U) << "no deletion of a phone number";
    EXPECT_EQ(plan().crm, Verb::none);
    pair.made = true;
    EXPECT_EQ(plan().name(), "create at provider");
}

TEST_F(ContactPlans, D1_WhoLeavesTheGroupIsKeptAndComesBackWithIt) {
    linked(Origin::provider, ann());
    settings.group = "friends";
    inCrm(ann()), atProvider(promoted());
    EXPECT_EQ(plan().name(), "unlink");
    EXPECT_EQ(plan().crm, Verb::none);
    link.state = LinkState::left;
    EXPECT_EQ(plan().state, std::nullopt);
    remote().groups = {"friends"};
    EXPECT_EQ(plan().name(), "update in CRM");
    EXPECT_EQ(plan().state, LinkState::linked);
    goneAtProvider();
    EXPECT_EQ(plan().name(), "forget") << "and the contact stays";
    goneInCrm();
    atProvider(ann());
    EXPECT_EQ(plan().name(), "suppress") << "what left isn't deleted there";
}

// ---------------------------------------------------------------- one is gone
TEST_F(ContactPlans, D2_D3_C6_ADeletionInTheCrm) {
    linked(Origin::provider, ann());
    goneInCrm(planTime(1));
    atProvider(ann());
    EXPECT_EQ(plan().name(), "delete at provider");
    EXPECT_EQ(plan().rule, "D3");
    remote().readOnly = true;
    EXPECT_EQ(plan().name(), "suppress");
    remote().readOnly = false;
    there() = promoted();
    EXPECT_EQ(plan().name(), "restore in CRM");
    EXPECT_EQ(plan().rule, "C6");
    remote().modified = planTime(0);
    EXPECT_EQ(plan().name(), "delete at provider") << "it was deleted later";
    ASSERT_EQ(plan().fields.size(), 1U);
    EXPECT_EQ(plan().fields[0].lost, "Director");
    oneWay();
    EXPECT_EQ(plan().name(), "suppress");
    EXPECT_EQ(plan().rule, "D2");
    link.state = LinkState::suppressed;
    EXPECT_EQ(plan().name(), "nothing");
    EXPECT_FALSE(plan().forget);
    settings.direction = Direction::twoWay;
    EXPECT_EQ(plan().name(), "nothing") << "what one-way left there, two-way doesn't delete";
    goneAtProvider();
    EXPECT_TRUE(plan().forget);
}

TEST_F(ContactPlans, AnErasedPersonComesBackFromNowhere) {
    linked(Origin::provider, ann());
    link.note = erasedNote;
    link.baseLocal = link.baseRemote = "";
    goneInCrm();
    atProvider(ann());
    EXPECT_EQ(plan().name(), "delete at provider");
    EXPECT_EQ(plan().title, "");
}

TEST_F(ContactPlans, D2_D3_C6_ADeletionAtTheProvider) {
    linked(Origin::crm, ann());
    goneAtProvider();
    inCrm(ann());
    EXPECT_EQ(plan().name(), "delete in CRM");
    EXPECT_EQ(plan().rule, "D3");
    inCrm(promoted());
    EXPECT_EQ(plan().name(), "create at provider");
    EXPECT_EQ(plan().rule, "C6");
    EXPECT_EQ(plan().counted, Counted::updatedAtProvider);
    pair.crm->inScope = false;
    EXPECT_EQ(plan().name(), "forget") << "it belongs to another book";
    pair.crm->inScope = true;
    oneWay();
    EXPECT_EQ(plan().name(), "forget") << "it stays in the CRM alone";
    inCrm(ann());
    EXPECT_EQ(plan().name(), "delete in CRM");
    EXPECT_EQ(plan().rule, "D2");
    goneInCrm();
    EXPECT_EQ(plan().name(), "forget");
}

TEST_F(ContactPlans, I1_ACreationThatWasBegunIsFinished) {
    beingMade(ann());
    inCrm(ann());
    EXPECT_EQ(plan().name(), "create at provider");
    goneInCrm();
    EXPECT_FALSE(plan().forget) << "the provider may have made it";
    link.state = LinkState::unsyncable;
    EXPECT_TRUE(plan().forget);
}

}  // namespace
}  // namespace crmdav
