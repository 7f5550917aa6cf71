#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "protocol/text/content_lines.h"
#include "protocol/text/datetime.h"

/// Messages between calendar users (iTIP, RFC 5546) made of calendar objects, and the lines and parameters by which
/// RFC 6638 has a server deliver them. Pure functions; whose address a line holds is the caller's to say.
namespace crmdav {

/// An ORGANIZER or ATTENDEE line.
using IsPerson = std::function<bool(const Property&)>;

/// Has an ORGANIZER and an ATTENDEE: what RFC 6638 §3.1 calls a scheduling object, if the calendar's owner is one of
/// them.
bool isSchedulingObject(const Component& calendar);

/// Does the server deliver to, or for, the person of that line? An agent that isn't known counts as NONE (RFC 6638
/// §7.1).
bool isServersToSchedule(const Property& person);

/// Takes out what RFC 6638 §7 has in the sender's own object alone: SCHEDULE-AGENT, -FORCE-SEND and -STATUS.
void dropScheduleParameters(Component& calendar);

/// Invites, or tells of a change (RFC 5546 §3.2.2): the object without alarms.
std::string requestMessage(std::string_view object);
/// Takes back (RFC 5546 §3.2.5): the object as cancelled, for the attendees of whom `isTold` says so.
std::string cancelMessage(std::string_view object, const IsPerson& isTold, Instant now);
/// Answers (RFC 5546 §3.2.3): what identifies the meeting and its occurrences, and the one attendee's lines.
std::string replyMessage(std::string_view object, const IsPerson& isSender, Instant now);

/// Others' PARTSTAT in `sent` as they are in `stored`: who edits an object by its Schedule-Tag hasn't seen the answers
/// that came in meanwhile, and must not take them back (RFC 6638 §3.2.10). Lines are matched by component and value.
/// @returns true: `sent` was changed
bool keepAnswers(Component& sent, const Component& stored, const IsPerson& isOwn);

/// SEQUENCE of the first component that has one, else 0.
int sequenceOf(const Component& calendar);
void setSequence(Component& calendar, int sequence);

}  // namespace crmdav
