#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "store/booking/calendars.h"
#include "store/booking/slots.h"

/// What visitors booked (rule E7): an activity each, which knows when and with whom, and what the visitor said.
namespace crmdav {

class Connection;
struct Extent;
struct StoredActivity;

/// Of a booking b and its activity a: it takes place.
#define IN_FORCE "a.cancelled=0 AND a.deleted_at IS NULL "

/// Takes a time. @returns nullopt: it isn't free
std::optional<Booking> book(Connection&, const Actor&, const Id& calendar, BookingRequest);
std::optional<Booking> bookingOf(Connection&, const Id&);
std::optional<Booking> bookingOfActivity(Connection&, std::int64_t activity);
std::optional<Booking> bookingOfSecret(Connection&, std::string_view secret);
std::vector<Booking> bookings(Connection&, const Id& calendar, const TimeRange&, std::size_t limit);
std::string appointmentObject(Connection&, const Id& activity);
/// @param free  the members' times at `start`, as if it were not there. @returns nullopt: none of them is free
std::optional<Booking> moveBooking(Connection&, const Actor&, const Id&, Instant start,
                                   const std::vector<std::vector<Instant>>& free);
Booking cancelBooking(Connection&, const Actor&, const Id&);

/// An activity got another time or owner: so did its booking.
void followActivity(Connection&, const StoredActivity&, const Extent&);

}  // namespace crmdav
