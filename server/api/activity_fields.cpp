#include "server/api/times.h"

/// Fields of activities.
namespace crmdav {
namespace {

using Rows = std::vector<Field<Activity>>;

/// The zone that times of this activity are in. Before a start is known, a new record keeps the wanted zone in it.
std::string zoneOf(const Activity& activity) {
    const When& first = activity.start.kind == When::Kind::none && activity.end.kind != When::Kind::none
                            ? activity.end
                            : activity.start;
    const std::string zone = zoneText(first);
    return zone.empty() ? first.zone : zone;
}

std::string endZoneOf(const Activity& activity) {
    return activity.end.zone.empty() && activity.end.kind == When::Kind::none ? zoneOf(activity)
           : zoneText(activity.end).empty()                                   ? activity.end.zone
                                                                              : zoneText(activity.end);
}

When withoutTime(const std::string& zone) { return {When::Kind::none, {}, zone}; }

void readZone(const Call&, Activity& activity, const Json& json, const std::string& path) {
    if (json.isNull()) return;
    const std::string zone = checkedZone(json, path), was = zoneOf(activity);
    const auto move = [&](When& when) {
        when = when.kind == When::Kind::none || when.kind == When::Kind::date ? When{when.kind, when.local, zone}
                                                                              : inZone(when, zone);
    };
    if (activity.end.kind == When::Kind::none || zoneText(activity.end) == was) move(activity.end);
    move(activity.start);
}

void readEndZone(const Call&, Activity& activity, const Json& json, const std::string& path) {
    if (json.isNull()) return;
    const std::string zone = checkedZone(json, path);
    activity.end = activity.end.kind == When::Kind::none ? withoutTime(zone) : inZone(activity.end, zone);
}

void readStart(const Call& call, Activity& activity, const Json& json, const std::string& path) {
    activity.start = json.isNull() ? When{} : readWhen(call, json, zoneOf(activity), path);
}

void readEnd(const Call& call, Activity& activity, const Json& json, const std::string& path) {
    if (json.isNull() && activity.component == ComponentKind::todo) return;
    if (activity.component == ComponentKind::todo) throw InvalidField(path, "a task has a due instead of an end");
    activity.end = readWhen(call, json, endZoneOf(activity), path);
}

void readDue(const Call& call, Activity& activity, const Json& json, const std::string& path) {
    const bool born =
        activity.id.empty() && activity.start.kind == When::Kind::none && activity.end.kind == When::Kind::none;
    if (activity.component != ComponentKind::todo) {
        if (json.isNull()) return;
        if (!born) throw InvalidField(path, "only tasks are due");
        activity.component = ComponentKind::todo;
    }
    activity.end = readWhen(call, json, endZoneOf(activity), path);
}

void readKind(const Call&, Activity& activity, const Json& json, const std::string& path) {
    const std::string name = checkedText(json, path);
    if (name != "event" && name != "task") throw InvalidField(path, "must be event or task");
    const auto kind = name == "task" ? ComponentKind::todo : ComponentKind::event;
    if (!activity.id.empty() && kind != activity.component) throw InvalidField(path, "can't be changed any more");
    activity.component = kind;
}

void readType(const Call& call, Activity& activity, const Json& json, const std::string& path) {
    if (json.isNull()) {
        activity.typeId.clear();
        return;
    }
    const auto type = call.directory.typeId(checkedText(json, path));
    if (!type) throw InvalidField(path, "there is no such activity type");
    activity.typeId = *type;
}

/// A list whose times are in the zone of the series.
void readExtraDates(const Call& call, Activity& activity, const Json& json, const std::string& path) {
    activity.extraDates.clear();
    if (json.isNull()) return;
    for (const Json& item : checkedList(json, path)) {
        const std::string here = path + "[" + std::to_string(activity.extraDates.size()) + "]";
        if (item.isNull()) throw InvalidField(here, "must be a time");
        activity.extraDates.push_back(readWhen(call, item, zoneOf(activity), here));
    }
}

void readExceptions(const Call& call, Activity& activity, const Json& json, const std::string& path) {
    activity.exceptions.clear();
    if (json.isNull()) return;
    for (const Json& item : checkedList(json, path)) {
        const std::string here = path + "[" + std::to_string(activity.exceptions.size()) + "]";
        Exception exception;
        readFields(call, exception, item, here);
        for (const auto& [name, when] :
             {std::pair{"original", &exception.original}, {"start", &exception.start}, {"end", &exception.end}})
            if (const Json* value = item.find(name))
                *when = readWhen(call, *value, zoneOf(activity), here + "." + name);
        if (exception.original.kind == When::Kind::none)
            throw InvalidField(here + ".original", "says which occurrence is meant: its start in the series");
        activity.exceptions.push_back(std::move(exception));
    }
}

Rows activityTimes() {
    return {
        {"kind", "event, or task: fixed when it is made.", [] { return std::string(R"({"enum":["event","task"]})"); },
         [](const Call&, JsonWriter& out, const Activity& a) {
             out.text(a.component == ComponentKind::todo ? "task" : "event");
         },
         readKind},
        {"zone", "Zone of the times: IANA name, UTC, or floating. Changed alone, the wall clock stays.",
         Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const Activity& a) {
             textOrNull(out, zoneText(a.start.kind == When::Kind::none ? a.end : a.start));
         },
         readZone},
        {"start",
         "2026-11-20T09:00:00+01:00 (its zone in `zone`), 2026-11-20T09:00 (wall clock of `zone`, else of "
         "the asker's zone), or 2026-11-20 for all-day.",
         Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const Activity& a) { textOrNull(out, whenText(a.start)); }, readStart},
        {"endZone", "Zone of the end, where it is another one.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const Activity& a) {
             const bool differs = a.start.kind != When::Kind::none && zoneText(a.start) != zoneText(a.end);
             textOrNull(out, differs ? zoneText(a.end) : std::string());
         },
         readEndZone},
        {"end", "Exclusive: of an all-day event the day after its last one. Events only.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const Activity& a) {
             textOrNull(out, a.component == ComponentKind::todo ? std::string() : whenText(a.end));
         },
         readEnd},
        {"due", "When a task is due. A new activity with nothing but a due date is a task.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const Activity& a) {
             textOrNull(out, a.component == ComponentKind::todo ? whenText(a.end) : std::string());
         },
         readDue},
        {"allDay", "Start and end are dates.", [] { return Codec<bool>::schema(); },
         [](const Call&, JsonWriter& out, const Activity& a) { out.boolean(a.start.kind == When::Kind::date); }},
        field<Activity, &Activity::rrule>("recurrence", "RRULE as in RFC 5545: FREQ=WEEKLY;BYDAY=MO. Empty: once."),
        {"extraDates", "Further starts (RDATE).", [] { return Codec<std::vector<std::string>>::schema(); },
         [](const Call&, JsonWriter& out, const Activity& a) {
             out.beginArray();
             for (const When& when : a.extraDates) out.text(whenText(when));
             out.endArray();
         },
         readExtraDates},
        {"exceptions", "Occurrences that differ or don't take place.",
         [] { return Codec<std::vector<Exception>>::schema(); },
         [](const Call& call, JsonWriter& out, const Activity& a) {
             Codec<std::vector<Exception>>::write(call, out, a.exceptions);
         },
         readExceptions},
    };
}

Rows activityFacts() {
    using T = Activity;
    return {
        {"type", "Key or id of the activity type.", Codec<std::string>::schema,
         [](const Call& call, JsonWriter& out, const T& a) { textOrNull(out, call.directory.typeKey(a.typeId)); },
         readType},
        field<T, &T::subject>("subject", "What it is about."),
        field<T, &T::location>("location", "Where."),
        field<T, &T::notes>("notes", "Free text."),
    };
}

Rows activityStates() {
    using T = Activity;
    return {
        field<T, &T::participants>("participants", "Everybody invited, the organiser included."),
        field<T, &T::reminders>("reminders", "Reminders of the owner."),
        field<T, &T::privacy>("privacy", "public; private or confidential: others see a busy time at most."),
        field<T, &T::busy>("busy", "Takes up time."),
        field<T, &T::tentative>("tentative", "Not certain yet."),
        field<T, &T::cancelled>("cancelled", "Doesn't take place."),
        field<T, &T::done>("done", "Done."),
        field<T, &T::completed>("completed", "When a task was completed."),
        field<T, &T::percent>("percent", "How much of a task is done, 0 to 100."),
        field<T, &T::priority>("priority", "1 highest, 9 lowest, 0 none."),
        field<T, &T::url>("url", "Web address, such as of the meeting room."),
        field<T, &T::contactIds>("contacts", "Contacts linked by hand; participants link by their address."),
        field<T, &T::companyIds>("companies", "Companies linked by hand."),
        field<T, &T::dealIds>("deals", "Deals it belongs to."),
        field<T, &T::calendar>("calendar", "Id of the appointment calendar it is in: its owner hosts there."),
        field<T, &T::uid>("uid", "iCalendar UID; made when left out, fixed from then on."),
    };
}

}  // namespace

template <>
std::span<const EnumName<Privacy>> namesOf() {
    static constexpr EnumName<Privacy> names[] = {
        {Privacy::open, "public"}, {Privacy::personal, "private"}, {Privacy::confidential, "confidential"}};
    return names;
}

template <>
std::span<const Field<Participant>> fieldsOf() {
    using T = Participant;
    static const Field<T> rows[] = {
        field<T, &T::email>("email", "Address."),
        field<T, &T::name>("name", "Name."),
        field<T, &T::role>("role", "required, optional, chair or none."),
        field<T, &T::response>("response", "needs-action, accepted, declined, tentative or delegated."),
        field<T, &T::kind>("kind", "individual, group, resource, room or unknown."),
        field<T, &T::organizer>("organizer", "Is the organiser."),
        {"contact", "Id of the contact with this address: linked by the server.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const T& p) { textOrNull(out, p.contactId.value_or("")); },
         [](const Call&, T&, const Json&, const std::string&) {}},
        {"user", "Login of the user with this address: linked by the server.", Codec<std::string>::schema,
         [](const Call& call, JsonWriter& out, const T& p) {
             textOrNull(out, p.userId ? call.directory.login(p.userId) : std::string());
         },
         [](const Call&, T&, const Json&, const std::string&) {}},
    };
    return rows;
}

template <>
std::span<const Field<Reminder>> fieldsOf() {
    using T = Reminder;
    static const Field<T> rows[] = {
        field<T, &T::minutes>("minutes", "Before the start, or before a task is due; negative: after."),
        field<T, &T::action>("action", "display, email or audio."),
    };
    return rows;
}

template <>
std::span<const Field<Exception>> fieldsOf() {
    using T = Exception;
    // Times are read by the activity, which knows their zone.
    static constexpr auto later = [](const Call&, T&, const Json&, const std::string&) {};
    static const Field<T> rows[] = {
        {"original", "Start of the occurrence in the series.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const T& e) { textOrNull(out, whenText(e.original)); }, later},
        field<T, &T::cancelled>("cancelled", "Doesn't take place."),
        field<T, &T::subject>("subject", "Subject of this occurrence."),
        field<T, &T::location>("location", "Location of this occurrence."),
        field<T, &T::notes>("notes", "Notes of this occurrence."),
        {"start", "Start of this occurrence.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const T& e) { textOrNull(out, whenText(e.start)); }, later},
        {"end", "End of this occurrence.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const T& e) { textOrNull(out, whenText(e.end)); }, later},
    };
    return rows;
}

template <>
std::span<const Field<Activity>> fieldsOf() {
    static const auto rows = [] {
        auto all = headFields<Activity>();
        for (const Rows& some : {activityFacts(), activityTimes(), activityStates()})
            all.insert(all.end(), some.begin(), some.end());
        return all;
    }();
    return rows;
}

}  // namespace crmdav
