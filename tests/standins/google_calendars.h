#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/standins/google_parts.h"

namespace crmdav::standins {

/// A mail that Google would have sent to guests.
struct GuestMail {
    std::string calendar, event, method;
};

/// A push message that Google would have posted.
struct PushMessage {
    std::string address, channel, token, resource, state;
};

/// The calendars of one login: Calendar API v3, and what their owner does at Google. Thread-safe.
class GoogleCalendars {
public:
    GoogleCalendars(std::string login, const GoogleQuirks& quirks, std::function<Instant()> now);

    Reply call(const Request&, const std::string& path);  ///< path after /calendar/v3

    // ---- what the user does
    void add(const std::string& id, const std::string& name, const std::string& role = "owner",
             const std::string& zone = "Europe/Zurich");
    void removeCalendar(const std::string& id);
    /// A new event; id and all that Google adds are made. @returns it whole
    Json insert(const std::string& calendar, Json event);
    /// Members of an event, or of one occurrence by its id; null removes.
    Json edit(const std::string& calendar, const std::string& id, const Json& members);
    void erase(const std::string& calendar, const std::string& id);
    std::optional<Json> find(const std::string& calendar, const std::string& id) const;  ///< deleted ones as well
    std::vector<Json> live(const std::string& calendar) const;  ///< masters, singles, exceptions; no tombstones
    void expireTokens(const std::string& calendar);

    const std::string& main() const noexcept { return login_; }
    std::vector<GuestMail> mails() const;
    std::vector<PushMessage> takeMessages();
    std::size_t channels() const;                       ///< that haven't lapsed
    std::function<void(const PushMessage&)> onMessage;  ///< each is also given to it

private:
    /// An event. Of an exception: only what differs from its series.
    struct Row {
        Json event;
        Json series;  ///< of an exception: the occurrence as it was when it became one
        std::uint64_t change = 0;
    };
    struct Entry {
        std::string name, role, zone;
        std::map<std::string, Row> rows;
        std::uint64_t change = 0, epoch = 1;
    };
    struct Channel {
        std::string id, calendar, address, token;
        Instant until{};
    };
    struct Write {
        std::string method, ifMatch, sendUpdates;
        bool byUser = false;
    };

    Entry& entry(const std::string& calendar);
    Row* row(Entry&, const std::string& id);
    std::optional<Json> known(Entry&, const std::string& id);  ///< also an occurrence that is none of the rows
    Json view(Entry&, const Row&);
    Json shown(const Entry&, Json event) const;
    Json change(const std::string& calendar, const std::string& id, const Json& members, bool whole, const Write&);
    void cancel(const std::string& calendar, const std::string& id, const Write&);
    void touch(const std::string& calendar, Entry&, Row&);
    void dropUnfit(Entry&, const Json& master);
    void requireMatch(const Json& event, const Write&) const;
    void mail(const std::string& calendar, const Json& before, const Json& after, const Write&);

    Reply list(const Request&, const std::string& calendar);
    Reply instances(const Request&, const std::string& calendar, const std::string& id);
    Reply calendarList(const Request&);
    Reply freeBusy(const Json& body);
    Reply watch(const std::string& calendar, const Json& body);
    void say(const Channel&, const std::string& state);
    Json insertEvent(const std::string& calendar, Json event, const Write&);

    mutable std::recursive_mutex mutex_;
    std::string login_;
    const GoogleQuirks& quirks_;
    std::function<Instant()> now_;
    std::map<std::string, Entry> calendars_;
    std::vector<GuestMail> mails_;
    std::vector<Channel> channels_;
    std::vector<PushMessage> messages_;
    std::uint64_t made_ = 0;
};

}  // namespace crmdav::standins
