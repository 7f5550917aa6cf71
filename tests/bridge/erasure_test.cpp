#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Who was erased in the CRM stays away, whatever the provider still has of them.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Erasure : public testing::Test, protected SyncWorld {
protected:
    void meetMax(const std::string& direction) {
        card("m", "Max", "Muster", "max@muster.example");
        start(book, R"({"books":["work"],"direction":")" + direction + R"("})");
        run(book);
        ASSERT_EQ(contacts().size(), 1U);
        store->erase(as(anna), contacts().front().id);
    }
    void editMax() { card("m", "Max", "Muster", "max@muster.example", "TITLE:Chief\r\n"); }
    void expectForgotten() {
        EXPECT_THAT(contacts(), IsEmpty());
        const std::string all = place.everything();
        EXPECT_THAT(all, Not(HasSubstr("muster.example")));
        EXPECT_THAT(all, Not(HasSubstr("Muster")));
        EXPECT_THAT(store->check({}), IsEmpty());
    }
};

TEST_F(Erasure, InOneWaySyncTheyStayAtTheProviderAndDoNotComeBack) {  // D2
    meetMax("one-way");
    expectForgotten();
    EXPECT_EQ(run(book).status, SyncStatus::active);
    expectForgotten();
    editMax();
    run(book);
    server.expireCursors();
    run(book);
    expectForgotten();
    EXPECT_EQ(server.ids("work").size(), 1U);
}

TEST_F(Erasure, InTwoWaySyncTheyGoAtTheProviderToo) {  // D3
    meetMax("two-way");
    EXPECT_EQ(run(book).status, SyncStatus::active);
    expectForgotten();
    EXPECT_THAT(server.ids("work"), IsEmpty());
    EXPECT_EQ(settle(book), 0);
}

TEST_F(Erasure, WhatACutCreationMadeOfThemGoesAtTheProviderToo) {  // D3, I1
    server.marks = false;
    start(book, R"({"books":["work"],"direction":"two-way"})");
    const Id id = makeContact("Max", "Muster", "max@muster.example").id;
    server.fault = [](const std::string& call, bool after) {
        if (call == "create" && after) throw TryLater("the answer got lost");
    };
    run(book);
    server.fault = nullptr;
    ASSERT_EQ(server.ids("work").size(), 1U);
    store->erase(as(anna), id);
    EXPECT_EQ(settle(book), 0);
    expectForgotten();
    EXPECT_THAT(server.ids("work"), IsEmpty());
}

TEST_F(Erasure, AnEditAtTheProviderDoesNotBringThemBack) {  // not C6: who erases means it
    meetMax("two-way");
    editMax();
    run(book);
    expectForgotten();
    EXPECT_THAT(server.ids("work"), IsEmpty());
}

}  // namespace
}  // namespace crmdav
