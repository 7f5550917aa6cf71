#include "tests/bridge/sync_world.h"

namespace crmdav {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class Retention : public testing::Test, protected SyncWorld {};

TEST_F(Retention, G4_WhatWasTooLongAgoToBeUndoneIsLeftAsItIs) {
    event("e1", "Theirs");
    event("e2", "Deleted");
    makeActivity("Mine");
    start(calendar, R"({"direction":"two-way","calendars":["work"],"providerDeletes":"delete"})");
    run(calendar);
    Activity edited = *activityCalled("Theirs");
    edited.location = "Edited";
    edit(edited);
    removeActivity(activityCalled("Mine")->id);
    const auto changed = run(calendar);
    ASSERT_EQ(changed.status, SyncStatus::active);
    const Id last = journal().front().run;
    now += std::chrono::days(31);
    while (store->tend()) continue;
    const auto before = server.writes;
    const auto outcome = runs->undo(last, 0);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->undone, 0);
    ASSERT_THAT(outcome->left, SizeIs(2));
    for (const auto& left : outcome->left) EXPECT_THAT(left.why, HasSubstr("too long ago"));
    EXPECT_EQ(server.writes, before);
    EXPECT_THAT(rawOf("work", "Theirs"), HasSubstr("Edited"));
    EXPECT_EQ(count("work"), 2U);
}

}  // namespace
}  // namespace crmdav
