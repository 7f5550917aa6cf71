#pragma once
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "store/availability.h"
#include "store/model.h"

/// Appointment calendars, working hours, and what is booked (rules E1, E6, E7): values, and the verbs over them. Every
/// verb is one transaction.
namespace crmdav {

/// Rule E1. A personal calendar has one member, a group several. What is booked in an unassigned one waits for whoever
/// takes it: its one member keeps it, and is asked for working hours, but not whether they are free.
enum class CalendarKind { personal, group, unassigned };

/// What a visitor is asked beside name and address.
struct Question {
    std::string label;                 ///< also the key of its answer
    std::string kind = "text";         ///< text, long, choice, check
    bool required = false;             ///< of a check: it has to be ticked
    std::vector<std::string> choices;  ///< of a choice
    friend bool operator==(const Question&, const Question&) = default;
};

/// One step of a reminder campaign (rule E4): for each appointment, and each occurrence of a series, it fires once.
struct ReminderStep {
    Id id;                         ///< empty in a new one
    bool fromEnd = false;          ///< counted from the appointment's end, else from its start
    int minutes = 60;              ///< before it; negative: after it
    std::string channel = "mail";  ///< mail: to each contact of the appointment; webhook
    std::string subject, text;     ///< with {{fields}} of appointment and contact (booking/templates.h)
    friend bool operator==(const ReminderStep&, const ReminderStep&) = default;
};

struct AppointmentCalendar {
    Id id;                ///< empty in a new one
    std::string version;  ///< opaque; changes with every change
    std::string key;      ///< of its public page: [a-z0-9-]{1,64}, immutable
    CalendarKind kind = CalendarKind::personal;
    std::string name, description, location;
    std::string color = "#4c6ef5";     ///< #rrggbb
    std::vector<std::string> members;  ///< logins of people, in the order in which they host
    SlotRules rules;
    bool collective = false;  ///< of a group: all have to be free, and all take part; else one of them (E6)
    bool bookable = true;     ///< its public page is open
    Id typeId;                ///< activity type of what is booked; empty: the default one
    std::vector<Question> questions;
    bool triggers = false;  ///< *Allow trigger*: its appointments are told to webhooks, and have reminders (E3, E4)
    std::vector<ReminderStep> reminders;
    friend bool operator==(const AppointmentCalendar&, const AppointmentCalendar&) = default;
};

/// What a visitor sends.
struct BookingRequest {
    Instant start;
    std::string name, email;                     ///< both needed
    std::string zone;                            ///< the visitor's, IANA; empty: the calendar's
    std::map<std::string, std::string> answers;  ///< by Question::label
    std::string key;                             ///< the same one again is the same booking; empty: never
    std::string language;                        ///< the visitor's: en, de …; empty: unknown
};

/// One booked time.
struct Booking {
    Id id, calendar, activity;
    std::string host;  ///< login; of a collective group the first one
    Instant start{}, end{};
    std::string name, email, zone, language;
    std::map<std::string, std::string> answers;
    Instant created{};
    std::optional<Instant> cancelled;
    std::string secret;  ///< opens it for the visitor; only known when it was just made, else empty
};

/// Rule E7: somebody was quicker, or it never was free.
struct SlotTaken : std::runtime_error {
    explicit SlotTaken(std::vector<Instant> slots)
        : std::runtime_error("this time isn't free any more"), next(std::move(slots)) {}
    std::vector<Instant> next;  ///< the next free ones, at most ten
};

class BookingStore {
public:
    virtual ~BookingStore() = default;

    // ------------------------------------------------------------ working hours (RFC 7953)
    /// The VCALENDAR that the user's calendar-availability is: what native apps set, or setWorkingHours; empty: none.
    virtual std::string workingHours(std::int64_t user) const = 0;
    /// @param calendar  empty: none any more. @throws Forbidden  another user's
    virtual void setWorkingHours(const Actor&, std::int64_t user, std::string_view calendar) = 0;
    /// When a person can't be met: the events and busy blocks of their own calendars that aren't transparent, and what
    /// is outside of their working hours, if they set any. Merged, in order.
    virtual std::vector<BusyPeriod> busyTimes(std::int64_t user, const TimeRange&) const = 0;

    // ------------------------------------------------------------ appointment calendars
    virtual std::vector<AppointmentCalendar> calendars() const = 0;  ///< in order of their names
    virtual std::optional<AppointmentCalendar> calendar(std::string_view key) const = 0;
    virtual std::optional<AppointmentCalendar> calendarById(const Id&) const = 0;
    /// New or changed. @throws InvalidField, NotFound, PreconditionFailed, Forbidden  a member may only make and change
    /// a personal calendar of their own
    virtual AppointmentCalendar saveCalendar(const Actor&, const AppointmentCalendar&, const std::string& based) = 0;
    /// What was booked in it stays. @throws as saveCalendar
    virtual void removeCalendar(const Actor&, const Id&, const std::string& based) = 0;

    // ------------------------------------------------------------ availability and bookings
    /// Starts that can be booked, ascending (E6). @throws NotFound
    virtual std::vector<Instant> freeSlots(const Id& calendar, const TimeRange&) const = 0;
    /// Takes a time: the appointment, its contact, its host. Of two at once, over all processes, one succeeds (E7).
    /// @throws SlotTaken, InvalidField, NotFound  also: the calendar isn't bookable
    virtual Booking book(const Actor&, const Id& calendar, const BookingRequest&) = 0;
    virtual std::optional<Booking> booking(const Id&) const = 0;
    virtual std::optional<Booking> bookingOfSecret(std::string_view secret) const = 0;
    /// The VCALENDAR of an appointment, as its host has it; empty: it isn't there any more.
    virtual std::string appointmentObject(const Id& activity) const = 0;
    /// Those of a calendar whose start is in the range, in order of it; at most `limit`.
    virtual std::vector<Booking> bookings(const Id& calendar, const TimeRange&, std::size_t limit) const = 0;
    /// To another time; of a round robin the host may change. @throws SlotTaken, NotFound  also: it was cancelled
    virtual Booking moveBooking(const Actor&, const Id&, Instant start) = 0;
    virtual Booking cancelBooking(const Actor&, const Id&) = 0;

    // ------------------------------------------------------------ reminders (E4)
    /// One slice: plans those of appointments that are new or changed, then puts what is due into the outbox, and marks
    /// it in the same transaction. @returns true: there is more to do now
    virtual bool postReminders() = 0;
};

}  // namespace crmdav
