#pragma once
#include <optional>
#include <string>
#include <vector>

#include "bridge/google/api.h"
#include "bridge/google/event.h"

namespace crmdav::google {

/// Google Calendar API v3.
class Calendar {
public:
    /// @param notify  guests get mails about what is written (rule B12)
    Calendar(Api& api, std::string baseUrl, EventOptions options, bool notify)
        : api_(api), base_(std::move(baseUrl)), options_(std::move(options)), notify_(notify) {}

    std::vector<RemoteCollection> list();
    /// Series that were touched come whole, after the pages that named them: exceptions come in any order, and with or
    /// without their series. @throws CursorExpired, CollectionGone
    ChangePage changes(const std::string& calendar, const std::string& cursor, Instant from);
    std::optional<RemoteItem> read(const std::string& calendar, const std::string& id);

    Written create(const std::string& calendar, const Id& key, const Activity&);
    Written update(const std::string& calendar, const RemoteItem& base, const Activity& before, const Activity& after);
    void remove(const std::string& calendar, const RemoteItem& base);
    Written restore(const std::string& calendar, const RemoteItem& was);

    std::vector<BusyPeriod> busy(const std::vector<std::string>& calendars, const TimeRange&);

    Push subscribe(const std::string& calendar, const std::string& callback, const std::string& secret);
    void unsubscribe(const Push&);

    const EventOptions& options() const noexcept { return options_; }

private:
    struct Round;  // changes.cpp

    std::string events(const std::string& calendar) const;
    std::string event(const std::string& calendar, const std::string& id) const;
    std::optional<Json> get(const std::string& calendar, const std::string& id);
    std::vector<Json> exceptionsOf(const std::string& calendar, const Json& master);
    std::optional<RemoteItem> whole(const std::string& calendar, const std::optional<Json>& master);
    ChangePage page(const std::string& calendar, Round);
    ChangePage leftSeries(const std::string& calendar, Round);

    Answer write(const std::string& method, const std::string& url, const Json& body, const std::string& ifMatch);
    Json patch(const std::string& calendar, const Json& event, const Json& body);
    std::optional<Json> instance(const std::string& calendar, const std::string& series, const When& original);
    bool writeOccurrences(const std::string& calendar, const RemoteItem& now, const Activity& after);
    Written change(const std::string& calendar, const RemoteItem& base, const Activity& before, const Activity& after);
    Written insert(const std::string& calendar, Json body, const std::string& key, const Activity& wanted);
    Activity activityOf(const RemoteItem&) const;

    Api& api_;
    std::string base_;
    EventOptions options_;
    bool notify_;
};

}  // namespace crmdav::google
