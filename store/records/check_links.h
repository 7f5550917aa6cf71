#pragma once
#include "store/records/check_records.h"

namespace crmdav {

/// What can be seen in the rows alone: records without objects and the reverse, rows of nothing, links to nothing.
void checkLinks(Connection&, const HearFault& fault);

}  // namespace crmdav
