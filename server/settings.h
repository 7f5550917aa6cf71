#pragma once
#include "server/config.h"

namespace crmdav {

/// Readers of single values; each @throws ConfigError saying what it wants instead.
std::size_t readNumber(const std::string& value, std::size_t least, std::size_t most);
bool readFlag(const std::string& value);
std::vector<std::string> readList(const std::string& value);  ///< between commas, without blanks

}  // namespace crmdav
