#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "bridge/provider.h"
#include "protocol/text/json.h"

/// Google's event ⇄ Activity (mapping §1). Pure.
///
/// The raw form of an event is {"master": the event, "exceptions": {key: the occurrence's own item, …}}, as Google gave
/// them; keys are occurrenceKey() of their original starts. A single event has only a master, and so has an occurrence
/// that one was invited to without its series.
namespace crmdav::google {

struct EventOptions {
    std::string zone = "UTC";  ///< IANA: of floating times
    std::string login;         ///< address of the account: stands for its secondary calendars as organiser
};

/// @throws Nonsense
Remote readEvent(const std::string& raw, const EventOptions&);

/// As Google would have it. @throws Refused
Activity heldEvent(const Activity&, const EventOptions&);

/// Body of the insert, but for id and marks; cancelled occurrences are in it, changed ones aren't. @throws Refused
Json newEvent(const Activity&, const EventOptions&);

/// Body of the PATCH of the master: what differs, but for single occurrences. An object without members: nothing.
/// @param before  what readEvent says of it
/// @throws Refused  only its organiser may change that (C12), or Google can't have it
Json changedEvent(const Json& master, const Activity& before, const Activity& after, const EventOptions&);

/// What is to be done to one occurrence.
struct OccurrenceChange {
    When original;
    bool cancel = false;
    Exception wanted;  ///< of one that isn't cancelled, in full
};
/// @param now  as Google has it by now, master already changed
std::vector<OccurrenceChange> occurrenceChanges(const Activity& now, const Activity& after, const EventOptions&);
/// Body of the PATCH of an occurrence. An object without members: nothing.
Json changedOccurrence(const Json& instance, const OccurrenceChange&, const EventOptions&);

// ---------------------------------------------------------------- raw form

std::string rawOf(const Json& master, const std::vector<Json>& exceptions);
/// With id, uid, and a version that also changes with any exception.
RemoteItem itemOf(const Json& master, const std::vector<Json>& exceptions);
inline bool isSeries(const Json& event) { return event.find("recurrence") != nullptr; }
inline bool isOccurrence(const Json& event) { return event.find("recurringEventId") != nullptr; }
bool isCancelled(const Json& event);

// ---------------------------------------------------------------- marks

/// Event ids that a creation with this key takes: the first one that isn't a deleted event's.
std::string eventId(std::string_view key, int generation);
inline constexpr int generations = 10;
/// Private extended property with the key.
inline constexpr std::string_view linkProperty = "crmdavLink";

}  // namespace crmdav::google
