#include "server/api/appointment_fields.h"

/// Fields of appointment calendars, bookings and working hours.
namespace crmdav {

template <>
std::span<const EnumName<CalendarKind>> namesOf() {
    static constexpr EnumName<CalendarKind> names[] = {
        {CalendarKind::personal, "personal"}, {CalendarKind::group, "group"}, {CalendarKind::unassigned, "unassigned"}};
    return names;
}

template <>
std::span<const Field<Question>> fieldsOf() {
    using T = Question;
    static const Field<T> rows[] = {
        field<T, &T::label>("label", "What is asked; answers go by it."),
        field<T, &T::kind>("kind", "text, long, choice, check."),
        field<T, &T::required>("required", "An answer is needed; of a check: it has to be ticked."),
        field<T, &T::choices>("choices", "Of a choice."),
    };
    return rows;
}

template <>
std::span<const Field<ReminderStep>> fieldsOf() {
    using T = ReminderStep;
    static const Field<T> rows[] = {
        field<T, &T::id>("id", "UUID, given by the server: with it a reminder stays the same one when it is changed."),
        {"from", "start or end of the appointment.", [] { return std::string(R"({"enum":["start","end"]})"); },
         [](const Call&, JsonWriter& out, const T& step) { out.text(step.fromEnd ? "end" : "start"); },
         [](const Call&, T& step, const Json& json, const std::string& path) {
             const std::string word = checkedText(json, path);
             if (word != "start" && word != "end") throw InvalidField(path, "must be start or end");
             step.fromEnd = word == "end";
         }},
        field<T, &T::minutes>("minutes", "Before it; negative: after it."),
        field<T, &T::channel>("channel", "mail, to each contact of the appointment; or webhook."),
        field<T, &T::subject>("subject", "With {{fields}}, as the text."),
        field<T, &T::text>("text", "With {{contact.name}}, {{appointment.when}}, {{appointment.location}} …"),
    };
    return rows;
}

namespace {

/// A length of SlotRules, as a whole number of its unit.
template <auto Member>
constexpr Field<AppointmentCalendarView> length(std::string_view name, std::string_view about) {
    using Length = std::remove_cvref_t<decltype(std::declval<SlotRules>().*Member)>;
    return {name, about, [] { return Codec<std::int64_t>::schema(); },
            [](const Call&, JsonWriter& out, const AppointmentCalendarView& view) {
                out.number(static_cast<std::int64_t>((view.calendar.rules.*Member).count()));
            },
            [](const Call&, AppointmentCalendarView& view, const Json& json, const std::string& path) {
                view.calendar.rules.*Member = Length(checkedNumber(json, path, 0, 10'000'000));
            }};
}

template <auto Member>
constexpr Field<AppointmentCalendarView> part(std::string_view name, std::string_view about) {
    using T = std::remove_cvref_t<decltype(std::declval<AppointmentCalendar>().*Member)>;
    return {name, about, [] { return Codec<T>::schema(); },
            [](const Call& call, JsonWriter& out, const AppointmentCalendarView& view) {
                Codec<T>::write(call, out, view.calendar.*Member);
            },
            [](const Call& call, AppointmentCalendarView& view, const Json& json, const std::string& path) {
                Codec<T>::read(call, view.calendar.*Member, json, path);
            }};
}

/// What is fixed once the calendar is there.
template <auto Member>
constexpr Field<AppointmentCalendarView> fixed(std::string_view name, std::string_view about) {
    Field<AppointmentCalendarView> row = part<Member>(name, about);
    row.read = [](const Call& call, AppointmentCalendarView& view, const Json& json, const std::string& path) {
        auto wanted = view.calendar.*Member;
        Codec<decltype(wanted)>::read(call, wanted, json, path);
        if (!view.isNew && wanted != view.calendar.*Member) throw InvalidField(path, "can't be changed any more");
        view.calendar.*Member = wanted;
    };
    return row;
}

template <auto Member>
constexpr Field<AppointmentCalendarView> shownOnly(std::string_view name, std::string_view about) {
    Field<AppointmentCalendarView> row = part<Member>(name, about);
    row.read = nullptr;
    return row;
}

}  // namespace

template <>
std::span<const Field<AppointmentCalendarView>> fieldsOf() {
    using C = AppointmentCalendar;
    static const Field<AppointmentCalendarView> rows[] = {
        shownOnly<&C::id>("id", "UUID."),
        shownOnly<&C::version>("etag", "Version of the calendar, for If-Match."),
        fixed<&C::key>("key", "[a-z0-9-], fixed from the first day: its public page is /book/{key}."),
        fixed<&C::kind>("kind", "personal; group: of several; unassigned: asks for nobody's free time. Fixed."),
        part<&C::name>("name", "Name."),
        part<&C::description>("description", "What visitors read."),
        part<&C::location>("location", "Where it takes place: a room, a number, a link."),
        part<&C::color>("color", "#rrggbb."),
        part<&C::members>("members", "Logins of those who host; of an unassigned one who keeps what is booked."),
        part<&C::collective>("collective", "Of a group: everyone has to be free, and takes part; else one of them."),
        part<&C::bookable>("bookable", "Its public page is open."),
        {"type", "Activity type of what is booked, by key; null: the default one.", Codec<std::string>::schema,
         [](const Call& call, JsonWriter& out, const AppointmentCalendarView& view) {
             textOrNull(out, view.calendar.typeId.empty() ? "" : call.directory.typeKey(view.calendar.typeId));
         },
         [](const Call& call, AppointmentCalendarView& view, const Json& json, const std::string& path) {
             if (json.isNull()) return view.calendar.typeId.clear();
             const auto known = call.directory.typeId(checkedText(json, path, 100));
             if (!known) throw InvalidField(path, "there is no activity type of that key");
             view.calendar.typeId = *known;
         }},
        {"zone", "IANA; starts are offered by its clock. Empty: the organisation's.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const AppointmentCalendarView& view) { out.text(view.calendar.rules.zone); },
         [](const Call&, AppointmentCalendarView& view, const Json& json, const std::string& path) {
             view.calendar.rules.zone = json.isNull() ? "" : checkedText(json, path, 100);
         }},
        length<&SlotRules::duration>("duration", "Minutes, of an appointment."),
        length<&SlotRules::step>("step", "Minutes between the starts that are offered."),
        length<&SlotRules::before>("before", "Minutes kept free before an appointment."),
        length<&SlotRules::after>("after", "Minutes kept free after it."),
        length<&SlotRules::notice>("notice", "Minutes from now in which nothing can be booked."),
        length<&SlotRules::horizon>("horizon", "Days ahead that can be booked."),
        part<&C::questions>("questions", "What visitors are asked beside name and address."),
        part<&C::triggers>("triggers", "Allow trigger: webhooks are told of its appointments, and reminders go out."),
        part<&C::reminders>("reminders", "What goes out before or after each appointment, once each."),
    };
    return rows;
}

template <>
std::span<const Field<BookingView>> fieldsOf() {
    using T = BookingView;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "UUID."),
        readOnly<T, &T::activity>("activity", "UUID of the appointment."),
        readOnly<T, &T::host>("host", "Login of who hosts it."),
        readOnly<T, &T::start>("start", "When it begins."),
        readOnly<T, &T::end>("end", "When it ends."),
        readOnly<T, &T::name>("name", "The visitor's name."),
        readOnly<T, &T::email>("email", "The visitor's address."),
        readOnly<T, &T::zone>("zone", "The visitor's zone."),
        readOnly<T, &T::language>("language", "The visitor's language."),
        readOnly<T, &T::answers>("answers", "What the visitor said, by question."),
        readOnly<T, &T::created>("created", "When it was booked."),
        readOnly<T, &T::cancelled>("cancelled", "Since when it doesn't take place."),
    };
    return rows;
}

template <>
std::span<const Field<BookingWish>> fieldsOf() {
    using T = BookingWish;
    static const Field<T> rows[] = {
        field<T, &T::start>("start", "One of the starts that are offered."),
        field<T, &T::name>("name", "The visitor's name."),
        field<T, &T::email>("email", "The visitor's address."),
        field<T, &T::zone>("zone", "The visitor's zone, IANA; empty: the calendar's."),
        field<T, &T::language>("language", "In which mails to the visitor are written: de, else English."),
        field<T, &T::answers>("answers", "By question; \"yes\" ticks a check."),
        field<T, &T::key>("key", "Drawn by whoever asks: the same one again is the same booking."),
    };
    return rows;
}

template <>
struct Codec<std::map<std::string, std::vector<std::string>>> {
    using Lists = std::map<std::string, std::vector<std::string>>;
    static std::string schema() {
        return R"({"type":["object","null"],"additionalProperties":)" + Codec<std::vector<std::string>>::schema() + "}";
    }
    static void write(const Call& call, JsonWriter& out, const Lists& lists) {
        out.beginObject();
        for (const auto& [name, list] : lists) {
            out.key(name);
            Codec<std::vector<std::string>>::write(call, out, list);
        }
        out.endObject();
    }
    static void read(const Call& call, Lists& lists, const Json& json, const std::string& path) {
        lists.clear();
        if (json.isNull()) return;
        if (json.kind != Json::Kind::object || json.object.size() > 400) throw InvalidField(path, "must be an object");
        for (const auto& [name, list] : json.object)
            Codec<std::vector<std::string>>::read(call, lists[name], list, path + "." + name);
    }
};

template <>
std::span<const Field<HoursView>> fieldsOf() {
    using T = HoursView;
    static const Field<T> rows[] = {
        field<T, &T::zone>("zone", "IANA: times are by its clock."),
        field<T, &T::week>("week", "By day, monday to sunday: \"09:00-12:30\", \"13:30-18:00\"."),
        field<T, &T::days>("days", "Instead of what the week says, by date; [] is a day off."),
        readOnly<T, &T::isUsual>("usual", "None were set: these are taken."),
        readOnly<T, &T::isOther>("other", "A calendar app set what a week can't say; setting these replaces it."),
    };
    return rows;
}

BookingView viewOf(const Booking& b) {
    BookingView view;
    view.id = b.id;
    view.activity = b.activity;
    view.host = b.host;
    view.name = b.name;
    view.email = b.email;
    view.zone = b.zone;
    view.language = b.language;
    view.start = b.start;
    view.end = b.end;
    view.created = b.created;
    view.cancelled = b.cancelled;
    view.answers = b.answers;
    return view;
}

}  // namespace crmdav
