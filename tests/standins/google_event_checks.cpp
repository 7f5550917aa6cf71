#include "tests/standins/google_event_checks.h"

#include <algorithm>

#include "tests/standins/google_series.h"

namespace crmdav::standins {
namespace {

[[noreturn]] void bad(const std::string& reason, const std::string& message) {
    throw GoogleError{400, reason, message};
}

void requireTimes(Json& event, const std::string& zone) {
    if (!event.find("start") || !event.find("end")) bad("required", "Missing start or end time.");
    for (const std::string_view name : {"start", "end"}) {
        Json point = at(event, name);
        const bool named = point.find("timeZone");
        if (!settle(point, zone)) bad("invalid", "Invalid value for: " + std::string(name));
        if (!named && !point.find("date") && event.find("recurrence"))
            bad("required", "Missing time zone definition for " + std::string(name) + " time.");
        set(event, name, std::move(point));
    }
    const bool day = at(event, "start").find("date");
    if (day != (at(event, "end").find("date") != nullptr))
        bad("invalid", "Start and end times must either both be date or both be dateTime.");
    const auto start = momentOf(at(event, "start")), end = momentOf(at(event, "end"));
    if (*end < *start || (day && *end == *start)) bad("timeRangeEmpty", "The specified time range is empty.");
}

void requireRules(const Json& event) {
    for (const Json& line : at(event, "recurrence").array) {
        const std::string_view text = line.string;
        const bool known = text.starts_with("RRULE:") || text.starts_with("RDATE") || text.starts_with("EXDATE");
        if (!known) bad("invalid", "Invalid recurrence rule.");
        for (const std::string_view small : {"=HOURLY", "=MINUTELY", "=SECONDLY", "RSCALE="})
            if (text.find(small) != text.npos) bad("invalid", "Invalid recurrence rule.");
        const bool utc = text.find("UNTIL=") == text.npos || text.find('Z', text.find("UNTIL=")) != text.npos;
        if (at(event, "start").find("dateTime") && !utc) bad("invalid", "Invalid recurrence rule: UNTIL isn't UTC.");
    }
}

void requireReminders(const Json& event) {
    const auto& overrides = at(event, {"reminders", "overrides"}).array;
    if (trueAt(event, {"reminders", "useDefault"}) && !overrides.empty())
        bad("cannotUseDefaultRemindersAndSpecifyOverride",
            "Cannot specify both default reminders and overrides at the same time.");
    if (overrides.size() > 5) bad("invalid", "Too many override reminders specified.");
    for (const Json& one : overrides)
        if (numberAt(one, "minutes", -1) < 0 || numberAt(one, "minutes") > 40'320) bad("invalid", "Invalid reminder.");
}

/// Longer keys are dropped, longer values cut, without a word.
void cutProperties(Json& event) {
    Json all = at(event, "extendedProperties");
    for (auto& [scope, properties] : all.object) {
        std::erase_if(properties.object, [](const auto& one) { return one.first.size() > 44; });
        for (auto& [key, value] : properties.object)
            value.string.resize(std::min<std::size_t>(value.string.size(), 1024));
    }
    if (event.find("extendedProperties")) set(event, "extendedProperties", std::move(all));
}

void markGuests(Json& event, const std::string& login) {
    Json guests = at(event, "attendees");
    for (Json& guest : guests.array) {
        if (textAt(guest, "email").find('@') == std::string_view::npos) bad("invalid", "Invalid attendee email.");
        if (!guest.find("responseStatus")) set(guest, "responseStatus", jsonText("needsAction"));
        if (textAt(guest, "email") == login) set(guest, "self", jsonFlag(true));
        if (textAt(guest, "email") == textAt(event, {"organizer", "email"})) set(guest, "organizer", jsonFlag(true));
    }
    if (event.find("attendees")) set(event, "attendees", std::move(guests));
}

}  // namespace

void checkEvent(Json& event, const std::string& zone, const std::string& login, const GoogleQuirks& quirks) {
    requireTimes(event, zone);
    requireRules(event);
    requireReminders(event);
    cutProperties(event);
    markGuests(event, login);
    const auto url = textAt(event, {"source", "url"});
    if (event.find("source") && !url.starts_with("http")) bad("invalid", "Invalid source.url");
    if (quirks.confidentialIsPrivate && textAt(event, "visibility") == "confidential")
        set(event, "visibility", jsonText("private"));
    for (const auto& [name, normal] : {std::pair{"visibility", "default"}, {"transparency", "opaque"}})
        if (textAt(event, name) == normal) drop(event, name);
}

}  // namespace crmdav::standins
