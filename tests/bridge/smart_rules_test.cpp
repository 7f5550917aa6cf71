#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Rule B4 by behaviour: events of the provider that a contact takes part in are activities, all others busy blocks.
namespace crmdav {
namespace {

using testing::IsEmpty;

constexpr const char* smart = R"({"direction":"smart","calendars":["work"]})";

std::string with(const std::string& guest) {
    return "ORGANIZER:mailto:anna@example.com\r\nATTENDEE:mailto:anna@example.com\r\nATTENDEE;CN=Guest:mailto:" +
           guest + "\r\n";
}

class SmartRules : public testing::Test, protected SyncWorld {
protected:
    /// An event with Ann, whom nobody knows, as a block.
    void beginWithAnn(int days = 1) {
        event("e1", "With Ann", days, with("ann@else.org"));
        start(calendar, smart);
        run(calendar);
        ASSERT_TRUE(activities().empty());
        ASSERT_EQ(blocks(), 1U);
    }
    void runIfWanted() {
        if (side(calendar).wanted) run(calendar);
    }
    void expectActivity() {
        runIfWanted();
        EXPECT_TRUE(activityCalled("With Ann"));
        EXPECT_EQ(blocks(), 0U);
    }
    void expectBlock() {
        runIfWanted();
        EXPECT_TRUE(activities().empty());
        EXPECT_EQ(blocks(), 1U);
    }
};

TEST_F(SmartRules, B4_WithAContactAmongItsGuestsAnEventIsAnActivity) {
    const Id ann = makeContact("Ann", "Lee", "Ann@else.org").id;
    makeActivity("Mine");
    event("e1", "With Ann", 1, with("ann@else.org") + "ATTENDEE:mailto:nobody@else.org\r\n");
    event("e2", "With a stranger", 2, with("stranger@else.org"));
    event("e3", "Alone", 3);
    start(calendar, smart);
    run(calendar);
    ASSERT_TRUE(activityCalled("With Ann"));
    EXPECT_EQ(activityCalled("With Ann")->participants.at(1).contactId, ann);
    EXPECT_EQ(activities().size(), 2U);
    EXPECT_EQ(blocks(), 2U);
    EXPECT_EQ(contacts().size(), 1U) << "unknown guests are never added";
    EXPECT_FALSE(rawOf("work", "Mine").empty()) << "B5: upcoming ones go out";
    for (const JournalEntry& entry : journal()) EXPECT_EQ(entry.rule, "B4") << entry.title << ": " << entry.reason;
    EXPECT_EQ(settle(calendar), 0);
}

TEST_F(SmartRules, B4_ABlockBecomesAnActivityWithItsGuestAContactAndTurnsBack) {
    beginWithAnn();
    const int asked = server.calls;
    const Id ann = makeContact("Ann", "Lee", "ann@else.org").id;
    ASSERT_TRUE(side(calendar).wanted) << "at once, not at the next interval (A6)";
    expectActivity();
    EXPECT_EQ(activityCalled("With Ann")->participants.at(1).contactId, ann);
    removeContact(ann);
    ASSERT_TRUE(side(calendar).wanted);
    expectBlock();
    store->restore(as(anna), RecordKind::contact, ann);
    expectActivity();
    EXPECT_EQ(server.calls, asked + 3) << "what changed there is asked for, and nothing else";
    const auto told = journal().size();
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(journal().size(), told);
}

TEST_F(SmartRules, B4_AnAddressThatComesOrGoesCounts) {
    beginWithAnn();
    Contact ann = makeContact("Ann", "Lee", "private@home.org");
    EXPECT_FALSE(side(calendar).wanted) << "nobody has an event with that address";
    ann.emails.push_back({"work", "ann@else.org", false});
    ann = edit(ann);
    expectActivity();
    ann.emails.pop_back();
    ann = edit(ann);
    expectBlock();
    const Contact other = makeContact("Ann", "Other", "ann@else.org");
    expectActivity();
    ann.emails.push_back({"work", "ann@else.org", false});
    edit(ann);
    removeContact(other.id);
    expectActivity();
}

TEST_F(SmartRules, B4_WhatSomebodyWorkedOnStaysAnActivity) {
    beginWithAnn();
    const Id ann = makeContact("Ann", "Lee", "ann@else.org").id;
    expectActivity();
    Activity meeting = *activityCalled("With Ann");
    meeting.notes = "Bring the offer";
    edit(meeting);
    run(calendar);
    removeContact(ann);
    expectActivity();
}

TEST_F(SmartRules, B4_WhatIsOverStaysAsItIs) {
    beginWithAnn();
    const Id ann = makeContact("Ann", "Lee", "ann@else.org").id;
    expectActivity();
    now += std::chrono::days(10);
    removeContact(ann);
    expectActivity();
}

TEST_F(SmartRules, B4_WhatWasTakenUpBeforeStays) {  // A7
    event("e1", "With Ann", 1, with("ann@else.org"));
    start(calendar, R"({"direction":"two-way","calendars":["work"]})");
    run(calendar);
    removeContact(contacts().at(0).id);
    change(calendar, smart);
    event("e2", "With a stranger", 1, with("stranger@else.org"));
    run(calendar);
    EXPECT_TRUE(activityCalled("With Ann"));
    EXPECT_FALSE(activityCalled("With a stranger"));
    EXPECT_EQ(blocks(), 1U);
}

TEST_F(SmartRules, B4_SoDoesWhatTheCrmHadFirst) {
    Activity mine = makeActivity("Mine");
    mine.participants.emplace_back().email = "ann@else.org";
    mine = edit(mine);
    event("e1", "Mine", 1, with("ann@else.org"));
    std::string raw = server.at("work", "e1").raw;
    server.put("work", "e1", raw.replace(raw.find("UID:e1"), 6, "UID:" + mine.uid));
    start(calendar, smart);
    run(calendar);
    EXPECT_EQ(activities().size(), 1U);
    EXPECT_EQ(blocks(), 0U);
}

TEST_F(SmartRules, B4_TheGuestsOfAnEventMayChange) {
    beginWithAnn();
    makeContact("Bea", "Lee", "bea@else.org");
    event("e1", "With Ann", 1, with("bea@else.org"));
    run(calendar);
    expectActivity();
    makeContact("Ann", "Lee", "ann@else.org");
    EXPECT_FALSE(side(calendar).wanted) << "she isn't its guest any more";
}

TEST_F(SmartRules, B4_AnothersPrivateContactsDontCount) {
    beginWithAnn();
    Contact ann;
    ann.firstName = "Ann";
    ann.owner = ben.id;
    ann.emails = {{"work", "ann@else.org", true}};
    store->saveContact(as(ben), ann, {});
    expectBlock();
    ann.owner = anna.id;
    store->saveContact(as(anna), ann, {});
    expectActivity();
}

TEST_F(SmartRules, B4_APreviewShowsItAndTakesNothingAway) {  // G5
    beginWithAnn();
    makeContact("Ann", "Lee", "ann@else.org");
    const auto shown = runs->preview(account, calendar);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->second.summary.at("create in CRM"), 1);
    expectActivity();
}

TEST_F(SmartRules, B4_B8_B9_PrivateAndInternalOnesOnlyTakeTimeEvenSo) {
    makeContact("Ann", "Lee", "ann@else.org");
    makeContact("Colleague", "Lee", "colleague@example.com");
    event("e1", "Private", 1, with("ann@else.org") + "CLASS:PRIVATE\r\n");
    event("e2", "Internal", 2, with("colleague@example.com"));
    start(calendar, smart);
    run(calendar);
    EXPECT_THAT(activities(), IsEmpty());
    EXPECT_EQ(blocks(), 2U);
}

}  // namespace
}  // namespace crmdav
