#include "bridge/google/event.h"

#include <openssl/sha.h>

#include <algorithm>
#include <map>

#include "bridge/google/event_fields.h"
#include "bridge/google/guests.h"
#include "bridge/google/times.h"
#include "bridge/html_text.h"
#include "bridge/json_values.h"
#include "protocol/text/text_values.h"
#include "store/records/calendar_times.h"
#include "store/records/normalise.h"

namespace crmdav::google {
namespace {

/// What is to be done with the kinds of events (google-calendar §5); ones that come later are read only.
struct EventType {
    std::string_view name;
    Use use;
    bool readOnly;
};
constexpr EventType eventTypes[] = {
    {"", Use::record, false},         {"default", Use::record, false},         {"focusTime", Use::busy, true},
    {"outOfOffice", Use::busy, true}, {"workingLocation", Use::nothing, true}, {"birthday", Use::nothing, true},
    {"fromGmail", Use::record, true},
};
constexpr EventType laterType{"", Use::record, true};

const EventType& typeOf(const Json& event) {
    const auto* found = std::ranges::find(eventTypes, textAt(event, "eventType"), &EventType::name);
    return found == std::end(eventTypes) ? laterType : *found;
}

/// A copied event has our mark, too, but not the id that goes with it (rule I1).
std::string eventMark(const Json& event) {
    const std::string key(textAt(event, {"extendedProperties", "private", linkProperty}));
    for (int generation = 0; generation < generations && !key.empty(); ++generation)
        if (textAt(event, "id") == eventId(key, generation)) return key;
    return {};
}

/// An occurrence that one was invited to without its series has the series' UID.
std::string uidOf(const Json& event) {
    std::string uid(textAt(event, "iCalUID"));
    if (isOccurrence(event) && !uid.empty()) uid += "_" + occurrenceKey(readTime(at(event, "originalStartTime")));
    return uid;
}

void readTimes(const Json& event, Activity& activity) {
    activity.start = readTime(at(event, "start"));
    if (!trueAt(event, "endTimeUnspecified")) activity.end = readTime(at(event, "end"));
}

Exception readException(const Json& item, const When& start) {
    Exception exception;
    exception.original = inFormOf(readTime(at(item, "originalStartTime")), start);
    exception.cancelled = isCancelled(item);
    if (exception.cancelled) return exception;
    Activity read;
    readTexts(item, read);
    readTimes(item, read);
    exception.subject = read.subject;
    exception.location = read.location;
    exception.notes = read.notes;
    exception.start = inFormOf(read.start, start);
    exception.end = inFormOf(read.end, start);
    return exception;
}

/// Google has an item of its own for an occurrence that differs in what the CRM has no place for.
bool saysNothing(const Exception& exception, const Activity& series) {
    return !exception.cancelled && exception.subject == series.subject && exception.location == series.location &&
           exception.notes == series.notes && exception.start == exception.original &&
           exception.end.local - exception.start.local == series.end.local - series.start.local;
}

void readSeries(const Json& master, const Json& exceptions, Activity& activity, std::string& problem) {
    Recurrence recurrence = readRecurrence(at(master, "recurrence"), activity.start);
    activity.rrule = std::move(recurrence.rule);
    activity.extraDates = std::move(recurrence.dates);
    problem = std::move(recurrence.problem);
    std::map<std::string, Exception> byKey;
    for (const When& without : recurrence.without) {
        Exception exception;
        exception.original = without;
        exception.cancelled = true;
        byKey[occurrenceKey(without)] = std::move(exception);
    }
    for (const auto& [key, item] : exceptions.object) {
        Exception exception = readException(item, activity.start);
        if (exception.original.kind == When::Kind::none) continue;
        const std::string own = occurrenceKey(exception.original);
        if (!saysNothing(exception, activity)) byKey[own] = std::move(exception);
    }
    for (auto& [key, exception] : byKey) activity.exceptions.push_back(std::move(exception));
    std::ranges::stable_sort(activity.exceptions, {}, [](const Exception& e) { return e.original.local; });
}

bool isOrganised(const Json& event) {
    return !event.find("organizer") || trueAt(event, {"organizer", "self"}) || trueAt(event, "guestsCanModify") ||
           trueAt(event, "privateCopy");
}

}  // namespace

Remote readEvent(const std::string& raw, const EventOptions& options) {
    Json json;
    try {
        json = parseJson(raw, pageLimits);
    } catch (const JsonError& error) {
        throw Nonsense(std::string("Google's event can't be read: ") + error.what());
    }
    const Json& master = at(json, "master");
    Remote remote;
    Activity activity;
    activity.uid = uidOf(master);
    readTexts(master, activity);
    readTimes(master, activity);
    readStates(master, activity);
    activity.participants = readGuests(master, options.login);
    if (isSeries(master)) readSeries(master, at(json, "exceptions"), activity, remote.skip);
    if (activity.start.kind == When::Kind::none) remote.skip = "it has no start";
    remote.use = typeOf(master).use;
    remote.readOnly = typeOf(master).readOnly || trueAt(master, "locked");
    remote.modified = parseInstant(textAt(master, "updated"));
    for (const auto& [key, item] : at(json, "exceptions").object)
        if (const auto later = parseInstant(textAt(item, "updated")); later && remote.modified < later)
            remote.modified = later;
    remote.mark = eventMark(master);
    remote.organised = isOrganised(master);
    remote.guestsHidden =
        trueAt(master, "attendeesOmitted") ||
        (!remote.organised && master.find("guestsCanSeeOtherGuests") && !trueAt(master, "guestsCanSeeOtherGuests"));
    remote.record = std::move(activity);
    return remote;
}

bool isCancelled(const Json& event) { return textAt(event, "status") == "cancelled"; }

std::string rawOf(const Json& master, const std::vector<Json>& exceptions) {
    Json raw = jsonObject({{"master", master}});
    if (isSeries(master)) {
        Json& own = set(raw, "exceptions", jsonObject());
        const When start = readTime(at(master, "start"));
        for (const Json& item : exceptions) {
            const When original = inFormOf(readTime(at(item, "originalStartTime")), start);
            if (original.kind != When::Kind::none) set(own, occurrenceKey(original), item);
        }
    }
    return toText(raw);
}

RemoteItem itemOf(const Json& master, const std::vector<Json>& exceptions) {
    RemoteItem item;
    item.id = textAt(master, "id");
    item.version = textAt(master, "etag");
    item.gone = isCancelled(master);
    if (item.gone) return item;
    item.uid = uidOf(master);
    item.raw = rawOf(master, exceptions);
    if (!isSeries(master)) return item;
    std::vector<std::string> etags;
    for (const Json& exception : exceptions)
        etags.push_back(std::string(textAt(exception, "id")) + std::string(textAt(exception, "etag")) +
                        std::string(textAt(exception, "status")));
    std::ranges::sort(etags);
    std::string all;
    for (const std::string& etag : etags) all += etag + "\n";
    if (!all.empty()) item.version += "+" + eventId(all, 0).substr(1, 12);
    return item;
}

std::string eventId(std::string_view key, int generation) {
    const std::string text = std::string(key) + "#" + std::to_string(generation);
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    std::string id = "c";
    for (std::size_t bit = 0; id.size() < 33; bit += 5) {  // base32hex, as Google asks for
        const unsigned pair = digest[bit / 8] << 8U | digest[bit / 8 + 1];
        id += "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - bit % 8) & 31U];
    }
    return id;
}

}  // namespace crmdav::google
