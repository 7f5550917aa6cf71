#pragma once
#include <map>
#include <string>
#include <vector>

#include "server/api/fields.h"
#include "store/booking.h"

/// Appointment calendars, bookings and working hours as the API shows them.
namespace crmdav {

/// Minutes and days as numbers.
struct AppointmentCalendarView {
    AppointmentCalendar calendar;
    bool isNew = false;
};

struct BookingView {
    std::string id, activity, host, name, email, zone, language;
    Instant start{}, end{}, created{};
    std::optional<Instant> cancelled;
    std::map<std::string, std::string> answers;
};
BookingView viewOf(const Booking&);

/// What is sent to book, or to move a booking.
struct BookingWish {
    std::optional<Instant> start;
    std::string name, email, zone, language, key;
    std::map<std::string, std::string> answers;
};

/// Week and days as text: "09:00-12:30".
struct HoursView {
    std::string zone;
    std::map<std::string, std::vector<std::string>> week;  ///< monday … sunday
    std::map<std::string, std::vector<std::string>> days;  ///< 2026-12-24
    bool isUsual = false;                                  ///< none were set
    bool isOther = false;                                  ///< a calendar app set more than a week can say
};

}  // namespace crmdav
