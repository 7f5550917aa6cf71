#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bridge/outlook/calls.h"
#include "bridge/outlook/event.h"

namespace crmdav::outlook {

/// A login's calendars at Microsoft Graph: Provider's verbs for events.
class Events {
public:
    using Clock = std::function<Instant()>;
    Events(Calls& calls, EventOptions options, Clock now)
        : calls_(calls), options_(std::move(options)), now_(std::move(now)) {}

    const EventOptions& options() const noexcept { return options_; }

    ChangePage changes(const std::string& calendar, const std::string& cursor, Instant from);
    std::optional<RemoteItem> read(const std::string& calendar, const std::string& id);
    Written create(const std::string& calendar, const Id& key, const Activity&);
    /// @param own  addresses of the login: whose answer to an invitation is its own
    Written update(const RemoteItem& base, const Activity& before, const Activity& after,
                   const std::function<std::vector<std::string>()>& own);
    void remove(const RemoteItem& base);
    Written restore(const std::string& calendar, const RemoteItem& was);
    std::vector<BusyPeriod> busy(const std::string& calendar, const TimeRange&);

private:
    struct Cursor;
    struct Page;

    // ---- reading: changes.cpp, series.cpp
    /// End of a window that begins to be read now.
    Instant horizon() const;
    Cursor begin(Instant from) const;
    Json ask(const std::string& calendar, const Cursor&);
    void take(const std::string& calendar, const Json& entry, Page&);
    std::vector<Json> found(const std::string& calendar, const std::string& filter);
    void complete(const std::string& calendar, const Cursor&, Page&);
    /// A single event, or a series with its exceptions; of an occurrence the whole series. nullopt: it isn't there.
    std::optional<RemoteItem> whole(const std::string& id);
    std::optional<RemoteItem> series(const std::string& id);
    bool isIn(const std::string& calendar, const std::string& id);
    void addFromInstances(const std::string& id, const Json& master, JsonWriter& exceptions, JsonWriter& cancelled);

    // ---- writing: write.cpp, exceptions.cpp
    /// As it is now. @throws Changed  its fields aren't those of `before`; Gone
    RemoteItem unchanged(const std::string& id, const Activity& before);
    /// Conditional on what `before` says; repeats where only the version is another. @returns the answer's JSON
    Json write(const std::string& method, RemoteItem current, const Activity& before, const std::string& body);
    void answer(const std::string& id, const Activity& before, const Activity& after,
                const std::vector<std::string>& own);
    std::optional<RemoteItem> created(const std::string& calendar, const std::string& key, const Answer&);
    RemoteItem finished(RemoteItem, const Activity& wanted);
    /// Brings the exceptions of a series to what is wanted.
    /// @param before  only those that differ from these; null: all
    RemoteItem settle(const std::string& id, const Activity& wanted, const Activity* before);
    bool settleOne(const RemoteItem& item, const Exception& current, const Exception& wanted);
    bool bringBack(const std::string& id, const RemoteItem& item);
    Json instance(const std::string& id, const When& original, const RemoteItem& item);

    Calls& calls_;
    EventOptions options_;
    Clock now_;
    std::set<std::string> loaded_;  // series read in this round of changes: spares reading them for each occurrence
};

/// Its address at Graph.
std::string eventPlace(const std::string& id);

/// A raw form, and what the engine wants to know of it.
RemoteItem itemOf(std::string raw);

}  // namespace crmdav::outlook
