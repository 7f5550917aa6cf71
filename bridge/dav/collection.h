#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/dav/members.h"
#include "bridge/dav/session.h"

/// A collection of calendar objects or cards at a DAV server: what is in it, what changed, and single objects.
namespace crmdav {

/// Answer of a sync-collection REPORT.
struct DavDelta {
    DavMembers members;
    std::string token;
    bool truncated = false;  ///< ask again with the token (RFC 6578 §3.6)
};

struct DavListing {
    DavMembers members;
    std::string ctag;  ///< empty: the server has none
};

/// An object as it is stored.
struct DavObject {
    std::string etag, bytes;
};

class DavCollection {
public:
    DavCollection(DavSession& session, SyncKind kind, std::string_view url);

    /// RFC 6578. @param token  empty: all there is
    /// @returns nullopt: the server can't
    /// @throws CursorExpired, CollectionGone
    std::optional<DavDelta> sync(const std::string& token);
    /// Changes with any change in the collection; empty: the server has none.
    std::string ctag();
    DavListing list();  ///< PROPFIND

    /// Whole objects, in lots. What isn't there is `gone`; what can't be read has no `raw`. Line ends are CRLF.
    std::vector<RemoteItem> fetch(std::span<const std::string> names);
    /// GET, in the form in which it is stored. nullopt: it isn't there
    std::optional<DavObject> get(const std::string& name);

    /// Puts an object. @param condition  name and value of the header that makes it conditional
    /// @throws Refused  for good; CollectionGone
    /// @returns status 2xx; 412: the condition doesn't hold; 404, 410: there is no such object
    DavAnswered put(const std::string& name, const std::string& bytes,
                    const std::pair<std::string, std::string>& condition);
    /// The same of DELETE. @param quietly  nobody gets a mail that the owner declines (RFC 6638 §8.1)
    DavAnswered remove(const std::string& name, const std::string& etag, bool quietly);

    /// calendar-query by time: names of events. nullopt: the server can't
    std::optional<DavMembers> inRange(const TimeRange&);
    /// addressbook-query: cards that say they are groups. nullopt: the server can't
    std::optional<DavMembers> groupCards();
    /// free-busy-query: a VCALENDAR. nullopt: the server can't
    std::optional<std::string> freeBusy(const TimeRange&);

    const std::string& url() const { return url_; }
    SyncKind kind() const { return kind_; }

    /// Name of a member by an href of it; empty: it is none of this collection's.
    std::string nameOf(std::string_view href) const;

private:
    std::optional<DavMembers> query(std::string_view root, std::string_view filter);
    DavAnswered report(const std::string& body, std::optional<int> depth, MultistatusStream::Each each = {});
    void addMember(const ReadResponse&, DavMembers&) const;
    bool fetchLot(std::span<const std::string> names, std::vector<RemoteItem>& out);
    void fetchOne(const std::string& name, std::vector<RemoteItem>& out);
    DavAnswered settled(DavAnswered);
    void requireThere();

    DavSession& session_;
    SyncKind kind_;
    std::string url_;       ///< canonical, with a slash at its end
    bool multiget_ = true;  ///< false: the server has shown that it can't
};

/// UID of the first object in the text; empty: none, or it can't be read.
std::string uidIn(const std::string& raw);

}  // namespace crmdav
