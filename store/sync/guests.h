#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "store/sync.h"

/// Guests by whom a synced event is an activity or a block (rule B4). Verbs of SyncStore, inside the caller's
/// transaction; but for regardGuests they are the runs'.
namespace crmdav {

class Connection;
struct ScopeRow;

std::vector<std::string> contactsAmong(Connection&, std::int64_t user, std::span<const std::string> emails);
std::vector<WatchedGuest> watchedGuests(Connection&, const Id& link);
void watchGuests(Connection&, const Id& link, std::span<const WatchedGuest>);

/// Contacts came to, or lost, these addresses (normal form): what is watched for them is to be looked at, and soon.
void regardGuests(Connection&, std::span<const std::string> emails);
/// Stages the links whose guests were regarded.
void stageRegarded(Connection&, const ScopeRow&);
/// The link, or the person, is no more.
void forgetGuestsOf(Connection&, const std::string& link);
void forgetGuests(Connection&, std::span<const std::string> emails);

}  // namespace crmdav
