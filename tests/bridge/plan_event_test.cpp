#include "tests/bridge/plan_support.h"

/// What is decided on an event that isn't linked, or takes time only, by values (B1–B15, C10, C11, D12, I6).
namespace crmdav {
namespace {

class NewEvents : public EventPlanWorld {};

// ---------------------------------------------------------------- busy blocks
TEST_F(NewEvents, B2_ABlockSaysWhenAndNothingElse) {
    oneWay();
    Activity& a = atProvider(event());
    a.rrule = "FREQ=DAILY;COUNT=5";
    a.location = a.notes = "Secret";
    a.tentative = true;
    a.participants = {guest("guest@else.org")};
    a.exceptions = {{at(2, 10), false, "Secret", "Secret", "Secret", at(2, 12), at(2, 13)},
                    {at(3, 10), true, "Secret", {}, {}, {}, {}}};
    const Action action = plan();
    ASSERT_EQ(action.name(), "busy block");
    EXPECT_EQ(action.rule, "B2");
    Activity block;
    block.subject = "Busy";
    block.start = a.start;
    block.end = a.end;
    block.rrule = a.rrule;
    block.tentative = true;
    block.exceptions = {{at(2, 10), false, "Busy", {}, {}, at(2, 12), at(2, 13)},
                        {at(3, 10), true, {}, {}, {}, {}, {}}};
    EXPECT_EQ(*action.block, block);
}

TEST_F(NewEvents, B2_WhatTakesNoTimeToComeIsNoBlock) {
    oneWay();
    atProvider(event()).busy = false;
    EXPECT_EQ(plan().name(), "nothing");
    atProvider(event()).cancelled = true;
    EXPECT_EQ(plan().name(), "nothing");
    atProvider(event(-1));
    EXPECT_EQ(plan().name(), "nothing");
    atProvider(event());
    EXPECT_EQ(plan().name(), "busy block");
}

TEST_F(NewEvents, B2_OutOfOfficeTakesTimeAndAWorkingPlaceIsNothing) {
    atProvider(event());
    remote().use = Use::busy;
    EXPECT_EQ(plan().name(), "busy block");
    remote().use = Use::nothing;
    EXPECT_EQ(plan().name(), "nothing");
}

TEST_F(NewEvents, B13_AConflictCalendarGivesTimesOnly) {
    atProvider(event());
    pair.provider->conflictOnly = true;
    EXPECT_EQ(plan().name(), "busy block");
    EXPECT_EQ(plan().rule, "B13");
}

TEST_F(NewEvents, B8_PrivateOnesTakeTimeUnlessTheirOwnerSaysOtherwise) {
    for (const Privacy privacy : {Privacy::personal, Privacy::confidential}) {
        atProvider(event()).privacy = privacy;
        settings.skipPrivate = true;
        EXPECT_EQ(plan().name(), "busy block");
        EXPECT_EQ(plan().rule, "B8");
        settings.skipPrivate = false;
        EXPECT_EQ(plan().name(), "create in CRM");
    }
}

TEST_F(NewEvents, B9_InternalOnesTakeTimeUnlessTheirOwnerSaysOtherwise) {
    atProvider(event()).participants = {guest("anna@example.com"), guest("ben@example.com"),
                                        guest("room@rooms.org", "room"), guest("x@sub.example.com")};
    EXPECT_EQ(plan().name(), "busy block");
    EXPECT_EQ(plan().rule, "B9");
    settings.skipInternal = false;
    EXPECT_EQ(plan().name(), "create in CRM");
}

TEST_F(NewEvents, B9_WhoIsInternal) {
    Activity a = event();
    const auto internal = [&](std::vector<Participant> who) {
        a.participants = std::move(who);
        return isInternal(a, facts);
    };
    EXPECT_FALSE(internal({})) << "nobody";
    EXPECT_FALSE(internal({guest("anna@example.com")})) << "the owner alone";
    EXPECT_TRUE(internal({guest("ben@example.com")}));
    EXPECT_FALSE(internal({guest("ben@example.com"), guest("guest@else.org")}));
    EXPECT_FALSE(internal({guest("ben@notexample.com")})) << "another domain that ends alike";
    facts.domains = {"gmail.com"};
    EXPECT_FALSE(internal({guest("ben@gmail.com")})) << "everybody's domain is nobody's";
    EXPECT_FALSE(hasOthers(a, {}) && internal({guest("room@gmail.com", "room")})) << "rooms are nobody";
}

TEST_F(NewEvents, B9_AloneAsTheSettingSays) {
    atProvider(event()).participants = {guest("anna@example.com"), guest("room@rooms.org", "resource")};
    EXPECT_EQ(plan().name(), "create in CRM");
    settings.aloneIsBusy = true;
    EXPECT_EQ(plan().name(), "busy block");
    atProvider(event()).participants = {guest("guest@else.org")};
    EXPECT_EQ(plan().name(), "create in CRM");
}

TEST_F(NewEvents, B14_ABlockFollowsItsEvent) {
    oneWay();
    const Action first = (atProvider(event()), plan());
    linked(Origin::provider, *first.block).block = true;
    EXPECT_EQ(plan().block, std::nullopt) << "C10: unchanged";
    there().start = at(2, 10), there().end = at(2, 11);
    ASSERT_TRUE(plan().block);
    EXPECT_EQ(plan().block->start, at(2, 10));
    there().cancelled = true;
    EXPECT_TRUE(plan().removeBlock && plan().forget);
    settings.direction = Direction::twoWay;
    EXPECT_TRUE(plan().removeBlock && plan().forget);
    oneWay();
    there().cancelled = false;
    there().busy = false;
    EXPECT_TRUE(plan().removeBlock && plan().forget);
    goneAtProvider();
    EXPECT_TRUE(plan().removeBlock && plan().forget);
}

TEST_F(NewEvents, B14_ABlockBecomesAnActivityWhenItMay) {
    atProvider(event());
    linked(Origin::provider, event()).block = true;
    const Action action = plan();
    EXPECT_EQ(action.crm, Verb::create);
    EXPECT_TRUE(action.removeBlock);
    EXPECT_FALSE(action.forget);
}

// ---------------------------------------------------------------- from the provider
TEST_F(NewEvents, B3_B6_B15_WhatIsTakenUp) {
    const auto rule = [&](int day, std::optional<Instant> modified = {}) {
        atProvider(event(day));
        remote().modified = modified;
        return plan().crm == Verb::create ? plan().rule : "";
    };
    EXPECT_EQ(rule(1), "B3");
    EXPECT_EQ(rule(-1), "") << "it is over";
    EXPECT_EQ(rule(-1, planTime(-2)), "");
    EXPECT_EQ(rule(-1, planTime(0, 10)), "B6") << "and was changed since";
    settings.historySince = "2027-02-20";
    EXPECT_EQ(rule(-1), "B15");
    EXPECT_EQ(rule(-20), "");
}

TEST_F(NewEvents, B4_SmartTakesUpWhatIsToComeAndTheHistoryThatIsWanted) {  // B6, B15
    settings.direction = Direction::smart;
    const auto rule = [&](int day, std::optional<Instant> modified = {}) {
        atProvider(event(day));
        remote().modified = modified;
        pair.provider->guests = {{"ann@else.org", false}, {"bea@else.org", true}};
        EXPECT_FALSE(plan().makeContacts);
        return plan().crm == Verb::create ? plan().rule : "";
    };
    EXPECT_EQ(rule(1), "B4");
    EXPECT_EQ(rule(-1, planTime(0, 10)), "");
    settings.historySince = "2027-02-20";
    EXPECT_EQ(rule(-1), "B15");
    pair.provider->guests.pop_back();
    EXPECT_EQ(plan().crm, Verb::none);
}

TEST_F(NewEvents, D12_GuestsBecomeContactsOfWhatIsToCome) {
    atProvider(event());
    EXPECT_TRUE(plan().makeContacts);
    settings.makeContacts = false;
    EXPECT_FALSE(plan().makeContacts);
    settings.makeContacts = true;
    settings.historySince = "2027-02-20";
    atProvider(event(-1));
    EXPECT_FALSE(plan().makeContacts) << "B15: of history none";
    atProvider(event(-1));
    remote().modified = planTime(1);
    EXPECT_FALSE(plan().makeContacts) << "B6: nor of what is over";
}

TEST_F(NewEvents, B3_WhatIsMadeInTheCrm) {
    atProvider(event()).typeId.clear();
    EXPECT_EQ(std::get<Activity>(*plan().crmRecord).typeId, "meeting");
    EXPECT_EQ(plan().counted, Counted::addedToCrm);
    EXPECT_EQ(plan().title, "Plan");
    facts.reconnected = true;
    EXPECT_EQ(plan().counted, Counted::updatedInCrm) << "A9";
    there().cancelled = true;
    EXPECT_EQ(plan().name(), "nothing") << "nobody had it";
}

TEST_F(NewEvents, C10_C11_I6_WhatIsLeftAlone) {
    atProvider(event());
    pair.own = true;
    EXPECT_EQ(plan().rule, "C10");
    EXPECT_TRUE(plan().skipped);
    pair.own = false;
    pair.twin = true;
    EXPECT_EQ(plan().rule, "C11");
    EXPECT_TRUE(plan().skipped);
    remote().skip = "it can't be read";
    EXPECT_EQ(plan().rule, "I6");
    EXPECT_EQ(plan().reason, "it can't be read");
}

// ---------------------------------------------------------------- from the CRM
TEST_F(NewEvents, B1_B3_WhatIsPushed) {
    inCrm(event());
    EXPECT_EQ(plan().name(), "create at provider");
    EXPECT_EQ(plan().rule, "B3");
    EXPECT_EQ(plan().counted, Counted::addedToProvider);
    facts.reconnected = true;
    EXPECT_EQ(plan().counted, Counted::updatedAtProvider) << "A9";
    oneWay();
    EXPECT_EQ(plan().rule, "B1");
}

TEST_F(NewEvents, B5_B6_B7_B13_WhatIsNotPushed) {
    const auto refused = [&](const std::function<void()>& spoil) {
        const auto before = settings;
        inCrm(event());
        spoil();
        const std::string name = plan().name();
        settings = before;
        return name == "nothing";
    };
    EXPECT_FALSE(refused([] {}));
    EXPECT_TRUE(refused([&] { pair.crm->inScope = false; })) << "somebody else's";
    EXPECT_TRUE(refused([&] { pair.crm->elsewhere = true; })) << "B13: another account's";
    EXPECT_TRUE(refused([&] { settings.push = false; })) << "B13";
    EXPECT_TRUE(refused([&] { settings.calendars.clear(); }));
    EXPECT_TRUE(refused([&] { std::get<Activity>(pair.crm->record).cancelled = true; }));
    EXPECT_TRUE(refused([&] { std::get<Activity>(pair.crm->record).component = ComponentKind::todo; }));
    EXPECT_TRUE(refused([&] { std::get<Activity>(pair.crm->record).start = {}; }));
    EXPECT_TRUE(refused([&] { settings.types = {"call"}; })) << "B7";
    EXPECT_FALSE(refused([&] { settings.types.clear(); })) << "B7: all";
    EXPECT_TRUE(refused([&] { inCrm(event(-1)); })) << "B6";
}

TEST_F(NewEvents, B5_OneWayPushesWhatIsNewOrWasEdited) {
    inCrm(event()).created = planTime(-5);
    EXPECT_EQ(plan().name(), "create at provider") << "two-way: all that is to come";
    oneWay();
    EXPECT_EQ(plan().name(), "nothing");
    pair.crm->edited = true;
    EXPECT_EQ(plan().name(), "create at provider");
}

TEST_F(NewEvents, C3_WhatTheProviderCannotSayIsSaidAndNotTriedAgain) {
    inCrm(event());
    facts.held = [](const Record&) -> Record { throw Refused("no such rule"); };
    EXPECT_TRUE(plan().skipped);
    EXPECT_EQ(plan().reason, "no such rule");
    EXPECT_EQ(plan().state, LinkState::unsyncable);
}

// ---------------------------------------------------------------- known to both, and not linked
TEST_F(NewEvents, C11_TheSameMeetingIsLinked) {
    inCrm(event());
    atProvider(event());
    EXPECT_EQ(plan().name(), "link");
    EXPECT_EQ(plan().rule, "C11");
    EXPECT_EQ(plan().counted, Counted::updatedInCrm) << "G2";
    oneWay();
    EXPECT_EQ(plan().name(), "link") << "it is the CRM's, too";
    there().privacy = Privacy::personal;
    EXPECT_EQ(plan().name(), "busy block") << "B8";
    settings.direction = Direction::twoWay;
    there() = event();
    there().busy = false;
    remote().use = Use::nothing;
    EXPECT_EQ(plan().crm, Verb::update) << "it is the user's own";
    pair.crm->inScope = false;
    EXPECT_EQ(plan().name(), "nothing");
}

}  // namespace
}  // namespace crmdav
