#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "store/sync.h"

/// Subscriptions to notifications. Verbs of PushStore, inside the caller's transaction.
namespace crmdav {

class Connection;

std::vector<SyncPush> pushes(Connection&, const Id& account, SyncKind);
std::optional<SyncPush> push(Connection&, std::string_view id);
void savePush(Connection&, const SyncPush&);
void removePush(Connection&, std::string_view id);

/// Whether the side could be woken: else nobody needs to write.
bool sleeps(Connection&, const Id& account, SyncKind);
void wake(Connection&, const Id& account, SyncKind);

}  // namespace crmdav
