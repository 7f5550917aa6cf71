#include "tests/store/sync_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

using SyncStage = SyncTest;

auto at(const std::string& remote) { return Field(&Staged::remote, remote); }

TEST_F(SyncStage, WhatIsStagedComesBackInOrder) {
    stage(events(), {item("a"), item("b", "2", std::string("\0\xff raw", 6))});
    const auto rows = staged(events());
    ASSERT_THAT(rows, ElementsAre(at("a"), at("b")));
    EXPECT_EQ(rows[1].collection, "work");
    EXPECT_EQ(rows[1].version, "2");
    EXPECT_EQ(rows[1].raw, std::string("\0\xff raw", 6)) << "a provider's bytes needn't be text";
    EXPECT_TRUE(rows[1].listed);
    EXPECT_FALSE(rows[1].gone);
    EXPECT_EQ(rows[1].link + rows[1].local + rows[1].decision, "");
    EXPECT_THAT(sync().staged(events(), rows[0].id, 10), ElementsAre(at("b")));
    EXPECT_EQ(sync().countStaged(events()), 2);
    EXPECT_THAT(staged(people()), IsEmpty());
}

TEST_F(SyncStage, ThePageAndItsCursorAreSavedAtOnce) {  // I3
    stage(events(), {item("a")}, "1");
    store->batch([&] { stage(events(), {item("b")}, "2"); });
    const auto lease = sync().takeLease("run", "a", std::chrono::seconds(60));
    now += std::chrono::seconds(61);
    ASSERT_TRUE(sync().takeLease("run", "another", std::chrono::seconds(60)));
    EXPECT_THROW(sync().guarded(*lease, [&] { stage(events(), {item("c")}, "3"); }), LeaseLost);
    EXPECT_THROW(store->batch([&] {
        stage(events(), {item("d")}, "4");
        throw std::runtime_error("killed");
    }),
                 std::runtime_error);
    EXPECT_THAT(staged(events()), ElementsAre(at("a"), at("b")));
    EXPECT_THAT(sync().cursors(events()), ElementsAre(Field(&SyncCursor::cursor, "2")));
}

TEST_F(SyncStage, APlaceIsStagedOnceAndTheLastReportCounts) {
    stage(events(), {item("a", "1", "old"), item("a", "2", "new")});
    stage(events(), {goneItem("a")});
    const auto rows = staged(events());
    ASSERT_THAT(rows, SizeIs(1));
    EXPECT_TRUE(rows[0].gone);
    stage(events(), {item("a", "3", "again")});
    EXPECT_EQ(sync().stagedRemote(events(), "work", "a")->raw, "again");
    EXPECT_FALSE(sync().stagedRemote(events(), "work", "a")->gone);
    EXPECT_FALSE(sync().stagedRemote(events(), "home", "a"));
}

TEST_F(SyncStage, WhatFailedIsTriedAgainWhenItChangesNotWhenItIsListedAgain) {  // I6
    stage(events(), {item("a")});
    Staged failed = staged(events())[0];
    failed.decision = "{}";
    failed.attempts = 3;
    failed.retry = now + std::chrono::hours(1);
    sync().decide(events(), {&failed, 1});
    stage(events(), {item("a")});
    EXPECT_EQ(staged(events())[0].attempts, 3);
    EXPECT_EQ(staged(events())[0].retry, failed.retry);
    stage(events(), {item("a", "2")});
    EXPECT_EQ(staged(events())[0].attempts, 0);
    EXPECT_EQ(staged(events())[0].retry, std::nullopt);
    EXPECT_EQ(staged(events())[0].decision, "");
}

TEST_F(SyncStage, BothSidesOfALinkMeetInOneRowWhicheverComesFirst) {
    const Id first = newId(), second = newId();
    const Link a = link(events(), "a", first), b = link(events(), "b", second);
    const std::vector<Id> locals{first, second};
    stage(events(), {item("a", "2")});
    sync().stageLocal(events(), locals);
    stage(events(), {item("b", "2")});
    const auto rows = staged(events());
    ASSERT_THAT(rows, ElementsAre(at("a"), at("b")));
    EXPECT_EQ(rows[0].link, a.id);
    EXPECT_EQ(rows[0].local, first);
    EXPECT_EQ(rows[0].version, "2");
    EXPECT_EQ(rows[1].link, b.id);
    EXPECT_EQ(rows[1].local, second);
}

TEST_F(SyncStage, ARecordAtTwoPlacesIsTwoPairs) {  // C11: the same meeting in two calendars of one login
    const Id meeting = newId();
    const Link a = link(events(), "a", meeting), b = link(events(), "b", meeting);
    sync().stageLocal(events(), {&meeting, 1});
    EXPECT_THAT(staged(events()), ElementsAre(Field(&Staged::link, a.id), Field(&Staged::link, b.id)));
}

TEST_F(SyncStage, ACreationThatWasInterruptedIsFoundByItsLink) {  // I1
    const Id local = newId();
    sync().stageLocal(events(), {&local, 1});
    Link intent = link(events(), "", local);
    intent.state = LinkState::creating;
    sync().saveLink(intent);
    ASSERT_THAT(staged(events()), SizeIs(1));
    EXPECT_EQ(staged(events())[0].link, intent.id) << "the next run sees it, and uses the same key";
    sync().stageLocal(events(), {&local, 1});
    ASSERT_THAT(staged(events()), SizeIs(1));

    stage(events(), {item("new")});
    ASSERT_THAT(staged(events()), SizeIs(2));
    intent.state = LinkState::linked;
    intent.remote = "new";
    sync().saveLink(intent);
    const auto rows = staged(events());
    ASSERT_THAT(rows, ElementsAre(at("new")));
    EXPECT_EQ(rows[0].link, intent.id);
    EXPECT_EQ(rows[0].local, local);
}

TEST_F(SyncStage, ALinkThatIsForgottenLeavesThePlaceToBeLookedAt) {
    const Id first = newId(), second = newId();
    const Link a = link(events(), "a", first), b = link(events(), "b", second);
    stage(events(), {item("a", "2")});
    const std::vector<Id> locals{first, second};
    sync().stageLocal(events(), locals);
    sync().removeLink(a.id);
    sync().removeLink(b.id);
    const auto rows = staged(events());
    ASSERT_THAT(rows, ElementsAre(at("a")));
    EXPECT_EQ(rows[0].link + rows[0].local, "");
    EXPECT_THAT(store->check({}), IsEmpty());
}

TEST_F(SyncStage, WhatACompleteListingLeftOutIsGone) {  // I4
    const Id kept = newId(), lost = newId(), changed = newId(), left = newId();
    link(events(), "kept", kept);
    link(events(), "lost", lost);
    link(events(), "changed", changed);
    Link parted = link(events(), "left", left);
    parted.state = LinkState::left;
    sync().saveLink(parted);
    link(people(), "lost", newId());
    stage(events(), {item("old news"), item("new")});
    sync().stageLocal(events(), {&changed, 1});

    sync().beginListing(events(), "work");
    stage(events(), {item("kept"), item("new")}, "page 2", true);
    stage(events(), {item("more")}, "token", true);
    EXPECT_EQ(sync().endListing(events(), "work"), 2);
    std::map<std::string, bool> gone;
    for (const Staged& one : staged(events())) gone[one.remote] = one.gone;
    EXPECT_THAT(
        gone, ElementsAre(testing::Pair("changed", true), testing::Pair("kept", false), testing::Pair("lost", true),
                          testing::Pair("more", false), testing::Pair("new", false), testing::Pair("old news", true)));
    EXPECT_EQ(sync().stagedRemote(events(), "work", "changed")->local, changed);
    EXPECT_THAT(staged(people()), IsEmpty());
}

TEST_F(SyncStage, AListingOfOneCollectionSaysNothingOfAnother) {  // I4
    Link other = link(events(), "other", newId());
    other.collection = "home";
    sync().saveLink(other);
    stage(events(), {item("a")});
    sync().beginListing(events(), "work");
    stage(events(), {item("a")}, "token", true);
    EXPECT_EQ(sync().endListing(events(), "work"), 0);
    EXPECT_THAT(staged(events()), ElementsAre(at("a")));
}

TEST_F(SyncStage, AListingGoesOnWhereItWasInterrupted) {  // I1, I3
    link(events(), "a", newId());
    link(events(), "b", newId());
    sync().beginListing(events(), "work");
    stage(events(), {item("a")}, "page 2", true);
    reopen();
    ASSERT_EQ(sync().cursors(events())[0].cursor, "page 2");
    stage(events(), {item("b")}, "token", true);
    EXPECT_EQ(sync().endListing(events(), "work"), 0);
}

TEST_F(SyncStage, WhatWasSeenComesBackInLotsInOrder) {  // I9
    sync().saveSeen(events(), "work", std::vector<SeenMember>{{"b", -2}, {"a", 1}, {"B", 3}, {"c", 4}});
    sync().saveSeen(events(), "home", std::vector<SeenMember>{{"x", 1}});
    sync().saveSeen(events(), "work", std::vector<SeenMember>{{"a", 5}, {"c", 0, true}});
    const auto seen = [&](const SyncScope& scope, const std::string& after, std::size_t limit) {
        std::string all;
        for (const SeenMember& one : sync().seen(scope, "work", after, limit))
            all += one.name + "=" + std::to_string(one.version) + " ";
        return all;
    };
    EXPECT_EQ(seen(events(), "", 2), "B=3 a=5 ");
    EXPECT_EQ(seen(events(), "a", 2), "b=-2 ");
    SyncScope preview = events();
    preview.preview = true;
    sync().beginPreview(preview);
    sync().beginListing(preview, "work");
    EXPECT_EQ(seen(preview, "", 9), "") << "a listing of everything begins with nothing";
    EXPECT_EQ(seen(events(), "", 1), "B=3 ");
    sync().beginPreview(preview);
    EXPECT_EQ(seen(preview, "", 9), "B=3 a=5 b=-2 ");
    const std::vector<std::string> kept{"home"};
    sync().keepCollections(events(), kept);
    EXPECT_EQ(seen(events(), "", 9), "");
    EXPECT_EQ(sync().seen(events(), "home", "", 9).size(), 1U);
    sync().removeAccount(account.id);
    EXPECT_THAT(sync().seen(events(), "home", "", 9), IsEmpty());
}

TEST_F(SyncStage, APreviewSeesAllAndLeavesNothingBehind) {  // G5
    const Id local = newId();
    link(events(), "a", local);
    stage(events(), {item("a", "2")}, "5");
    SyncScope preview = events();
    preview.preview = true;
    sync().beginPreview(preview);
    EXPECT_THAT(staged(preview), ElementsAre(at("a")));
    EXPECT_EQ(sync().cursors(preview)[0].cursor, "5");
    sync().beginListing(preview, "work");
    stage(preview, {item("b")}, "6", true);
    EXPECT_EQ(sync().endListing(preview, "work"), 1);
    Staged first = staged(preview)[0];
    first.decision = "{}";
    sync().decide(preview, {&first, 1});
    EXPECT_EQ(staged(preview)[0].link, staged(events())[0].link);
    sync().clearStage(preview);
    EXPECT_THAT(staged(events()), ElementsAre(at("a")));
    EXPECT_EQ(staged(events())[0].decision, "");
    EXPECT_EQ(sync().cursors(events())[0].cursor, "5");
    sync().beginPreview(preview);
    sync().endPreview(preview);
    EXPECT_THAT(staged(preview), IsEmpty());
    EXPECT_THAT(sync().cursors(preview), IsEmpty());
}

TEST_F(SyncStage, CollectionsThatAreNotSyncedAnyMoreAreForgotten) {
    const Id local = newId();
    Staged elsewhere = item("x");
    elsewhere.collection = "home \"quoted\"";
    sync().stageRemote(events(), {&elsewhere, 1}, {elsewhere.collection, "1"}, false);
    stage(events(), {item("a")});
    sync().stageLocal(events(), {&local, 1});
    const std::vector<std::string> kept{elsewhere.collection};
    sync().keepCollections(events(), kept);
    EXPECT_THAT(staged(events()), ElementsAre(at("x"), Field(&Staged::local, local)));
    EXPECT_THAT(sync().cursors(events()), ElementsAre(Field(&SyncCursor::collection, elsewhere.collection)));
    sync().keepCollections(events(), {});
    EXPECT_THAT(sync().cursors(events()), IsEmpty());
}

TEST_F(SyncStage, UnstagedIsGone) {
    stage(events(), {item("a"), item("b")});
    sync().unstage(people(), staged(events())[0].id);
    EXPECT_EQ(sync().countStaged(events()), 2) << "another's scope";
    sync().unstage(events(), staged(events())[0].id);
    EXPECT_THAT(staged(events()), ElementsAre(at("b")));
    sync().clearStage(events());
    EXPECT_EQ(sync().countStaged(events()), 0);
    EXPECT_EQ(sync().cursors(events()).size(), 1U);
}

}  // namespace
}  // namespace crmdav
