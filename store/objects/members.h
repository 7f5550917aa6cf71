#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/history/history.h"
#include "store/objects.h"
#include "store/records/door.h"

/// The rows of members: who is in a collection, with which bytes. Everything that changes one goes through writeMember
/// and dropMember, which keep change log, occurrence index and text index right; permissions, preconditions and records
/// are their callers' business (store/save.cpp, and the records' edits of their own members).
namespace crmdav {

class Connection;
class Document;

/// A member as it stands in its row, tombstones included.
struct StoredMember {
    Member member;
    bool deleted = false;
    RecordKind recordKind = RecordKind::object;  ///< with recordRow
    std::int64_t recordRow = 0;                  ///< 0: an object without record; a tombstone's is the one it had
    std::optional<int> span;                     ///< with `start` its key in the occurrence index; see occurrences.h
    std::int64_t start = 0;
    std::int64_t body = 0;    ///< its bytes in `bodies`; 0: a tombstone
    std::int64_t veiled = 0;  ///< see veil.h
};

std::optional<StoredMember> findMember(Connection&, CollectionId, std::string_view name);  ///< also a tombstone
std::optional<StoredMember> findMember(Connection&, MemberId);
/// The live member with that UID.
std::optional<StoredMember> findByUid(Connection&, CollectionId, std::string_view uid);
/// All live members of a record, in order of collection.
std::vector<StoredMember> membersOfRecord(Connection&, RecordKind, std::int64_t row);
/// Bytes of a live member; nullopt: it has none.
std::optional<std::string> memberBytes(Connection&, MemberId);

/// 22 base64url characters of the bytes' SHA-256.
std::string etagOf(std::string_view bytes);

struct MemberWrite {
    std::string_view name;
    const Document& document;  ///< of `bytes`: what the indexes are made from
    std::string_view bytes;
    std::string_view uid;
    ComponentKind component = ComponentKind::other;  ///< calendars only
    RecordKind recordKind = RecordKind::object;
    std::int64_t recordRow = 0;  ///< 0: an object without record
    bool quiet = false;          ///< only others' answers came in: the Schedule-Tag stays (RFC 6638 §3.2.10)
};
struct MemberWritten {
    MemberId id = 0;
    std::string etag, scheduleTag;
    bool created = false, changed = true;  ///< changed false: the same bytes and record were there, nothing was written
    std::optional<OldObject> old;          ///< what was replaced: for remember(), or else forget()
};
/// Creates or replaces a member: takes the collection's next change number, stores the bytes, indexes them.
MemberWritten writeMember(Connection&, const Collection&, const MemberWrite&);
/// The same, when its row was read already (nullopt: there is none). Once for each `current`.
MemberWritten writeMember(Connection&, const Collection&, const MemberWrite&,
                          const std::optional<StoredMember>& current);

/// Gives a member the collection's next change number and leaves the rest: it was written to, and nothing became of it.
void touchMember(Connection&, const StoredMember& current);

/// Makes a member a tombstone. @returns what it held, for remember(), or else forget(); nullopt: there is no live
/// member of that name
[[nodiscard]] std::optional<OldObject> dropMember(Connection&, const Collection&, std::string_view name);
[[nodiscard]] OldObject dropMember(Connection&, const Collection&, const StoredMember& current);
/// Bytes of what was replaced or removed.
std::string bytesOf(Connection&, const OldObject&);
/// Those that no history is to keep.
void forget(Connection&, const OldObject&);
inline void forget(Connection& db, const std::optional<OldObject>& old) {
    if (old) forget(db, *old);
}

// Reading verbs of the facade (store.h).
/// The same of one whose bytes are few, in one statement; nullopt: they are many.
std::optional<bool> visitSmallObject(Connection&, const Sight&, std::string_view name, const VisitMember&);
bool visitObject(Connection&, const Sight&, std::string_view name, const VisitMember&);
void visitMembers(Connection&, const Sight&, MemberDetail, const VisitMember&);
void visitNamed(Connection&, const Sight&, std::span<const std::string> names, bool withBytes, const VisitMember&);

/// Gives member `target` of collection `to` the dead properties of `from`, and no others.
void copyDeadProperties(Connection&, const Member& from, CollectionId to, MemberId target);

/// Ties a member to another record (or none), without a change for clients.
void relinkMember(Connection&, MemberId, RecordKind, std::int64_t row);

}  // namespace crmdav
