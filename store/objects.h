#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/freebusy.h"  // TimeRange, BusyPeriod
#include "store/model.h"

/// Collections and their members as plain values: the DAV side of the store.
namespace crmdav {

using CollectionId = std::int64_t;
using MemberId = std::int64_t;

enum class Home { calendars, addressbooks };

/// What a collection is for. It decides what can be put there, who may write, and which record a member makes.
enum class Purpose {
    activities,  ///< a user's own events, and busy times as objects without record; can't be deleted
    tasks,       ///< a user's own VTODOs; can't be deleted
    busy,        ///< read-only busy blocks
    typed,       ///< a user's activities of one type (`type`), when the user prefers that
    calendar,    ///< made by MKCALENDAR
    inbox,       ///< messages about meetings with other users (RFC 6638 §2.2)
    outbox,      ///< properties only: what is asked there is answered at once (RFC 6638 §2.1)
    contacts,    ///< the organisation's book: owner 0, mounted in every home
    personal,    ///< `private/`: a user's own contacts; can't be deleted
    companies,   ///< vCard KIND:org: owner 0, mounted in every home
    book,        ///< made by MKCOL
};

constexpr bool isCalendar(Purpose p) { return p <= Purpose::calendar; }
constexpr bool isBook(Purpose p) { return p >= Purpose::contacts; }

/// What somebody may do with a collection and what is in it. Who may only read doesn't get to know of private objects.
enum class Part { none, read, write, own };

struct Collection {
    CollectionId id = 0;
    std::int64_t owner = 0;  ///< user id; 0: the organisation
    Home home = Home::calendars;
    std::string name;  ///< last path segment, unescaped; in another user's home `<owner's login>~<name>`
    Purpose purpose = Purpose::calendar;
    std::vector<ComponentKind> components;  ///< supported-calendar-component-set; empty in books
    std::string displayName, description, color, order;
    std::string timezone;      ///< CALDAV:calendar-timezone, a VCALENDAR; empty: the user's zone
    std::string timezoneId;    ///< RFC 7809 calendar-timezone-id
    bool transparent = false;  ///< RFC 6638 schedule-calendar-transp
    Id typeId;                 ///< Purpose::typed
    std::int64_t counter = 0;  ///< change counter
    std::string syncToken;     ///< DAV:sync-token, the state at the time of reading (RFC 6578 §4)
    std::string ctag;
    Instant created{}, updated{};

    // How one user has it: set where it was read for a user (Store::home, Store::mounted). Their own name, colour and
    // order then stand in place of the collection's.
    Part part = Part::own;
    std::string ownerLogin;     ///< where it is another user's; else empty
    bool hidden = false;        ///< the user's devices don't list it
    std::int64_t mounted = -1;  ///< rises whenever the user changes it; -1: it wasn't read for a user
};

/// A collection as somebody reads it: all of it, or without the private objects. A member that isn't seen isn't there.
struct Sight {
    Sight(CollectionId all) : id(all) {}
    Sight(const Collection& c) : id(c.id), veiled(c.part < Part::write) {}
    CollectionId id;
    bool veiled = false;
};

/// Somebody who has a part in a collection.
struct Share {
    enum class With { principal, role, everyone } with = With::principal;
    std::string login;         ///< of a principal: a user's login, or a team's key
    Role role = Role::member;  ///< of a role
    bool write = false;        ///< false: only read
    std::string name{};        ///< of the principal; when listed
    bool team = false;         ///< the principal is one; when listed
};

/// How much of each member a listing reads. Listings are long, and what isn't read costs nothing.
enum class MemberDetail {
    tags,  ///< `name`, `etag`, `component`, `change` and the ids; nothing else of the Member is set
    rows,  ///< all of the Member
    bytes  ///< and its bytes
};

/// A member without its bytes: all that a listing needs.
struct Member {
    MemberId id = 0;
    CollectionId collection = 0;
    std::string name;  ///< last path segment, unescaped
    std::string uid;
    std::string etag;                                ///< strong, without quotes
    ComponentKind component = ComponentKind::other;  ///< calendars only
    std::int64_t size = 0;                           ///< bytes
    std::int64_t change = 0;                         ///< the collection's counter when it was last saved or deleted
    Instant created{}, modified{};
    std::string scheduleTag;  ///< RFC 6638 §3.2.10, without quotes; empty: nobody is invited to it
};

/// Gets one member with its bytes (empty where bytes weren't asked for); both are valid during the call only.
using VisitMember = std::function<void(const Member&, std::string_view bytes)>;

struct Change {
    Member member;
    bool deleted = false;
};
using VisitChange = std::function<void(const Change&, std::string_view bytes)>;

/// End of a delta (RFC 6578 §3.6).
struct Reached {
    std::string token;       ///< the state after the last change that was visited
    bool truncated = false;  ///< there is more: ask again with `token`
};

/// RFC 7232 conditions, evaluated inside the transaction that writes. Weakened ETags (W/"x") count as "x" (D26).
struct Precondition {
    bool mustExist = false;              ///< If-Match: *
    bool mustNotExist = false;           ///< If-None-Match: *
    std::vector<std::string> match;      ///< If-Match etags, without quotes; empty: none given
    std::vector<std::string> noneMatch;  ///< If-None-Match etags
    bool matchGiven = false;             ///< an If-Match list was sent: it must name the current etag
    /// If-Schedule-Tag-Match (RFC 6638 §8.3). Where it holds, answers that came since the client read stay.
    std::optional<std::string> scheduleTag;
};

struct Saved {
    bool created = false;
    bool verbatim = true;  ///< stored bytes are the sent ones: an ETag may be returned
    bool changed = true;  ///< false: the very same bytes were there already: no history, but a change for sync and ctag
    std::string etag;
    std::string scheduleTag;  ///< as Member has it
    Id record;                ///< record made or changed; empty: an object without record
};

}  // namespace crmdav
