#pragma once
#include <string>

#include "server/booking_mail.h"
#include "store/store.h"

namespace crmdav {

/// Books, moves and cancels, and tells the visitor by mail, in one transaction: either both are there, or neither.
class BookingDesk {
public:
    /// @param pages  address of the booking pages, up to the slash before a calendar's key
    BookingDesk(Store& store, Actor actor, std::string pages)
        : store_(store), actor_(std::move(actor)), pages_(std::move(pages)) {}

    /// @throws as BookingStore::book
    Booking book(const AppointmentCalendar&, const BookingRequest&);
    /// @param secret  with which the visitor came; empty: somebody else moves it. @throws as BookingStore::moveBooking
    Booking move(const Booking&, Instant start, const std::string& secret = {});
    Booking cancel(const Booking&);

private:
    void tell(BookingNews, const Booking&, const std::string& secret);
    void post(BookingNews, const Booking&, const std::string& object, const std::string& secret);

    Store& store_;
    Actor actor_;
    std::string pages_;
};

}  // namespace crmdav
