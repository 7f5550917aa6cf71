#include "tests/store/sync_support.h"

namespace crmdav {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class SyncJournal : public SyncTest {
protected:
    std::int64_t did(const std::string& title, Counted counted = Counted::nothing,
                     SyncKind kind = SyncKind::contacts) const {
        JournalEntry entry;
        entry.run = run;
        entry.account = account.id;
        entry.kind = kind;
        entry.action = "update remote";
        entry.outcome = "done";
        entry.title = title;
        entry.counted = counted;
        return sync().addJournal(entry);
    }
    std::vector<std::string> titles(const JournalFilter& filter) const {
        std::vector<std::string> all;
        for (const JournalEntry& entry : sync().journal(filter)) all.push_back(entry.title);
        return all;
    }
    const Id run = newId();
};

TEST_F(SyncJournal, SaysWhatHappenedFieldByField) {  // G4
    JournalEntry entry;
    entry.run = run;
    entry.account = account.id;
    entry.kind = SyncKind::contacts;
    entry.action = "merge";
    entry.outcome = "done";
    entry.rule = "C2";
    entry.reason = "changed on both sides";
    entry.title = "Zoë";
    entry.link = newId();
    entry.local = newId();
    entry.collection = "work";
    entry.remote = "a";
    entry.fields = {{"emails", "", "a@x\nb@x", "c@x"}, {"notes", "before", "", ""}, {"all", "", "", ""}};
    entry.counted = Counted::updatedInCrm;
    entry.alsoAtProvider = true;
    entry.rawBefore = std::string("\0\xff", 2);
    entry.versionAfter = "7";
    entry.history = 12;
    const auto stored = sync().journalEntry(sync().addJournal(entry));
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->run, run);
    EXPECT_EQ(stored->account, account.id);
    EXPECT_EQ(stored->kind, SyncKind::contacts);
    EXPECT_EQ(stored->at, now);
    EXPECT_EQ(stored->action + stored->outcome + stored->rule, "mergedoneC2");
    EXPECT_EQ(stored->reason, entry.reason);
    EXPECT_EQ(stored->title, entry.title);
    EXPECT_EQ(stored->link, entry.link);
    EXPECT_EQ(stored->local, entry.local);
    EXPECT_EQ(stored->collection + stored->remote, "worka");
    ASSERT_THAT(stored->fields, SizeIs(3));
    EXPECT_EQ(stored->fields[0].after, "a@x\nb@x");
    EXPECT_EQ(stored->fields[0].lost, "c@x");
    EXPECT_EQ(stored->fields[1].before, "before");
    EXPECT_EQ(stored->fields[2].field, "all");
    EXPECT_EQ(stored->counted, Counted::updatedInCrm);
    EXPECT_TRUE(stored->alsoAtProvider);
    EXPECT_EQ(stored->rawBefore, entry.rawBefore);
    EXPECT_EQ(stored->versionAfter, "7");
    EXPECT_EQ(stored->history, 12);
    EXPECT_FALSE(stored->undone);
    sync().markUndone(stored->id);
    EXPECT_EQ(sync().journalEntry(stored->id)->undone, now);
    EXPECT_FALSE(sync().journalEntry(stored->id + 1));
}

TEST_F(SyncJournal, IsFilteredAndPaged) {  // G4: one can search it
    const std::int64_t first = did("first 100%");
    did("second", Counted::nothing, SyncKind::calendar);
    const std::int64_t third = did("third");
    const Account other = connect(ben.id, "sub-9");
    JournalEntry his;
    his.run = newId();
    his.account = other.id;
    his.reason = "a THIRD reason";
    his.title = "his";
    sync().addJournal(his);

    EXPECT_THAT(titles({}), ElementsAre("his", "third", "second", "first 100%"));
    EXPECT_THAT(titles({.run = run}), ElementsAre("third", "second", "first 100%"));
    EXPECT_THAT(titles({.account = other.id}), ElementsAre("his"));
    EXPECT_THAT(titles({.account = account.id, .kind = SyncKind::contacts}), ElementsAre("third", "first 100%"));
    EXPECT_THAT(titles({.run = run, .before = third}), ElementsAre("second", "first 100%"));
    EXPECT_THAT(titles({.account = account.id, .after = first}), ElementsAre("second", "third"));
    EXPECT_THAT(titles({.limit = 1}), ElementsAre("his"));
    EXPECT_THAT(titles({.text = "third"}), ElementsAre("his", "third"));
    EXPECT_THAT(titles({.text = "0%"}), ElementsAre("first 100%"));
    EXPECT_THAT(titles({.text = "update"}), SizeIs(3));
}

TEST_F(SyncJournal, CountsSinceAMoment) {  // G1, G3: today begins at midnight
    did("yesterday", Counted::addedToCrm);
    now += std::chrono::hours(24);
    const Instant midnight = now;
    now += std::chrono::hours(1);
    did("a", Counted::addedToCrm);
    did("b", Counted::addedToCrm);
    did("skipped");
    did("an event", Counted::deletedInCrm, SyncKind::calendar);
    JournalEntry merge;
    merge.run = run;
    merge.account = account.id;
    merge.kind = SyncKind::contacts;
    merge.counted = Counted::updatedInCrm;
    merge.alsoAtProvider = true;
    sync().addJournal(merge);
    EXPECT_THAT(
        sync().counted(account.id, SyncKind::contacts, midnight),
        ElementsAre(Pair(Counted::addedToCrm, 2), Pair(Counted::updatedInCrm, 1), Pair(Counted::updatedAtProvider, 1)));
    EXPECT_THAT(sync().counted(account.id, SyncKind::calendar, midnight), ElementsAre(Pair(Counted::deletedInCrm, 1)));
    EXPECT_THAT(sync().counted(newId(), SyncKind::calendar, midnight), IsEmpty());
}

TEST_F(SyncJournal, RunsAreListedNewestFirst) {
    SyncRun first;
    first.id = run;
    first.account = account.id;
    first.kind = SyncKind::contacts;
    first.mode = "run";
    first.phase = "reading";
    first.started = now;
    sync().saveRun(first);
    SyncRun second = first;
    second.id = newId();
    second.kind = SyncKind::calendar;
    sync().saveRun(second);
    first.phase = "done";
    first.cause = "none";
    first.done = 3;
    first.all = 4;
    first.summary = "{}";
    first.ended = now + std::chrono::seconds(5);
    sync().saveRun(first);
    const auto stored = sync().run(run);
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->account, account.id);
    EXPECT_EQ(stored->kind, SyncKind::contacts);
    EXPECT_EQ(stored->mode + stored->phase + stored->cause + stored->summary, "rundonenone{}");
    EXPECT_EQ(stored->done, 3);
    EXPECT_EQ(stored->all, 4);
    EXPECT_EQ(stored->started, now);
    EXPECT_EQ(stored->ended, first.ended);
    EXPECT_THAT(sync().runs(account.id, {}, 10), ElementsAre(Field(&SyncRun::id, second.id), Field(&SyncRun::id, run)));
    EXPECT_THAT(sync().runs(account.id, {}, 1), SizeIs(1));
    EXPECT_THAT(sync().runs(account.id, SyncKind::contacts, 10), ElementsAre(Field(&SyncRun::id, run)));
    EXPECT_FALSE(sync().run(newId()));
}

// ---------------------------------------------------------------- what goes out

using SyncOutbox = SyncTest;

TEST_F(SyncOutbox, TakesEachKeyOnce) {  // I8: one mail and one webhook
    OutboxItem item;
    item.channel = "mail";
    item.key = "reconnect 1";
    item.target = "anna@firm.example";
    item.subject = "Reconnect needed";
    item.body = "Please sign in again.";
    EXPECT_TRUE(sync().post(item));
    EXPECT_FALSE(sync().post(item));
    auto due = sync().due(10);
    ASSERT_THAT(due, SizeIs(1));
    EXPECT_EQ(due[0].channel + due[0].key + due[0].target, "mailreconnect 1anna@firm.example");
    EXPECT_EQ(due[0].subject + due[0].body, "Reconnect neededPlease sign in again.");
    due[0].attempts = 1;
    due[0].sent = now;
    sync().savePosted(due[0]);
    EXPECT_THAT(sync().due(10), IsEmpty());
    EXPECT_FALSE(sync().post(item)) << "sent is sent";
}

TEST_F(SyncOutbox, TriesAgainLaterAndGivesUp) {
    OutboxItem item;
    item.channel = "webhook";
    item.key = "b";
    EXPECT_TRUE(sync().post(item));
    item.key = "a";
    item.nextTry = now + std::chrono::seconds(60);
    EXPECT_TRUE(sync().post(item));
    auto due = sync().due(10);
    ASSERT_THAT(due, ElementsAre(Field(&OutboxItem::key, "b")));
    due[0].attempts = 1;
    due[0].nextTry = now + std::chrono::seconds(30);
    due[0].lastError = "500";
    sync().savePosted(due[0]);
    EXPECT_THAT(sync().due(10), IsEmpty());
    now += std::chrono::seconds(60);
    due = sync().due(10);
    ASSERT_THAT(due, ElementsAre(Field(&OutboxItem::key, "b"), Field(&OutboxItem::key, "a")));
    EXPECT_EQ(due[0].attempts, 1);
    EXPECT_EQ(due[0].lastError, "500");
    due[0].nextTry.reset();
    sync().savePosted(due[0]);
    EXPECT_THAT(sync().due(10), ElementsAre(Field(&OutboxItem::key, "a")));
}

}  // namespace
}  // namespace crmdav
