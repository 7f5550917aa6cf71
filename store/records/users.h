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
std::string setting(Connection&, std::string_view name);
void saveSetting(Connection&, const Actor&, std::string_view name, std::string_view value, std::string_view shown);

std::vector<User> users(Connection&);
std::optional<User> user(Connection&, std::string_view login);
std::optional<User> userById(Connection&, std::int64_t id);
std::vector<User> principals(Connection&);
std::optional<User> principal(Connection&, std::string_view login);
User addUser(Connection&, const Actor&, const User&);
User saveUser(Connection&, const Actor&, const User&);
void removeUser(Connection&, const Actor&, std::int64_t user, std::int64_t heir);
void handOverRecords(Connection&, const Actor&, std::int64_t user, std::int64_t heir);
std::optional<Credentials> credentials(Connection&, std::string_view login);
void setPasswordHash(Connection&, const Actor&, std::int64_t user, const std::string& hash);

/// The active user whose address that is; `email` normalised. 0: nobody's.
std::int64_t userOfEmail(Connection&, std::string_view email);
/// Zone of the user, else of the organisation.
std::string zoneOfUser(Connection&, std::int64_t user);

/// @throws InvalidField  not a login, or one that a user or a team has already
void requireFreeLogin(Connection&, const char* field, std::string_view login);

/// Who may have passwords. @throws InvalidField  it is a room or a resource
void requirePerson(const User&);

/// Of `users u`, as readUser() takes them from column `first` on.
#define USER_COLUMNS \
    "u.id, u.login, u.name, u.email, u.other_emails, u.role, u.active, u.zone, u.visibility, u.per_type, u.kind"
inline constexpr int userColumnCount = 11;
User readUser(const Rows&, int first = 0);

}  // namespace crmdav
