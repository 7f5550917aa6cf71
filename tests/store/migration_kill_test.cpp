#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "tests/store/store_support.h"

namespace crmdav {
namespace {

int statementsLeft = 0;  // of the process that is going to be killed

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
INSERT INTO bodies(member_id, content) VALUES(1, X'616161'), (2, X'62626262');
INSERT INTO history_objects(history_id, position, collection_id, name, uid, component, content)
    VALUES(1, 0, 1, 'c.ics', 'c', 0, X'6363636363'), (1, 1, 1, 'b.ics', 'b', 0, X'00FF');
INSERT INTO dead_properties(collection_id, member_id, ns, name, xml) VALUES(1, 0, 'urn:x', 'y', '<y/>');
)");
}

/// A database as an older program left it, upgraded by processes that are killed.
class KilledMigration : public testing::TestWithParam<std::size_t> {
protected:
    void SetUp() override {
        SQLITE_ONLY("schemas before PostgreSQL came were of SQLite alone, and it tells its statements");
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
    /// All that clients depend on: tables, members with their ETags, bytes, the epoch, the kept objects.
    static std::string contents(Database& database) {
        std::string all;
        Reading reading(database, Reading::Sees::oneState);
        for (const char* what :
             {"SELECT name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY name",
              "SELECT name || '=' || value FROM meta ORDER BY name",
              "SELECT id || name || etag || change || deleted || uid || COALESCE(body, '-') FROM members ORDER BY id",
              "SELECT id || HEX(content) || length FROM bodies ORDER BY id",
              "SELECT history_id || position || name || uid || body FROM history_objects ORDER BY 1",
              "SELECT length || '*' || count FROM lengths ORDER BY length", "SELECT xml FROM dead_properties",
              "PRAGMA integrity_check"})
            for (auto& row : reading.db().query(Sql::made(what))) (all += row.text(0)) += '\n';
        return all;
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

INSTANTIATE_TEST_SUITE_P(FromSchema, KilledMigration, testing::Values(1));

}  // namespace
}  // namespace crmdav
