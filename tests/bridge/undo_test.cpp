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

TEST_F(Undo, WhatARunDidInTheCrmIsTakenBackThere) {
    event("e1", "Theirs");
    start(calendar, twoWay);
    run(calendar);
    std::string raw = server.at("work", "e1").raw;
    server.put("work", "e1", raw.replace(raw.find("Theirs"), 6, "Edited"));
    run(calendar);
    ASSERT_TRUE(activityCalled("Edited"));
    const auto entries = journal();
    EXPECT_EQ(runs->undo(entries.front().run, 0)->undone, 1);
    EXPECT_TRUE(activityCalled("Theirs"));
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_TRUE(activityCalled("Theirs")) << "and stays as it is";
    EXPECT_FALSE(rawOf("work", "Edited").empty()) << "what they did isn't undone";
    EXPECT_EQ(runs->undo(entries.front().run, 0)->undone, 0) << "it is undone";
    EXPECT_EQ(runs->undo(entries.back().run, 0)->left.at(0).why, "it was changed in the CRM since");
}

TEST_F(Undo, WhatARunMadeInTheCrmGoesAndIsNotTakenUpAgain) {
    event("e1", "Theirs");
    start(calendar, twoWay);
    run(calendar);
    EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
    EXPECT_TRUE(activities().empty());
    server.expireCursors();
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_TRUE(activities().empty());
    EXPECT_EQ(count("work"), 1U) << "it is theirs";
}

TEST_F(Undo, AMeetingGoesWithTheGuestsThatBecameContacts) {
    const std::string guests =
        "ORGANIZER:mailto:anna@home.example\r\nATTENDEE:mailto:anna@home.example\r\n"
        "ATTENDEE;CN=Zoe Neu:mailto:zoe@neu.example\r\nATTENDEE;CN=Max Neu:mailto:max@neu.example\r\n";
    event("e1", "Theirs", 1, guests);
    start(calendar, twoWay);
    run(calendar);
    ASSERT_THAT(contacts(), testing::SizeIs(testing::Ge(2U)));
    Contact edited = contacts().front();
    edited.jobTitle = "Edited";
    edit(edited);
    EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
    EXPECT_TRUE(activities().empty());
    ASSERT_EQ(contacts().size(), 1U) << "whom somebody edited since";
    EXPECT_EQ(contacts().front().id, edited.id);
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_TRUE(activities().empty());
}

TEST_F(Undo, AContactThatCameWithAPhotoGoesWhole) {
    card("c1", "Ann", "Lee", "ann@else.org",
         "ORG:Acme\r\nPHOTO;ENCODING=b;TYPE=PNG:"
         "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==\r\n");
    start(book, R"({"direction":"two-way","books":["work"]})");
    run(book);
    ASSERT_EQ(contacts().size(), 1U);
    ASSERT_TRUE(contacts().front().hasPhoto);
    EXPECT_EQ(runs->undo(journal().front().run, 0)->undone, 1);
    EXPECT_TRUE(contacts().empty());
}

TEST_F(Undo, WhatARunDeletedThereIsMadeAgainThereAndStays) {
    const Id mine = makeActivity("Mine").id;
    start(calendar, twoWay);
    run(calendar);
    removeActivity(mine);
    run(calendar);
    ASSERT_EQ(count("work"), 0U);
    const JournalEntry deletion = journal().front();
    EXPECT_EQ(runs->undo(deletion.run, 0)->undone, 1);
    EXPECT_EQ(count("work"), 1U);
    EXPECT_EQ(settle(calendar), 0);
    EXPECT_EQ(count("work"), 1U) << "it isn't deleted again";
    EXPECT_TRUE(activities().empty()) << "nor taken up";
}

TEST_F(Undo, WhatSomebodyChangedSinceIsLeftAlone) {
    event("e1", "Theirs");
    start(calendar, twoWay);
    run(calendar);
    Activity ours = *activityCalled("Theirs");
    ours.subject = "Ours";
    edit(ours);
    run(calendar);
    const Id pushed = journal().front().run;
    const auto why = [&] { return runs->undo(pushed, 0)->left.at(0).why; };
    server.put("work", "e1", server.at("work", "e1").raw);
    std::string raw = server.at("work", "e1").raw;
    server.put("work", "e1", std::string(raw).insert(raw.find("X-UNKNOWN"), "LOCATION:There\r\n"));
    EXPECT_EQ(why(), "it was changed at the provider since");
    server.remove("work", "e1");
    EXPECT_EQ(why(), "it was deleted at the provider since");
    server.put("work", "e1", raw);
    EXPECT_EQ(runs->undo(pushed, 0)->undone, 1) << "another version of the same is no change";
    EXPECT_THAT(rawOf("work", "Theirs"), Not(IsEmpty()));
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
