#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/model.h"
#include "store/people.h"

/// Users and the organisation. The verbs of store.h, inside the caller's transaction.
namespace crmdav {

class Connection;
class Rows;

Organisation organisation(Connection&);
void saveOrganisation(Connection&, const Actor&, const Organisation&);

std::vector<User> users(Connection&);
std::optional<User> user(Connection&, std::string_view login);
std::optional<User> userById(Connection&, std::int64_t id);
User addUser(Connection&, const Actor&, const User&);
User saveUser(Connection&, const Actor&, const User&);
void removeUser(Connection&, const Actor&, std::int64_t user, std::int64_t heir);
std::optional<Credentials> credentials(Connection&, std::string_view login);
void setPasswordHash(Connection&, const Actor&, std::int64_t user, const std::string& hash);

/// The active user whose address that is; `email` normalised. 0: nobody's.
std::int64_t userOfEmail(Connection&, std::string_view email);
/// Zone of the user, else of the organisation.
std::string zoneOfUser(Connection&, std::int64_t user);

/// Reads id, login, name, email, other_emails, role, active, zone, visibility, per_type from column `first` on.
inline constexpr int userColumnCount = 10;
User readUser(const Rows&, int first = 0);

}  // namespace crmdav
