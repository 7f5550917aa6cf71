#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bridge/dav/changes.h"
#include "bridge/dav/collection.h"

/// Groups of contacts: cards that name other cards (Apple's X-ADDRESSBOOKSERVER-KIND, RFC 6350 §6.1.4).
namespace crmdav {

/// @param thorough  an answer that names no groups isn't believed: all cards are read
std::vector<RemoteGroup> groupsIn(DavCollection&, const std::string& collection, bool thorough);

/// Which cards are in the group that contacts are limited to (rule D1). The group's card tells, not the contact's: a
/// contact that joins or leaves is reported although its card didn't change.
class GroupMembership {
public:
    /// @param group  name of the group's card; nullopt: contacts aren't limited; empty: to a group of another book
    GroupMembership(DavCollection& collection, std::optional<std::string> group, std::string id)
        : collection_(collection), group_(std::move(group)), id_(std::move(id)) {}

    /// As DavChanges::page, membership included.
    ChangePage page(DavChanges& changes, const std::string& cursor, const SeenAfter& seen);
    /// Writes into the cards whether they are in the group.
    void annotate(std::vector<RemoteItem>& items);
    /// Makes a card a member.
    void join(const std::string& uid);

private:
    const std::set<std::string>& members();
    std::vector<RemoteItem> moved(const std::set<std::string>& before);

    DavCollection& collection_;
    std::optional<std::string> group_;
    std::string id_;  ///< of the RemoteGroup
    std::optional<std::set<std::string>> members_;
};

}  // namespace crmdav
