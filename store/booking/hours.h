#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/freebusy.h"
#include "store/model.h"

/// When people can be met: their working hours, and when they are busy (rule E6).
namespace crmdav {

class Connection;

std::string workingHours(Connection&, std::int64_t user);
void setWorkingHours(Connection&, const Actor&, std::int64_t user, std::string_view calendar);

/// What is outside of the user's working hours. @param usual  who set none works Monday to Friday, nine to five;
/// else they are always there
void addAway(Connection&, std::int64_t user, const TimeRange&, bool usual, std::vector<BusyPeriod>& out);
/// The user's events and busy blocks, without their working hours.
void addMeetings(Connection&, const User&, const TimeRange&, std::vector<BusyPeriod>& out);
std::vector<BusyPeriod> busyTimes(Connection&, std::int64_t user, const TimeRange&);

}  // namespace crmdav
