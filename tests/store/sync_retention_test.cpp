#include "store/sync/retention.h"

#include "tests/store/sync_support.h"

namespace crmdav {
namespace {

using std::chrono::days;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// What is kept how long; a day's work in slices, on either engine.
class SyncRetention : public SyncTest {
protected:
    void addRun(const std::string& summary, const std::string& phase = "done", const std::string& mode = "run") {
        SyncRun run;
        run.id = newId();
        run.account = account.id;
        run.mode = mode;
        run.phase = phase;
        run.summary = summary;
        run.started = now;
        sync().saveRun(run);
    }
    void addEntry(const std::string& raw) {
        JournalEntry entry;
        entry.run = newId();
        entry.account = account.id;
        entry.outcome = "done";
        entry.rawBefore = raw;
        sync().addJournal(entry);
    }
    std::vector<JournalEntry> journal() {
        JournalFilter filter;
        filter.account = account.id;
        filter.limit = 10'000;
        return sync().journal(filter);
    }
    std::vector<SyncRun> runs() { return sync().runs(account.id, std::nullopt, 10'000); }
    int tendOn(days later) {
        now += later;
        int slices = 1;
        while (store->tend()) ++slices;
        return slices;
    }
};

TEST_F(SyncRetention, JournalAndRunsStayNinetyDaysAndUndoWorksForThirty) {
    for (int i = 0; i < 250; ++i) addEntry(i % 2 ? "raw" : "");
    addRun(R"({"create in CRM":1})");
    EXPECT_GT(tendOn(days(29)), 0);
    EXPECT_THAT(journal(), SizeIs(250));
    for (const JournalEntry& entry : journal()) EXPECT_FALSE(entry.forgotten);
    addEntry("later");
    EXPECT_GT(tendOn(days(2)), 2) << "slice by slice";
    const auto month = journal();
    ASSERT_THAT(month, SizeIs(251));
    EXPECT_EQ(month[0].rawBefore, "later");
    for (std::size_t i = 1; i < month.size(); ++i) {
        EXPECT_EQ(month[i].rawBefore, "");
        EXPECT_EQ(month[i].forgotten, i % 2 == 1) << "where nothing was kept, nothing is missing";
    }
    tendOn(days(60));
    EXPECT_THAT(journal(), SizeIs(1));
    EXPECT_THAT(runs(), IsEmpty());
    tendOn(days(30));
    EXPECT_THAT(journal(), IsEmpty());
}

TEST_F(SyncRetention, RunsThatFoundNothingStayADay) {
    for (int i = 0; i < 300; ++i) addRun("{}");
    addRun(R"({"create in CRM":1})");
    addRun("{}", "failed");
    addRun("{}", "done", "undo");
    addRun("", "reading");
    tendOn(days(2));
    EXPECT_THAT(runs(), SizeIs(4));
    addRun("{}");
    EXPECT_THAT(runs(), SizeIs(5));
    tendOn(days(1));
    EXPECT_THAT(runs(), SizeIs(5)) << "younger than a day";
    tendOn(days(1));
    EXPECT_THAT(runs(), SizeIs(4));
}

TEST_F(SyncRetention, WhatWentOutProtectsItsKeyForThirtyDays) {
    OutboxItem item;
    item.channel = "mail";
    item.key = "reconnect 1";
    ASSERT_TRUE(sync().post(item));
    item = sync().due(1)[0];
    item.sent = now;
    sync().savePosted(item);
    tendOn(days(29));
    EXPECT_FALSE(sync().post(item));
    tendOn(days(2));
    EXPECT_THAT(sync().posted({}), IsEmpty());
}

TEST_F(SyncRetention, ADayIsTendedOnce) {
    tendOn(days(1));
    addRun("{}");
    EXPECT_EQ(tendOn(days(0)), 1);
}

}  // namespace
}  // namespace crmdav
