#pragma once
#include "bridge/dav/login.h"
#include "bridge/http_client.h"
#include "bridge/provider.h"

namespace crmdav {

/// Any CalDAV/CardDAV server, iCloud included.
/// - Collections are the paths of their addresses, items the last segment of theirs, so that they stay what they are
///   when the account moves to another host.
/// - `raw` is the object's text. A card of the group that contacts are limited to has X-CRMDAV-GROUP in it, which is
///   never written.
/// - Cursors are JSON: a sync token (RFC 6578). A server that has none is compared with what was seen.
class DavProvider : public Provider {
public:
    DavProvider(HttpClient& http, DavLogin login);
    ~DavProvider() override;

    /// What discovery found, to be kept for the next one: it spares its calls. May have changed after any call.
    std::string found() const;

    RemoteIdentity identify() override;
    std::vector<RemoteCollection> collections(SyncKind) override;
    std::vector<RemoteGroup> groups() override;
    ChangePage changes(SyncKind, const std::string& collection, const std::string& cursor, Instant from) override;
    void setSeen(const SeenMembers&) override;
    std::optional<RemoteItem> read(SyncKind, const std::string& collection, const std::string& id) override;
    Written create(SyncKind, const std::string& collection, const Id& key, const Record&) override;
    std::string contactMadeBy(const std::string& collection, const Id& key) override;
    Written update(SyncKind, const std::string& collection, const RemoteItem& base, const Record& before,
                   const Record& after) override;
    void remove(SyncKind, const std::string& collection, const RemoteItem& base) override;
    /// While the record is there, only over the version that `was` names.
    Written restore(SyncKind, const std::string& collection, const RemoteItem& was) override;
    Remote parse(SyncKind, const std::string& raw) const override;
    Record held(const Record&) const override;
    bool takesGuests() const override;
    std::optional<std::string> photo(const std::string& collection, const RemoteItem&) override;
    std::vector<BusyPeriod> busy(const std::vector<std::string>& calendars, const TimeRange&) override;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace crmdav
