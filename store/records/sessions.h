#pragma once
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "store/people_store.h"

/// Browsers that are signed in to the console: random secrets of which only the SHA-256 is kept. The verbs of
/// people_store.h.
namespace crmdav {

class Connection;

NewConsoleSession addSession(Connection&, const Actor&, std::int64_t user, std::chrono::seconds life);
std::optional<PeopleStore::SessionUser> session(Connection&, std::string_view secret);
std::vector<ConsoleSession> sessions(Connection&, std::int64_t user);
void touchSession(Connection&, const Id&, std::chrono::seconds life);
void endSession(Connection&, const Actor&, std::int64_t user, const Id&);
std::size_t endSessions(Connection&, const Actor&, std::int64_t user, const Id& except);
/// Those that are past.
void pruneSessions(Connection&);

}  // namespace crmdav
