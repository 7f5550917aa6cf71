#pragma once
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/text/freebusy.h"
#include "store/model.h"
#include "store/sync.h"

/// What a provider is to the rest of the bridge: it says what changed, and carries out what it is told. It knows no
/// rule, keeps nothing between calls but connections, and is used by one thread at a time. Paging, tokens, batches,
/// conditional writes and one refresh of the access token stay inside.
namespace crmdav {

using Record = std::variant<Activity, Contact>;

// ---------------------------------------------------------------- what can go wrong

/// Anything a provider throws is one of these, or a bug.
struct ProviderError : std::runtime_error {
    using std::runtime_error::runtime_error;  ///< what() is in plain words and names no secret
};
/// The grant is revoked, the password wrong: nothing works until its owner signs in again (rule I8).
struct ReconnectNeeded : ProviderError {
    using ProviderError::ProviderError;
};
/// 429, quota, 5xx, time-outs, broken connections: later (rule I5). A write may have been carried out.
struct TryLater : ProviderError {
    using ProviderError::ProviderError;
    std::optional<std::chrono::seconds> after;  ///< Retry-After
};
/// The cursor isn't valid any more: read everything (rule I4).
struct CursorExpired : ProviderError {
    using ProviderError::ProviderError;
};
/// The version that the write was based on isn't the current one (rule I2).
struct Changed : ProviderError {
    using ProviderError::ProviderError;
};
/// There is no such record any more.
struct Gone : ProviderError {
    using ProviderError::ProviderError;
};
/// The provider won't take this record: another try would end the same way (rule I6).
struct Refused : ProviderError {
    using ProviderError::ProviderError;
};
/// The collection isn't there, or can't be read or written any more.
struct CollectionGone : ProviderError {
    using ProviderError::ProviderError;
};
/// What the provider said makes no sense. For the run it is a failure, like TryLater.
struct Nonsense : ProviderError {
    using ProviderError::ProviderError;
};

// ---------------------------------------------------------------- values

struct RemoteIdentity {
    std::string id;                   ///< lasting: Google's `sub`, Graph's `id`, a DAV principal's address
    std::string login;                ///< as people know it
    std::vector<std::string> emails;  ///< addresses that mean the owner, lower case
};

struct RemoteCollection {
    std::string id, name, color;  ///< color: #rrggbb; empty: none
    std::string zone;             ///< IANA; empty: unknown
    bool writable = true;
    bool main = false;      ///< the login's own calendar, the usual book
    bool busyOnly = false;  ///< only busy times can be read
};

/// A group of contacts that a sync can be limited to (D1).
struct RemoteGroup {
    std::string id, name;  ///< Google's starred contacts: id "starred"
};

/// One record as the provider reports it.
struct RemoteItem {
    std::string id;       ///< in its collection; of a series that of the whole
    std::string version;  ///< to be sent back with a write (rule I2); of a piece: of the piece
    std::string uid;      ///< iCalendar UID; empty: it has none
    std::string raw;      ///< in the provider's own form: what parse() and fold() take
    bool gone = false;
    bool piece = false;  ///< not the whole: fold() it into what is known
    /// Ids that it had before: a record that is known by one of them is this one now, and not a deleted and a new one.
    std::vector<std::string> formerly = {};
};

struct ChangePage {
    std::vector<RemoteItem> items;      ///< the same one may come more than once; the last one counts
    std::string cursor;                 ///< where the next call goes on
    bool more = false;                  ///< call again at once
    bool listing = false;               ///< part of a listing of all there is: what doesn't come by its end is gone
    bool first = false;                 ///< … and its first page
    std::vector<SeenMember> seen = {};  ///< what SeenMembers has to know from now on
};

/// What changes() told before, kept page by page by who calls it: of providers that don't say what changed.
class SeenMembers {
public:
    virtual ~SeenMembers() = default;
    /// After this name, in order of the names' bytes.
    virtual std::vector<SeenMember> after(const std::string& collection, const std::string& name,
                                          std::size_t limit) const = 0;
};

/// What a record is good for.
enum class Use {
    record,   ///< an event, a contact
    busy,     ///< takes time and is nothing else (Google's outOfOffice and focusTime)
    nothing,  ///< to be ignored: group cards, working locations, to-dos
};

/// A provider's record, read.
struct Remote {
    Record record;  ///< head empty; exceptions complete; of an event `uid` is set
    Use use = Use::record;
    std::string skip;                 ///< why it can't be taken although it should; empty: it can
    std::optional<Instant> modified;  ///< later of two edits wins (C2); nullopt: not told
    std::string mark;                 ///< id of the link that a creation of ours put there (rule I1); empty: none
    bool organised = true;            ///< the login organises it, or nobody does: all of it may be changed (C12)
    bool readOnly = false;            ///< nothing may be written to it
    std::string hold;                 ///< why nothing may be, where it is for now only (B12)
    std::vector<std::string> groups;  ///< ids of RemoteGroup that the contact is in
    bool hasPhoto = false;
    bool guestsHidden = false;  ///< it has guests that can't all be read
};

struct Written {
    RemoteItem item;  ///< whole, as it is at the provider now
    /// A creation: an earlier try with that key had made it, perhaps not yet all occurrences of its own. Since then
    /// both sides may have been edited.
    bool existed = false;
    /// What was sent, in its raw form, where what is there now is something else and nobody knows whether the provider
    /// made that of it or somebody edited it since. Empty: that isn't so.
    std::string sent = {};
};

struct Push {
    std::string id, resource;  ///< what a notification names
    Instant until{};
};

class Provider {
public:
    virtual ~Provider() = default;

    /// Signs in and says who it is. @throws ReconnectNeeded
    virtual RemoteIdentity identify() = 0;
    virtual std::vector<RemoteCollection> collections(SyncKind) = 0;
    virtual std::vector<RemoteGroup> groups() = 0;

    /// What changed in a collection since a cursor; empty cursor: all there is. A listing may leave out events that
    /// ended before `from`; what is gone is then only said of what the listing would have had (`read` tells).
    /// @throws CursorExpired
    virtual ChangePage changes(SyncKind, const std::string& collection, const std::string& cursor, Instant from) = 0;

    /// Where changes() may look up what it told before; has to stay until the last call of it.
    virtual void setSeen(const SeenMembers&) {}

    /// Whole. nullopt: it isn't there.
    virtual std::optional<RemoteItem> read(SyncKind, const std::string& collection, const std::string& id) = 0;

    /// @param key   idempotency key, a UUID: the same key never makes two (rule I1)
    /// @throws Refused
    virtual Written create(SyncKind, const std::string& collection, const Id& key, const Record&) = 0;
    /// The id of the contact that an earlier create() with this key made, or would have made, where changes() doesn't
    /// tell its mark for sure (rule I1). Empty: there is none, or the mark is told.
    virtual std::string contactMadeBy(const std::string& /*collection*/, const Id& /*key*/) { return {}; }
    /// Writes what differs between `before` (what parse() says of `base`) and `after`, and nothing else.
    /// @throws Changed, Gone, Refused
    virtual Written update(SyncKind, const std::string& collection, const RemoteItem& base, const Record& before,
                           const Record& after) = 0;
    /// @throws Changed; nothing where it is gone already
    virtual void remove(SyncKind, const std::string& collection, const RemoteItem& base) = 0;
    /// The same record as it was, by its own form: for an undo. @throws Refused
    virtual Written restore(SyncKind, const std::string& collection, const RemoteItem& was) = 0;

    // ---- pure
    /// A piece – an exception of a series, a sparse delta – put into what is known. nullopt: it needs more than is
    /// known; read() the whole.
    virtual std::optional<RemoteItem> fold(const RemoteItem& /*known*/, const RemoteItem& piece) const { return piece; }
    /// @throws Refused  it can't be understood
    virtual Remote parse(SyncKind, const std::string& raw) const = 0;
    /// The record as this provider would have it after it was written there: what it has no place for is left out or
    /// made coarser. @throws Refused  it can't be expressed at all (C3)
    virtual Record held(const Record&) const = 0;
    /// Whether participants are written to it (B12): else they stand in the description.
    virtual bool takesGuests() const = 0;

    // ---- photos
    /// Those of these, and no others, may be asked for next: who can get many at once does.
    virtual void expectPhotos(const std::vector<std::string>& /*ids*/) {}
    virtual std::optional<std::string> photo(const std::string& collection, const RemoteItem&) = 0;  ///< image bytes

    /// Busy times of calendars. What couldn't be read throws.
    virtual std::vector<BusyPeriod> busy(const std::vector<std::string>& calendars, const TimeRange&) = 0;

    // ---- notifications
    /// nullopt: the provider has none. @throws Refused  it gives none for this collection, or at that address
    virtual std::optional<Push> subscribe(SyncKind, const std::string& /*collection*/, const std::string& /*callback*/,
                                          const std::string& /*secret*/) {
        return std::nullopt;
    }
    /// Prolongs it. nullopt: it can't be, subscribe anew.
    virtual std::optional<Push> renew(const Push&) { return std::nullopt; }
    virtual void unsubscribe(const Push&) {}

    /// Takes back the grant where the provider offers that (A10). @returns false: it doesn't
    virtual bool revoke() { return false; }
};

}  // namespace crmdav
