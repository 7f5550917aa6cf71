#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "store/objects.h"
#include "store/objects/members.h"
#include "store/records/activity_types.h"

/// One calendar per activity type, for the users who prefer that. `activities/` is then the calendar of the default
/// type, so that devices keep the address they know; each other type has a calendar of its own, named by its key. A
/// collection with a `typeId` is such a calendar, and holds events of that type only.
namespace crmdav {

class Connection;

/// Where activities live that participants share: activities/, tasks/ and the types' calendars.
bool isShared(const Collection&);

/// The user's place for activities of that kind and type.
std::optional<Collection> calendarOf(Connection&, std::int64_t user, ComponentKind, const Id& typeId);

/// The live member of that UID in another of the types' calendars of `collection`'s owner.
std::optional<StoredMember> siblingOf(Connection&, const Collection& collection, std::string_view uid);

/// Moves the members of an activity to the calendars of its type, with their dead properties: a removal here and an
/// addition there for who syncs (D31).
void settleMembers(Connection&, std::int64_t activity, const Id& typeId);

/// Makes, dresses and removes the user's calendars as the preference and the types say, and moves what lies in them.
void settleCalendars(Connection&, std::int64_t user);
/// The same for everybody who has them, after a type was made, removed, or became the default.
void settleAllCalendars(Connection&);
/// A type got another name or colour: its calendars follow, but for those that their user named or coloured.
void dressCalendars(Connection&, const ActivityType& before, const ActivityType& after);

}  // namespace crmdav
