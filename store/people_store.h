#pragma once
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/people.h"

namespace crmdav {

/// Users, teams, the organisation, and how they sign in: a part of the Store. A verb throws StoreError or StoreBusy
/// where the database fails.
class PeopleStore {
public:
    virtual ~PeopleStore() = default;

    virtual Organisation organisation() const = 0;
    virtual void saveOrganisation(const Actor&, const Organisation&) = 0;
    /// What admins set beside it, by name; empty: not set. Of secrets, the encrypted form.
    virtual std::string setting(std::string_view name) const = 0;
    /// @param shown  what the history says of it: of a secret or a picture not the value
    virtual void saveSetting(const Actor&, std::string_view name, std::string_view value, std::string_view shown) = 0;
    virtual std::vector<User> users() const = 0;  ///< rooms and resources included
    virtual std::optional<User> user(std::string_view login) const = 0;
    virtual std::optional<User> userById(std::int64_t id) const = 0;
    /// Creates a user with the homes and collections of product.md. @throws InvalidField login taken or malformed
    virtual User addUser(const Actor&, const User&) = 0;
    virtual User saveUser(const Actor&, const User&) = 0;
    /// Removes the user; their records go to `heir` (0: to the trash).
    virtual void removeUser(const Actor&, std::int64_t user, std::int64_t heir) = 0;
    /// What a user who is switched off has goes to `heir`; the user stays, with empty calendars of their own.
    /// @throws NotFound; InvalidField  the user is active, or the heir isn't
    virtual void handOverRecords(const Actor&, std::int64_t user, std::int64_t heir) = 0;
    /// Users and teams, a team with its key as login: what has the address of a principal. In order of their logins.
    virtual std::vector<User> principals() const = 0;
    virtual std::optional<User> principal(std::string_view login) const = 0;
    virtual std::vector<Team> teams() const = 0;  ///< in order of their keys
    virtual std::optional<Team> team(std::string_view key) const = 0;
    /// New (id 0) or changed. @throws NotFound; InvalidField  key taken or malformed, an unknown member, or one in
    /// which the team itself is
    virtual Team saveTeam(const Actor&, const Team&) = 0;
    virtual void removeTeam(const Actor&, std::int64_t team) = 0;
    /// Logins and keys of a team's members, sorted. @param expanded  also the members of the teams in it
    virtual std::vector<std::string> membersOf(std::int64_t team, bool expanded) const = 0;
    /// Keys of the teams that a user or team is a member of, sorted. @param expanded  also through another team
    virtual std::vector<std::string> teamsOf(std::int64_t principal, bool expanded) const = 0;
    /// Of a person: rooms, resources and teams have none.
    virtual std::optional<Credentials> credentials(std::string_view login) const = 0;
    virtual void setPasswordHash(const Actor&, std::int64_t user, const std::string& hash) = 0;
    virtual NewAppPassword addAppPassword(const Actor&, std::int64_t user, const std::string& label, const Scope&,
                                          std::optional<Instant> expires) = 0;
    virtual std::vector<AppPassword> appPasswords(std::int64_t user) const = 0;
    virtual void revokeAppPassword(const Actor&, std::int64_t user, const Id&) = 0;
    struct SignedIn {
        User user;
        AppPassword password;
    };
    /// One look-up by SHA-256; nullopt when unknown, revoked, expired, of another login, or its user is switched off.
    /// @param login empty: a Bearer token, any user
    virtual std::optional<SignedIn> signIn(std::string_view login, std::string_view secret) const = 0;
    /// Failed sign-ins at any process, by keys that the caller makes and that say nothing by themselves. They count for
    /// an hour after the last one; of more than 10,000 keys the oldest are forgotten.
    struct Failures {
        std::int64_t count = 0;
        std::chrono::seconds ago{0};  ///< the last one
    };
    virtual std::vector<Failures> failures(std::span<const std::string> keys) const = 0;  ///< in their order
    virtual void noteFailure(std::span<const std::string> keys) = 0;
    virtual void forgetFailures(const std::string& key) = 0;
    /// Notes last use; cheap, written in batches.
    virtual void touchAppPassword(const Id&, const std::string& address, const std::string& agent) = 0;
    /// A browser that signed in: its secret is in the answer this once. @param life  how long it is good for
    virtual NewConsoleSession addSession(const Actor&, std::int64_t user, std::chrono::seconds life) = 0;
    struct SessionUser {
        User user;
        ConsoleSession session;
    };
    /// One look-up by SHA-256; nullopt when unknown, ended, expired, or its user is switched off or removed.
    virtual std::optional<SessionUser> session(std::string_view secret) const = 0;
    virtual std::vector<ConsoleSession> sessions(std::int64_t user) const = 0;  ///< those that are good, newest first
    /// Notes last use, and is good for `life` from now.
    virtual void touchSession(const Id&, std::chrono::seconds life) = 0;
    virtual void endSession(const Actor&, std::int64_t user, const Id&) = 0;  ///< @throws NotFound
    /// @param except  that one stays; empty: none does. @returns how many ended
    virtual std::size_t endSessions(const Actor&, std::int64_t user, const Id& except) = 0;
    virtual Feed addFeed(const Actor&, std::int64_t user, CollectionId, Detail, const std::string& label) = 0;
    virtual std::vector<Feed> feeds(std::int64_t user) const = 0;
    virtual std::optional<Feed> feed(std::string_view secret) const = 0;
    /// Another secret, in the answer this once; the old one opens nothing any more. @throws NotFound  also when revoked
    virtual Feed renewFeed(const Actor&, std::int64_t user, const Id&) = 0;
    virtual void revokeFeed(const Actor&, std::int64_t user, const Id&) = 0;
};

}  // namespace crmdav
