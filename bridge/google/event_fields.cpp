#include "bridge/google/event_fields.h"

#include <algorithm>
#include <tuple>

#include "bridge/html_text.h"
#include "bridge/json_values.h"
#include "protocol/text/text_values.h"
#include "store/records/normalise.h"

namespace crmdav::google {
namespace {

constexpr int furthestReminder = 40'320;  // four weeks
constexpr std::size_t mostReminders = 5;

/// One line, as a field of a form gives it.
std::string lineOf(std::string_view text) {
    std::string line = cleanText(text);
    std::ranges::replace(line, '\n', ' ');
    return std::string(trim(line));
}

/// Tags or references: Google's own editor writes both, and shows both.
bool looksLikeHtml(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const char next = static_cast<char>(text[i + 1] == '/' && i + 2 < text.size() ? text[i + 2] : text[i + 1]);
        const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
        if (text[i] == '<' && (letter || next == '!') && text.find('>', i) != std::string_view::npos) return true;
        if (text[i] == '&' && (letter || text[i + 1] == '#')) {
            const auto end = text.find(';', i);
            if (end != std::string_view::npos && end - i <= 8) return true;
        }
    }
    return false;
}

std::string notesOf(std::string_view description) {
    if (!looksLikeHtml(description)) return normalText(cleanText(description));
    std::string html;  // line ends of what was written as text count there, beside tags
    for (const char c : cleanText(description)) html += c == '\n' ? "<br>" : std::string(1, c);
    return cleanText(textOfHtml(html));
}

std::vector<Reminder> readReminders(const Json& event) {
    std::vector<Reminder> found;
    for (const Json& one : at(event, {"reminders", "overrides"}).array) {
        const Reminder reminder{
            static_cast<int>(std::clamp<std::int64_t>(numberAt(one, "minutes"), 0, furthestReminder)),
            textAt(one, "method") == "email" ? "email" : "display"};
        if (std::ranges::find(found, reminder) == found.end()) found.push_back(reminder);
    }
    std::ranges::sort(found, {}, [](const Reminder& r) { return std::tie(r.minutes, r.action); });
    return found;
}

/// Those that Google has a place for: before the start, no sounds, five.
std::vector<Reminder> takenReminders(const Activity& activity) {
    std::vector<Reminder> taken;
    for (const Reminder& one : activity.reminders) {
        const Reminder reminder{one.minutes, one.action == "email" ? "email" : "display"};
        if (one.minutes >= 0 && one.minutes <= furthestReminder && taken.size() < mostReminders &&
            std::ranges::find(taken, reminder) == taken.end())
            taken.push_back(reminder);
    }
    std::ranges::sort(taken, {}, [](const Reminder& r) { return std::tie(r.minutes, r.action); });
    return taken;
}

Json remindersJson(const Activity& activity) {
    Json overrides = jsonArray();
    for (const Reminder& reminder : takenReminders(activity))
        overrides.array.push_back(jsonObject({{"method", jsonText(reminder.action == "email" ? "email" : "popup")},
                                              {"minutes", jsonNumber(reminder.minutes)}}));
    return jsonObject({{"useDefault", jsonFlag(false)}, {"overrides", std::move(overrides)}});
}

bool isWebAddress(std::string_view url) {
    return startsWithIgnoreCase(url, "https://") || startsWithIgnoreCase(url, "http://");
}

// Google's cancelled events are deleted ones: what is cancelled in the CRM stays there, and takes no time.
bool isBusy(const Activity& a) { return a.busy && !a.cancelled; }
bool isTentative(const Activity& a) { return a.tentative && !a.cancelled; }

Json textOrNothing(std::string text) { return text.empty() ? Json() : jsonText(text); }

std::string addressOf(const Activity& a) { return isWebAddress(a.url) ? a.url : ""; }

Json sourceJson(const Activity& a) {
    if (addressOf(a).empty()) return {};
    return jsonObject({{"title", jsonText("Link")}, {"url", jsonText(a.url)}});
}

/// Where people meet online, if the event has no link of its own.
std::string_view meetingLink(const Json& event) {
    for (const Json& entry : at(event, {"conferenceData", "entryPoints"}).array)
        if (textAt(entry, "entryPointType") == "video") return textAt(entry, "uri");
    return textAt(event, "hangoutLink");
}

using A = const Activity&;

}  // namespace

const EventField eventFields[8] = {
    {"summary", FieldOwner::organiser, [](A a) { return textOrNothing(lineOf(a.subject)); },
     [](A a, A b) { return lineOf(a.subject) == lineOf(b.subject); }},
    {"location", FieldOwner::organiser, [](A a) { return textOrNothing(lineOf(a.location)); },
     [](A a, A b) { return lineOf(a.location) == lineOf(b.location); }},
    {"description", FieldOwner::organiser, [](A a) { return textOrNothing(descriptionOf(a.notes)); },
     [](A a, A b) { return normalText(a.notes) == normalText(b.notes); }},
    {"status", FieldOwner::organiser,
     [](A a) { return isTentative(a) ? jsonText("tentative") : jsonText("confirmed"); },
     [](A a, A b) { return isTentative(a) == isTentative(b); }},
    {"transparency", FieldOwner::anybody, [](A a) { return isBusy(a) ? jsonText("opaque") : jsonText("transparent"); },
     [](A a, A b) { return isBusy(a) == isBusy(b); }},
    {"visibility", FieldOwner::anybody,
     [](A a) { return a.privacy == Privacy::open ? jsonText("default") : jsonText("private"); },
     [](A a, A b) { return (a.privacy == Privacy::open) == (b.privacy == Privacy::open); }},
    {"reminders", FieldOwner::anybody, remindersJson, [](A a, A b) { return takenReminders(a) == takenReminders(b); }},
    {"source", FieldOwner::organiser, sourceJson, [](A a, A b) { return addressOf(a) == addressOf(b); }},
};

std::string descriptionOf(const std::string& notes) {
    const std::string text = normalText(notes);
    if (!looksLikeHtml(text)) return text;
    std::string html;
    for (const char c : text)
        if (c == '<')
            html += "&lt;";
        else if (c == '>')
            html += "&gt;";
        else if (c == '&')
            html += "&amp;";
        else
            html += c;
    return html;
}

void readTexts(const Json& event, Activity& activity) {
    activity.subject = lineOf(textAt(event, "summary"));
    activity.location = lineOf(textAt(event, "location"));
    activity.notes = notesOf(textAt(event, "description"));
}

void readStates(const Json& event, Activity& activity) {
    activity.tentative = textAt(event, "status") == "tentative";
    activity.busy = textAt(event, "transparency") != "transparent";
    if (textAt(event, "visibility") == "private") activity.privacy = Privacy::personal;
    if (textAt(event, "visibility") == "confidential") activity.privacy = Privacy::confidential;
    activity.reminders = readReminders(event);
    activity.url = cleanText(textAt(event, {"source", "url"}));
    if (activity.url.empty()) activity.url = cleanText(meetingLink(event));
}

}  // namespace crmdav::google
