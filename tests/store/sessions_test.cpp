#include "tests/store/record_fixture.h"

namespace crmdav {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
constexpr std::chrono::seconds life = std::chrono::hours(48);

class Sessions : public RecordStore {};

TEST_F(Sessions, SecretOpensTheSessionOfItsUserUntilItEnds) {
    const auto made = store->addSession(byAnna, anna.id, life);
    EXPECT_THAT(made.secret, SizeIs(32));
    ASSERT_TRUE(store->session(made.secret));
    EXPECT_EQ(store->session(made.secret)->user.login, "anna");
    EXPECT_FALSE(store->session(made.secret.substr(1) + "a"));
    EXPECT_FALSE(store->session(""));
    EXPECT_THROW(store->endSession(byBen, ben.id, made.session.id), NotFound) << "another's";
    ASSERT_TRUE(store->session(made.secret));
    store->endSession(byAnna, anna.id, made.session.id);
    EXPECT_FALSE(store->session(made.secret));
}

TEST_F(Sessions, EndByThemselvesUnlessTheyAreUsed) {
    const auto idle = store->addSession(byAnna, anna.id, life), used = store->addSession(byAnna, anna.id, life);
    now += std::chrono::hours(47);
    store->touchSession(used.session.id, life);
    now += std::chrono::hours(2);
    EXPECT_FALSE(store->session(idle.secret));
    EXPECT_TRUE(store->session(used.secret));
    ASSERT_THAT(store->sessions(anna.id), SizeIs(1));
    EXPECT_EQ(store->sessions(anna.id)[0].id, used.session.id);
}

TEST_F(Sessions, OfAUserWhoIsSwitchedOffOrRemovedOpenNothing) {
    const auto made = store->addSession(byBen, ben.id, life);
    ben.active = false;
    store->saveUser(system, ben);
    EXPECT_FALSE(store->session(made.secret));
    ben.active = true;
    store->saveUser(system, ben);
    EXPECT_TRUE(store->session(made.secret));
    store->removeUser(system, ben.id, anna.id);
    EXPECT_FALSE(store->session(made.secret));
}

TEST_F(Sessions, AllButOneEndAtOnce) {
    const auto here = store->addSession(byAnna, anna.id, life);
    const auto there = store->addSession(byAnna, anna.id, life);
    const auto bens = store->addSession(byBen, ben.id, life);
    EXPECT_EQ(store->endSessions(byAnna, anna.id, here.session.id), 1U);
    EXPECT_TRUE(store->session(here.secret));
    EXPECT_FALSE(store->session(there.secret));
    EXPECT_TRUE(store->session(bens.secret));
    EXPECT_EQ(store->endSessions(byAnna, anna.id, {}), 1U);
    EXPECT_THAT(store->sessions(anna.id), IsEmpty());
}

TEST_F(Sessions, OnlyTheNewestHundredOfAUserAreKept) {
    const auto first = store->addSession(byAnna, anna.id, life);
    for (int i = 0; i < 100; ++i) store->addSession(byAnna, anna.id, life);
    EXPECT_FALSE(store->session(first.secret));
    EXPECT_THAT(store->sessions(anna.id), SizeIs(100));
}

TEST_F(Sessions, HistoryTellsOfThemAndNotTheSecret) {
    const auto made = store->addSession(byAnna, anna.id, life);
    HistoryFilter filter;
    filter.limit = 1;
    const auto entries = store->history(filter);
    ASSERT_THAT(entries, SizeIs(1));
    ASSERT_THAT(entries[0].fields, SizeIs(1));
    EXPECT_EQ(entries[0].fields[0].field, "session");
    EXPECT_EQ(entries[0].fields[0].after, "begun");
}

TEST_F(Sessions, RoomsHaveNone) {
    User room;
    room.login = "blue";
    room.kind = UserKind::room;
    room = store->addUser(system, room);
    EXPECT_THROW(store->addSession(system, room.id, life), InvalidField);
}

TEST_F(Sessions, SettingsAreKeptByNameAndLeaveWhenEmpty) {
    EXPECT_EQ(store->setting("provider.google"), "");
    store->saveSetting(byAnna, "provider.google", "sealed", "changed");
    store->saveSetting(byAnna, "provider.google", "sealed again", "changed");
    EXPECT_EQ(store->setting("provider.google"), "sealed again");
    HistoryFilter filter;
    filter.limit = 1;
    EXPECT_EQ(store->history(filter)[0].fields[0].after, "changed") << "not what was sealed";
    store->saveSetting(byAnna, "provider.google", "", "");
    EXPECT_EQ(store->setting("provider.google"), "");
}

}  // namespace
}  // namespace crmdav
