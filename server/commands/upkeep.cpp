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
    call.store(false)->backup(file);
    call.out << "Wrote " << file << ", " << std::filesystem::file_size(file) << " bytes.\n";
    return 0;
}

int restore(const Invocation& call) {
    restoreBackup(storeOptions(call.config()), call.arguments[0]);
    call.out << "Restored " << call.arguments[0] << ". Clients will read everything anew.\n";
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

constexpr Option json[] = {{"json", "", "as a JSON array"}};

constexpr Command rows[] = {
    {"backup",
     "FILE",
     "Copies the store, consistently and while it serves.",
     "crmdav backup /var/backups/crmdav-$(date +%F).db",
     {},
     backup},
    {"restore",
     "FILE",
     "Puts a backup in the place of the store; the server must be stopped.",
     "crmdav restore /var/backups/crmdav-2026-11-20.db",
     {},
     restore},
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
