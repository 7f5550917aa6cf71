#pragma once
#include <string>
#include <string_view>

#include "store/booking.h"
#include "store/sync.h"

/// What a visitor is told of their booking by mail: words in their language, and the invitation for their calendar.
namespace crmdav {

enum class BookingNews { booked, moved, cancelled };

struct BookingMail {
    BookingNews news = BookingNews::booked;
    const AppointmentCalendar& calendar;
    const Booking& booking;
    std::string organisation;
    std::string address;  ///< of the page on which they move or cancel it; empty: unknown by now
    std::string object;   ///< the appointment's VCALENDAR; empty: none goes with the mail
    std::string key;      ///< no second mail with the same one is sent
};

OutboxItem mailOf(const BookingMail&, Instant now);

/// "Monday, 5 January 2026, 10:00–10:30 (Europe/Berlin)", in the zone of the visitor.
std::string timeInWords(const Booking&, std::string_view language);

}  // namespace crmdav
