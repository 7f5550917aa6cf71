#pragma once
#include "store/engine/database.h"
#include "store/objects.h"

/// How a member's row is read: one list of columns, for the files that join other tables to it.
#define MEMBER_COLUMNS                                                                                     \
    "m.id, m.collection_id, m.change, m.name, m.etag, m.component, m.size, m.modified, m.created, m.uid, " \
    "m.schedule_tag"

/// The ones of MemberDetail::tags.
#define TAG_COLUMNS "m.id, m.change, m.name, m.etag, m.component"

namespace crmdav {

inline constexpr int memberColumns = 11;
inline constexpr int tagColumns = 5;

/// Reads MEMBER_COLUMNS into `member`, whose strings keep their room from row to row.
inline void readMember(const Rows& row, Member& member) {
    member.id = row.int64(0);
    member.collection = row.int64(1);
    member.change = row.int64(2);
    member.name = row.text(3);
    member.etag = row.text(4);
    member.component = row.as<ComponentKind>(5);
    member.size = row.int64(6);
    member.modified = row.instant(7);
    member.created = row.instant(8);
    member.uid = row.text(9);
    member.scheduleTag = row.text(10);
}

/// Reads TAG_COLUMNS.
inline void readTags(const Rows& row, CollectionId collection, Member& member) {
    member.id = row.int64(0);
    member.collection = collection;
    member.change = row.int64(1);
    member.name = row.text(2);
    member.etag = row.text(3);
    member.component = row.as<ComponentKind>(4);
}

}  // namespace crmdav
