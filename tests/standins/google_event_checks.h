#pragma once
#include <string>

#include "tests/standins/google_parts.h"

namespace crmdav::standins {

/// What Google asks of an event, and what it makes of one that it takes. @throws GoogleError  400
/// @param zone   the calendar's
/// @param login  whose calendar it is
void checkEvent(Json& event, const std::string& zone, const std::string& login, const GoogleQuirks&);

}  // namespace crmdav::standins
