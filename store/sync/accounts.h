#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/sync.h"

/// Accounts, their secrets, and their two sides. Verbs of SyncStore, inside the caller's transaction.
namespace crmdav {

class Connection;

std::vector<Account> accounts(Connection&, std::int64_t user);
std::optional<Account> account(Connection&, const Id&);
Account saveAccount(Connection&, const Account&);
void removeAccount(Connection&, const Id&);
std::string secret(Connection&, const Id& account);
void saveSecret(Connection&, const Id& account, std::string_view encrypted);

std::optional<SyncSide> side(Connection&, const Id& account, SyncKind);
std::vector<SyncSide> sides(Connection&);
std::vector<SyncSide> sidesToRun(Connection&, Instant now);
void saveSide(Connection&, const SyncSide&);
void saveCursor(Connection&, const SyncScope&, std::int64_t localCursor);

// wake.cpp
/// Whether a side could be woken at all: else nobody needs to write.
bool anySleeps(Connection&);
/// As SyncStore says, for the entries after `since` up to `until`.
void wakeForChanges(Connection&, std::int64_t since, std::int64_t until);

}  // namespace crmdav
