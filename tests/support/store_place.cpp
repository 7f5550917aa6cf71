#include "tests/support/store_place.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/support/postgresql.h"

namespace crmdav {
namespace {

std::string serverUrl() {
    const char* url = std::getenv("CRMDAV_TEST_STORE");
    return url ? url : "";
}

/// The process's one session for making and dropping databases; a child after a fork() makes none.
postgresql::Session& server() {
    static postgresql::Session session(serverUrl());
    return session;
}

std::string newDatabase(StorePlace::Holds holds) {
    static int number = 0;
    const std::string name = "test_" + std::to_string(getpid()) + "_" + std::to_string(++number);
    std::string model = "template0";
    if (holds == StorePlace::Holds::schema) {
        static const std::string migrated = postgresql::migratedTemplate(server(), serverUrl());
        model = migrated;
    }
    // Copying files costs the server a third less than copying pages through its log: nothing is flushed in tests.
    server().ask("CREATE DATABASE " + name + " TEMPLATE " + model + " STRATEGY file_copy");
    return name;
}

using Sqlite = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;

std::vector<std::string> ask(const Sqlite& database, const std::string& sql) {
    std::vector<std::string> values;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return values;
    while (sqlite3_step(statement) == SQLITE_ROW)
        for (int column = 0; column < sqlite3_column_count(statement); ++column) {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
            values.emplace_back(bytes ? std::string(bytes, size) : std::string());
        }
    sqlite3_finalize(statement);
    return values;
}

/// In memory where the machine has a place for files there: a test's store outlives no power failure anyway, and
/// flushing it takes longer than the tests. TMPDIR decides otherwise.
std::filesystem::path folderOfFolders() {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code none;
    const auto space = std::filesystem::space(memory, none);
    const bool roomy = !none && space.available > (1ULL << 30);
    return roomy && !std::getenv("TMPDIR") ? memory : std::filesystem::temp_directory_path();
}

}  // namespace

bool StorePlace::onPostgresql() { return !serverUrl().empty(); }

StorePlace::StorePlace(Holds holds) {
    std::string pattern = (folderOfFolders() / "crmdav-test-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no folder like " + pattern);
    folder_ = pattern;
    if (onPostgresql()) {
        database_ = newDatabase(holds);
        url_ = postgresql::addressOf(serverUrl(), database_);
    } else {
        url_ = "sqlite:" + file();
    }
}

StorePlace::~StorePlace() {
    try {
        if (!database_.empty()) server().ask("DROP DATABASE IF EXISTS " + database_ + " WITH (FORCE)");
    } catch (const std::exception&) {  // it goes with the server then
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string StorePlace::everything() const {
    std::string all;
    const auto add = [&](const std::vector<std::string>& values) {
        for (const std::string& value : values) all.append(value).append("|");
    };
    if (onPostgresql()) {
        postgresql::Session session(url_);
        for (const auto& table : session.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            add(session.ask("SELECT * FROM " + table));
    } else {
        sqlite3* opened = nullptr;
        sqlite3_open(file().c_str(), &opened);
        const Sqlite database(opened, sqlite3_close);
        for (const auto& table :
             ask(database, "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'card_text%'"))
            add(ask(database, "SELECT * FROM " + table));
    }
    return all;
}

}  // namespace crmdav
