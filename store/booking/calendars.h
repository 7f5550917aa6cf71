#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/booking.h"

/// Rows of appointment calendars (rule E1).
namespace crmdav {

class Connection;

struct StoredCalendar : AppointmentCalendar {
    std::int64_t row = 0;
    std::vector<std::int64_t> memberIds;  ///< in the order of `members`
};

std::vector<StoredCalendar> appointmentCalendars(Connection&);
std::optional<StoredCalendar> calendarOfKey(Connection&, std::string_view key);
std::optional<StoredCalendar> calendarOfId(Connection&, const Id&);
bool isMember(const StoredCalendar&, std::int64_t user);
AppointmentCalendar saveAppointmentCalendar(Connection&, const Actor&, const AppointmentCalendar&,
                                            const std::string& based);
void removeAppointmentCalendar(Connection&, const Actor&, const Id&, const std::string& based);
/// A user is removed: they host nothing any more; a calendar without members isn't bookable.
void leaveAppointmentCalendars(Connection&, std::int64_t user);

}  // namespace crmdav
