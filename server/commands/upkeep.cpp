#include <filesystem>
#include <ostream>
#include <utility>

#include "server/commands/command.h"
#include "store/housekeeping.h"

namespace crmdav {
namespace {

int backup(const Invocation& call) {
    const auto& file = call.arguments[0];
    if (std::filesystem::exists(file)) throw std::runtime_error(file + " exists already; name another file");
    const auto store = call.store(false);
    store->backup(file);
    call.out << "Wrote " << file << ", " << std::filesystem::file_size(file) << " bytes.\n";
    try {  // for whoever looks at the server's health
        const auto now = isoTime(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
        store->saveSetting(Invocation::actor(), "backup.last", now, now);
    } catch (const StoreError& error) {
        call.err << "The backup is whole; that there is one couldn't be noted: " << error.what() << "\n";
    }
    return 0;
}

int restore(const Invocation& call) {
    const bool inPlace = call.has("in-place");
    if (inPlace != call.arguments.empty())
        throw UsageError("name the backup, or say --in-place where the store was put back already; see --help");
    if (inPlace) {
        renewStore(storeOptions(call.config()));
        call.out << "Clients will read everything anew.\n";
        return 0;
    }
    const std::string old = restoreBackup(storeOptions(call.config()), call.arguments[0]);
    call.out << "Restored " << call.arguments[0] << ". Clients will read everything anew.\n";
    if (!old.empty()) call.out << "What was there before is in " << old << ".\n";
    return 0;
}

int copy(const Invocation& call) {
    const std::string url = call.option("to");
    if (url.empty()) throw UsageError("where to? Name it: --to postgresql://USER@HOST/NAME, or --to sqlite:PATH");
    if (namesPassword(url))
        throw UsageError("no password in a command line: put it into PGPASSWORD, or into ~/.pgpass");
    const bool same = copyStore(storeOptions(call.config()), url, [&](auto doing, auto table, auto rows) {
        if (rows != 0) call.err << doing << " " << rows << " " << table << "\n";
    });
    call.out << "Copied, and compared row by row.\n";
    if (!same) {
        call.err
            << "The store has changed meanwhile, and the copy lacks that: stop the server, and copy into a new one.\n";
        return 1;
    }
    call.out << "Set store.url to it and start the server: no client will notice.\n";
    return 0;
}

int check(const Invocation& call) {
    const bool json = call.has("json");
    const auto faults = call.store(false)->check([&](std::size_t done, std::size_t all) {
        if (!json && done % 10'000 == 0 && done != 0) call.err << done << " of " << all << "\n";
    });
    if (json) {
        call.out << "[";
        const char* separator = "";
        for (const auto& fault : faults) call.out << std::exchange(separator, ",") << "\n" << jsonText(fault);
        call.out << "\n]\n";
    } else {
        for (const auto& fault : faults) call.out << fault << "\n";
        call.out << (faults.empty() ? "Clean.\n" : std::to_string(faults.size()) + " faults.\n");
    }
    return faults.empty() ? 0 : 1;
}

int migrate(const Invocation& call) {
    const auto figures = call.store()->figures();
    call.out << "The store has schema " << figures.schema << ", the newest that this program knows.\n";
    return 0;
}

constexpr Option inPlace[] = {{"in-place", "",
                               "the store itself was put back, by other means: a dump, a snapshot, a "
                               "point in time, a standby that lagged"}};
constexpr Option to[] = {{"to", "URL", "where no store is yet: postgresql://USER@HOST/NAME or sqlite:PATH"}};
constexpr Option json[] = {{"json", "", "as a JSON array"}};

constexpr Command rows[] = {
    {"backup",
     "FILE",
     "Copies the store, consistently and while it serves.",
     "crmdav backup /var/backups/crmdav-$(date +%F).db",
     {},
     backup},
    {"restore", "[FILE]",
     "Puts a backup in the place of the store and makes clients read everything anew; the server must be stopped.",
     "crmdav restore /var/backups/crmdav-2026-11-20.db\npg_restore -d crmdav crmdav.dump && crmdav restore --in-place",
     inPlace, restore},
    {"copy", "",
     "Copies the store into another database, of either engine, and compares it there; stop the server first.",
     "crmdav copy --to postgresql://crmdav@db.example.com/crmdav\ncrmdav copy --to sqlite:/var/lib/crmdav/crmdav.db",
     to, copy},
    {"check", "", "Verifies every record against its objects, indexes and change log.",
     "crmdav check\ncrmdav check --json", json, check},
    {"migrate",
     "",
     "Brings the store to the current schema.",
     "crmdav migrate --config /etc/crmdav/crmdav.properties",
     {},
     migrate},
};

}  // namespace

std::span<const Command> upkeepCommands() { return rows; }

}  // namespace crmdav
