#pragma once
#include <string>

#include "store/history.h"
#include "store/model.h"

/// Verbs that are the same for all kinds of records.
namespace crmdav {

class Connection;

/// To the trash, with all members. @throws NotFound, Forbidden, PreconditionFailed
void removeRecord(Connection&, const Actor&, RecordKind, const Id&, const std::string& based);

/// Name or subject of a record; for histories and lists.
std::string titleOfRecord(Connection&, RecordKind, std::int64_t row);

/// May the user see the record, in the trash too? Their own and the organisation's; activities they take part in.
/// @throws NotFound  no
void requireVisible(Connection&, std::int64_t user, RecordKind, std::int64_t row, std::int64_t owner);

}  // namespace crmdav
