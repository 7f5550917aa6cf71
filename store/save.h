#pragma once
#include <string_view>

#include "store/objects.h"

/// THE door: the only writer of members on behalf of a client. Each verb is one transaction: permission, precondition,
/// object, record, the record's other members, change log, indexes and history take effect together or not at all.
/// What they throw is said in store.h.
namespace crmdav {

class Connection;
class Database;
struct Actor;

Saved saveObject(Database&, const Actor&, CollectionId, std::string_view name, std::string_view bytes,
                 const Precondition&);
void removeObject(Connection&, const Actor&, CollectionId, std::string_view name, const Precondition&);
Saved transferObject(Connection&, const Actor&, CollectionId from, std::string_view name, CollectionId to,
                     std::string_view target, bool move, bool overwrite, const Precondition&);

}  // namespace crmdav
