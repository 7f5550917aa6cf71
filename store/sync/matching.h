#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "store/model.h"

/// Which record something of a provider is. Verbs of SyncStore, inside the caller's transaction.
namespace crmdav {

class Connection;

std::optional<Id> activityOfUid(Connection&, std::int64_t user, std::string_view uid);
std::vector<Id> contactsNamed(Connection&, std::int64_t owner, std::string_view matchName);
bool hadContact(Connection&, std::string_view email);
std::optional<Id> companyNamed(Connection&, std::string_view normalName);

}  // namespace crmdav
