#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/booking.h"

/// The steps of a calendar's reminder campaign (rule E4).
namespace crmdav {

class Connection;

std::vector<ReminderStep> stepsOf(Connection&, std::int64_t calendar);
void writeSteps(Connection&, std::int64_t calendar, const std::vector<ReminderStep>&);
/// Makes them what can be stored. A step keeps its id, also where it comes without, but else as it was: what fired of
/// it doesn't fire again.
/// @throws InvalidField
void checkSteps(std::vector<ReminderStep>&, const std::vector<ReminderStep>& before);
std::string textOf(const std::vector<ReminderStep>&);  ///< for the history

}  // namespace crmdav
