#pragma once
#include <vector>

#include "store/sync.h"

/// What goes out. Verbs of SyncStore, inside the caller's transaction.
namespace crmdav {

class Connection;

bool post(Connection&, const OutboxItem&);
std::vector<OutboxItem> due(Connection&, std::size_t limit);
void savePosted(Connection&, const OutboxItem&);
std::vector<OutboxItem> posted(Connection&, const OutboxFilter&);

}  // namespace crmdav
