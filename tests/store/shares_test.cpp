#include "protocol/dav/errors.h"
#include "tests/store/shares_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_F(Shares, ASharedCalendarIsInTheOthersHomeUnderTheOwnersNameAndGoesAtOnce) {
    EXPECT_FALSE(plansOf("ben"));
    share("ben");
    ASSERT_TRUE(plansOf("ben"));
    EXPECT_EQ(plansOf("ben")->displayName, "plan (anna)");
    EXPECT_EQ(plansOf("ben")->part, Part::read);
    EXPECT_EQ(plansOf("ben")->ownerLogin, "anna");
    EXPECT_THAT(homeOf("ben"), ElementsAre("anna~plan"));
    EXPECT_THAT(homeOf("carl"), IsEmpty());
    EXPECT_THAT(homeOf("anna"), IsEmpty()) << "she has it under its own name";
    share("ben", true);
    EXPECT_EQ(plansOf("ben")->part, Part::write);
    store->unshare(anna, plan.id, {.login = "ben"});
    EXPECT_FALSE(plansOf("ben"));
    EXPECT_THAT(homeOf("ben"), IsEmpty());
    EXPECT_THROW(store->unshare(anna, plan.id, {.login = "ben"}), NotFound);
}

TEST_F(Shares, TeamsRolesAndEveryoneStandForWhoIsInThemNow) {
    const Team inner = store->saveTeam({}, {.key = "inner", .name = "", .members = {"ben"}});
    store->saveTeam({}, {.key = "outer", .name = "", .members = {"inner"}});
    share("outer");
    EXPECT_THAT(homeOf("ben"), ElementsAre("anna~plan")) << "teams nest";
    EXPECT_THAT(homeOf("carl"), IsEmpty());
    store->saveTeam({}, {.id = inner.id, .key = "inner", .name = "inner", .members = {"carl"}});
    EXPECT_FALSE(plansOf("ben"));
    EXPECT_TRUE(plansOf("carl"));
    store->removeTeam({}, store->team("outer")->id);
    EXPECT_FALSE(plansOf("carl"));

    Share toAdmins;
    toAdmins.with = Share::With::role;
    toAdmins.role = Role::admin;
    store->share(anna, plan.id, toAdmins);
    EXPECT_FALSE(plansOf("ben"));
    User admin = *store->user("ben");
    admin.role = Role::admin;
    store->saveUser({}, admin);
    EXPECT_TRUE(plansOf("ben"));
    EXPECT_FALSE(plansOf("carl"));
    store->share(anna, plan.id, toAll());
    EXPECT_TRUE(plansOf("carl"));
    EXPECT_TRUE(plansOf((store.user("dora"), "dora"))) << "who comes later too";
}

TEST_F(Shares, TheWidestOfSeveralGrantsCounts) {
    store->share(anna, plan.id, toAll());
    share("ben", true);
    EXPECT_EQ(plansOf("ben")->part, Part::write);
    EXPECT_EQ(plansOf("carl")->part, Part::read);
    EXPECT_THAT(homeOf("ben"), ElementsAre("anna~plan"));
    EXPECT_EQ(store->home("ben", Home::calendars).back().part, Part::write);
    store->share(anna, plan.id, toAll(true));
    share("ben", false);
    EXPECT_EQ(plansOf("ben")->part, Part::write);
}

TEST_F(Shares, OnlyTheOwnerSharesAndOnlyWhatCanBeShared) {
    share("ben", true);
    EXPECT_THROW(store->share(ben, plan.id, {.login = "carl"}), Forbidden);
    EXPECT_THROW(store->shares(ben, plan.id), Forbidden);
    EXPECT_THROW(store->share(carl, plan.id, {.login = "carl"}), NotFound);
    EXPECT_THROW(store->share(anna, plan.id, {.login = "anna"}), InvalidField);
    EXPECT_THROW(store->share(anna, plan.id, {.login = "nobody"}), InvalidField);
    for (const auto& [home, name] : {std::pair{Home::calendars, "inbox"}, {Home::calendars, "outbox"}})
        EXPECT_THROW(store->share(anna, store->collection("anna", home, name)->id, {.login = "ben"}), InvalidField)
            << name;
    for (const char* name : {"contacts", "companies"}) {
        const auto id = store->collection("anna", Home::addressbooks, name)->id;
        EXPECT_ANY_THROW(store->share(anna, id, {.login = "ben"})) << name;
    }
    for (const auto& [home, name] :
         {std::pair{Home::calendars, "activities"}, {Home::calendars, "tasks"}, {Home::addressbooks, "private"}})
        store->share(anna, store->collection("anna", home, name)->id, {.login = "ben"});
    EXPECT_THAT(homeOf("ben"), UnorderedElementsAre("anna~activities", "anna~plan", "anna~tasks"));
}

TEST_F(Shares, ReadersWriteNothingAndWritersWriteInTheirOwnName) {
    share("ben");
    share("carl", true);
    const std::string bytes = meeting("new", "20261124T090000Z", "By carl");
    EXPECT_THROW(store->saveObject(ben, plan.id, "new.ics", bytes, {}), Forbidden);
    EXPECT_THROW(store->removeObject(ben, plan.id, "open.ics", {}), Forbidden);
    const auto bens = store->collection("ben", Home::calendars, "activities")->id;
    EXPECT_THROW(store->transferObject(ben, plan.id, "open.ics", bens, "x.ics", true, true, {}), Forbidden);
    EXPECT_THROW(store->patchMember(ben, plan.id, "open.ics", {}), Forbidden);

    const Saved saved = store->saveObject(carl, plan.id, "new.ics", bytes, {});
    EXPECT_TRUE(saved.created);
    const auto activity = store->activity(anna.user, saved.record);
    ASSERT_TRUE(activity);
    EXPECT_EQ(activity->owner, anna.user) << "the record is the calendar owner's";
    HistoryFilter newest;
    newest.limit = 1;
    EXPECT_EQ(store->history(newest).front().actorLogin, "carl");
    EXPECT_THROW(store->renameCollection(carl, plan.id, "mine"), Forbidden);
    EXPECT_THROW(store->removeCollection(carl, plan.id), Forbidden);
    EXPECT_THROW(store->addFeed(carl, carl.user, plan.id, Detail::everything, "x"), NotFound) << "only the owner";
    store->unshare(anna, plan.id, {.login = "carl"});
    EXPECT_THROW(store->saveObject(carl, plan.id, "new.ics", bytes, {}), Forbidden);
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Shares, InvitationsFromASharedCalendarAreItsOwnersWhoeverWritesThem) {
    share("ben", true);
    const std::string people =
        "ORGANIZER:mailto:anna@example.com\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.com\r\n"
        "ATTENDEE:mailto:carl@example.com\r\n";
    const Saved saved = store->saveObject(ben, plan.id, "m.ics", meeting("m", "20261124T090000Z", "Lunch", people), {});
    const auto carls = store->collection("carl", Home::calendars, "activities")->id;
    const auto invited = store->memberByUid(carls, "m");
    ASSERT_TRUE(invited);
    store->object(carls, invited->name, [](const Member&, std::string_view bytes) {
        EXPECT_THAT(std::string(bytes), testing::HasSubstr(":mailto:anna@example.com"));
        EXPECT_THAT(std::string(bytes), testing::Not(testing::HasSubstr("ben@example.com")));
    });
    EXPECT_EQ(store->activity(carl.user, saved.record)->owner, anna.user);
    EXPECT_FALSE(store->memberByUid(store->collection("ben", Home::calendars, "activities")->id, "m"));
    store->removeObject(ben, plan.id, "m.ics", {});
    EXPECT_FALSE(store->memberByUid(carls, "m")) << "taken back in her name";
}

TEST_F(Shares, NameColourOrderAndHidingAreEachUsersOwn) {
    share("ben");
    share("carl");
    Collection seen = *plansOf("ben");
    seen.displayName = "Anna's";
    seen.color = "#123456";
    store->patchCollection(ben, seen, {});
    store->hideCollection(ben, ben.user, plan.id, true);
    EXPECT_EQ(plansOf("ben")->displayName, "Anna's");
    EXPECT_TRUE(plansOf("ben")->hidden);
    EXPECT_EQ(plansOf("carl")->displayName, "plan (anna)");
    EXPECT_FALSE(plansOf("carl")->hidden);
    EXPECT_EQ(store->collectionById(plan.id)->displayName, "");
    EXPECT_EQ(store->collectionById(plan.id)->color, "");
    seen = *plansOf("ben");
    seen.description = "changed";
    EXPECT_THROW(store->patchCollection(ben, seen, {}), Forbidden) << "the rest is the calendar's";
    EXPECT_THROW(store->patchCollection(ben, *plansOf("ben"), std::vector<Store::DeadProperty>{{"urn:x", "y", "<y/>"}}),
                 Forbidden);
}

TEST_F(Shares, NobodyMakesACollectionWithANameLikeASharedOnes) {
    EXPECT_THROW(store.calendar(ben, "anna~plan"), DavError);
    const Collection own = store.calendar(ben, "own");
    EXPECT_THROW(store->renameCollection(ben, own.id, "anna~plan"), DavError);
    store.calendar(ben, "nobody~plan");
    EXPECT_TRUE(store->collection("ben", Home::calendars, "nobody~plan"));
}

TEST_F(Shares, ATrashedCalendarIsGoneForAllAndComesBackForAll) {
    share("ben");
    store->removeCollection(anna, plan.id);
    EXPECT_FALSE(plansOf("ben"));
    EXPECT_THAT(homeOf("ben"), IsEmpty());
    store->restore(anna, RecordKind::collection, collectionId(plan.id));
    EXPECT_TRUE(plansOf("ben"));
}

TEST_F(Shares, WhoIsRemovedHasNoPartAndTheirCalendarsGoWithTheHeir) {
    share("ben");
    store->removeUser({}, ben.user, 0);
    EXPECT_THAT(store->shares(anna, plan.id), IsEmpty());
    share("carl");
    Collection seen = *plansOf("carl");
    seen.displayName = "Anna's";
    store->patchCollection(carl, seen, {});
    store->removeUser({}, anna.user, carl.user);
    EXPECT_FALSE(plansOf("carl"));
    EXPECT_EQ(store->collection("carl", Home::calendars, "plan")->part, Part::own);
    EXPECT_THAT(homeOf("carl"), IsEmpty());
    EXPECT_THAT(store->shares(carl, plan.id), IsEmpty());
    const auto calendars = store->home("carl", Home::calendars);
    const auto now = std::ranges::find(calendars, plan.id, &Collection::id);
    ASSERT_NE(now, calendars.end());
    EXPECT_EQ(now->displayName, "") << "what he called hers is not what his own is called";
}

TEST_F(Shares, AnAppPasswordForASharedCalendarIsPossibleForWhoHasIt) {
    Scope scope;
    scope.collection = plan.id;
    EXPECT_THROW(store->addAppPassword(ben, ben.user, "wall", scope, {}), InvalidField);
    share("ben");
    EXPECT_EQ(store->addAppPassword(ben, ben.user, "wall", scope, {}).password.scope.collection, plan.id);
}

/// Polls, GETs and PUTs of one's own pay nothing for it; a list of a home has a second statement where anything is
/// shared.
TEST_F(Shares, WhoHasNothingSharedPaysNothing) {
    const auto cost = [&](const auto& verb) {
        verb();
        const std::size_t before = Store::statementsOfThread();
        verb();
        return Store::statementsOfThread() - before;
    };
    const auto list = [&] { store->home("carl", Home::calendars); };
    const auto find = [&] { store->collection("carl", Home::calendars, "activities"); };
    const auto missing = [&] { store->collection("carl", Home::calendars, "none"); };
    EXPECT_EQ(cost(list), 1u);
    share("ben");
    EXPECT_EQ(cost(list), 2u);
    EXPECT_EQ(cost(find), 1u);
    EXPECT_EQ(cost(missing), 1u);
}

}  // namespace
}  // namespace crmdav
