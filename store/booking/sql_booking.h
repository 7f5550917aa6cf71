#pragma once
#include "store/booking.h"
#include "store/engine/database.h"

namespace crmdav {

/// Appointment calendars and bookings on SQL: each verb opens a Reading or a Writing and hands over to its topic's
/// file.
class SqlBooking final : public BookingStore {
public:
    explicit SqlBooking(Database& database) : database_(database) {}

    std::string workingHours(std::int64_t user) const override;
    void setWorkingHours(const Actor&, std::int64_t user, std::string_view calendar) override;
    std::vector<BusyPeriod> busyTimes(std::int64_t user, const TimeRange&) const override;

    std::vector<AppointmentCalendar> calendars() const override;
    std::optional<AppointmentCalendar> calendar(std::string_view key) const override;
    std::optional<AppointmentCalendar> calendarById(const Id&) const override;
    AppointmentCalendar saveCalendar(const Actor&, const AppointmentCalendar&, const std::string& based) override;
    void removeCalendar(const Actor&, const Id&, const std::string& based) override;

    std::vector<Instant> freeSlots(const Id& calendar, const TimeRange&) const override;
    Booking book(const Actor&, const Id& calendar, const BookingRequest&) override;
    std::optional<Booking> booking(const Id&) const override;
    std::optional<Booking> bookingOfSecret(std::string_view secret) const override;
    std::vector<Booking> bookings(const Id& calendar, const TimeRange&, std::size_t limit) const override;
    std::string appointmentObject(const Id& activity) const override;
    Booking moveBooking(const Actor&, const Id&, Instant start) override;
    Booking cancelBooking(const Actor&, const Id&) override;
    bool postReminders() override;

private:
    SlotTaken taken(const Id& calendar, Instant start) const;
    Database& database_;
};

}  // namespace crmdav
