#pragma once
#include <optional>
#include <string>

#include "store/store.h"

/// How users have the collections of their homes: what their devices list, what they call what isn't theirs, and which
/// one is the default. A row for each collection that a user has otherwise than it is.
namespace crmdav {

class Connection;
class Rows;

/// What asSeenBy() and lists of homes read of a mount `m`, from the column on that dress() is told.
#define MOUNT_COLUMNS "m.hidden, m.display_name, m.color, m.sort_order, m.changes"
inline constexpr int mountColumns = 5;

/// Overlays the user's own choice, or marks the collection as read for a user without one.
void dress(Collection&, const Rows& row, int first);
Collection asSeenBy(Connection&, std::int64_t user, const Collection&);

/// Takes name, colour and order out of `wanted` (a collection as the actor saw it, with changes) and keeps them for the
/// actor; the collection's own stand there instead afterwards. Empty: as it is without a choice.
void keepDress(Connection&, const Actor&, const Collection& own, Collection& wanted);

void hideCollection(Connection&, const Actor&, std::int64_t user, CollectionId, bool hidden);

/// The calendar that invitations of the user are delivered to (RFC 6638 §4.3): theirs, and it takes events. What they
/// chose, else activities/. nullopt: no such user.
std::optional<Collection> defaultCalendar(Connection&, std::int64_t user);
/// What they chose, else contacts/.
std::optional<Collection> defaultBook(Connection&, std::int64_t user);
void setDefaultCollection(Connection&, const Actor&, std::int64_t user, Home, CollectionId);
/// @throws DavError 403  its owner chose it as default: it can't be deleted before they choose another one
void requireNotDefault(Connection&, const Collection&);

}  // namespace crmdav
