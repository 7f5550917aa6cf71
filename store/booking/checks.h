#pragma once
#include "store/booking.h"

/// What may be kept and what a visitor may send.
namespace crmdav {

class Connection;

/// Cleans texts and fills in what may be left out. @throws InvalidField
void checkCalendar(Connection&, AppointmentCalendar&);
/// The same for what a visitor sends: who they are, and an answer to each question that needs one; others are dropped.
void checkRequest(const AppointmentCalendar&, BookingRequest&);

}  // namespace crmdav
