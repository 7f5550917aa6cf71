#include "server/booking_desk.h"

namespace crmdav {
namespace {

constexpr std::string_view newsNames[] = {"booked", "moved", "cancelled"};

}  // namespace

void BookingDesk::post(BookingNews news, const Booking& booking, const std::string& object, const std::string& secret) {
    const auto calendar = store_.booking().calendarById(booking.calendar);
    if (!calendar) return;
    const auto activity = store_.activity(0, booking.activity);
    const std::string what = std::string(newsNames[static_cast<std::size_t>(news)]);
    const BookingMail mail{
        news,
        *calendar,
        booking,
        store_.organisation().name,
        secret.empty() ? "" : pages_ + "~" + secret,
        object,
        "booking:" + booking.id + ":" + what + ":" + booking.activity + ":" + (activity ? activity->version : "gone")};
    store_.sync().post(mailOf(mail, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())));
}

void BookingDesk::tell(BookingNews news, const Booking& booking, const std::string& secret) {
    post(news, booking, store_.booking().appointmentObject(booking.activity), secret);
}

Booking BookingDesk::book(const AppointmentCalendar& calendar, const BookingRequest& request) {
    Booking made;
    store_.batch([&] {
        made = store_.booking().book(actor_, calendar.id, request);
        if (!made.secret.empty()) tell(BookingNews::booked, made, made.secret);  // else it was there already
    });
    return made;
}

Booking BookingDesk::move(const Booking& before, Instant start, const std::string& secret) {
    Booking moved;
    store_.batch([&] {
        const std::string old = store_.booking().appointmentObject(before.activity);
        moved = store_.booking().moveBooking(actor_, before.id, start);
        if (moved.activity != before.activity)
            post(BookingNews::cancelled, before, old, {});  // another host's invitation
        if (moved.start != before.start || moved.activity != before.activity) tell(BookingNews::moved, moved, secret);
    });
    return moved;
}

Booking BookingDesk::cancel(const Booking& before) {
    Booking cancelled = before;
    if (before.cancelled) return cancelled;
    store_.batch([&] {
        const std::string object = store_.booking().appointmentObject(before.activity);
        cancelled = store_.booking().cancelBooking(actor_, before.id);
        post(BookingNews::cancelled, cancelled, object, {});
    });
    return cancelled;
}

}  // namespace crmdav
