#pragma once
#include <cstdint>

#include "store/booking.h"

/// What happens to appointments goes to webhooks, and begins their reminder campaigns (rules E3, E4, E5), within the
/// transaction that writes it.
namespace crmdav {

class Connection;
struct Happening;

/// The same, but starting nothing.
Actor withoutTriggers(Actor);

/// Called with each entry of the history that is of an appointment; its number makes the events' key.
void tellOfAppointment(Connection&, const Actor&, std::int64_t entry, const Happening&);
/// A visitor booked it, beside what tellOfAppointment says of the same.
void tellOfBooking(Connection&, const Actor&, const Booking&);

}  // namespace crmdav
