#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bridge/outlook/calls.h"
#include "bridge/outlook/contact.h"

namespace crmdav::outlook {

/// A login's contacts at Microsoft Graph: Provider's verbs for them. The usual folder is called "contacts".
class Contacts {
public:
    explicit Contacts(Calls& calls) : calls_(calls) {}

    std::vector<RemoteCollection> folders();
    ChangePage changes(const std::string& folder, const std::string& cursor);
    std::optional<RemoteItem> read(const std::string& id);
    /// The id of what an earlier create() with this key made; empty: nothing.
    std::string made(const std::string& folder, const Id& key);
    /// Contacts have no transactions: before each creation it is looked whether the key made one already (rule I1).
    Written create(const std::string& folder, const Id& key, const Contact&);
    Written update(const RemoteItem& base, const Contact& before, const Contact& after);
    void remove(const RemoteItem& base);
    Written restore(const std::string& folder, const RemoteItem& was);
    void expectPhotos(const std::vector<std::string>& ids);
    std::optional<std::string> photo(const std::string& id);

private:
    RemoteItem unchanged(const std::string& id, const Contact& before);
    Json write(const std::string& method, RemoteItem current, const Contact& before, const std::string& body);
    void fetchPhotos(const std::string& first);
    void addFolders(const std::string& place, int depth, std::vector<RemoteCollection>& all);

    Calls& calls_;
    std::vector<std::string> expected_;                           ///< photos may be asked for, in this order
    std::map<std::string, std::optional<std::string>> photos_{};  ///< that were fetched in advance; nullopt: none
};

}  // namespace crmdav::outlook
