#include <Poco/UUIDGenerator.h>

#include <filesystem>

#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "store/housekeeping.h"

namespace crmdav {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view scheme = "sqlite:";

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

}  // namespace

void restoreBackup(const StoreOptions& options, const std::string& file) {
    if (!options.url.starts_with(scheme)) throw StoreError("only a SQLite store is restored from a file");
    if (!fs::is_regular_file(file)) throw StoreError(file + " is not there");
    const fs::path target(options.url.substr(scheme.size())), copy(target.string() + ".restoring");
    try {
        if (target.has_parent_path()) fs::create_directories(target.parent_path());
        fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
        prepare(options, copy);
        if (fs::exists(target)) {
            StoreOptions own = options;
            own.wait = std::chrono::milliseconds(500);
            Database(own).fold();  // fails while another process has it open
            fs::rename(target, target.string() + ".before-restore");
        }
        fs::rename(copy, target);
    } catch (const fs::filesystem_error& error) {
        throw StoreError(error.what());
    } catch (...) {
        std::error_code ignored;
        for (const std::string_view end : {"", "-wal", "-shm"}) fs::remove(copy.string() + std::string(end), ignored);
        throw;
    }
}

}  // namespace crmdav
