#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <semaphore>
#include <thread>

#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;

/// A database with one table of numbers, without the store's schema.
class Engine : public testing::Test {
protected:
    Engine() {
        options.url = StorePlace::onPostgresql() ? place.url() : "sqlite:" + place / "new folder/test.db";
        options.readers = 2;
        options.wait = 50ms;
        database = std::make_unique<Database>(options);
        Writing writing(*database);
        writing.db().script("CREATE TABLE numbers(n {key}, name TEXT, raw {blob})");
        writing.commit();
    }
    void insert(int n) {
        Writing writing(*database);
        writing.db().exec("INSERT INTO numbers(n) VALUES(?)", n);
        writing.commit();
    }
    std::int64_t count() {
        Reading reading(*database);
        auto row = reading.db().query("SELECT COUNT(*) FROM numbers");
        row.next();
        return row.int64(0);
    }

    StorePlace place{StorePlace::Holds::nothing};
    StoreOptions options;
    std::unique_ptr<Database> database;
};

TEST_F(Engine, ValuesComeBackAsTheyWereBound) {
    const std::string bytes("\0\xFF\x80z", 4);
    const Instant when{1'700'000'000s};
    Writing writing(*database);
    Connection& db = writing.db();
    db.exec("INSERT INTO numbers(n, name, raw) VALUES(?, ?, ?)", when, "Käthe", Blob{bytes});
    db.exec("INSERT INTO numbers(n, name, raw) VALUES(2, ?, ?)", std::optional<std::string>(), Blob{""});
    auto rows = db.query("SELECT n, name, raw FROM numbers ORDER BY n DESC");
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.instant(0), when);
    EXPECT_EQ(rows.text(1), "Käthe");
    EXPECT_EQ(rows.blob(2), bytes);
    ASSERT_TRUE(rows.next());
    EXPECT_TRUE(rows.isNull(1));
    EXPECT_EQ(rows.text(1), "");
    EXPECT_FALSE(rows.isNull(2));
    EXPECT_FALSE(rows.next());
}

TEST_F(Engine, TextWithNulIsRefused) {
    Writing writing(*database);
    EXPECT_THROW(writing.db().exec("INSERT INTO numbers(name) VALUES(?)", std::string("a\0b", 3)),
                 std::invalid_argument);
}

TEST_F(Engine, WhatWasNotCommittedIsGone) {
    {
        Writing writing(*database);
        writing.db().exec("INSERT INTO numbers(n) VALUES(1)");
    }
    EXPECT_EQ(count(), 0);
    insert(1);
    EXPECT_EQ(count(), 1);
}

TEST_F(Engine, FailedStatementLeavesTheConnectionUsable) {
    insert(1);
    {
        Writing writing(*database);
        EXPECT_THROW(writing.db().exec("INSERT INTO numbers(n) VALUES(1)"), StoreError);
    }
    insert(2);
    EXPECT_EQ(count(), 2);
}

TEST_F(Engine, ANestedWritingThatFailsTakesBackOnlyItself) {
    {
        Writing outer(*database);
        outer.db().exec("INSERT INTO numbers(n) VALUES(1)");
        {
            Writing inner(*database);
            inner.db().exec("INSERT INTO numbers(n) VALUES(2)");
        }
        insert(3);
        outer.commit();
    }
    EXPECT_EQ(count(), 2);
}

TEST_F(Engine, ReadingInsideAWritingSeesWhatItWrote) {
    Writing writing(*database);
    writing.db().exec("INSERT INTO numbers(n) VALUES(1)");
    EXPECT_EQ(count(), 1);
    std::int64_t others = -1;
    std::thread([&] { others = count(); }).join();
    EXPECT_EQ(others, 0);
}

TEST_F(Engine, SnapshotStaysTheSameWhileOthersWrite) {
    Reading reading(*database, Reading::Sees::oneState);
    EXPECT_EQ(count(), 0);
    std::thread([&] { insert(1); }).join();
    EXPECT_EQ(count(), 0);
}

TEST_F(Engine, OneStateIsSeenByAllReadingsUntilThisThreadWrites) {
    SQLITE_ONLY("PostgreSQL has nothing to gain by it");
    std::optional<Writing> other(std::in_place, *database);  // has the writer's connection
    other->db().exec("INSERT INTO numbers(n) VALUES(1)");
    std::binary_semaphore seen{0}, written{0};
    std::thread reader([&] {
        const OneState state(*database);
        EXPECT_EQ(count(), 0);
        seen.release();
        written.acquire();
        EXPECT_EQ(count(), 0) << "what somebody else wrote meanwhile";
        insert(2);
        EXPECT_EQ(count(), 2) << "what this thread wrote";
        std::thread([&] { insert(3); }).join();
        EXPECT_EQ(count(), 3) << "one state no more";
    });
    seen.acquire();
    other->commit();
    other.reset();
    written.release();
    reader.join();
}

TEST_F(Engine, WhoMeansToWriteWaitsForNoOtherWriterWhileReading) {
    Writing other(*database);
    other.db().exec("INSERT INTO numbers(n) VALUES(1)");
    std::thread([&] {
        const OneState state(*database);
        EXPECT_EQ(count(), 0) << "as before the other began";
    }).join();
}

TEST_F(Engine, WhatOneStateHeldIsFreeAfterIt) {
    for (int i = 0; i < 3; ++i) {
        const OneState state(*database);
        EXPECT_EQ(count(), 0);
    }
    EXPECT_NO_THROW(std::thread([&] {
                        insert(1);
                        const Reading one(*database);
                        std::thread([&] { EXPECT_EQ(count(), 1); }).join();
                    }).join());
}

TEST_F(Engine, TheSameQueryWithinItselfHasRowsOfItsOwn) {
    for (const int n : {1, 2, 3}) insert(n);
    Reading reading(*database);
    int pairs = 0;
    for (auto& a : reading.db().query("SELECT n FROM numbers ORDER BY n"))
        for (auto& b : reading.db().query("SELECT n FROM numbers ORDER BY n")) pairs += a.integer(0) >= b.integer(0);
    EXPECT_EQ(pairs, 6);
}

TEST_F(Engine, ReadersBeyondThePoolWaitAndThenAreBusy) {
    std::atomic<int> held{0};
    std::atomic<bool> go{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i)
        readers.emplace_back([&] {
            Reading reading(*database);
            ++held;
            while (!go) std::this_thread::yield();
        });
    while (held < 2) std::this_thread::yield();
    EXPECT_THROW(count(), StoreBusy);
    go = true;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(count(), 0);
}

TEST_F(Engine, ASecondWriterWaitsAndThenIsBusy) {
    Writing writing(*database);
    std::string caught;
    std::thread([&] {
        try {
            insert(1);
        } catch (const StoreBusy& busy) {
            caught = busy.what();
        }
    }).join();
    EXPECT_NE(caught, "");
}

TEST_F(Engine, AWriterInAnotherProcessMakesUsBusyAndNothingIsLost) {
    Database other(options);  // its own connections, as another process has them
    Writing theirs(other);
    theirs.db().exec("INSERT INTO numbers(n) VALUES(7)");
    std::string caught;
    std::thread([&] {
        try {
            insert(1);
        } catch (const StoreBusy& busy) {
            caught = busy.what();
        }
    }).join();
    EXPECT_NE(caught, "");
    theirs.commit();
    insert(2);
    EXPECT_EQ(count(), 2);
}

TEST_F(Engine, WritersInManyThreadsNeverFindItLocked) {
    options.wait = 10s;
    database = std::make_unique<Database>(options);
    std::vector<std::thread> writers;
    for (int t = 0; t < 4; ++t)
        writers.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) insert(100 * t + i);
        });
    for (auto& writer : writers) writer.join();
    EXPECT_EQ(count(), 100);
}

TEST_F(Engine, WhatWasCommittedSurvivesAKill) {
    database.reset();
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        Database own(options);
        for (int n = 1; n <= 20; ++n) {
            Writing writing(own);
            writing.db().exec("INSERT INTO numbers(n) VALUES(?)", n);
            writing.commit();
        }
        Writing writing(own);
        writing.db().exec("INSERT INTO numbers(n) VALUES(21)");
        [[maybe_unused]] const auto written = ::write(ready[1], "x", 1);
        for (;;) pause();
    }
    char byte;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    database = std::make_unique<Database>(options);
    EXPECT_EQ(count(), 20);
}

TEST(Migrations, ANewFileGetsTheCurrentSchemaAndKeepsItsEpoch) {
    TempStore store;
    const std::string epoch = store.database().epoch();
    EXPECT_EQ(schemaOf(Reading(store.database())), currentSchema());
    EXPECT_NE(epoch, "");
    store.reopen();
    EXPECT_EQ(store.database().epoch(), epoch);
}

TEST(Migrations, ANewerSchemaIsRefusedWithAClearLine) {  // D37
    TempStore store;
    {
        Writing writing(store.database());
        writing.db().exec("UPDATE meta SET value='99' WHERE name='schema'");
        writing.commit();
    }
    store.close();
    try {
        store.reopen();
        FAIL() << "opened";
    } catch (const StoreError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("schema 99"));
    }
}

TEST(Migrations, TheSchemaIsAdoptedWholeOrNotAtAll) {
    TempStore store;
    {
        Writing writing(store.database());
        writing.db().exec("DELETE FROM meta WHERE name='schema'");  // as if the step had not been noted
        writing.commit();
    }
    store.close();
    EXPECT_THROW(store.reopen(), StoreError);  // its tables are there, so the step fails, and leaves all as it was
    Database database(store.options);
    EXPECT_EQ(schemaOf(Reading(database)), 0);
}

}  // namespace
}  // namespace crmdav
