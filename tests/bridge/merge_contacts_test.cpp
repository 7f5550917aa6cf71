#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// People merge contacts in the CRM that are linked at a provider: it never causes a deletion there.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* oneWay = R"({"direction":"one-way","books":["work"]})";
constexpr const char* twoWay = R"({"direction":"two-way","books":["work"]})";

class MergedContacts : public testing::Test, protected SyncWorld {
protected:
    Id idOf(const std::string& email) {
        for (const Contact& c : contacts())
            for (const LabelledValue& value : c.emails)
                if (value.value == email) return c.id;
        return {};
    }
    std::int64_t merge(const Id& into, const Id& other) {
        store->mergeContacts(as(anna), into, std::vector{other}, {});
        EXPECT_THAT(store->check({}), IsEmpty());
        return store->lastHistoryId();
    }
    /// Two of one name at the provider, who come to the CRM as two.
    void meetTwo(const char* settings) {
        card("c1", "Ann", "Lee", "one@else.org");
        card("c2", "Ann", "Lee", "two@else.org");
        start(book, settings);
        run(book);
        ASSERT_EQ(contacts().size(), 2U);
    }
    void undo(std::int64_t entry) {
        store->undoRecord(as(anna), entry);
        EXPECT_THAT(store->check({}), IsEmpty());
    }
};

TEST_F(MergedContacts, D7_BothStayAtTheProviderAndOneOfThemGetsTheUnion) {
    meetTwo(twoWay);
    const Id one = idOf("one@else.org");
    merge(one, idOf("two@else.org"));
    EXPECT_EQ(run(book).status, SyncStatus::active);
    EXPECT_EQ(count("work"), 2U) << "nothing is deleted there";
    EXPECT_THAT(server.at("work", "c1").raw, HasSubstr("two@else.org"));
    EXPECT_THAT(server.at("work", "c2").raw, Not(HasSubstr("one@else.org")));
    EXPECT_EQ(settle(book), 0);
    card("c2", "Ann", "Lee", "two@else.org", "TITLE:Chief\r\n");
    server.expireCursors();
    run(book);
    EXPECT_EQ(contacts().size(), 1U) << "it isn't taken up again";
    EXPECT_EQ(contacts().front().id, one);
    server.remove("work", "c2");
    run(book);
    EXPECT_EQ(contacts().size(), 1U);
    EXPECT_EQ(settle(book), 0);
}

TEST_F(MergedContacts, D2_OneWayWritesNothing) {
    meetTwo(oneWay);
    merge(idOf("two@else.org"), idOf("one@else.org"));
    run(book);
    server.expireCursors();
    run(book);
    EXPECT_EQ(server.writes, 0);
    EXPECT_EQ(count("work"), 2U);
    EXPECT_EQ(contacts().size(), 1U);
}

TEST_F(MergedContacts, TheLinkOfOneThatGoesLeadsToTheOtherOne) {
    card("c1", "Ann", "Lee", "ann@else.org", "X-OTHER:kept\r\n");
    start(book, twoWay);
    run(book);
    Contact here;
    here.displayName = "Ann from the fair";
    here.phones = {{"work", "+49 30 1234", false}};
    here = store->saveContact(as(anna), here, {});
    merge(here.id, idOf("ann@else.org"));
    EXPECT_EQ(run(book).status, SyncStatus::active);
    EXPECT_EQ(count("work"), 1U) << "neither deleted nor made again";
    EXPECT_THAT(server.at("work", "c1").raw, HasSubstr("+49 30 1234"));
    EXPECT_THAT(server.at("work", "c1").raw, HasSubstr("X-OTHER:kept"));
    EXPECT_EQ(settle(book), 0);
    card("c1", "Ann", "Lee", "ann@else.org", "TEL;TYPE=work:+49 30 1234\r\nTITLE:Chief\r\n");
    run(book);
    ASSERT_EQ(contacts().size(), 1U);
    EXPECT_EQ(contacts().front().id, here.id);
    EXPECT_EQ(contacts().front().jobTitle, "Chief");
}

/// Of one whose contact went, a creation is open: it was made there, and nobody knows yet (I1).
class MergedAmidCreation : public MergedContacts, public testing::WithParamInterface<bool> {
protected:
    /// @param made  the answer got lost, and not the question
    void begin(bool made = true) {
        server.marks = GetParam();
        card("c1", "Ann", "Lee", "one@else.org");
        start(book, twoWay);
        run(book);
        one = idOf("one@else.org");
        two = makeContact("Ann", "Cole", "two@else.org").id;
        server.fault = [made](const std::string& call, bool after) {
            if (call == "create" && after == made) throw TryLater("the connection broke");
        };
        EXPECT_EQ(run(book).status, SyncStatus::failing);
        server.fault = nullptr;
        ASSERT_EQ(count("work"), made ? 2U : 1U);
    }
    void expectOne(const Id& left) {
        EXPECT_EQ(settle(book), 0);
        ASSERT_EQ(contacts().size(), 1U) << "what appears there is no new one";
        EXPECT_EQ(contacts().front().id, left);
        server.expireCursors();
        EXPECT_EQ(settle(book), 0);
        EXPECT_EQ(contacts().size(), 1U);
        EXPECT_TRUE(sync().linksBeingMade({account, book}).empty());
    }
    Id one, two;
};

TEST_P(MergedAmidCreation, WhatWasMadeStaysThereAndIsNotTakenUp) {
    begin();
    merge(one, two);
    expectOne(one);
    EXPECT_EQ(count("work"), 2U) << "as the second of two that were linked";
    EXPECT_THAT(server.at("work", "c1").raw, HasSubstr("two@else.org"));
}

TEST_P(MergedAmidCreation, SoItDoesWhereTheOneThatStaysWasBeingMade) {
    begin();
    merge(two, one);
    expectOne(two);
    EXPECT_EQ(count("work"), 2U);
    EXPECT_THAT(server.at("work", "c1").raw, HasSubstr("two@else.org"));
}

TEST_P(MergedAmidCreation, WhatWasNotMadeIsNotMadeAnyMore) {
    begin(false);
    merge(one, two);
    expectOne(one);
    EXPECT_EQ(count("work"), 1U);
}

TEST_P(MergedAmidCreation, AnUndoOfTheMergeGoesOnWithTheCreation) {
    begin();
    const std::int64_t entry = merge(one, two);
    if (GetParam()) run(book);  // which hears of it
    undo(entry);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(contacts().size(), 2U);
    EXPECT_EQ(count("work"), 2U);
    EXPECT_EQ(sync().linkOfLocal({account, book}, two)->remote, "n1");
    EXPECT_THAT(server.at("work", "c1").raw, Not(HasSubstr("two@else.org")));
}

TEST_P(MergedAmidCreation, WithoutAnotherLinkTheCreationGoesOnAsTheOneThatIsLeft) {
    begin();
    const Id third = makeContact("Ann", "Stone", "three@else.org").id;
    merge(third, two);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(contacts().size(), 2U);
    EXPECT_EQ(count("work"), 2U) << "not made twice";
    EXPECT_THAT(server.at("work", "n1").raw, HasSubstr("three@else.org"));
    EXPECT_EQ(sync().linkOfLocal({account, book}, third)->remote, "n1");
}

INSTANTIATE_TEST_SUITE_P(Marks, MergedAmidCreation, testing::Bool(),
                         [](const auto& row) { return row.param ? "Told" : "NotTold"; });

TEST_F(MergedContacts, AnUndoBeforeTheNextRunLeavesTheProviderAlone) {
    meetTwo(twoWay);
    const Id one = idOf("one@else.org"), two = idOf("two@else.org");
    undo(merge(one, two));
    run(book);
    EXPECT_EQ(server.writes, 0);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(contacts().size(), 2U);
    card("c2", "Ann", "Lee", "two@else.org", "TITLE:Chief\r\n");
    run(book);
    EXPECT_EQ(store->contact(0, two)->jobTitle, "Chief") << "the link is its own again";
}

TEST_F(MergedContacts, AnUndoAfterARunTakesTheUnionBackThereAndHearsWhatWasMissed) {
    meetTwo(twoWay);
    const Id one = idOf("one@else.org"), two = idOf("two@else.org");
    const std::int64_t entry = merge(one, two);
    run(book);
    card("c2", "Ann", "Lee", "two@else.org", "TITLE:Chief\r\n");
    run(book);
    undo(entry);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(count("work"), 2U);
    EXPECT_THAT(server.at("work", "c1").raw, Not(HasSubstr("two@else.org")));
    ASSERT_EQ(contacts().size(), 2U);
    EXPECT_EQ(store->contact(0, two)->jobTitle, "Chief");
}

TEST_F(MergedContacts, DeletedAfterwardsOnlyTheLinkedOneGoesThere) {  // D3
    meetTwo(twoWay);
    const Id one = idOf("one@else.org");
    merge(one, idOf("two@else.org"));
    run(book);
    removeContact(one);
    run(book);
    EXPECT_EQ(count("work"), 1U);
    EXPECT_EQ(server.ids("work").front(), "c2");
    EXPECT_THAT(contacts(), IsEmpty());
    EXPECT_EQ(settle(book), 0);
}

TEST_F(MergedContacts, AnErasedOneDoesNotComeBackFromTheOtherRecord) {
    meetTwo(oneWay);
    const Id one = idOf("one@else.org");
    merge(one, idOf("two@else.org"));
    store->erase(as(anna), one);
    card("c2", "Ann", "Lee", "two@else.org", "TITLE:Chief\r\n");
    server.expireCursors();
    run(book);
    EXPECT_THAT(contacts(), IsEmpty());
    EXPECT_THAT(place.everything(), Not(HasSubstr("two@else.org")));
}

TEST_F(MergedContacts, AnActionOfARunOnTheOneThatWentIsLeftAlone) {  // G4
    meetTwo(twoWay);
    const Id two = idOf("two@else.org");
    card("c2", "Ann", "Lee", "two@else.org", "TITLE:Chief\r\n");
    const RunResult last = run(book);
    merge(idOf("one@else.org"), two);
    const auto entries = journal();
    ASSERT_FALSE(entries.empty());
    EXPECT_EQ(entries.front().local, two);
    EXPECT_THROW(store->undoRecord(as(anna), entries.front().history), NotFound);
    EXPECT_EQ(contacts().size(), 1U);
}

}  // namespace
}  // namespace crmdav
