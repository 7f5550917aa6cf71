#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/standins/graph.h"

/// The insides of the Graph stand-in: what a mailbox keeps, and how it answers. Under the stand-in's lock.
namespace crmdav::standins {

/// An error answer, thrown.
struct Problem {
    int status;
    std::string code, message;
    std::string existing = {};  ///< id of an event that is there already
};

struct GraphTime {
    std::chrono::local_seconds local{};
    std::string zone = "UTC";  ///< as it was written
};

struct GraphOccurrence {
    Json properties;  ///< what differs
    std::chrono::local_seconds start{}, end{};
};

struct GraphEvent {
    std::string id, calendar;
    Json properties;  ///< all that is given back as it was written
    GraphTime start, end;
    bool allDay = false;
    Json recurrence;
    std::map<std::string, GraphOccurrence> exceptions;  ///< by original date
    std::set<std::string> cancelled;
    std::map<std::string, std::string> extended;
    std::string transaction, uid;
    std::int64_t version = 0, changed = 0;
    Instant created{}, modified{};
    bool unsettled = false;  ///< the server still works on it
};

struct GraphContact {
    std::string id, folder;
    Json properties;
    std::map<std::string, std::string> extended;
    std::string photo;
    std::int64_t version = 0, changed = 0;
    Instant created{}, modified{};
    bool unsettled = false;
};

/// Something that isn't there any more, or not in this calendar.
struct GraphTombstone {
    std::string place, id;
    std::int64_t changed = 0;
};

/// Where a delta goes on.
struct GraphToken {
    std::string place;  ///< calendar or folder
    Instant from{}, until{};
    std::int64_t counter = 0;
    std::shared_ptr<std::vector<std::string>> items = nullptr;  ///< of a round that goes on
    std::size_t position = 0;
};

struct Graph::Mailbox {
    Mailbox(GraphHabits& habits, Faults& faults, Callbacks& callbacks, std::string base);

    // ---- common
    std::string newId(char kind);
    std::string etag(std::int64_t version) const;
    void requireVersion(const Request&, std::int64_t version, bool& unsettled, std::int64_t& stored);
    Json page(const Request&, std::vector<Json> items) const;
    Reply delta(const Request&, const std::string& path, GraphToken token, std::vector<std::string> items);
    /// The token that the request goes on with; nullopt: it begins anew. @throws Problem  410
    std::optional<GraphToken> resumed(const Request&) const;
    Reply nextPage(const std::string& path, GraphToken token, std::size_t size);

    // ---- events
    Reply calendars(const Request&, const std::vector<std::string>& path);
    Reply events(const Request&, const std::vector<std::string>& path);
    Reply eventDelta(const Request&, const std::string& calendar);
    GraphEvent& create(const std::string& calendar, const Json&, bool byUser);
    void patch(GraphEvent&, const Json&, bool byUser);
    void patchOccurrence(GraphEvent&, const std::string& date, const Json&);
    void remove(const std::string& id, bool byUser);
    void cancel(GraphEvent&, const std::string& date);
    void touch(GraphEvent&, bool traced = true);
    Json render(const GraphEvent&) const;
    Json renderOccurrence(const GraphEvent&, const std::string& date, bool sparse) const;
    std::string occurrenceId(const GraphEvent&, const std::string& date) const;
    /// Master and original date of an occurrence's id; null: it is none, or cancelled.
    GraphEvent* masterOf(const std::string& id, std::string& date);
    /// Original dates of what takes place in a window.
    std::vector<std::string> occurrences(const GraphEvent&, Instant from, Instant until) const;
    bool inWindow(const GraphEvent&, Instant from, Instant until) const;
    GraphEvent& require(const std::string& id);
    void mail(const char* what, const GraphEvent&);

    // ---- contacts
    Reply contactFolders(const Request&, const std::vector<std::string>& path);
    Reply contacts(const Request&, const std::vector<std::string>& path);
    Reply contactsIn(const Request&, const std::string& folder, bool delta);
    GraphContact& createContact(const std::string& folder, const Json&);
    void patchContact(GraphContact&, const Json&);
    void removeContact(const std::string& id);
    Json renderContact(const GraphContact&) const;
    GraphContact& requireContact(const std::string& id);

    // ---- notifications
    Reply subscribe(const Request&, const std::vector<std::string>& path);
    void shakeHands(const std::string& address);
    bool lapsed(const Json& subscription) const;
    void tell(const std::string& place, bool contacts);

    struct Calendar {
        std::string name;
        bool canEdit = true;
    };
    GraphHabits& habits;
    Faults& faults;
    Callbacks& callbacks;
    std::string base;
    Clock clock;
    mutable std::int64_t ticks = 0;
    std::int64_t counter = 1, ids = 0;
    std::string main;
    std::map<std::string, Calendar> calendarList;
    std::map<std::string, std::string> folders;
    std::map<std::string, GraphEvent> eventList;
    std::map<std::string, GraphContact> contactList;
    std::vector<GraphTombstone> tombstones;
    std::map<std::string, std::string> transactions;  ///< → event, also of those that are gone
    std::map<std::string, GraphToken> tokens;
    std::vector<std::string> mails;
    std::map<std::string, Json> subscriptionList;
};

/// Original dates of a series up to `until`, as Outlook counts: a 31st is the last day of shorter months.
std::vector<std::chrono::local_days> datesOf(const Json& recurrence, std::chrono::local_days until);

std::string dateOf(std::chrono::local_days);
std::chrono::local_seconds clockOf(std::string_view text);  ///< @throws Problem
Instant utcOf(std::chrono::local_seconds local, const std::string& zone);
Json timeJson(std::chrono::local_seconds local, const std::string& zone);
Reply jsonReply(const Json&, int status = 200);

}  // namespace crmdav::standins
