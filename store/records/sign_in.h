#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

/// App passwords and feeds: random secrets of which only the SHA-256 is kept. The verbs of store.h.
namespace crmdav {

class Connection;
class Database;

NewAppPassword addAppPassword(Connection&, const Actor&, std::int64_t user, const std::string& label, const Scope&,
                              std::optional<Instant> expires);
std::vector<AppPassword> appPasswords(Connection&, std::int64_t user);
void revokeAppPassword(Connection&, const Actor&, std::int64_t user, const Id&);
std::optional<Store::SignedIn> signIn(Connection&, std::string_view login, std::string_view secret);

Feed addFeed(Connection&, const Actor&, std::int64_t user, CollectionId, Detail, const std::string& label);
std::vector<Feed> feeds(Connection&, std::int64_t user);
std::optional<Feed> feed(Connection&, std::string_view secret);
Feed renewFeed(Connection&, const Actor&, std::int64_t user, const Id&);
void revokeFeed(Connection&, const Actor&, std::int64_t user, const Id&);

/// Last uses of app passwords, gathered in memory and written together: a request must not cost a disk flush for them.
class LastUses {
public:
    struct Use {
        Instant at;
        std::string address, agent;
    };

    void note(const Id& password, Use use);
    /// What isn't written yet, put into the answer.
    void complete(std::vector<AppPassword>&) const;
    void write(Database&);  ///< all noted ones, in one transaction

private:
    mutable std::mutex mutex_;
    std::map<Id, Use> uses_;
};

}  // namespace crmdav
