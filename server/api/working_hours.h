#pragma once
#include "protocol/text/working_hours.h"
#include "server/api/appointment_fields.h"

namespace crmdav {

HoursView viewOf(const WorkingHours&);
/// @throws InvalidField
WorkingHours hoursOf(const HoursView&);

}  // namespace crmdav
