#pragma once
#include "server/context.h"
#include "server/http/message.h"

namespace crmdav {

/// /book/{key}: the page on which anybody books a time of an appointment calendar, and what it asks for; below
/// /book/~{secret} the visitor moves or cancels what they booked. Nobody signs in here.
///   GET  {place}            the page
///   GET  {place}/about      JSON: the calendar, and the booking
///   GET  {place}/slots      ?from&until: JSON: starts that can be booked
///   POST {place}/bookings   JSON: books; 409 with the next free starts, 429 after too many from one address
///   POST {place}/move       JSON: {"start": …}
///   POST {place}/cancel     JSON: {}
Response serveBooking(const Context&, const Request&);

}  // namespace crmdav
