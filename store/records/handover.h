#pragma once
#include <cstdint>

#include "store/model.h"

namespace crmdav {

class Connection;

/// What a leaving user has goes to `heir`: members of their own calendars and private contacts into the heir's, their
/// other collections as a whole, and their deals. 0: to the trash. The collections that everybody has are left empty.
void handOver(Connection&, const Actor&, std::int64_t user, std::int64_t heir);

}  // namespace crmdav
