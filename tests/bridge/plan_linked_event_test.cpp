#include "tests/bridge/plan_support.h"

/// What is decided on an event that is linked with an activity, by values (A7, B7, B8, B12, B14, C2, C4–C6, C11, C12).
namespace crmdav {
namespace {

class LinkedEvents : public EventPlanWorld {
protected:
    LinkedEvents() { linked(Origin::crm, event()); }
    void both() { inCrm(event()), atProvider(event()); }
    void providerBorn() { link.origin = Origin::provider; }
};

// ---------------------------------------------------------------- both are there
TEST_F(LinkedEvents, C10_NothingChangedIsNothingToDo) {
    both();
    EXPECT_EQ(plan().name(), "nothing");
}

TEST_F(LinkedEvents, C2_TheLaterEditWinsAndTheCrmWhereNobodyKnows) {
    inCrm(edited(event(), "Here")).updated = planTime(1);
    atProvider(edited(event(), "There"));
    const auto wins = [&](std::optional<Instant> modified) {
        remote().modified = modified;
        const Action action = plan();
        EXPECT_EQ(action.rule, "C2");
        EXPECT_EQ(action.fields.at(0).lost, action.crm == Verb::update ? "Here" : "There");
        return action.crm == Verb::update ? "provider" : "CRM";
    };
    EXPECT_STREQ(wins(planTime(1, 10)), "provider");
    EXPECT_STREQ(wins(planTime(1)), "CRM") << "at the same time";
    EXPECT_STREQ(wins(planTime(0)), "CRM");
    EXPECT_STREQ(wins({}), "CRM");
}

TEST_F(LinkedEvents, B12_C12_WhatMayNotBeWrittenIsHeld) {
    inCrm(edited(event()));
    atProvider(event());
    remote().readOnly = true;
    EXPECT_EQ(plan().name(), "hold");
    EXPECT_EQ(plan().rule, "B12");
    remote().hold = "it is locked";
    EXPECT_EQ(plan().reason, "it is locked");
    atProvider(event());
    remote().organised = false;
    EXPECT_EQ(plan().name(), "hold");
    EXPECT_EQ(plan().rule, "C12");
    remote().organised = true;
    EXPECT_EQ(plan().name(), "update at provider");
}

TEST_F(LinkedEvents, B12_GuestsAreToldToNoProviderThatTakesNone) {
    inCrm(event()).participants = {guest("guest@else.org")};
    atProvider(event());
    EXPECT_EQ(plan().provider, Verb::update);
    facts.guests = false;
    EXPECT_EQ(plan().provider, Verb::none);
}

TEST_F(LinkedEvents, B14_AnEventThatTurnsPrivateIsAnActivityNoMore) {
    providerBorn();
    both();
    there().privacy = Privacy::personal;
    EXPECT_EQ(plan().crm, Verb::remove);
    EXPECT_EQ(plan().rule, "B14");
    ASSERT_TRUE(plan().block);
    EXPECT_EQ(plan().block->subject, "Busy");
    EXPECT_FALSE(plan().forget);
    pair.crm->shared = true;
    EXPECT_EQ(plan().crm, Verb::leave) << "C11: the others keep it";
    there().busy = false;
    EXPECT_FALSE(plan().block);
    EXPECT_TRUE(plan().forget);
}

TEST_F(LinkedEvents, B14_WhatIsTheCrmsStaysAnActivity) {
    both();
    there().privacy = Privacy::personal;
    EXPECT_EQ(plan().name(), "update in CRM") << "born there";
    providerBorn();
    link.state = LinkState::suppressed;
    EXPECT_EQ(plan().crm, Verb::update) << "somebody took it back from the trash";
    EXPECT_EQ(plan().state, LinkState::linked);
}

TEST_F(LinkedEvents, A7_OneWayKeepsWhatTwoWayTookUp) {
    providerBorn();
    oneWay();
    both();
    EXPECT_EQ(plan().name(), "nothing");
    there().location = "Elsewhere";
    EXPECT_EQ(plan().name(), "update in CRM");
}

TEST_F(LinkedEvents, B7_UntickedTypesAreNotUpdatedThereAnyMore) {
    inCrm(edited(event()));
    atProvider(event());
    settings.types = {"call"};
    EXPECT_EQ(plan().name(), "hold");
    EXPECT_EQ(plan().rule, "B7");
    providerBorn();
    EXPECT_EQ(plan().name(), "update at provider") << "types choose what is pushed";
    link.origin = Origin::crm;
    inCrm(event());
    there().location = "Elsewhere";
    EXPECT_EQ(plan().name(), "update in CRM");
}

TEST_F(LinkedEvents, C3_WhatTheProviderCannotSayIsNotSentAgain) {
    inCrm(edited(event()));
    atProvider(event());
    facts.held = [](const Record&) -> Record { throw Refused("no such rule"); };
    EXPECT_TRUE(plan().skipped);
    EXPECT_EQ(plan().state, LinkState::unsyncable);
}

TEST_F(LinkedEvents, I1_WhatACreationMadeIsCreatedAgainUnderItsKey) {
    both();
    link.state = LinkState::creating;
    pair.made = true;
    EXPECT_EQ(plan().name(), "create at provider");
}

// ---------------------------------------------------------------- gone in the CRM
TEST_F(LinkedEvents, C4_C6_ADeletionInTheCrm) {
    atProvider(event());
    goneInCrm(planTime(1));
    EXPECT_EQ(plan().name(), "delete at provider");
    EXPECT_EQ(plan().rule, "C4");
    EXPECT_EQ(plan().counted, Counted::deletedAtProvider);
    EXPECT_TRUE(plan().forget);
    there().location = "Elsewhere";
    const auto restored = [&](std::optional<Instant> deleted, std::optional<Instant> changed) {
        goneInCrm(deleted);
        remote().modified = changed;
        EXPECT_EQ(plan().rule, "C6");
        return plan().crm == Verb::restore;
    };
    EXPECT_FALSE(restored(planTime(2), planTime(1))) << "it was deleted later";
    ASSERT_EQ(plan().fields.size(), 1U) << "what goes lost with it is told";
    EXPECT_EQ(plan().fields[0].lost, "Elsewhere");
    EXPECT_TRUE(restored(planTime(1), planTime(1))) << "not for certain";
    EXPECT_TRUE(restored(planTime(1), planTime(2)));
    EXPECT_TRUE(restored(planTime(1), {}));
    EXPECT_TRUE(restored({}, planTime(1)));
}

TEST_F(LinkedEvents, G4_WhatAnUndoBroughtBackThereStays) {
    link.state = LinkState::suppressed;
    atProvider(event());
    goneInCrm();
    EXPECT_EQ(plan().name(), "nothing");
    EXPECT_EQ(plan().provider, Verb::none);
}

TEST_F(LinkedEvents, C4_WhatMayNotBeDeletedIsHeld) {
    atProvider(event());
    goneInCrm();
    remote().readOnly = true;
    EXPECT_EQ(plan().name(), "hold");
    remote().readOnly = false;
    remote().organised = false;
    EXPECT_EQ(plan().name(), "hold");
}

TEST_F(LinkedEvents, C5_WhatWasBornThereStaysThereAndIsNotTakenUpAgain) {
    providerBorn();
    atProvider(edited(event()));
    goneInCrm(planTime(1));
    EXPECT_EQ(plan().name(), "suppress");
    link.state = LinkState::suppressed;
    EXPECT_EQ(plan().name(), "nothing");
    EXPECT_FALSE(plan().forget);
    goneAtProvider();
    EXPECT_TRUE(plan().forget) << "nothing is left of it";
}

// ---------------------------------------------------------------- gone at the provider
TEST_F(LinkedEvents, C4_ADeletionThereOfWhatTheCrmMade) {
    goneAtProvider();
    inCrm(event());
    settings.providerDeletes = ProviderDeletes::keep;
    pair.crm->shared = true;
    EXPECT_EQ(plan().name(), "delete in CRM") << "whatever becomes of others";
    EXPECT_EQ(plan().rule, "C4");
    EXPECT_EQ(plan().counted, Counted::deletedInCrm);
}

TEST_F(LinkedEvents, C5_ADeletionThereOfWhatWasMadeThere) {
    providerBorn();
    goneAtProvider();
    inCrm(event());
    EXPECT_EQ(plan().name(), "cancel in CRM");
    EXPECT_EQ(plan().rule, "C5");
    settings.providerDeletes = ProviderDeletes::remove;
    EXPECT_EQ(plan().name(), "delete in CRM");
    settings.providerDeletes = ProviderDeletes::keep;
    EXPECT_EQ(plan().name(), "unlink");
    EXPECT_EQ(plan().counted, Counted::nothing);
    link.state = LinkState::left;
    EXPECT_EQ(plan().name(), "nothing");
    settings.providerDeletes = ProviderDeletes::remove;
    link.state = LinkState::linked;
    pair.crm->shared = true;
    EXPECT_EQ(plan().name(), "leave in CRM") << "C11: it is the others', too";
    EXPECT_EQ(plan().rule, "C11");
}

TEST_F(LinkedEvents, C5_WhatIsCancelledIsNotCancelledAgain) {
    providerBorn();
    Activity cancelled = event();
    cancelled.cancelled = true;
    linked(Origin::provider, cancelled);
    goneAtProvider();
    inCrm(cancelled);
    EXPECT_EQ(plan().crm, Verb::none);
    EXPECT_EQ(plan().counted, Counted::nothing);
    EXPECT_TRUE(plan().forget);
}

TEST_F(LinkedEvents, C6_AnEditInTheCrmBringsItBack) {
    goneAtProvider();
    inCrm(edited(event()));
    EXPECT_EQ(plan().name(), "create at provider");
    EXPECT_EQ(plan().rule, "C6");
    EXPECT_EQ(plan().counted, Counted::updatedAtProvider);
    providerBorn();
    EXPECT_EQ(plan().name(), "create at provider");
    settings.providerDeletes = ProviderDeletes::keep;
    EXPECT_EQ(plan().name(), "unlink") << "what is kept is the CRM's alone";
}

TEST_F(LinkedEvents, C6_OnlyItsOwnOrganiserBringsAMeetingBack) {
    const auto comesBack = [&](const std::function<void(Activity&)>& other) {
        goneAtProvider();
        other(inCrm(edited(event())));
        return plan().provider == Verb::create;
    };
    providerBorn();
    EXPECT_TRUE(comesBack([](Activity& a) { a.participants = {guest("guest@else.org")}; }));
    EXPECT_FALSE(comesBack([](Activity& a) { a.participants = {organizer("boss@else.org")}; }));
    EXPECT_FALSE(comesBack([&](Activity&) { pair.crm->shared = true; }));
    EXPECT_FALSE(comesBack([&](Activity&) { pair.crm->inScope = false; }));
    EXPECT_FALSE(comesBack([](Activity& a) { a.cancelled = true; }));
    link.origin = Origin::crm;
    EXPECT_TRUE(comesBack([](Activity& a) { a.participants = {organizer("anna@example.com")}; }));
}

// ---------------------------------------------------------------- neither, or not yet
TEST_F(LinkedEvents, C4_WhatIsGoneOnBothSidesIsForgotten) {
    goneAtProvider();
    goneInCrm();
    EXPECT_EQ(plan().name(), "forget");
}

TEST_F(LinkedEvents, C5_WhatIsKeptInTheCrmAloneIsNotPushed) {
    providerBorn();
    link.state = LinkState::left;
    link.remote.clear();
    inCrm(edited(event()));
    EXPECT_EQ(plan().name(), "nothing");
    goneInCrm();
    EXPECT_TRUE(plan().forget);
}

TEST_F(LinkedEvents, I1_ACreationThatWasBegunIsFinished) {
    beingMade(event());
    inCrm(event());
    EXPECT_EQ(plan().name(), "create at provider");
    goneInCrm();
    EXPECT_FALSE(plan().forget) << "the provider may have made it";
    link.state = LinkState::unsyncable;
    EXPECT_TRUE(plan().forget);
}

TEST_F(LinkedEvents, C6_ARecreationThatWasBegunIsFinished) {
    beingMade(event());
    providerBorn();
    settings.push = false;
    inCrm(event());
    EXPECT_EQ(plan().name(), "create at provider");
    EXPECT_EQ(plan().counted, Counted::updatedAtProvider) << "G2: it isn't new";
    pair.crm->shared = true;
    EXPECT_EQ(plan().name(), "nothing");
}

}  // namespace
}  // namespace crmdav
