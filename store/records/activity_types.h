#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "store/model.h"

/// The types that activities can have: seeded ones and the admin's. The verbs of store.h.
namespace crmdav {

class Connection;

/// A type with its key in the tables.
struct StoredType : ActivityType {
    std::int64_t row = 0;
};

std::vector<StoredType> storedTypes(Connection&);  ///< in order of the keys' making
const StoredType& defaultType(std::span<const StoredType>);
const StoredType* typeOfRow(std::span<const StoredType>, std::int64_t row);
const StoredType* typeOfId(std::span<const StoredType>, std::string_view id);

std::vector<ActivityType> activityTypes(Connection&);
ActivityType saveActivityType(Connection&, const Actor&, const ActivityType&, const std::string& based);
/// Its activities get the default type, and their objects name that instead. @throws InvalidField for the default type
/// itself
void removeActivityType(Connection&, const Actor&, const Id&);

/// Call, Meeting (the default), Lunch, Demo, Email.
void seedActivityTypes(Connection&);

}  // namespace crmdav
