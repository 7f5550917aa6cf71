#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/dav/errors.h"
#include "protocol/dav/filter.h"
#include "protocol/text/content_lines.h"
#include "store/engine/migrations.h"
#include "store/objects/veil.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// Anna's calendar `plan`, with a public and a private event, in the home of others (D36).
class Shares : public testing::Test {
protected:
    static constexpr const char* hidden = "CLASS:PRIVATE\r\n";

    Shares() {
        put("open.ics", "open");
        put("secret.ics", "secret", hidden);
    }
    void put(const std::string& name, const std::string& uid, const std::string& more = "") {
        store->saveObject(anna, plan.id, name, meeting(uid, "20261123T090000Z", "Meeting " + uid, more), {});
    }
    void share(const std::string& login, bool write = false) {
        store->share(anna, plan.id, {.login = login, .write = write});
    }
    static Share toAll(bool write = false) {
        Share share;
        share.with = Share::With::everyone;
        share.write = write;
        return share;
    }
    std::optional<Collection> plansOf(const std::string& login) {
        return store->collection(login, Home::calendars, "anna~plan");
    }
    std::vector<std::string> homeOf(const std::string& login) {
        std::vector<std::string> names;
        for (const Collection& c : store->home(login, Home::calendars))
            if (!c.ownerLogin.empty()) names.push_back(c.name);
        return names;
    }
    std::vector<std::string> namesIn(const Sight& sight) {
        std::vector<std::string> names;
        store->members(sight, MemberDetail::tags, [&](const Member& m, std::string_view) { names.push_back(m.name); });
        return names;
    }
    /// "a" for what is there, "-a" for what is gone; the token moves on.
    std::vector<std::string> delta(const Sight& sight, std::string& token, std::size_t limit = 0) {
        std::vector<std::string> names;
        const auto end =
            store->changesSince(sight, token, limit, MemberDetail::rows, [&](const Change& change, std::string_view) {
                names.push_back((change.deleted ? "-" : "") + change.member.name);
            });
        if (!end) return {"invalid"};
        token = end->token;
        return names;
    }

    TempStore store;
    Actor anna = store.user("anna"), ben = store.user("ben"), carl = store.user("carl");
    Collection plan = store.calendar(anna, "plan");
};

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

TEST_F(Shares, ReadersDoNotGetToKnowOfPrivateObjectsInAnyReading) {
    share("ben");
    share("carl", true);
    const Collection bens = *plansOf("ben"), carls = *plansOf("carl");
    EXPECT_THAT(namesIn(bens), ElementsAre("open.ics"));
    EXPECT_THAT(namesIn(carls), ElementsAre("open.ics", "secret.ics")) << "who may write sees them";
    EXPECT_THAT(namesIn(plan), ElementsAre("open.ics", "secret.ics"));
    EXPECT_FALSE(store->member(bens, "secret.ics"));
    EXPECT_FALSE(store->memberByUid(bens, "secret"));
    EXPECT_FALSE(store->object(bens, "secret.ics", [](const auto&, auto) { ADD_FAILURE(); }));
    const std::vector<std::string> both{"open.ics", "secret.ics"};
    for (const bool withBytes : {false, true}) {
        std::vector<std::string> found;
        store->multiget(bens, both, withBytes, [&](const Member& m, std::string_view bytes) {
            EXPECT_EQ(m.etag.empty(), m.name == "secret.ics");
            EXPECT_EQ(bytes.empty(), !withBytes || m.etag.empty());
        });
    }
    for (const MemberDetail detail : {MemberDetail::tags, MemberDetail::rows, MemberDetail::bytes}) {
        store->members(bens, detail, [](const Member& m, std::string_view) { EXPECT_EQ(m.name, "open.ics"); });
        store->changesSince(bens, "", 0, detail,
                            [](const Change& c, std::string_view) { EXPECT_EQ(c.member.name, "open.ics"); });
    }
    CalendarFilter all, week;
    CompFilter comp;
    comp.name = "VEVENT";
    all.root.comps.push_back(comp);
    comp.range = TimeRange{*parseUtc("20261120T000000Z"), *parseUtc("20261127T000000Z")};
    week.root.comps.push_back(comp);
    for (const CalendarFilter& filter : {CalendarFilter(), all, week})
        for (const bool withBytes : {false, true}) {
            std::vector<std::string> found;
            const auto note = [&](const Member& m, std::string_view) { found.push_back(m.name); };
            store->queryCalendar(bens, filter, "", 0, note, withBytes);
            EXPECT_THAT(found, ElementsAre("open.ics"));
        }
    EXPECT_THROW(
        store->transferObject(ben, plan.id, "secret.ics", store->collection("ben", Home::calendars, "activities")->id,
                              "x.ics", false, true, {}),
        NotFound);
    const CollectionId ids[] = {bens.id};
    const auto busy = store->freeBusy(ids, *comp.range, "");
    EXPECT_EQ(busy.size(), 1u) << "both make busy, at the same time";
}

TEST_F(Shares, CardsAreVeiledLikeEvents) {
    const Collection book = store.book(anna, "book");
    store->saveObject(anna, book.id, "a.vcf", card("a", "Erika"), {});
    store->saveObject(anna, book.id, "b.vcf", card("b", "Erika", "CLASS:CONFIDENTIAL\r\n"), {});
    store->share(anna, book.id, {.login = "ben"});
    const Collection bens = *store->collection("ben", Home::addressbooks, "anna~book");
    EXPECT_THAT(namesIn(bens), ElementsAre("a.vcf"));
    PropFilter name;
    name.name = "FN";
    name.texts.push_back(textMatch("Erika", Collation::unicodeCasemap, {}));
    CardFilter erika;
    erika.props.push_back(name);
    for (const CardFilter& filter : {CardFilter(), erika}) {
        std::vector<std::string> found;
        store->queryBook(bens, filter, 0, [&](const Member& m, std::string_view) { found.push_back(m.name); });
        EXPECT_THAT(found, ElementsAre("a.vcf"));
    }
}

TEST_F(Shares, WhatBecomesPrivateIsDeletedForReadersAndWhatAlwaysWasIsNeverNamed) {  // RFC 6578 §3.5.2
    share("ben");
    const Collection bens = *plansOf("ben");
    std::string token, annas;
    EXPECT_THAT(delta(bens, token), ElementsAre("open.ics"));
    delta(plan, annas);
    put("secret.ics", "secret", std::string(hidden) + "LOCATION:Elsewhere\r\n");
    EXPECT_THAT(delta(bens, token), IsEmpty()) << "not even its name";
    put("open.ics", "open", hidden);
    EXPECT_THAT(delta(bens, token), ElementsAre("-open.ics"));
    put("open.ics", "open", std::string(hidden) + "LOCATION:Here\r\n");
    EXPECT_THAT(delta(bens, token), IsEmpty()) << "it was gone already";
    store->removeObject(anna, plan.id, "open.ics", {});
    store->removeObject(anna, plan.id, "secret.ics", {});
    EXPECT_THAT(delta(bens, token), IsEmpty());
    put("secret.ics", "secret");
    put("open.ics", "open", hidden);
    EXPECT_THAT(delta(bens, token), ElementsAre("secret.ics"));
    put("open.ics", "open");
    EXPECT_THAT(delta(bens, token), ElementsAre("open.ics"));
    EXPECT_THAT(delta(plan, annas), UnorderedElementsAre("open.ics", "secret.ics"));
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(Shares, ADeletedNameThatComesBackPrivateIsReportedGone) {
    share("ben");
    const Collection bens = *plansOf("ben");
    std::string token;
    delta(bens, token);
    store->removeObject(anna, plan.id, "open.ics", {});
    put("open.ics", "open", hidden);
    EXPECT_THAT(delta(bens, token), ElementsAre("-open.ics"));
}

TEST_F(Shares, AFirstSyncInPagesHearsOfWhatBecamePrivateMeanwhile) {
    put("third.ics", "third");
    share("ben");
    const Collection bens = *plansOf("ben");
    std::string token;
    EXPECT_THAT(delta(bens, token, 1), ElementsAre("open.ics"));
    put("open.ics", "open", hidden);
    EXPECT_THAT(delta(bens, token, 1), ElementsAre("third.ics"));
    EXPECT_THAT(delta(bens, token, 1), ElementsAre("-open.ics"));
}

TEST_F(Shares, WhoLosesOrGetsSightOfPrivateObjectsStartsOver) {
    share("ben", true);
    const Collection wide = *plansOf("ben");
    std::string token = wide.syncToken;
    share("ben", false);
    const Collection narrow = *plansOf("ben");
    EXPECT_NE(wide.ctag, narrow.ctag);
    EXPECT_THAT(delta(narrow, token), ElementsAre("invalid"));
    token = narrow.syncToken;
    share("ben", true);
    EXPECT_THAT(delta(*plansOf("ben"), token), ElementsAre("invalid"));
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

/// The text of an object, and whether readers see it (RFC 5545 §3.8.1.3).
TEST(Veil, IsWhatTheObjectSays) {
    struct Row {
        const char* lines;
        bool isPrivate;
    };
    for (const auto& [lines, isPrivateText] :
         {Row{"", false}, Row{"CLASS:PUBLIC\r\n", false}, Row{"class: public \r\n", false},
          Row{"CLASS:PRIVATE\r\n", true}, Row{"CLASS:CONFIDENTIAL\r\n", true}, Row{"CLA\r\n SS:PRIVATE\r\n", true},
          Row{"CLASS;X-A=b:X-OURS\r\n", true}})
        EXPECT_EQ(isPrivate(Document::parse(event("a", lines)).root()), isPrivateText) << lines;
    EXPECT_TRUE(
        isPrivate(Document::parse("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a\r\n"
                                  "RECURRENCE-ID:20261123T090000Z\r\nCLASS:PRIVATE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
                      .root()))
        << "one occurrence";
}

TEST_F(Shares, PrivateObjectsFromBeforeAreVeiledByTheMigration) {  // D37
    {
        Writing writing(store.database());
        writing.db().exec("DROP TABLE shares");
        writing.db().exec("ALTER TABLE members DROP COLUMN veiled");
        shareCollections(writing);
        writing.commit();
    }
    share("ben");
    EXPECT_THAT(namesIn(*plansOf("ben")), ElementsAre("open.ics"));
    EXPECT_THAT(store->check({}), IsEmpty());
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
