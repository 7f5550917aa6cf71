#pragma once
#include <cstdint>

#include "store/model.h"

namespace crmdav {

class Connection;

/// What a leaving user has goes to `heir`: members of their own calendars and private contacts into the heir's, their
/// other collections as a whole. 0: to the trash. Their collections are closed.
void handOver(Connection&, const Actor&, std::int64_t user, std::int64_t heir);

}  // namespace crmdav
