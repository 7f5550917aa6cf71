#include <Poco/UUIDGenerator.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "store/copy.h"
#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "store/housekeeping.h"

namespace crmdav {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view scheme = "sqlite:";
constexpr std::chrono::seconds sessionsEnd(2);  ///< PostgreSQL lists a session for a moment after it was closed

/// Throws where the file isn't a sound store that this program can read; leaves it in one piece, without a log.
void prepare(const StoreOptions& options, const fs::path& copy) {
    StoreOptions own = options;
    own.url = std::string(scheme) + copy.string();
    own.readers = 1;
    Database database(own);
    if (schemaOf(Reading(database)) == 0) throw StoreError("it isn't a backup of a store");
    migrate(database, true);
    {
        const Reading reading(database);
        for (auto& row : reading.db().query("PRAGMA quick_check(1)"))
            if (row.text(0) != "ok") throw StoreError("the backup is damaged: " + row.string(0));
    }
    write(database, [](Connection& db) { renewEpoch(db); });
    database.fold();
}

void removeFile(const fs::path& file) {
    std::error_code ignored;
    for (const std::string_view end : {"", "-wal", "-shm"}) fs::remove(file.string() + std::string(end), ignored);
}

std::string fileOf(const StoreOptions& options) { return options.url.substr(scheme.size()); }

bool hasOthers(Database& database) {
    bool found = false;
    write(database, [&](Connection& db) {
        auto others = db.query("{others}");
        found = others.next() && others.int64(0) != 0;
    });
    return found;
}

/// @throws StoreError  a server has the store open
void requireUnused(const StoreOptions& options) {
    StoreOptions own = options;
    own.wait = std::chrono::milliseconds(500);
    Database database(own);
    if (database.engine() == Engine::sqlite) return database.fold();  // fails while another process has it open
    const auto until = std::chrono::steady_clock::now() + sessionsEnd;
    while (hasOthers(database)) {
        if (std::chrono::steady_clock::now() > until)
            throw StoreError(database.name() + " is in use: stop the servers first");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

/// @returns where the old file is
std::string replaceFile(const StoreOptions& options, const fs::path& copy) {
    const fs::path target(fileOf(options));
    const bool replaced = fs::exists(target);
    const std::string before = target.string() + ".before-restore";
    if (replaced) {
        requireUnused(options);
        fs::rename(target, before);
    }
    fs::rename(copy, target);
    return replaced ? before : std::string();
}

/// @returns where the old contents are
std::string replaceContents(const StoreOptions& options, const fs::path& copy, const std::string& before) {
    requireUnused(options);
    StoreOptions own = options;
    own.url = std::string(scheme) + copy.string();
    Database backup(own), database(options);
    const bool replaced = schemaOf(Reading(database)) != 0;
    if (replaced) {
        migrate(database, true);
        backupStore(database, before);
    }
    copyStore(backup, database, true, [](auto, auto, auto) {});
    return replaced ? before : std::string();
}

}  // namespace

void backupStore(Database& database, const std::string& file) {
    if (database.engine() == Engine::sqlite) return database.copyTo(file);
    if (fs::exists(file)) throw StoreError(file + " exists already");
    const std::string part = file + ".part";
    removeFile(part);
    try {
        StoreOptions own = database.options();
        own.url = std::string(scheme) + part;
        Database copy(own);
        copyStore(database, copy, false, [](auto, auto, auto) {});
        copy.fold();
    } catch (...) {
        removeFile(part);
        throw;
    }
    moveDurably(part, file);
}

std::string restoreBackup(const StoreOptions& options, const std::string& file) {
    if (!fs::is_regular_file(file)) throw StoreError(file + " is not there");
    const bool embedded = engineOf(options.url) == Engine::sqlite;
    const fs::path target(embedded ? fileOf(options) : file), copy(target.string() + ".restoring");
    try {
        if (target.has_parent_path()) fs::create_directories(target.parent_path());
        fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
        prepare(options, copy);
        if (embedded) return replaceFile(options, copy);
        const std::string old = replaceContents(options, copy, target.string() + ".before-restore");
        removeFile(copy);
        return old;
    } catch (const fs::filesystem_error& error) {
        throw StoreError(error.what());
    } catch (...) {
        removeFile(copy);
        throw;
    }
}

void renewStore(const StoreOptions& options) {
    if (engineOf(options.url) == Engine::sqlite && !fs::exists(fileOf(options)))
        throw StoreError(fileOf(options) + " is not there");
    requireUnused(options);
    Database database(options);
    if (schemaOf(Reading(database)) == 0) throw StoreError(database.name() + " holds no store");
    migrate(database, true);
    write(database, [](Connection& db) { renewEpoch(db); });
}

}  // namespace crmdav
