#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/records/activities.h"

/// Meetings between users of this store (RFC 6638 §3). A meeting is one record with a member in everybody's calendar
/// (rule C11), so an edit reaches all copies by itself (activity_copies.cpp); here is what scheduling adds: where an
/// invitation goes, the messages in inboxes, and the delivery status in the organiser's object. People elsewhere are
/// told nothing: no mail leaves the store.
namespace crmdav {

/// Do the others who take part have copies? Always in the shared calendars; of a meeting in a calendar of its owner's
/// own where the owner invites to it, never on an object's word alone.
bool invites(const StoredActivity&);
/// The same of a row `a` of activities.
#define INVITES                                                                                       \
    "(a.hidden=0 OR EXISTS(SELECT 1 FROM activity_participants host WHERE host.activity_id=a.id AND " \
    "host.organizer=1 AND host.user_id=a.owner))"

/// May what this actor does put something before other users' eyes? Clients and the API may; imports, the demo and
/// syncs say nothing of their own.
bool tellsOthers(const Actor&);

/// Where an invitation of the user goes: the calendar they chose for that (RFC 6638 §9.2), if it takes the component,
/// else the place for activities of that type.
std::optional<Collection> calendarForInvitations(Connection&, std::int64_t user, ComponentKind, const Id& typeId);

/// The organiser's object as it stands once the server has delivered it: each user on it has a name and, where the
/// server is to schedule, SCHEDULE-STATUS 1.2 (RFC 6638 §3.2.9); SEQUENCE rises when the times changed and the client
/// left it (RFC 5546 §2.1.4). `after` gets the names too.
/// @param before  null: a new meeting
/// @param stored  the object that is replaced; empty: none
/// @returns nullopt: as it was sent
std::optional<std::string> asDelivered(Connection&, const StoredActivity* before, StoredActivity& after,
                                       std::string_view bytes, std::string_view stored);

/// Copies are taken without what is the sender's alone: alarms and delivery status.
std::string copyOf(std::string_view bytes);

/// Messages about an edit by the user `by`: the organiser's to those who are invited, changed or left out; an
/// attendee's answer to the organiser. One message a meeting and sender: a newer one takes the place of the last.
/// @param before  null: a new meeting
/// @param bytes   the meeting as it is now
std::vector<MemberEdit> messagesOf(Connection&, const StoredActivity* before, const StoredActivity& after,
                                   std::int64_t by, std::string_view bytes);
/// Messages that the whole meeting is taken back by `by`: nothing unless that is its organiser.
std::vector<MemberEdit> cancellationsOf(Connection&, const StoredActivity& gone, std::int64_t by,
                                        std::string_view bytes);
/// The same of a record that `actor` removes, by its owner's object.
std::vector<MemberEdit> cancellationsOf(Connection&, const Actor& actor, std::int64_t row);

/// Writes a message into an inbox. It is no record's and no history's.
void deliver(Connection&, const Collection& inbox, const MemberEdit& message);
/// Throws away the messages about an activity. @returns how many
std::size_t dropMessages(Connection&, std::int64_t activity);
/// Throws away messages older than `before`. @returns true: there are more
bool pruneMessages(Connection&, Instant before, std::size_t slice);

}  // namespace crmdav
