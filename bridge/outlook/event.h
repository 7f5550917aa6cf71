#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "bridge/provider.h"
#include "protocol/text/json.h"

/// Event of Microsoft Graph ⇄ Activity. Pure.
///
/// The raw form of an event is {"master": the event, "exceptions": {"2026-04-27": an occurrence that was changed, …},
/// "cancelled": ["2026-05-04", …]}, as Graph gave them with times in UTC; the dates are the original ones in the
/// series' own zone. A single event has only a master.
namespace crmdav::outlook {

/// Extended property in which a creation of ours carries its link's id.
inline constexpr std::string_view linkProperty = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name crmdavLink";

struct EventOptions {
    std::string zone = "UTC";  ///< IANA: of floating times, and where Outlook names none that is known
    bool guests = false;       ///< attendees are written, and Outlook mails them (B12)
};

/// @throws Refused, Nonsense
Remote readEvent(const std::string& raw, const EventOptions&);

/// As Outlook would have it. @throws Refused
Activity heldEvent(const Activity&, const EventOptions&);

/// The same for a change: a rule that `before` has needs no proof. @throws Refused
Activity wantedEvent(const Activity& before, const Activity& after, const EventOptions&);

/// Subjects and places: no line ends, no blanks at the ends.
std::string oneLine(std::string_view text);

/// Value of linkProperty in an answer, else its transactionId, which tells the same; empty: none.
std::string markOf(const Json& item);

/// Body of the POST that creates it; without the exceptions of a series. @throws Refused
/// @param key          of the link, in linkProperty; empty: no mark
/// @param transaction  of which Graph carries out only one
std::string newEvent(const Activity&, std::string_view key, std::string_view transaction, const EventOptions&);

/// Body of a PATCH of the master: what differs, but for exceptions. Empty: nothing does.
/// @param base  its raw form. @throws Refused  only the organiser may (C12), or Outlook can't
std::string changedEvent(const std::string& base, const Activity& before, const Activity& after, const EventOptions&);

/// Body of a PATCH of one occurrence. Empty: nothing differs.
/// @param now     as it is; `wanted` with the same original
std::string changedOccurrence(const Exception& now, const Exception& wanted, const EventOptions&);

/// The occurrence as the series itself has it.
Exception ownOccurrence(const Activity& series, const When& original);

/// Name of the zone that the event's wall clock belongs to: of a series not always that of its creation.
std::string zoneNameOf(const Json& event, const EventOptions&);

/// Whether it has guests and the login organises it: whatever is written to it mails them.
bool mailsGuests(const std::string& raw);

}  // namespace crmdav::outlook
