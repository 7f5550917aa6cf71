#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bridge/json_values.h"
#include "protocol/text/datetime.h"
#include "tests/standins/callbacks.h"
#include "tests/standins/faults.h"
#include "tests/standins/http_host.h"

namespace crmdav::standins {

/// What isn't known of Graph, or differs between mailboxes: code has to work either way.
struct GraphHabits {
    bool duplicateIs409 = true;           ///< of a transactionId; else 400
    bool duplicateGivesEvent = false;     ///< … or the event that is there
    bool duplicateNamesEvent = false;     ///< its id is in the error
    bool mastersInDelta = true;           ///< series masters come along with their occurrences
    bool allOccurrences = true;           ///< a changed series brings all its occurrences; else only changed ones
    bool cancellationTraced = true;       ///< a deleted occurrence is reported as removed; else it is merely not there
    int exceptionLists = 0;               ///< of a master by $select and $expand: 0 given, 1 left out, 2 refused
    bool originalStartGiven = true;       ///< in instances
    bool ruleDropsExceptions = true;      ///< another rule or time of a series
    bool sameRuleDropsExceptions = true;  ///< a rule that is written as it was
    bool foreignUid = false;              ///< iCalUId of invitations: as it came, not in hex
    bool emptyAddressClears = true;       ///< {} takes an address away; else it changes nothing
    bool emptyIsNull = true;              ///< unset strings; else ""
    bool eachCalendarWatched = true;      ///< subscriptions to one calendar
    bool deletedAgainIs400 = false;       ///< shortly after a deletion
    bool nonBreakingSpaces = false;       ///< &nbsp; becomes the character
    unsigned pageSize = 50;               ///< most items of a page
    unsigned emptyPages = 0;              ///< of 100 pages: an empty one before it
    unsigned repeated = 0;                ///< of 100 items: it comes once more
    unsigned spurious412 = 0;             ///< of 100 writes with a version that is right
    bool deltaLags = false;               ///< once: a delta knows nothing yet of what the next one will tell
    bool laterVersion = false;            ///< the server works on a new item after it answered: its version changes

    static GraphHabits random(std::uint64_t seed);
};

/// Microsoft Graph v1.0 with one mailbox, as far as the bridge uses it, faithful in what breaks bridges. Thread-safe.
class Graph {
public:
    using Clock = std::function<Instant()>;
    explicit Graph(std::uint64_t seed = 1, GraphHabits habits = {});
    ~Graph();
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    std::string url() const;  ///< …/v1.0
    Faults& faults() { return faults_; }
    Callbacks& callbacks() { return callbacks_; }  ///< off: subscriptions are made without asking who is there
    GraphHabits& habits() { return habits_; }      ///< before the requests that they concern
    Instant now() const;
    void setClock(Clock clock);

    // ------------------------------------------------------------ the login
    std::string token() const;
    void expireToken();  ///< the present one is refused from now on
    void revoke();       ///< none is any good
    void expireCursors();
    static constexpr const char* login = "ann@contoso.example";

    // ------------------------------------------------------------ as people do it in Outlook
    std::string mainCalendar() const;
    std::string addCalendar(const std::string& name, bool canEdit = true);
    void removeCalendar(const std::string& id);
    /// @param json  an event as one would POST it; also "isOrganizer", "organizer", "iCalUId", "isCancelled",
    ///              "onlineMeeting"; @returns its id
    std::string addEvent(const std::string& calendar, const std::string& json);
    void editEvent(const std::string& id, const std::string& patch);
    void removeEvent(const std::string& id);
    void moveEvent(const std::string& id, const std::string& calendar);
    void editOccurrence(const std::string& master, const std::string& date, const std::string& patch);
    void cancelOccurrence(const std::string& master, const std::string& date);
    /// As GET gives it, with "exceptions" by original date and "cancelled"; null: it isn't there.
    Json event(const std::string& id) const;
    std::vector<std::string> events(const std::string& calendar) const;  ///< ids of single events and masters

    std::string addFolder(const std::string& name);
    std::string addContact(const std::string& json, const std::string& folder = "contacts");
    void editContact(const std::string& id, const std::string& patch);
    void removeContact(const std::string& id);
    void setPhoto(const std::string& id, const std::string& image);
    Json contact(const std::string& id) const;
    std::vector<std::string> contacts(const std::string& folder = "contacts") const;

    /// Every subscription gets a lifecycle notification: reauthorizationRequired, subscriptionRemoved, missed.
    void lifecycle(const std::string& event);

    // ------------------------------------------------------------ what was seen
    std::vector<std::string> mails() const;     ///< that Outlook would have sent to guests
    std::vector<std::string> requests() const;  ///< "GET /me/…", as they came
    void forgetRequests();
    std::vector<std::string> violations() const;  ///< requests that no good client makes
    int mostAtOnce() const;                       ///< requests at the same time
    std::size_t subscriptions() const;

    struct Mailbox;

private:
    Reply answer(const Request&);
    Reply carryOut(const Request&);
    Reply route(const Request&);
    Reply batch(const Request&);
    std::string refusal(const Request&) const;

    mutable std::mutex mutex_;
    Faults faults_;
    GraphHabits habits_;
    Callbacks callbacks_;
    std::unique_ptr<Mailbox> mailbox_;
    std::vector<std::string> requests_, violations_;
    int tokens_ = 1;
    bool revoked_ = false;
    std::atomic<int> running_ = 0;
    int mostAtOnce_ = 0;
    std::unique_ptr<HttpHost> host_;  // last: its threads use the rest
};

}  // namespace crmdav::standins
