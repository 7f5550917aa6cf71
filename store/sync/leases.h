#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

/// Who may do a piece of background work, of all processes on the database: at most one at a time.
namespace crmdav {

class Connection;
class Database;

/// Takes the lease or makes it last longer; nullopt: another holder has it. Each change of hands gives it a higher
/// fencing number.
std::optional<Lease> takeLease(Connection&, std::string_view name, std::string_view holder,
                               std::chrono::seconds lasting);

/// To be called in each transaction of the work: who lost a lease while it slept must not write any more.
/// @throws LeaseLost  somebody else has it, or had it since
void requireLease(Connection&, const Lease&);

void releaseLease(Connection&, const Lease&);

/// All that a holder has: a process that ends keeps nobody waiting.
void releaseLeases(Database&, std::string_view holder);

/// Those that are held, by name.
std::vector<Lease> leases(Connection&);

}  // namespace crmdav
