#pragma once
#include <string>

namespace crmdav {

/// One name for all zones that have one name on Windows and whose clocks go alike by now, so that providers that know
/// no other names change nothing: Europe/Zurich is of the family of Europe/Berlin. Thread safe.
/// @param zone  any spelling; unknown ones are given back as they are
std::string zoneFamily(const std::string& zone);

}  // namespace crmdav
