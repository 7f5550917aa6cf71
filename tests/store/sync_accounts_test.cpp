#include "tests/store/sync_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

using SyncAccounts = SyncTest;

TEST_F(SyncAccounts, TheSameLoginAgainIsTheSameAccount) {  // A9
    Account again = connect(anna.id, "sub-1");
    EXPECT_EQ(again.id, account.id);
    again.id.clear();
    again.login = "renamed@example.net";
    EXPECT_EQ(sync().saveAccount(again).id, account.id);
    EXPECT_EQ(sync().account(account.id)->login, "renamed@example.net");
    EXPECT_THAT(sync().accounts(anna.id), SizeIs(1));
}

TEST_F(SyncAccounts, AUserHasManyAndAnotherUserTheirOwn) {  // A10
    const Account second = connect(anna.id, "sub-2"), his = connect(ben.id, "sub-1");
    EXPECT_NE(his.id, account.id);
    EXPECT_THAT(sync().accounts(anna.id), ElementsAre(Field(&Account::id, account.id), Field(&Account::id, second.id)));
    EXPECT_THAT(sync().accounts(0), SizeIs(3));
    Account clash = second;
    clash.identity = "sub-1";
    EXPECT_THROW(sync().saveAccount(clash), InvalidField);
    clash.identity = "sub-3";  // Change Account (A4)
    EXPECT_EQ(sync().saveAccount(clash).id, second.id);
    clash.id = newId();
    clash.identity = "sub-4";
    EXPECT_THROW(sync().saveAccount(clash), NotFound);
}

TEST_F(SyncAccounts, TheSecretIsApartAndADisconnectTakesItAlone) {  // A9, A11
    const std::string secret("\0\x01sealed", 8);
    EXPECT_FALSE(account.connected);
    sync().saveSecret(account.id, secret);
    EXPECT_EQ(sync().secret(account.id), secret);
    EXPECT_TRUE(sync().account(account.id)->connected);
    EXPECT_TRUE(sync().saveAccount(account).connected) << "saving the rest leaves it";
    link(people(), "a", newId());
    sync().saveSecret(account.id, "");
    EXPECT_FALSE(sync().account(account.id)->connected);
    EXPECT_EQ(sync().secret(account.id), "");
    EXPECT_EQ(sync().countLinks(people()).linked, 1);
    EXPECT_THROW(sync().saveSecret(newId(), secret), NotFound);
}

TEST_F(SyncAccounts, SidesKeepAllOfTheirState) {  // A2, A3
    SyncSide side = *sync().side(account.id, SyncKind::contacts);
    side.status = SyncStatus::failing;
    side.cause = "the server doesn't answer";
    side.settings = R"({"direction":"two-way"})";
    side.firstStart = now;
    side.lastStart = now + std::chrono::seconds(1);
    side.lastSuccess = now + std::chrono::seconds(2);
    side.nextTry = now + std::chrono::seconds(3);
    side.failures = 4;
    side.confirmed = side.wanted = true;
    side.localCursor = 17;
    sync().saveSide(side);
    const SyncSide stored = *sync().side(account.id, SyncKind::contacts);
    EXPECT_EQ(stored.status, side.status);
    EXPECT_EQ(stored.cause, side.cause);
    EXPECT_EQ(stored.settings, side.settings);
    EXPECT_EQ(stored.firstStart, side.firstStart);
    EXPECT_EQ(stored.lastStart, side.lastStart);
    EXPECT_EQ(stored.lastSuccess, side.lastSuccess);
    EXPECT_EQ(stored.nextTry, side.nextTry);
    EXPECT_EQ(stored.failures, 4);
    EXPECT_TRUE(stored.confirmed && stored.wanted);
    EXPECT_EQ(stored.localCursor, 17);
    EXPECT_EQ(sync().side(account.id, SyncKind::calendar)->status, SyncStatus::active) << "the other side is apart";

    side.status = SyncStatus::none;
    sync().saveSide(side);
    EXPECT_THAT(sync().sides(), ElementsAre(Field(&SyncSide::kind, SyncKind::calendar)));
    EXPECT_FALSE(sync().side(newId(), SyncKind::calendar));
}

TEST_F(SyncAccounts, RemovingOneLeavesNothingOfIt) {
    const Account other = connect(anna.id, "sub-2");
    link({other.id, SyncKind::calendar}, "theirs", newId());
    Link block = link(events(), "block", newId());
    block.block = true;
    sync().saveLink(block);
    sync().saveBlock(byAnna, anna.id, block.local, event(block.local, "DTSTART:20260106T090000Z\r\nDURATION:PT1H\r\n"));
    stage(events(), {item("marked")}, "marked", true);
    SyncRun run;
    run.id = newId();
    run.account = account.id;
    run.cause = "marked";
    sync().saveRun(run);
    JournalEntry entry;
    entry.run = run.id;
    entry.account = account.id;
    entry.title = "marked";
    sync().addJournal(entry);
    ASSERT_NE(place.everything().find("marked"), std::string::npos);
    sync().removeAccount(account.id);
    EXPECT_FALSE(sync().account(account.id));
    EXPECT_EQ(place.everything().find("marked"), std::string::npos);
    EXPECT_THAT(names(calendar("anna", "busy")), IsEmpty());
    EXPECT_EQ(sync().countLinks({other.id, SyncKind::calendar}).linked, 1);
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(SyncAccounts, GoWithTheirUser) {  // A11: nobody's tokens stay behind
    sync().saveSecret(account.id, "sealed");
    store->removeUser(system, anna.id, ben.id);
    EXPECT_THAT(sync().accounts(0), IsEmpty());
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(SyncAccounts, OneHolderOfALeaseWritesAndNobodyElse) {  // I7
    const auto first = sync().takeLease("calendar run", "process a", std::chrono::seconds(60));
    ASSERT_TRUE(first);
    EXPECT_FALSE(sync().takeLease("calendar run", "process b", std::chrono::seconds(60)));
    sync().guarded(*first, [&] { connect(anna.id, "written"); });
    now += std::chrono::seconds(61);
    const auto second = sync().takeLease("calendar run", "process b", std::chrono::seconds(60));
    ASSERT_TRUE(second);
    bool ran = false;
    EXPECT_THROW(sync().guarded(*first, [&] { ran = true; }), LeaseLost);
    EXPECT_FALSE(ran);
    EXPECT_THROW(sync().guarded(*second,
                                [&] {
                                    connect(anna.id, "not written");
                                    throw std::runtime_error("refused");
                                }),
                 std::runtime_error);
    EXPECT_THAT(sync().accounts(anna.id), SizeIs(2));
    sync().releaseLease(*second);
    EXPECT_TRUE(sync().takeLease("calendar run", "process a", std::chrono::seconds(60)));
}

TEST_F(SyncAccounts, OnlyThoseThatMayBeDueAreLookedAt) {  // A6
    SyncSide resting = *sync().side(account.id, SyncKind::calendar);
    resting.lastStart = now;
    resting.nextTry = now + std::chrono::minutes(5);
    const auto due = [&](auto change) {
        SyncSide side = resting;
        change(side);
        sync().saveSide(side);
        return sync().sidesToRun(now).size();
    };
    EXPECT_EQ(due([](SyncSide&) {}), 0U);
    EXPECT_EQ(due([](SyncSide& side) { side.wanted = true; }), 1U);
    EXPECT_EQ(due([](SyncSide& side) { side.confirmed = true; }), 1U);
    EXPECT_EQ(due([](SyncSide& side) { side.status = SyncStatus::syncing; }), 1U) << "its process may have died";
    EXPECT_EQ(due([](SyncSide& side) { side.nextTry.reset(); }), 1U);
    EXPECT_EQ(due([&](SyncSide& side) { side.nextTry = now; }), 1U);
    EXPECT_EQ(sync().sidesToRun(now).at(0).account, account.id);
    EXPECT_EQ(due([&](SyncSide& side) { side.nextTry = now, side.status = SyncStatus::stopped; }), 0U);
    EXPECT_EQ(due([&](SyncSide& side) { side.wanted = true, side.lastStart.reset(); }), 0U) << "it was never started";
}

// ---------------------------------------------------------------- links

using SyncLinks = SyncTest;

TEST_F(SyncLinks, KeepBothSidesAndAreFoundByEach) {
    Link made = link(people(), "a", newId());
    made.state = LinkState::unsyncable;
    made.origin = Origin::crm;
    made.uid = "uid-1";
    made.baseLocal = R"({"displayName":"Zoë"})";
    made.baseRemote = R"({"displayName":"Zoe"})";
    made.raw = std::string("\0\xfe raw", 6);
    made.note = "too many phones";
    sync().saveLink(made);
    for (const auto& found :
         {sync().link(made.id), sync().linkOfRemote(people(), "work", "a"), sync().linkOfLocal(people(), made.local)}) {
        ASSERT_TRUE(found);
        EXPECT_EQ(found->id, made.id);
        EXPECT_EQ(found->account, account.id);
        EXPECT_EQ(found->kind, SyncKind::contacts);
        EXPECT_EQ(found->state, LinkState::unsyncable);
        EXPECT_EQ(found->origin, Origin::crm);
        EXPECT_EQ(found->version, "1");
        EXPECT_EQ(found->uid, "uid-1");
        EXPECT_EQ(found->baseLocal, made.baseLocal);
        EXPECT_EQ(found->baseRemote, made.baseRemote);
        EXPECT_EQ(found->raw, made.raw);
        EXPECT_EQ(found->note, made.note);
        EXPECT_FALSE(found->block);
    }
    EXPECT_FALSE(sync().linkOfRemote(events(), "work", "a"));
    EXPECT_FALSE(sync().linkOfRemote(people(), "home", "a"));
    EXPECT_FALSE(sync().linkOfLocal(events(), made.local));
    sync().removeLink(made.id);
    EXPECT_FALSE(sync().link(made.id));
}

TEST_F(SyncLinks, AreFoundByTheUidOfAnEventThatIsNoBlock) {
    Link block = link(events(), "b", newId());
    block.uid = "uid-1";
    block.block = true;
    sync().saveLink(block);
    EXPECT_FALSE(sync().linkOfUid(events(), "uid-1"));
    Link made = link(events(), "a", newId());
    EXPECT_FALSE(sync().linkOfUid(events(), "")) << "which most have";
    made.uid = "uid-1";
    sync().saveLink(made);
    ASSERT_TRUE(sync().linkOfUid(events(), "uid-1"));
    EXPECT_EQ(sync().linkOfUid(events(), "uid-1")->id, made.id);
    EXPECT_FALSE(sync().linkOfUid(people(), "uid-1"));
}

TEST_F(SyncLinks, OneRecordAtTheProviderHasOne) {  // I1
    link(people(), "a", newId());
    EXPECT_THROW(link(people(), "a", newId()), StoreError);
    link(people(), "", newId());
    link(people(), "", newId());  // several on their way
    EXPECT_FALSE(sync().linkOfRemote(people(), "work", ""));
}

TEST_F(SyncLinks, OnTheirWayAreThoseThatAreBeingMadeAndNowhereYet) {  // I1
    link(people(), "a", newId());
    Link elsewhere = link(events(), "", newId()), there = link(people(), "b", newId());
    Link one = link(people(), "", newId()), two = link(people(), "", newId()), refused = link(people(), "", newId());
    for (Link* made : {&elsewhere, &there, &one, &two}) made->state = LinkState::creating;
    refused.state = LinkState::unsyncable;
    for (const Link& made : {elsewhere, there, one, two, refused}) sync().saveLink(made);
    EXPECT_THAT(sync().linksBeingMade(people()), ElementsAre(Field(&Link::id, one.id), Field(&Link::id, two.id)));
    two.state = LinkState::suppressed;  // its contact was deleted …
    sync().saveLink(two);
    EXPECT_THAT(sync().linksBeingMade(people()), ElementsAre(Field(&Link::id, one.id)));
    two.local.clear();  // … or merged into another
    sync().saveLink(two);
    EXPECT_THAT(sync().linksBeingMade(people()), ElementsAre(Field(&Link::id, one.id), Field(&Link::id, two.id)));
    EXPECT_THAT(sync().linksBeingMade(events()), ElementsAre(Field(&Link::id, elsewhere.id)));
}

TEST_F(SyncLinks, AreListedInOrderAndCounted) {
    std::vector<Id> ids;
    for (const char* remote : {"a", "b", "c", "d", "e"}) ids.push_back(link(events(), remote, newId()).id);
    std::ranges::sort(ids);
    link(people(), "a", newId());
    std::vector<Id> listed;
    for (Id after;;) {
        const auto page = sync().links(events(), after, 2);
        for (const Link& one : page) listed.push_back(after = one.id);
        if (page.size() < 2) break;
    }
    EXPECT_EQ(listed, ids);
    constexpr LinkState states[] = {LinkState::creating, LinkState::suppressed, LinkState::unsyncable, LinkState::left};
    for (std::size_t i = 0; i < std::size(states); ++i) {
        Link one = *sync().link(ids[i]);
        one.state = states[i];
        sync().saveLink(one);
    }
    Link block = *sync().link(ids[4]);
    block.block = true;
    sync().saveLink(block);
    link(events(), "f", newId());
    const auto counts = sync().countLinks(events());
    EXPECT_EQ(counts.linked, 1);
    EXPECT_EQ(counts.blocks, 1);
    EXPECT_EQ(counts.suppressed, 1);
    EXPECT_EQ(counts.unsyncable, 1);
    EXPECT_EQ(counts.left, 1);
}

TEST_F(SyncLinks, OfOneRecordOnAllAccounts) {  // C11
    const Account other = connect(ben.id, "sub-9");
    const Id meeting = newId();
    const Link hers = link(events(), "a", meeting), his = link({other.id, SyncKind::calendar}, "b", meeting);
    EXPECT_THAT(sync().linksOf(meeting), ElementsAre(Field(&Link::id, hers.id), Field(&Link::id, his.id)));
    EXPECT_THAT(sync().linksOf(newId()), IsEmpty());
}

TEST_F(SyncLinks, OfNobodysAccountAndWithoutAnIdAreRefused) {
    EXPECT_THROW(link({newId(), SyncKind::calendar}, "a", newId()), NotFound);
    EXPECT_THROW(link(events(), "a", "no uuid"), StoreError);
    Link nameless;
    nameless.account = account.id;
    EXPECT_THROW(sync().saveLink(nameless), StoreError);
}

}  // namespace
}  // namespace crmdav
