#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/history.h"
#include "store/model.h"
#include "store/objects.h"

/// Where the objects' side of the save door meets the records' side: called by store/save.cpp inside the transaction
/// that writes the member, never by anybody else.
namespace crmdav {

class Connection;
class Document;

/// The record behind a member: what `members.record_kind` and `members.record_row` hold.
struct RecordRef {
    RecordKind kind = RecordKind::object;
    std::int64_t row = 0;
    Id id;
    friend bool operator==(const RecordRef&, const RecordRef&) = default;
};

/// What has to happen to another member of the same record; the caller carries it out with writeMember or dropMember.
struct MemberEdit {
    CollectionId collection = 0;
    std::string name;
    std::optional<std::string> bytes;  ///< nullopt: remove
    bool quiet = false;                ///< only others' answers change: the Schedule-Tag stays (RFC 6638 §3.2.10)
    bool message = false;              ///< goes into an inbox: no member of the record
};

struct ReadIn {
    std::optional<RecordRef> record;   ///< nullopt: an object without record
    std::string title;                 ///< subject or name, for the history; never empty for a record
    Deed deed = Deed::updated;         ///< created, updated, restored (PUT of a UID in the trash, D31), deleted
    std::int64_t owner = 0;            ///< the record's: who may see its history
    std::vector<FieldChange> changes;  ///< of the record's fields; empty for created
    std::vector<MemberEdit> others;
    std::optional<std::string> bytes;  ///< what is stored instead of what was sent
    bool appointment = false;  ///< Happening::appointment
    /// The type whose calendars the activity's members belong in: some may lie elsewhere, and move when all is written.
    Id settle;
};

/// Reads the mapped fields of an object that is about to be stored in `collection` into its record: made, changed,
/// joined by UID (rule C11), or revived from the trash by UID (D31).
/// Nothing for objects without a record: group cards, VJOURNAL, calendars' inboxes.
/// @param name      the member's name, for the copies that other users get
/// @param existing  the record of the member that is replaced
ReadIn readIntoRecord(Connection&, const Actor&, const Collection& collection, const std::string& name,
                      const Document& object, std::string_view bytes, const std::optional<RecordRef>& existing);

/// The record's member in `collection` goes away. The organiser's or last copy takes the record, with its other
/// members, to the trash; another's copy unlinks that user alone (rule C11).
/// @param member  its id, still with its bytes
ReadIn memberRemoved(Connection&, const Actor&, const Collection& collection, const RecordRef& record, MemberId member);

/// The member moved (RFC 4918 §9.9): the record's owner, privacy and type follow the collection.
ReadIn memberMoved(Connection&, const Actor&, const Collection& from, const Collection& to, const RecordRef& record,
                   std::string_view bytes);

}  // namespace crmdav
