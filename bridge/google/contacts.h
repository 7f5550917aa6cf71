#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bridge/google/api.h"
#include "bridge/google/person.h"

namespace crmdav::google {

/// Google People API v1: one collection, whose changes are listed with delay.
class Contacts {
public:
    /// @param newIn  group that new contacts are put in besides myContacts: "starred", a resource name; empty: none
    Contacts(Api& api, std::string baseUrl, std::string newIn, std::function<Instant()> now)
        : api_(api), base_(std::move(baseUrl)), newIn_(std::move(newIn)), now_(std::move(now)) {}

    std::vector<RemoteCollection> list() const;
    std::vector<RemoteGroup> groups();
    /// @throws CursorExpired  also on the sixth day: sync tokens end on the seventh, however often they are renewed
    ChangePage changes(const std::string& cursor);
    std::optional<RemoteItem> read(const std::string& id);

    /// Google knows no key: whether an earlier try made it is looked up, unless the key (UUIDv7) is brand new.
    /// @throws TryLater  an earlier try is so young that Google's lists needn't have it yet
    Written create(const Id& key, const Contact&);
    Written update(const RemoteItem& base, const Contact& before, const Contact& after);
    void remove(const RemoteItem& base);
    Written restore(const RemoteItem& was);
    std::optional<std::string> photo(const RemoteItem&);

private:
    std::optional<Json> get(const std::string& id);
    /// As it is now, if the user's own fields are as in `base`. @throws Changed, Gone
    Json unchanged(const RemoteItem& base);
    Written write(const Json& person, const PersonChange&);
    std::optional<Json> made(const Id& key);
    std::string person(const std::string& id, const std::string& verb = {}) const;

    Api& api_;
    std::string base_, newIn_;
    std::function<Instant()> now_;
    std::optional<std::map<std::string, std::string>> marks_;  ///< key → resource name, as listed once
};

}  // namespace crmdav::google
