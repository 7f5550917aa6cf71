#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/sync.h"

/// Who is told by webhook. Verbs of SyncStore, inside the caller's transaction.
namespace crmdav {

class Connection;

void announce(Connection&, const Announcement&);
std::vector<Webhook> webhooks(Connection&);
std::optional<Webhook> webhook(Connection&, const Id&);
Webhook saveWebhook(Connection&, const Webhook&, std::string_view secret);
std::string webhookSecret(Connection&, const Id&);
void removeWebhook(Connection&, const Id&);

}  // namespace crmdav
