#pragma once
#include <cstdint>

#include "store/history.h"
#include "store/model.h"
#include "store/objects.h"

/// What a collection's way to the trash and back means for the records of its members. The members stay in place; a
/// record goes when no other collection has a member of it, and comes back with the collection.
namespace crmdav {

class Connection;

/// Before the collection is marked as deleted. One history entry a record.
void trashRecordsOf(Connection&, const Actor&, const Collection&);
/// After it is there again. A record that was saved elsewhere meanwhile stays there: its member here gets a new one.
void restoreRecordsOf(Connection&, const Actor&, const Collection&);

/// The record is revived by an object elsewhere: members of it that lie in trashed collections let go of it.
void detachMembers(Connection&, RecordKind, std::int64_t row);
/// Whether the record lies in the trash as part of a collection.
bool wentWithCollection(Connection&, RecordKind, std::int64_t row);

/// Removes at most `slice` members of a trashed collection for good, with the records that went with them, and at last
/// the collection. @returns true: there is more
bool purgeCollection(Connection&, CollectionId, std::size_t slice);

}  // namespace crmdav
