#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bridge/provider.h"

namespace crmdav {

/// A provider's server in memory: several providers may be made for it, as for several runs. Objects are iCalendar and
/// vCard bytes; what happened is a log, and a cursor a place in it.
class MemoryServer {
public:
    struct Object {
        std::string raw, uid;
        std::int64_t version = 0;
        bool gone = false;
        std::string key;  ///< idempotency key it was created with
    };
    std::map<std::string, std::map<std::string, Object>> collections;  ///< collection → id
    std::int64_t clock = 0;                                            ///< of changes
    std::int64_t oldest = 0;                                           ///< cursors from before it have expired
    std::size_t page = 7;                                              ///< items of a page
    bool guests = true;
    bool tellsTimes = true;  ///< LAST-MODIFIED is known
    bool hideAll = false;    ///< listings are empty, as if nothing were there
    bool marks = true;       ///< contacts keep the mark of who made them (I1)
    bool coarse = false;     ///< holds no reminders, and 3 email addresses at most
    std::vector<std::string> emails{"anna@example.com"};
    std::set<std::string> busyOnly;  ///< collections of which only busy times can be read
    std::set<std::string> readOnly;  ///< … which can't be written to
    int calls = 0, writes = 0, made = 0;
    std::function<bool()> stutters;  ///< true: a page without anything new comes next
    /// Called before and after each call with its name; may throw.
    std::function<void(const std::string& call, bool after)> fault;

    // As its owner edits it there.
    std::string put(const std::string& collection, const std::string& id, const std::string& raw);
    void remove(const std::string& collection, const std::string& id);
    std::vector<std::string> ids(const std::string& collection) const;  ///< of what is there
    const Object& at(const std::string& collection, const std::string& id) const;
    void expireCursors() { oldest = ++clock; }
};

class MemoryProvider : public Provider {
public:
    explicit MemoryProvider(MemoryServer& server) : server_(server) {}
    RemoteIdentity identify() override;
    std::vector<RemoteCollection> collections(SyncKind) override;
    std::vector<RemoteGroup> groups() override { return {{"friends", "Friends"}}; }
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
    bool takesGuests() const override { return server_.guests; }
    std::optional<std::string> photo(const std::string& collection, const RemoteItem&) override;
    std::vector<BusyPeriod> busy(const std::vector<std::string>&, const TimeRange&) override;

private:
    struct Call;
    ChangePage stutter(const std::string& collection, const std::string& cursor, bool listing);
    RemoteItem itemOf(const std::string& id, const MemoryServer::Object&) const;
    void requireWritable(const std::string& collection) const;
    MemoryServer::Object& current(const std::string& collection, const RemoteItem& base);

    MemoryServer& server_;
};

}  // namespace crmdav
