#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

int statementsLeft = 0, pointsLeft = 0;  // of the process that is going to be killed

/// SQLite tells each statement before its first step: BEGIN, COMMIT and those of SQLite's own too.
int killAtStatement(unsigned, void*, void*, void*) {
    if (--statementsLeft == 0) raise(SIGKILL);
    return 0;
}

int watch(sqlite3* connection, char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, killAtStatement, nullptr);
}

/// What a next version might do: a column that is reckoned from another, an index, rows that go.
void nextStep(Connection& db) {
    db.script(R"(
ALTER TABLE bodies ADD COLUMN length BIGINT;
UPDATE bodies SET length=LENGTH(content);
CREATE INDEX bodies_length ON bodies(length);
CREATE TABLE lengths(length BIGINT PRIMARY KEY, count BIGINT NOT NULL);
INSERT INTO lengths SELECT length, COUNT(*) FROM bodies GROUP BY length;
DELETE FROM dead_properties;
)");
}

/// Rows of schema 1 that its next step carries over, in that schema's words.
void fillFirstSchema(Connection& db) {
    db.script(R"(
INSERT INTO members(id, collection_id, change, deleted, name, etag, component, size, modified, created, uid)
    VALUES(1, 1, 7, 0, 'a.ics', 'etag-a', 0, 3, 1, 1, 'a'), (2, 1, 8, 0, 'b.ics', 'etag-b', 0, 4, 2, 2, 'b'),
          (3, 1, 9, 1, 'c.ics', 'etag-c', 0, 5, 3, 3, 'c');
INSERT INTO dead_properties(collection_id, member_id, ns, name, xml) VALUES(1, 0, 'urn:x', 'y', '<y/>');
)");
    for (const auto& [id, bytes] : {std::pair{1, "aaa"}, {2, "bbbb"}})
        db.exec("INSERT INTO bodies(member_id, content) VALUES(?, ?)", id, Blob{bytes});
    for (const auto& [position, name, bytes] : {std::tuple{0, "c", std::string("ccccc")}, {1, "b", {'\0', '\xff'}}})
        db.exec(
            "INSERT INTO history_objects(history_id, position, collection_id, name, uid, component, content) VALUES(1, "
            "?1, 1, ?2, ?2, 0, ?3)",
            position, name, Blob{bytes});
}

/// All that clients depend on: tables, members with their ETags, bytes, the kept objects; the epoch is in `meta`.
std::string contents(Database& database) {
    const bool sqlite = database.engine() == Engine::sqlite;
    std::string all;
    Reading reading(database, Reading::Sees::oneState);
    for (const char* what :
         {sqlite ? "SELECT name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY name"
                 : "SELECT table_name || ' ' || column_name || ' ' || data_type FROM information_schema.columns WHERE "
                   "table_schema='public' UNION SELECT indexdef FROM pg_indexes WHERE schemaname='public' ORDER BY 1",
          "SELECT name || '=' || value FROM meta ORDER BY name",
          "SELECT id || name || etag || change || deleted || uid || COALESCE(CAST(body AS TEXT), '-') FROM members "
          "ORDER BY id",
          "SELECT id || ':' || length FROM bodies ORDER BY id", "SELECT content FROM bodies ORDER BY id",
          "SELECT history_id || '/' || position || name || uid || body FROM history_objects ORDER BY 1",
          "SELECT length || '*' || count FROM lengths ORDER BY length", "SELECT xml FROM dead_properties",
          sqlite ? "PRAGMA integrity_check" : "SELECT 'ok'"})
        for (auto& row : reading.db().query(Sql::made(what))) (all += row.text(0)) += '\n';
    return all;
}

/// A database as an older program left it, upgraded by processes that are killed.
class KilledMigration : public testing::TestWithParam<std::size_t> {
protected:
    void SetUp() override {
        SQLITE_ONLY("it tells its statements");
        steps_.assign(migrationSteps().begin(), migrationSteps().end());
        steps_.push_back(nextStep);
        Database database(options("before"));
        migrateTo(database, GetParam());
        Writing writing(database);
        fillFirstSchema(writing);
        writing.commit();
    }

    StoreOptions options(const std::string& name) const {
        StoreOptions made;
        made.url = "sqlite:" + place_ / name;
        made.readers = 1;
        return made;
    }
    void migrateTo(Database& database, std::size_t schema) const {
        migrate(database, true, std::span(steps_).first(schema));
    }
    /// Upgrades the file in a process of its own. @returns whether it came to its end
    bool upgradeKilledAt(const std::string& name, int statement) const {
        const pid_t child = fork();
        if (child == 0) {
            statementsLeft = statement;
            sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch));
            Database database(options(name));
            migrateTo(database, steps_.size());
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (WIFSIGNALED(status)) {
            EXPECT_EQ(WTERMSIG(status), SIGKILL);
            return false;
        }
        EXPECT_EQ(WEXITSTATUS(status), 0);
        return true;
    }

    StorePlace place_{StorePlace::Holds::nothing};
    std::vector<MigrationStep> steps_;
};

TEST_P(KilledMigration, AtAnyStatementLeavesADatabaseThatOpensAndCompletes) {  // D37
    std::filesystem::copy(place_ / "before", place_ / "unkilled");
    std::string wanted;
    {
        Database database(options("unkilled"));
        migrateTo(database, steps_.size());
        wanted = contents(database);
        ASSERT_THAT(wanted, testing::HasSubstr("\nok\n"));
    }
    int kills = 0, whole = 0, between = 0;
    for (bool ended = false; !ended; ++kills) {
        const std::string name = "killed-" + std::to_string(kills);
        std::filesystem::copy(place_ / "before", place_ / name);
        ended = upgradeKilledAt(name, kills + 1);
        Database database(options(name));
        const auto schema = static_cast<std::size_t>(schemaOf(Reading(database)));
        EXPECT_GE(schema, GetParam());
        (schema == steps_.size() ? whole : between) += 1;
        migrateTo(database, steps_.size());
        EXPECT_EQ(contents(database), wanted) << "killed at statement " << kills + 1;
    }
    EXPECT_GT(kills, 10);
    EXPECT_GT(between, 8);
    EXPECT_GE(whole, 1);
}

TEST_P(KilledMigration, AnOldProgramRefusesTheNewerDatabaseAndLeavesItAsItWas) {  // D37
    Database database(options("before"));
    migrateTo(database, steps_.size());
    const std::string before = contents(database);
    try {
        migrateTo(database, GetParam());
        FAIL() << "opened";
    } catch (const StoreError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("has schema " + std::to_string(steps_.size())));
        EXPECT_THAT(error.what(), testing::HasSubstr("use a newer crmdav"));
    }
    EXPECT_EQ(contents(database), before);
}

/// The program's steps and the next one, with a point before and after each where the process may be killed.
void stepWithPoints(Connection& db) {
    const auto point = [] {
        if (--pointsLeft == 0) raise(SIGKILL);
    };
    const auto step = static_cast<std::size_t>(schemaOf(db));
    point();
    (step < migrationSteps().size() ? migrationSteps()[step] : nextStep)(db);
    point();
}

/// A database of schema 1, on either engine.
class OldStore {
public:
    OldStore() {
        options_.url = place_.url();
        options_.readers = 1;
        Database database(options_);
        upgrade(database, 1);
        write(database, [](Connection& db) {
            fillFirstSchema(db);
            db.exec("UPDATE meta SET value='e' WHERE name='epoch'");
        });
    }
    /// In a process of its own, killed at the n-th point, or never. @returns whether it came to its end
    bool upgradeKilledAt(int point) const {
        const pid_t child = fork();
        if (child == 0) {
            pointsLeft = point;
            Database database(options_);
            upgrade(database, newest);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    int schema() const {
        Database database(options_);
        return schemaOf(Reading(database));
    }
    std::string contents() const {
        Database database(options_);
        return crmdav::contents(database);
    }

    inline static const std::size_t newest = migrationSteps().size() + 1;

private:
    static void upgrade(Database& database, std::size_t schema) {
        migrate(database, true, std::vector<MigrationStep>(schema, stepWithPoints));
    }

    StorePlace place_{StorePlace::Holds::nothing};
    StoreOptions options_;
};

TEST(KilledUpgrade, IsContinuedByTheNextProcessStepByStep) {  // D37, D71
    const OldStore unkilled, killed;
    ASSERT_TRUE(unkilled.upgradeKilledAt(0));
    for (int schema = 1; schema < static_cast<int>(OldStore::newest); ++schema) {
        EXPECT_FALSE(killed.upgradeKilledAt(1));
        EXPECT_FALSE(killed.upgradeKilledAt(2)) << "all but committed";
        EXPECT_EQ(killed.schema(), schema);
        EXPECT_EQ(killed.upgradeKilledAt(3), schema + 1 == static_cast<int>(OldStore::newest)) << "one step on";
    }
    EXPECT_EQ(killed.schema(), OldStore::newest);
    EXPECT_EQ(killed.contents(), unkilled.contents());
}

INSTANTIATE_TEST_SUITE_P(FromSchema, KilledMigration, testing::Values(1));

}  // namespace
}  // namespace crmdav
