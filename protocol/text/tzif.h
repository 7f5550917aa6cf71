#pragma once
#include <string>
#include <string_view>

#include "protocol/text/zones.h"

namespace crmdav {

/// Reads a compiled zone file (TZif, RFC 8536) of version 2 or later, with the rule for the far future in its footer.
/// @returns null when the bytes are no such file
ZonePtr readTzif(std::string id, std::string_view bytes);

}  // namespace crmdav
