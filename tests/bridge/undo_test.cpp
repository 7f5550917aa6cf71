#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bridge/sync_world.h"

/// Rule G4: what a run did is taken back, and nothing else.
namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* twoWay = R"({"direction":"two-way","calendars":["work"]})";

class Undo : public testing::Test, protected SyncWorld {};

TEST_F(Undo, G4_ARunIsUndoneOnBothSides) {
    event("e1", "Theirs");
    makeActivity("Mine");
    start(calendar, twoWay);
    run(calendar);
    Activity theirs = *activityCalled("Theirs");
    theirs.location = "Edited";
    edit(theirs);
    run(calendar);
    const auto entries = journal();
    EXPECT_EQ(runs->undo(entries.front().run, 0)->undone, 1);
    EXPECT_EQ(rawOf("work", "Theirs").find("Edited"), std::string::npos);
    const auto first = runs->undo(entries.back().run, 0);
    EXPECT_EQ(first->undone + static_cast<std::int64_t>(first->left.size()), 2);
    EXPECT_THAT(rawOf("work", "Mine"), IsEmpty());
    EXPECT_EQ(settle(calendar), 0) << "what was undone isn't done again";
}

// G4, C2: what nobody undid, and didn't go to the other side yet, isn't agreed on by an undo.
TEST_F(Undo, AnUndoTakesNoEditForAgreed) {
    event("e1", "Theirs");
    start(calendar, twoWay);
    run(calendar);
    Activity activity = *activityCalled("Theirs");
    activity.subject = "Ours";
    edit(activity);
    run(calendar);
    activity = *activityCalled("Ours");
    activity.location = "Berlin";
    edit(activity);
    EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
    EXPECT_THAT(rawOf("work", "Theirs"), Not(HasSubstr("Berlin")));
    run(calendar);
    EXPECT_THAT(rawOf("work", "Theirs"), HasSubstr("LOCATION:Berlin"));
    EXPECT_EQ(activityCalled("Ours")->location, "Berlin");
    EXPECT_EQ(settle(calendar), 0);
}

// G4, A7: nor when everything is looked at anew, or when it is edited.
TEST_F(Undo, WhatWasUndoneIsNotDoneAgain) {
    makeActivity("Mine");
    makeContact("Max", "Meier", "max@else.org");
    start(calendar, twoWay);
    start(book, R"({"direction":"two-way","books":["work"]})");
    for (const SyncKind kind : {calendar, book}) {
        run(kind);
        ASSERT_EQ(count("work"), 1U);
        EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
        ASSERT_EQ(count("work"), 0U);
        change(kind, kind == calendar ? R"({"skipPrivate":false})" : R"({"keepPhotos":true})");
        EXPECT_EQ(settle(kind), 0);
        EXPECT_EQ(count("work"), 0U);
    }
    Contact max = contacts().at(0);
    max.notes = "Tall";
    edit(max);
    Activity mine = *activityCalled("Mine");
    mine.notes = "Long";
    edit(mine);
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(settle(book), 0);
    EXPECT_EQ(count("work"), 0U);
}

}  // namespace
}  // namespace crmdav
