#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The records of the CRM as plain values. Text is UTF-8 without control characters other than LF and TAB.
/// Empty text and empty lists mean "not set". Ids are lower-case UUIDs.
namespace crmdav {

using Id = std::string;
using Instant = std::chrono::sys_seconds;  ///< UTC, second precision

// ---------------------------------------------------------------- people

enum class Role { member, admin };
/// What a principal stands for (RFC 6638 §2.4.2). A room or a resource has calendars and can be invited, but nobody
/// signs in as one. A team has members and nothing else; only verbs that say so answer it in the shape of a User.
enum class UserKind { person, room, resource, team };
enum class Detail { none, busy, subject, everything };  ///< how much of an activity others see (rule F4)

struct User {
    std::int64_t id = 0;
    std::string login;  ///< lower-case, [a-z0-9._-]{1,64}, immutable; part of addresses
    std::string name;
    std::string email;
    std::vector<std::string> otherEmails;  ///< aliases: addresses that are this person's too
    Role role = Role::member;
    bool active = true;
    std::string zone;                  ///< IANA; empty: the organisation's
    Detail visibility = Detail::busy;  ///< what others see of this user's activities
    bool calendarPerType = false;      ///< one calendar per activity type instead of activities/
    UserKind kind = UserKind::person;  ///< immutable; never `team` where a user is asked for
};

/// Several users under one name, to share with and to find. Its key and the logins of users are one namespace.
struct Team {
    std::int64_t id = 0;  ///< one of users' numbers: a principal's
    std::string key;      ///< as a login: immutable, part of addresses
    std::string name;
    std::vector<std::string> members;  ///< direct ones, sorted: logins of users, keys of other teams
};

struct Organisation {
    std::string name = "My organisation";
    std::vector<std::string> domains;  ///< lower-case, own mail domains
    std::string zone = "Europe/Berlin";
    std::string region = "DE";  ///< ISO 3166: default for phone numbers, first day of the week
};

// ---------------------------------------------------------------- contacts, companies, deals

struct LabelledValue {
    std::string label;  ///< home, work, mobile, fax, pager, main, other, or a custom text; empty: none
    std::string value;
    bool preferred = false;
    friend bool operator==(const LabelledValue&, const LabelledValue&) = default;
};

struct PostalAddress {
    std::string label, poBox, extended, street, locality, region, postcode, country;
    bool preferred = false;
    friend bool operator==(const PostalAddress&, const PostalAddress&) = default;
};

/// What every record has. `version` is the ETag that a save can be based on.
struct RecordHead {
    Id id;                   ///< empty in a new record: the store gives one
    std::string version;     ///< opaque; changes with every change of the record
    std::int64_t owner = 0;  ///< user id; 0: the organisation's
    Instant created{}, updated{};
    friend bool operator==(const RecordHead&, const RecordHead&) = default;
};

/// A person. Lives in the organisation's book (owner 0), in the owner's `private/`, or in a book the owner made.
struct Contact : RecordHead {
    std::string displayName;  ///< FN; made from the parts when empty
    std::string prefix, firstName, middleName, lastName, suffix, nickname;
    std::optional<Id> companyId;
    std::string companyName, department, jobTitle;
    std::vector<LabelledValue> emails, phones, urls, ims;
    std::vector<LabelledValue> dates;  ///< ISO dates with labels: anniversary and others
    std::vector<PostalAddress> addresses;
    std::string birthday;  ///< YYYY-MM-DD; without year it stays in the card only (rule D11)
    std::string notes;
    std::vector<std::string> tags;  ///< CATEGORIES
    std::map<std::string, std::string> custom;
    bool hasPhoto = false;
    std::string uid;  ///< vCard UID
    friend bool operator==(const Contact&, const Contact&) = default;
};

struct Company : RecordHead {
    std::string name;
    std::vector<std::string> domains;  ///< lower-case
    std::vector<LabelledValue> emails, phones, urls;
    std::vector<PostalAddress> addresses;
    std::string notes;
    std::map<std::string, std::string> custom;
    std::string uid;
    friend bool operator==(const Company&, const Company&) = default;
};

struct Deal : RecordHead {
    std::string title;
    std::string stage;  ///< free text; the usual: lead, qualified, proposal, won, lost
    std::int64_t valueCents = 0;
    std::string currency = "EUR";
    std::optional<Id> companyId;
    std::vector<Id> contactIds;
    std::string notes;
    std::map<std::string, std::string> custom;
    friend bool operator==(const Deal&, const Deal&) = default;
};

// ---------------------------------------------------------------- activities

struct ActivityType {
    Id id;
    std::string key;         ///< call, meeting, lunch, demo, email or the admin's: [a-z0-9-]+
    std::string name;        ///< Call …: what CATEGORIES says
    std::string color;       ///< #rrggbb
    bool isDefault = false;  ///< what a client's event without a known type gets
    std::string version;
};

/// A moment as the record means it: wall-clock time with zone, a floating time, or a date.
struct When {
    enum class Kind { none, zoned, utc, floating, date } kind = Kind::none;
    std::chrono::local_seconds local{};  ///< wall clock; of a date: its midnight
    std::string zone;                    ///< IANA name; only for Kind::zoned
    friend bool operator==(const When&, const When&) = default;
};

struct Participant {
    std::string email;  ///< lower-case, without mailto:
    std::string name;
    std::string role = "required";          ///< required, optional, chair, none
    std::string response = "needs-action";  ///< needs-action, accepted, declined, tentative, delegated
    std::string kind = "individual";        ///< individual, group, resource, room, unknown
    bool organizer = false;
    std::optional<Id> contactId;  ///< linked by the store (rule F1), ignored on save
    std::int64_t userId = 0;      ///< linked by the store: participant is this user
    friend bool operator==(const Participant&, const Participant&) = default;
};

struct Reminder {
    int minutes = 0;                 ///< before the start (or due); negative: after
    std::string action = "display";  ///< display, email, audio
    friend bool operator==(const Reminder&, const Reminder&) = default;
};

/// One occurrence that differs from its series, or doesn't take place.
struct Exception {
    When original;                         ///< RECURRENCE-ID
    bool cancelled = false;                ///< EXDATE, or an override with STATUS:CANCELLED
    std::string subject, location, notes;  ///< of the occurrence, in full
    When start, end;
    friend bool operator==(const Exception&, const Exception&) = default;
};

enum class ComponentKind { event, todo, journal, other };
enum class Privacy { open, personal, confidential };  ///< CLASS

/// Call, meeting, task … An activity with a due date only is a task (VTODO); its component is fixed at birth.
struct Activity : RecordHead {
    ComponentKind component = ComponentKind::event;
    Id typeId;  ///< empty: the default type
    std::string subject, location, notes;
    When start, end;                    ///< end exclusive; a task's end is its due date
    std::string rrule;                  ///< RRULE value as iCalendar text; empty: single
    std::vector<When> extraDates;       ///< RDATE
    std::vector<Exception> exceptions;  ///< EXDATE and overrides, in order of `original`
    std::vector<Participant> participants;
    std::vector<Reminder> reminders;
    Privacy privacy = Privacy::open;
    bool busy = true;  ///< TRANSP
    bool tentative = false;
    bool cancelled = false;
    bool done = false;
    std::optional<Instant> completed;  ///< tasks
    int percent = 0;                   ///< tasks: PERCENT-COMPLETE
    int priority = 0;                  ///< 0 … 9
    std::string url;
    std::vector<Id> contactIds, companyIds, dealIds;  ///< linked by hand; participants link by address
    Id calendar;                                      ///< appointment calendar that it is in (rule E1); empty: none
    std::string uid;                                  ///< iCalendar UID
    friend bool operator==(const Activity&, const Activity&) = default;
};

/// One time at which an activity takes place, as the asker may see it, or a busy block (`activity` empty).
struct CalendarEntry {
    Id activity;
    std::string version;  ///< of the activity
    When original;        ///< of a series: the occurrence's start in it (RECURRENCE-ID); else none
    When start, end;
    std::string subject, location;
    Id typeId;
    std::int64_t owner = 0;
    ComponentKind component = ComponentKind::event;
    Privacy privacy = Privacy::open;
    bool series = false, busy = true, tentative = false, cancelled = false, done = false;
    friend bool operator==(const CalendarEntry&, const CalendarEntry&) = default;
};

/// One meeting of a record's history (rule F2), and the activity that it is of, both as the asker may see them.
struct Meeting {
    CalendarEntry at;
    Activity activity;
};

// ---------------------------------------------------------------- who writes

/// Whether a write to an appointment starts the triggers of its calendar (rules E3, E5), where that allows any.
enum class Triggers {
    usual,  ///< what people and programs write does; imports, restores, undos, the demo and the bridge don't
    fire,   ///< the bridge, where the account's settings say so
    none,
};

/// Who does something and from where: goes into the history with every change.
struct Actor {
    std::int64_t user = 0;                ///< 0: the system itself (import at the command line, demo, background work)
    std::string via;                      ///< dav, api, console, cli, feed, bridge, demo
    std::string device;                   ///< label of the app password or token; empty: signed in with a password
    std::string agent;                    ///< User-Agent, cut to 200 bytes
    std::string address;                  ///< client IP
    std::string request;                  ///< request id, or bridge run
    Triggers triggers = Triggers::usual;  ///< not in the history
};

}  // namespace crmdav
