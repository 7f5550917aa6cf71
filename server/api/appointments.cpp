#include <algorithm>

#include "server/api/answers.h"
#include "server/api/appointment_fields.h"
#include "server/api/routes.h"
#include "server/booking_desk.h"

/// Appointment calendars (rule E1), their free times (E6) and what is booked in them (E7). Everybody sees the calendars
/// and books for customers; their members and admins see who booked.
namespace crmdav {
namespace {

using namespace std::chrono;

AppointmentCalendar calendarAsked(const Call& call) {
    auto calendar = call.store.booking().calendar(call.ids[0]);
    if (!calendar) throw NotFound("there is no such appointment calendar");
    return *std::move(calendar);
}

AppointmentCalendar requireInside(const Call& call) {
    AppointmentCalendar calendar = calendarAsked(call);
    const bool member = std::ranges::find(calendar.members, call.who.user.login) != calendar.members.end();
    if (!member && !call.who.admin()) throw Forbidden("only its members and admins see who booked");
    return calendar;
}

Booking bookingIn(const Call& call) {
    const AppointmentCalendar calendar = requireInside(call);
    auto booking = call.store.booking().booking(call.ids[1]);
    if (!booking || booking->calendar != calendar.id) throw NotFound("there is no such booking");
    return *std::move(booking);
}

BookingDesk deskOf(const Call& call) {
    return {call.store, call.actor(), call.request.origin + call.request.basePath + "/book/"};
}

/// What is asked about: from now, or `from`, for 30 days, or until `until`.
TimeRange rangeOf(const Call& call) {
    const Instant from = call.instant("from").value_or(floor<seconds>(system_clock::now()));
    const TimeRange range{from, call.instant("until").value_or(from + days(30))};
    if (range.end < range.start) throw InvalidField("until", "it ends before it begins");
    return range;
}

Response calendarAnswer(const Call& call, int status, const AppointmentCalendar& calendar) {
    return jsonResponse(status, jsonOf(call, AppointmentCalendarView{calendar}))
        .with("ETag", "\"" + calendar.version + "\"");
}

/// 409 with the next free starts.
Response refused(const SlotTaken& taken) {
    JsonWriter out;
    out.beginObject().member("type", "about:blank").member("title", "Conflict").key("status").number(409);
    out.member("detail", taken.what()).key("next").beginArray();
    for (const Instant start : taken.next) out.text(timeText(start));
    return Response(409, "application/problem+json", out.endArray().endObject().take())
        .with("Cache-Control", "no-store");
}

Response listCalendars(Call& call) {
    std::vector<AppointmentCalendarView> views;
    for (AppointmentCalendar& calendar : call.store.booking().calendars()) views.push_back({std::move(calendar)});
    return all(call, views);
}

Response getCalendar(Call& call) {
    const AppointmentCalendar calendar = calendarAsked(call);
    return conditional(call.request, calendar.version, jsonOf(call, AppointmentCalendarView{calendar}));
}

Response createCalendar(Call& call) {
    AppointmentCalendarView view;
    view.isNew = true;
    readFields(call, view, call.body());
    const auto saved = call.store.booking().saveCalendar(call.actor(), view.calendar, {});
    return calendarAnswer(call, 201, saved).with("Location", call.address("/calendars/" + saved.key));
}

Response patchCalendar(Call& call) {
    AppointmentCalendarView view{calendarAsked(call)};
    requireMatch(call.request, view.calendar.version);
    const std::string based = view.calendar.version;
    readFields(call, view, call.body());
    return calendarAnswer(call, 200, call.store.booking().saveCalendar(call.actor(), view.calendar, based));
}

Response removeCalendar(Call& call) {
    const AppointmentCalendar calendar = calendarAsked(call);
    requireMatch(call.request, calendar.version);
    call.store.booking().removeCalendar(call.actor(), calendar.id, calendar.version);
    return Response(204);
}

Response availability(Call& call) {
    const AppointmentCalendar calendar = calendarAsked(call);
    const auto slots = call.store.booking().freeSlots(calendar.id, rangeOf(call));
    JsonWriter out;
    out.beginObject().member("zone", calendar.rules.zone).key("duration").number(calendar.rules.duration.count());
    out.key("slots").beginArray();
    for (const Instant start : slots) out.text(timeText(start));
    return jsonResponse(200, out.endArray().endObject().take());
}

Response listBookings(Call& call) {
    const AppointmentCalendar calendar = requireInside(call);
    std::vector<BookingView> views;
    for (const Booking& booking : call.store.booking().bookings(calendar.id, rangeOf(call), call.limit()))
        views.push_back(viewOf(booking));
    return all(call, views);
}

Response createBooking(Call& call) try {
    const AppointmentCalendar calendar = calendarAsked(call);
    BookingWish wish;
    readFields(call, wish, call.body());
    if (!wish.start) throw InvalidField("start", "it is needed");
    const Booking made = deskOf(call).book(
        calendar, {*wish.start, wish.name, wish.email, wish.zone, wish.answers, wish.key, wish.language});
    return answer(call, 201, viewOf(made))
        .with("Location", call.address("/calendars/" + calendar.key + "/bookings/" + made.id));
} catch (const SlotTaken& taken) {
    return refused(taken);
}

Response getBooking(Call& call) { return shown(call, viewOf(bookingIn(call))); }

Response moveBooking(Call& call) try {
    const Booking booking = bookingIn(call);
    BookingWish wish;
    readFields(call, wish, call.body());
    if (!wish.start) throw InvalidField("start", "it is needed");
    return answer(call, 200, viewOf(deskOf(call).move(booking, *wish.start)));
} catch (const SlotTaken& taken) {
    return refused(taken);
}

Response cancelBooking(Call& call) {
    deskOf(call).cancel(bookingIn(call));
    return Response(204);
}

}  // namespace

std::string availabilitySchema() {
    return R"({"type":"object","properties":{"zone":{"type":"string"},"duration":{"type":"integer"},"slots":{"type":)"
           R"("array","items":{"type":"string","format":"date-time"}}}})";
}

std::span<const Route> appointmentRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/calendars", "Appointment calendars", listCalendars, everybody, "", "", "[AppointmentCalendar]"},
        {"POST", "/calendars", "Make one; members a personal one of their own", createCalendar, everybody, "",
         "AppointmentCalendar", "AppointmentCalendar", true},
        {"GET", "/calendars/{key}", "One of them", getCalendar, everybody, "", "", "AppointmentCalendar"},
        {"PATCH", "/calendars/{key}", "Change it; lists are replaced whole", patchCalendar, everybody, "",
         "AppointmentCalendar", "AppointmentCalendar"},
        {"DELETE", "/calendars/{key}", "Remove it; what was booked stays", removeCalendar},
        {"GET", "/calendars/{key}/availability", "Starts that can be booked; at most 100 days", availability, everybody,
         "from until", "", "Availability"},
        {"GET", "/calendars/{key}/bookings", "What is booked in it", listBookings, everybody, "from until limit", "",
         "[Booking]"},
        {"POST", "/calendars/{key}/bookings", "Book a time; 409 with the next free ones where it isn't free",
         createBooking, everybody, "", "BookingWish", "Booking", true},
        {"GET", "/calendars/{key}/bookings/{id}", "One booking", getBooking, everybody, "", "", "Booking"},
        {"PATCH", "/calendars/{key}/bookings/{id}", "Move it: `start`", moveBooking, everybody, "", "BookingWish",
         "Booking"},
        {"DELETE", "/calendars/{key}/bookings/{id}", "Cancel it", cancelBooking},
    };
    return routes;
}

}  // namespace crmdav
