#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/content_lines.h"
#include "store/history/history.h"
#include "store/records/door.h"

/// What the records' own verbs do to the members of a record, with its bytes kept for the history.
namespace crmdav {

class Connection;

/// `uid` as a file name that is free in the collection, with `ending`.
std::string freeName(Connection&, const Collection&, std::string_view uid, std::string_view ending);

void addOwnMember(Connection&, const Collection&, const std::string& name, const Document&, const std::string& uid,
                  ComponentKind, const RecordRef&);

/// Lets `edit` change each member of the record; those that changed are written. @returns what they were
[[nodiscard]] std::vector<OldObject> editOwnMembers(Connection&, const RecordRef&,
                                                    const std::function<void(Document&, const Collection&)>& edit);

/// Removes all members of the record. @returns what they were
[[nodiscard]] std::vector<OldObject> dropOwnMembers(Connection&, const RecordRef&);

/// Carries out what the door said about a record's other members. @returns what they were
[[nodiscard]] std::vector<OldObject> carryOut(Connection&, const RecordRef&, const std::vector<MemberEdit>&);

}  // namespace crmdav
