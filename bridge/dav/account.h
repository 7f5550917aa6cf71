#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bridge/dav/changes.h"
#include "bridge/dav/discovery.h"
#include "bridge/dav/group_cards.h"

/// A login at a DAV server: who it is, where its collections are.
namespace crmdav {

struct OpenCollection {
    OpenCollection(DavCollection opened, std::optional<std::string> group, const std::string& groupId)
        : collection(std::move(opened)), changes(collection), groups(collection, std::move(group), groupId) {}
    OpenCollection(const OpenCollection&) = delete;
    OpenCollection& operator=(const OpenCollection&) = delete;

    DavCollection collection;
    DavChanges changes;
    GroupMembership groups;
    std::optional<bool> verbatim;  ///< whether it keeps what it is given; nullopt: not seen yet
};

class DavAccount {
public:
    DavAccount(HttpClient& http, DavLogin login);

    const DavLogin& login() const { return login_; }
    const DavFound& found() const { return found_; }

    RemoteIdentity identify();
    std::vector<RemoteCollection> collections(SyncKind);
    std::vector<RemoteGroup> groups();

    /// Does something with a collection. Where it isn't found, and what discovery found may be old, once more after
    /// another discovery.
    template <typename Work>
    auto with(SyncKind kind, const std::string& id, const Work& work) {
        return again(kind, [&] { return work(open(kind, id)); });
    }

    /// What an address of the account's own hosts holds; empty: nothing, or it is elsewhere.
    std::string download(const std::string& url);

private:
    template <typename Work>
    auto again(SyncKind kind, const Work& work) {
        try {
            requireHome(kind);
            return work();
        } catch (const CollectionGone&) {
            if (!rediscover(kind)) throw;
        } catch (const HostFailed&) {
            if (!rediscover(kind)) throw;
        }
        return work();
    }
    void find(SyncKind kind);
    void requireHome(SyncKind kind);
    bool rediscover(SyncKind kind);
    OpenCollection& open(SyncKind kind, const std::string& id);
    std::string urlOf(SyncKind kind, const std::string& id);
    std::string idOf(SyncKind kind, const std::string& url);
    std::string defaultCalendar();
    std::vector<RemoteCollection> listHomes(SyncKind kind);

    DavLogin login_;
    DavFound found_;
    DavSession session_;
    std::set<SyncKind> fresh_;  ///< kinds of which the homes were found by this very object
    std::map<std::pair<SyncKind, std::string>, std::unique_ptr<OpenCollection>> open_;
};

}  // namespace crmdav
