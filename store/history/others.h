#pragma once
#include <cstdint>
#include <vector>

#include "store/history.h"

namespace crmdav {

class Connection;

/// The verb of the store.
std::vector<HistoryEntry> othersActivities(Connection&, std::int64_t user, std::int64_t since, std::size_t limit);

}  // namespace crmdav
