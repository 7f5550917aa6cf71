#include "server/booking.h"

#include "protocol/text/digest.h"
#include "protocol/text/json.h"
#include "server/api/call.h"
#include "server/booking_desk.h"
#include "server/config.h"
#include "server/console.h"
#include "server/http/errors.h"
#include "server/http/networks.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr days mostAsked{62};  // of one answer

/// Where the visitor is: at a calendar, or at what they booked in it.
struct Place {
    AppointmentCalendar calendar;
    std::optional<Booking> booking;
    std::string secret;
};

Instant now() { return floor<seconds>(system_clock::now()); }

Place placeOf(const Context& context, const Request& request) {
    BookingStore& store = context.store.booking();
    const std::string& name = request.path[1];
    Place place;
    if (name.starts_with('~')) {
        place.secret = name.substr(1);
        place.booking = store.bookingOfSecret(place.secret);
        if (!place.booking) throw NotFound("there is no such booking");
    }
    auto calendar = place.booking ? store.calendarById(place.booking->calendar) : store.calendar(name);
    if (!calendar || (!place.booking && !calendar->bookable)) throw NotFound("there is no such booking page");
    place.calendar = std::move(*calendar);
    return place;
}

// ---------------------------------------------------------------- what it shows

void writeQuestions(JsonWriter& out, const std::vector<Question>& questions) {
    out.beginArray();
    for (const Question& question : questions) {
        out.beginObject().member("label", question.label).member("kind", question.kind);
        out.key("required").boolean(question.required).key("choices").beginArray();
        for (const std::string& choice : question.choices) out.text(choice);
        out.endArray().endObject();
    }
    out.endArray();
}

void writeBooking(JsonWriter& out, const Booking& booking) {
    out.beginObject().member("start", timeText(booking.start)).member("end", timeText(booking.end));
    out.member("name", booking.name).member("zone", booking.zone);
    out.key("cancelled").boolean(booking.cancelled.has_value()).key("past").boolean(booking.end <= now()).endObject();
}

Response json(int status, JsonWriter& out) {
    return std::move(Response(status, "application/json", out.take())
                         .with("Cache-Control", "no-store")
                         .with("X-Content-Type-Options", "nosniff"));
}

Response about(const Context& context, const Place& place) {
    const AppointmentCalendar& calendar = place.calendar;
    JsonWriter out;
    out.beginObject().member("organisation", context.store.organisation().name).member("name", calendar.name);
    out.member("description", calendar.description).member("location", calendar.location);
    out.member("color", calendar.color).member("zone", calendar.rules.zone);
    out.key("duration").number(calendar.rules.duration.count());
    out.key("mail").boolean(!context.config.smtpUrl.empty()).key("horizon").number(calendar.rules.horizon.count()).key("questions");
    writeQuestions(out, calendar.questions);
    out.key("booking");
    place.booking ? writeBooking(out, *place.booking) : void(out.null());
    out.endObject();
    return json(200, out);
}

Response slots(const Context& context, const Request& request, const Place& place) {
    const auto given = [&](std::string_view name) {
        const auto text = request.parameter(name);
        const auto at = text ? parseInstant(*text) : std::nullopt;
        if (!at) throw InvalidField(std::string(name), "must be a time with its offset, such as 2026-11-20T09:00:00Z");
        return *at;
    };
    const TimeRange range{given("from"), given("until")};
    if (range.end < range.start || range.end - range.start > mostAsked)
        throw InvalidField("until", "at most 62 days at a time");
    JsonWriter out;
    out.beginObject().key("slots").beginArray();
    for (const Instant start : context.store.booking().freeSlots(place.calendar.id, range)) out.text(timeText(start));
    out.endArray().endObject();
    return json(200, out);
}

// ---------------------------------------------------------------- what is sent

Json bodyOf(const Request& request) {
    if (!request.header("content-type").starts_with("application/json")) throw Problem(415, "send application/json");
    try {
        return parseJson(request.body);
    } catch (const JsonError& error) {
        throw Problem(400, error.what());
    }
}

std::string textIn(const Json& body, std::string_view name) {
    const Json* value = body.find(name);
    if (!value || value->isNull()) return {};
    if (value->kind != Json::Kind::string) throw InvalidField(std::string(name), "must be a text");
    return value->string;
}

Instant startIn(const Json& body) {
    const auto start = parseInstant(textIn(body, "start"));
    if (!start) throw InvalidField("start", "must be a time with its offset, such as 2026-11-20T09:00:00Z");
    return *start;
}

BookingRequest requestIn(const Json& body) {
    BookingRequest wish{startIn(body),       textIn(body, "name"),    textIn(body, "email"), textIn(body, "zone"), {},
                        textIn(body, "key"), textIn(body, "language")};
    if (const Json* answers = body.find("answers"))
        for (const auto& [question, answer] : answers->object)
            if (answer.kind == Json::Kind::string) wish.answers[question] = answer.string;
    return wish;
}

/// One visitor, or robot, can't fill all calendars: so many an hour from one network, at whichever process.
class Rate {
public:
    Rate(const Context& context, const Request& request)
        : store_(context.store), key_(sha256("booking " + networkOf(request.client))) {
        const auto known = store_.failures({&key_, 1}).front();
        if (known.count >= static_cast<std::int64_t>(context.config.bookingsPerHour))
            throw Problem(429, "too many bookings from here: try again in an hour");
    }
    void count() { store_.noteFailure({&key_, 1}); }

private:
    Store& store_;
    std::string key_;
};

BookingDesk deskOf(const Context& context, const Request& request) {
    const std::string agent(request.header("user-agent").substr(0, 200));
    return {
        context.store,
        {.user = 0, .via = "booking", .device = {}, .agent = agent, .address = request.client, .request = request.id},
        request.origin + request.basePath + "/book/"};
}

Response booked(const Booking& booking) {
    JsonWriter out;
    out.beginObject().key("booking");
    writeBooking(out, booking);
    out.key("manage");
    booking.secret.empty() ? void(out.null()) : void(out.text("~" + booking.secret));
    out.endObject();
    return json(201, out);
}

Response book(const Context& context, const Request& request, const Place& place) {
    const Json body = bodyOf(request);
    if (place.booking) throw Problem(405, "this one is booked: move or cancel it");
    if (!textIn(body, "website").empty()) throw Problem(400, "a robot filled in what people don't see");
    const BookingRequest wish = requestIn(body);
    Rate rate(context, request);
    const Booking made = deskOf(context, request).book(place.calendar, wish);
    rate.count();
    return booked(made);
}

Booking requireOpen(const Place& place) {
    if (!place.booking) throw NotFound("there is no such booking");
    if (place.booking->cancelled) throw Problem(409, "this appointment was cancelled");
    if (place.booking->start <= now()) throw Problem(409, "this appointment has begun");
    return *place.booking;
}

Response move(const Context& context, const Request& request, const Place& place) {
    const Instant start = startIn(bodyOf(request));
    const Booking booking = requireOpen(place);
    Rate rate(context, request);
    const Booking moved = deskOf(context, request).move(booking, start, place.secret);
    rate.count();
    return about(context, {place.calendar, moved, place.secret});
}

Response cancel(const Context& context, const Request& request, const Place& place) {
    bodyOf(request);
    const Booking booking = requireOpen(place);
    Rate rate(context, request);
    const Booking gone = deskOf(context, request).cancel(booking);
    rate.count();
    return about(context, {place.calendar, gone, place.secret});
}

Response taken(const SlotTaken& error) {
    JsonWriter out;
    out.beginObject().member("status", std::int64_t{409}).member("detail", error.what()).key("next").beginArray();
    for (const Instant start : error.next) out.text(timeText(start));
    out.endArray().endObject();
    return json(409, out);
}

struct Row {
    std::string_view method, name;
    Response (*answer)(const Context&, const Request&, const Place&);
};
constexpr Row rows[] = {
    {"GET", "about", [](const Context& c, const Request&, const Place& p) { return about(c, p); }},
    {"GET", "slots", slots},
    {"POST", "bookings", book},
    {"POST", "move", move},
    {"POST", "cancel", cancel},
};

Response answered(const Context& context, const Request& request) {
    for (const Row& row : rows) {
        if (row.name != request.path[2]) continue;
        if (row.method != request.method)
            return plainAnswer(405, "This address takes " + std::string(row.method) + ".")
                .with("Allow", std::string(row.method));
        return row.answer(context, request, placeOf(context, request));
    }
    throw NotFound("there is nothing at this address");
}

}  // namespace

Response serveBooking(const Context& context, const Request& request) try {
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (request.path.size() == 3) return answered(context, request);
    if (request.path.size() != 2) throw NotFound("there is nothing at this address");
    if (!reads) return plainAnswer(405, "This page is only read.").with("Allow", "GET, HEAD");
    if (request.slash) return plainAnswer(404, "There is nothing at this address.");
    return serveBookingPage();
} catch (const SlotTaken& error) {
    return taken(error);
} catch (const Problem& problem) {
    Response response = problemResponse(problem.status, problem.what());
    if (problem.status == 429) response.with("Retry-After", "3600");
    return response;
} catch (const InvalidField& error) {
    return problemResponse(422, error.what(), error.field);
} catch (const NotFound& error) {
    return problemResponse(404, error.what());
}

}  // namespace crmdav
