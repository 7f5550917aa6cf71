#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "store/engine/database.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

using namespace std::chrono_literals;

/// What only PostgreSQL can do to us: servers restart, connections break, transactions are taken back.
class Postgresql : public testing::Test {
protected:
    void SetUp() override {
        if (!StorePlace::onPostgresql()) GTEST_SKIP() << "PostgreSQL only: SQLite has no connections to lose";
        options.url = place.url();
        options.wait = 5s;
        options.readers = 2;
        database.emplace(options);
        other.emplace(options);
        write(*database,
              [](Connection& db) { db.script("CREATE TABLE numbers(id {key}, n INTEGER NOT NULL UNIQUE)"); });
    }
    /// Ends all connections of `database` as a restart, an administrator or a network would.
    void cut() {
        const Reading reading(*other);
        reading.db().exec(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname=current_database() AND "
            "pid<>pg_backend_pid()");
    }
    std::int64_t count() {
        const Reading reading(*database);
        auto row = reading.db().query("SELECT COUNT(*) FROM numbers");
        row.next();
        return row.int64(0);
    }
    void insert(std::int64_t n) {
        write(*database, [&](Connection& db) { db.exec("INSERT INTO numbers(n) VALUES(?)", n); });
    }

    StorePlace place{StorePlace::Holds::nothing};
    StoreOptions options;
    std::optional<Database> database, other;
};

TEST_F(Postgresql, LostConnectionsHealBetweenVerbs) {
    insert(1);
    EXPECT_EQ(count(), 1);
    cut();
    EXPECT_EQ(count(), 1);
    cut();
    insert(2);
    cut();
    {
        const Reading reading(*database, Reading::Sees::oneState);
        EXPECT_EQ(count(), 2);
        EXPECT_EQ(count(), 2);
    }
    EXPECT_GE(database->traffic().reconnects, 3U);
}

TEST_F(Postgresql, AVerbWhoseConnectionIsLostIsRunAgainAndStoredOnce) {
    int runs = 0;
    write(*database, [&](Connection& db) {
        db.exec("INSERT INTO numbers(n) VALUES(1)");
        if (++runs == 1) cut();
        db.exec("INSERT INTO numbers(n) VALUES(2)");
    });
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(count(), 2);
    EXPECT_EQ(database->traffic().retries, 1U);
}

TEST_F(Postgresql, WhatIsTakenBackForADeadlockOrASerializationFailureIsRunAgain) {
    for (const char* state : {"40001", "40P01"}) {
        int runs = 0;
        const std::string raise = std::string("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE='") + state + "'; END $$";
        write(*database, [&](Connection& db) {
            db.exec("INSERT INTO numbers(n) VALUES(?)", state[2] == '0' ? 1 : 2);
            if (++runs < 3) db.script(raise);
        });
        EXPECT_EQ(runs, 3) << state;
    }
    EXPECT_EQ(count(), 2);
}

TEST_F(Postgresql, RetriesHaveAnEnd) {
    options.wait = 300ms;
    database.emplace(options);
    int runs = 0;
    EXPECT_THROW(write(*database,
                       [&](Connection& db) {
                           ++runs;
                           db.script("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE='40001'; END $$");
                       }),
                 StoreBusy);
    EXPECT_LE(runs, 30);
    insert(1);
    EXPECT_EQ(count(), 1);
}

TEST_F(Postgresql, InABatchALostConnectionFailsTheWholeAndStoresNothing) {
    EXPECT_THROW(write(*database,
                       [&](Connection& db) -> void {
                           db.exec("INSERT INTO numbers(n) VALUES(1)");
                           try {
                               write(*database, [&](Connection&) {
                                   cut();
                                   insert(2);
                               });
                           } catch (const TryAgain&) {
                               throw StoreError("the caller gives up");
                           }
                       }),
                 StoreError);
    EXPECT_EQ(count(), 0);
}

TEST_F(Postgresql, WhenCommittingLosesTheConnectionItIsSaidThatNobodyKnows) {
    Writing writing(*database);
    writing.db().exec("INSERT INTO numbers(n) VALUES(1)");
    cut();
    try {
        writing.commit();
        FAIL() << "committed";
    } catch (const TryAgain&) {
        FAIL() << "it may have been stored: nobody may run it again";
    } catch (const StoreBusy& busy) {
        EXPECT_THAT(busy.what(), testing::HasSubstr("stored or not"));
    }
}

TEST_F(Postgresql, ATransactionThatFailedIsNotTakenForCommitted) {
    Writing writing(*database);
    writing.db().exec("INSERT INTO numbers(n) VALUES(1)");
    EXPECT_THROW(writing.db().exec("INSERT INTO numbers(n) VALUES(1)"), StoreError);
    EXPECT_THROW(writing.commit(), StoreError);
}

TEST_F(Postgresql, RowsOfAWholeTableComeInPiecesThatOtherStatementsMayInterrupt) {
    write(*database, [](Connection& db) { db.exec("INSERT INTO numbers(n) SELECT * FROM generate_series(1, 1700)"); });
    const Reading reading(*database, Reading::Sees::oneState);
    std::int64_t last = 0, nested = 0;
    for (auto& row : reading.db().stream("SELECT n FROM numbers WHERE n<=? ORDER BY n", 1600)) {
        EXPECT_EQ(row.int64(0), last + 1);
        last = row.int64(0);
        if (last % 400 == 0)
            for (auto& inner : reading.db().stream("SELECT n FROM numbers ORDER BY n")) nested += inner.int64(0) > 0;
    }
    EXPECT_EQ(last, 1600);
    EXPECT_EQ(nested, 4 * 1700);
}

TEST_F(Postgresql, AGateThatWasEmptiedIsMadeAgain) {
    cut();
    {
        const Reading reading(*other);
        reading.db().exec("DELETE FROM gate");
    }
    insert(1);
    options.wait = 100ms;
    Database third(options);
    const Writing holds(*database);
    EXPECT_THROW(Writing waits(third), StoreBusy);
}

TEST_F(Postgresql, TextThatIsNotUtf8IsRefused) {
    Writing writing(*database);
    EXPECT_THROW(writing.db().query("SELECT ?", std::string("\xC3(")), std::invalid_argument);
}

TEST_F(Postgresql, AServerThatIsNotThereIsNamedWithoutItsPassword) {
    options.url = "postgresql://anna:secret@127.0.0.1:1/crm?password=secret";
    options.wait = 20ms;
    try {
        Database nowhere(options);
        FAIL() << "connected";
    } catch (const StoreBusy& busy) {
        EXPECT_THAT(busy.what(), testing::HasSubstr("no connection to the database"));
        EXPECT_THAT(busy.what(), testing::Not(testing::HasSubstr("secret")));
    }
}

TEST_F(Postgresql, ManyProcessesMayMeetANewDatabaseAtOnce) {
    StorePlace fresh(StorePlace::Holds::nothing);
    StoreOptions own = options;
    own.url = fresh.url();
    own.wait = 20s;
    std::vector<std::thread> processes;
    std::mutex lock;
    std::set<std::string> epochs;
    for (int i = 0; i < 4; ++i)
        processes.emplace_back([&] {
            SqlStore store(own, true);
            const std::lock_guard guard(lock);
            epochs.insert(store.database().epoch());
        });
    for (auto& process : processes) process.join();
    EXPECT_EQ(epochs.size(), 1U) << "one of them made the schema, once";
}

}  // namespace
}  // namespace crmdav
