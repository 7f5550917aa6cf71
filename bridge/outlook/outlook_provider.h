#pragma once
#include <string>
#include <vector>

#include "bridge/outlook/contacts.h"
#include "bridge/outlook/events.h"
#include "bridge/provider.h"

namespace crmdav {

struct OutlookOptions {
    std::string zone = "UTC";   ///< IANA: the owner's, of floating times
    bool notifyGuests = false;  ///< guests are written to events, and Outlook mails them (B12)
};

/// Outlook by Microsoft Graph v1.0. Marks of creations (rule I1): an event's is there in every answer, as its
/// transaction; a contact's only in what read() gives.
class OutlookProvider : public Provider {
public:
    using Clock = std::function<Instant()>;
    /// @param base  https://graph.microsoft.com/v1.0, or that of a national cloud
    OutlookProvider(HttpClient& http, std::string base, outlook::AccessToken token, OutlookOptions options, Clock now);

    RemoteIdentity identify() override;
    std::vector<RemoteCollection> collections(SyncKind) override;
    std::vector<RemoteGroup> groups() override { return {}; }  // D1: all
    ChangePage changes(SyncKind, const std::string& collection, const std::string& cursor, Instant from) override;
    std::optional<RemoteItem> read(SyncKind, const std::string& collection, const std::string& id) override;
    Written create(SyncKind, const std::string& collection, const Id& key, const Record&) override;
    std::string contactMadeBy(const std::string& collection, const Id& key) override;
    Written update(SyncKind, const std::string& collection, const RemoteItem& base, const Record& before,
                   const Record& after) override;
    void remove(SyncKind, const std::string& collection, const RemoteItem& base) override;
    Written restore(SyncKind, const std::string& collection, const RemoteItem& was) override;
    Remote parse(SyncKind, const std::string& raw) const override;
    Record held(const Record&) const override;
    bool takesGuests() const override { return events_.options().guests; }
    void expectPhotos(const std::vector<std::string>& ids) override;
    std::optional<std::string> photo(const std::string& collection, const RemoteItem&) override;
    std::vector<BusyPeriod> busy(const std::vector<std::string>& calendars, const TimeRange&) override;
    std::optional<Push> subscribe(SyncKind, const std::string& collection, const std::string& callback,
                                  const std::string& secret) override;
    std::optional<Push> renew(const Push&) override;
    void unsubscribe(const Push&) override;

private:
    std::vector<RemoteCollection> calendars();
    std::string subscription(const std::string& resource, const std::string& callback, const std::string& secret) const;

    outlook::Calls calls_;
    outlook::Events events_;
    outlook::Contacts contacts_;
    Clock now_;
};

}  // namespace crmdav
