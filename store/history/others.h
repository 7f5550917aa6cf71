#pragma once
#include <cstdint>
#include <vector>

#include "store/history.h"

namespace crmdav {

class Connection;

/// A verb of more.h.
std::vector<HistoryEntry> othersActivities(Connection&, std::int64_t user, std::int64_t since, std::size_t limit);

}  // namespace crmdav
