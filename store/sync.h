#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "store/sync_push.h"

/// What the bridge remembers: accounts, links, what is staged and what was done. Plain values, and the verbs over them;
/// what they mean is the bridge's business. Every verb is one transaction, or joins that of guarded().
namespace crmdav {

enum class SyncKind { calendar, contacts };

/// Actor::request of what a run writes, by which it knows its own changes again (C10); without a run what all of that
/// account and kind begin with.
inline std::string syncRequest(const Id& account, SyncKind kind, const Id& run) {
    return account + (kind == SyncKind::calendar ? ":calendar:" : ":contacts:") + run;
}

/// One connection of one user to one login at a provider (rules A1, A10).
struct Account {
    Id id;
    std::int64_t user = 0;
    std::string provider;  ///< dav, icloud, google, microsoft
    std::string login;     ///< as its owner knows it: user name or address
    std::string identity;  ///< the provider's own lasting id of the login; with `provider` it says "the same" (A9)
    std::string address;   ///< dav: where discovery begins; else empty
    std::string found;     ///< what discovery found, JSON: a cache
    std::vector<std::string> emails;  ///< addresses that mean its owner, lower case
    bool connected = false;           ///< its secret is there
    Instant created{};
    Instant signedIn{};  ///< when its owner did so last: tells one lost connection from the next (I8)
};

/// Rule A3. `none`: not set up. `syncing`: a run is at work, or the next one begins at once; `active`: the last one
/// came to its end.
enum class SyncStatus { none, authorised, syncing, active, paused, reconnect, failing, limit, stopped };

/// Calendar sync or contact sync of an account (rule A2).
struct SyncSide {
    Id account;
    SyncKind kind = SyncKind::calendar;
    SyncStatus status = SyncStatus::none;
    std::string cause;                  ///< of the status, in plain words; empty: it speaks for itself
    std::string settings;               ///< JSON (bridge/settings.h); empty: never chosen
    std::string reviewed;               ///< settings under which everything was last looked at
    std::optional<Instant> firstStart;  ///< of this login, whatever happened since (A9)
    std::optional<Instant> lastStart, lastSuccess, nextTry;
    int failures = 0;              ///< runs in a row that ended early
    bool confirmed = false;        ///< the next run may delete as many as it wants (G6)
    bool wanted = false;           ///< somebody wants a run now (A6)
    std::int64_t localCursor = 0;  ///< history entry up to which the CRM's changes are staged
};

/// How far the changes of one remote collection are staged.
struct SyncCursor {
    std::string collection;
    std::string cursor;  ///< the provider's; empty: nothing yet
};

enum class Origin { crm, provider };
/// creating: the provider was, or is about to be, asked to create it. left: it is outside of the scope by now, both
/// sides keep what they have. suppressed: deleted in the CRM on purpose, stays at the provider. unsyncable: one side
/// can't hold it, until it changes.
enum class LinkState { creating, linked, suppressed, unsyncable, left };

/// Link::note where the person was erased (Store::erase): the bases and `raw` are empty, and nothing that the provider
/// still has of them may come back.
inline constexpr std::string_view erasedNote = "erased";

/// A remembered pair, and what both sides were when they last agreed.
struct Link {
    Id id;  ///< given by whoever makes it; the idempotency key of the remote record's creation
    Id account;
    SyncKind kind = SyncKind::calendar;
    LinkState state = LinkState::linked;
    Origin origin = Origin::provider;
    std::string collection, remote;     ///< where it is at the provider; `remote` is empty while `creating`
    std::string version;                ///< the provider's, of `raw`
    std::string uid;                    ///< iCalendar UID; empty: none
    Id local;                           ///< activity or contact; of a busy block its own id; empty: suppressed
    bool block = false;                 ///< the local half is a busy block, no record (B2)
    std::string baseLocal, baseRemote;  ///< the fields of each side at the last agreement, JSON
    std::string raw;                    ///< the remote object as last read, in the provider's form: the shadow copy;
                                        ///< of an erased person empty, of others without their name
    std::string note;                   ///< why it is unsyncable; what was refused
};

/// Its creation at the provider was begun, and isn't known to be done: by its id it is known when it appears there.
/// `suppressed` without either half: its contact was merged into another.
inline bool isOpen(const Link& link) {
    return link.remote.empty() &&
           (link.state == LinkState::creating || (link.state == LinkState::suppressed && link.local.empty()));
}

/// A guest of a synced event, by whom it is an activity or a block (rule B4).
struct WatchedGuest {
    std::string email;   ///< normal form
    bool known = false;  ///< a contact had it when the event was last looked at
    friend bool operator==(const WatchedGuest&, const WatchedGuest&) = default;
};

/// Where a run keeps what it has to look at. A preview has a place of its own, which nothing else reads.
struct SyncScope {
    Id account;
    SyncKind kind = SyncKind::calendar;
    bool preview = false;
};

/// A pair that a run has to look at: one side, or both, may have changed.
struct Staged {
    std::int64_t id = 0;             ///< rises in the order of staging
    Id link;                         ///< empty: no link yet
    std::string collection, remote;  ///< empty: only the CRM's side is to be looked at
    bool listed = false;             ///< the provider reported it: `version` and `raw` hold
    bool gone = false;               ///< the provider reported its end, or left it out of a complete listing
    std::string version, uid, raw;
    Id local;                      ///< empty: only the provider's side is to be looked at
    std::string decision;          ///< JSON of the plan's action; empty: not decided yet
    int attempts = 0;              ///< runs that failed at it
    std::optional<Instant> retry;  ///< not before
};

/// One member of a remote collection whose provider doesn't say what changed, as it was last seen.
struct SeenMember {
    std::string name;
    std::int64_t version = 0;  ///< the provider's, or a digest of it
    bool gone = false;         ///< it isn't there any more: to be forgotten
};

/// One field of an action in the journal.
struct JournalField {
    std::string field, before, after;
    std::string lost;  ///< the other side's value, which didn't win (C2)
};

/// What an action counts as in the metrics (G1).
enum class Counted {
    nothing,
    addedToCrm,
    addedToProvider,
    updatedInCrm,
    updatedAtProvider,
    deletedInCrm,
    deletedAtProvider
};

/// One action of a run, or what it left alone and why (G4).
struct JournalEntry {
    std::int64_t id = 0;
    Id run, account;
    SyncKind kind = SyncKind::calendar;
    Instant at{};
    std::string action;   ///< as bridge/plan.h names it
    std::string outcome;  ///< done, skipped, held, failed; begun: the provider was asked, and the answer is missing
    std::string rule;     ///< that caused it
    std::string reason;   ///< in plain words; empty: the rule says it all
    std::string title;    ///< of the record, as it was
    Id link, local;
    std::string collection, remote;
    std::vector<JournalField> fields;
    Counted counted = Counted::nothing;
    bool alsoAtProvider = false;  ///< a merge that wrote to both sides counts on both
    std::string rawBefore;        ///< the remote object before the action, for an undo
    std::string versionAfter;     ///< the remote object's version after it
    std::int64_t history = 0;     ///< the CRM's history entry of the action; 0: it changed nothing there
    bool forgotten = false;       ///< there was a rawBefore, and it isn't kept any more
    std::optional<Instant> undone;
};

struct JournalFilter {
    Id run{}, account{};
    std::optional<SyncKind> kind{};
    std::string text{};                   ///< substring of title, reason, or action; empty: all
    std::int64_t before = 0;              ///< entries older than this id, newest first; 0: from the newest
    std::optional<std::int64_t> after{};  ///< entries newer than this id, oldest first
    std::size_t limit = 100;
};

struct SyncRun {
    Id id, account;
    SyncKind kind = SyncKind::calendar;
    std::string mode;                ///< run, preview, undo
    std::string phase;               ///< reading, planning, applying; ended: done, paused, failed, stopped
    std::string cause;               ///< of a failure or pause, in plain words
    std::int64_t done = 0, all = 0;  ///< of the phase
    std::string summary;             ///< JSON: counts by action
    Instant started{};
    std::optional<Instant> ended;
    std::optional<Instant> undone = {};  ///< when the last was taken back of all that it did; read only
};

/// Mail or webhook on its way out: sent exactly once as far as its receiver lets one know.
struct OutboxItem {
    std::int64_t id = 0;
    std::string channel;  ///< mail, webhook
    std::string key;      ///< no second item with the same one is taken
    std::string target;   ///< address, or a webhook's id
    std::string subject;  ///< of a mail; of a webhook the event
    std::string body;
    int attempts = 0;
    Instant created{};
    std::optional<Instant> nextTry, sent;  ///< neither: given up
    std::string lastError;
    std::string calendar;  ///< of a mail: the iTIP message that goes with it; empty: none
    std::string about{};   ///< the record; webhooks are told of the same one in order; empty: in any
};

struct OutboxFilter {
    std::string channel{}, target{}, about{};  ///< empty: all
    bool failed = false;              ///< only what was given up
    std::int64_t before = 0;          ///< items older than this id, newest first; 0: from the newest
    std::size_t limit = 100;
};

/// Another program that is told what happens here; its secret is kept beside, encrypted.
struct Webhook {
    Id id;
    std::string url;
    bool active = true;
    Instant created{};
    std::vector<std::string> events{};  ///< of webhookEvents; empty: all
};

/// What webhooks are told.
inline constexpr std::string_view webhookEvents[] = {
    "account.reconnect",     "appointment.created",         "appointment.updated",
    "appointment.cancelled", "appointment.customer_booked", "appointment.reminder",
};

/// An event on its way to every webhook that wants it; for each of them once by `key`.
struct Announcement {
    std::string key, event;
    std::string data;     ///< a JSON object
    std::string about{};  ///< OutboxItem::about
};

class SyncStore : public PushStore {
public:
    // ------------------------------------------------------------ whose turn it is (I7)
    /// nullopt: another holder has it.
    virtual std::optional<Lease> takeLease(std::string_view name, std::string_view holder, std::chrono::seconds) = 0;
    virtual void releaseLease(const Lease&) = 0;
    /// Runs `work` in one transaction, as Store::batch does, if the lease is still held. @throws LeaseLost
    virtual void guarded(const Lease&, const std::function<void()>& work) = 0;

    /// For those who look after the server.
    struct SyncFigures {
        std::int64_t pushes = 0;               ///< subscriptions in force
        std::int64_t waiting = 0, failed = 0;  ///< what goes out, and what was given up
    };
    virtual SyncFigures figures(Instant now) const = 0;

    // ------------------------------------------------------------ accounts
    virtual std::vector<Account> accounts(std::int64_t user) const = 0;  ///< 0: everybody's; in order of creation
    virtual std::optional<Account> account(const Id&) const = 0;
    /// New (empty id) or changed. The same user, provider and identity is one account for ever (A9).
    virtual Account saveAccount(const Account&) = 0;
    /// With its links, journal and all else: for an erasure. A disconnect only takes its secret.
    virtual void removeAccount(const Id&) = 0;
    virtual std::string secret(const Id& account) const = 0;  ///< encrypted; empty: none
    virtual void saveSecret(const Id& account, std::string_view encrypted) = 0;
    virtual std::optional<SyncSide> side(const Id& account, SyncKind) const = 0;
    virtual std::vector<SyncSide> sides() const = 0;  ///< all that are set up
    /// Of those the ones that may be due: what wants a run, or whose time has come.
    virtual std::vector<SyncSide> sidesToRun(Instant now) const = 0;
    virtual void saveSide(const SyncSide&) = 0;
    /// SyncSide::localCursor alone.
    virtual void saveCursor(const SyncScope&, std::int64_t localCursor) = 0;
    /// Sets `wanted` of those whose owner, or link, has to do with the records of these history entries (A6): one
    /// statement. @returns the newest entry that was looked at
    virtual std::int64_t wakeForChanges(std::int64_t since) = 0;

    // ------------------------------------------------------------ links
    virtual std::optional<Link> link(const Id&) const = 0;
    virtual std::optional<Link> linkOfRemote(const SyncScope&, std::string_view collection,
                                             std::string_view remote) const = 0;
    virtual std::optional<Link> linkOfLocal(const SyncScope&, const Id& local) const = 0;
    /// Of an event, the first; no block.
    virtual std::optional<Link> linkOfUid(const SyncScope&, std::string_view uid) const = 0;
    /// All of an account, for overviews and undo: those after `after`, in order of their ids.
    virtual std::vector<Link> links(const SyncScope&, const Id& after, std::size_t limit) const = 0;
    /// Those whose creation at the provider was begun, and isn't known to be done (I1); also where their contact was
    /// merged into one that has a link of its own (isOpen).
    virtual std::vector<Link> linksBeingMade(const SyncScope&) const = 0;
    /// Links of any account whose local half this is.
    virtual std::vector<Link> linksOf(const Id& local) const = 0;
    virtual void saveLink(const Link&) = 0;
    virtual void removeLink(const Id&) = 0;
    /// Whoever becomes a contact with one of these addresses, or is none any more, has the link staged (stageChanges)
    /// and a run wanted. In order of their addresses.
    virtual void watchGuests(const Id& link, std::span<const WatchedGuest>) = 0;
    virtual std::vector<WatchedGuest> watchedGuests(const Id& link) const = 0;
    struct LinkCounts {
        std::int64_t linked = 0, blocks = 0, suppressed = 0, unsyncable = 0, left = 0;
    };
    virtual LinkCounts countLinks(const SyncScope&) const = 0;

    // ------------------------------------------------------------ which record it is (matching.cpp)
    /// The user's own activity with that iCalendar UID, or with a link, of anybody, that has it (C11).
    virtual std::optional<Id> activityOfUid(std::int64_t user, std::string_view uid) const = 0;
    /// Contacts of that owner (0: the organisation's) with the same name as rule D7 compares it, oldest first; at most
    /// 50. One statement.
    virtual std::vector<Id> contactsNamed(std::int64_t owner, std::string_view matchName) const = 0;
    /// There was a contact with that address (normal form), and it is in the trash (D12).
    virtual bool hadContact(std::string_view email) const = 0;
    /// Of these addresses (normal form) those that a contact has whom the user may see.
    virtual std::vector<std::string> contactsAmong(std::int64_t user, std::span<const std::string> emails) const = 0;
    /// The oldest company of that name, as normalName() writes it (D11).
    virtual std::optional<Id> companyNamed(std::string_view normalName) const = 0;

    // ------------------------------------------------------------ the stage
    /// Empties a preview's place and fills it with copies of the real one's cursors and rows.
    virtual void beginPreview(const SyncScope&) = 0;
    virtual void endPreview(const SyncScope&) = 0;
    virtual std::vector<SyncCursor> cursors(const SyncScope&) const = 0;
    /// A page of what the provider reported, and the cursor after it, at once (I3). What has the same place replaces
    /// what was staged, and meets its link and the CRM's side of it.
    /// @param listing  the page belongs to a listing of everything: its places are noted, for endListing
    virtual void stageRemote(const SyncScope&, std::span<const Staged>, const SyncCursor&, bool listing) = 0;
    virtual std::optional<Staged> stagedRemote(const SyncScope&, std::string_view collection,
                                               std::string_view remote) const = 0;
    /// A listing of everything begins: nothing is noted, or was seen, yet.
    virtual void beginListing(const SyncScope&, std::string_view collection) = 0;
    /// It is complete: stages as `gone` what is linked there and wasn't listed. @returns how many
    virtual std::int64_t endListing(const SyncScope&, std::string_view collection) = 0;
    /// Members that were seen, after this name, in order of their names' bytes.
    virtual std::vector<SeenMember> seen(const SyncScope&, std::string_view collection, std::string_view after,
                                         std::size_t limit) const = 0;
    /// Belongs into the transaction of the page that told them (I3).
    virtual void saveSeen(const SyncScope&, std::string_view collection, std::span<const SeenMember>) = 0;
    /// Forgets collections that aren't synced any more: cursors, and what is staged, or was seen, of them.
    virtual void keepCollections(const SyncScope&, std::span<const std::string> collections) = 0;
    /// Stages the CRM's side of up to `limit` records that changed after SyncSide::localCursor (or `cursor`) and have
    /// to do with the account – owned by its user, in a book it syncs, or linked –, but for changes that runs of this
    /// account and kind made; and the links whose watched guests became contacts, or are none any more. @returns the
    /// new cursor; the same: there is nothing more
    virtual std::int64_t stageChanges(const SyncScope&, std::int64_t cursor, std::size_t limit) = 0;
    /// Stages the CRM's side of given records: of a first run, or of all that a changed setting concerns.
    virtual void stageLocal(const SyncScope&, std::span<const Id> locals) = 0;
    virtual std::vector<Staged> staged(const SyncScope&, std::int64_t after, std::size_t limit) const = 0;
    virtual std::int64_t countStaged(const SyncScope&) const = 0;
    /// Writes `decision`, `attempts` and `retry` of the given ones.
    virtual void decide(const SyncScope&, std::span<const Staged>) = 0;
    virtual void unstage(const SyncScope&, std::int64_t id) = 0;
    virtual void clearStage(const SyncScope&) = 0;

    // ------------------------------------------------------------ busy blocks (B2)
    /// Puts or replaces a block in the user's `busy/`: bytes of a VCALENDAR without anything that tells what it is.
    virtual void saveBlock(const Actor&, std::int64_t user, const Id& block, std::string_view bytes) = 0;
    virtual void removeBlock(const Actor&, std::int64_t user, const Id& block) = 0;

    // ------------------------------------------------------------ runs and their journal (G4)
    virtual void saveRun(const SyncRun&) = 0;
    virtual std::optional<SyncRun> run(const Id&) const = 0;
    virtual std::vector<SyncRun> runs(const Id& account, std::optional<SyncKind>,
                                      std::size_t limit) const = 0;  ///< newest first
    /// With an id: one that was begun, as it ended.
    virtual std::int64_t addJournal(const JournalEntry&) = 0;
    virtual std::vector<JournalEntry> journal(const JournalFilter&) const = 0;
    virtual std::optional<JournalEntry> journalEntry(std::int64_t id) const = 0;
    virtual void markUndone(std::int64_t entry) = 0;
    /// How many of each since a moment (G1, G3).
    virtual std::map<Counted, std::int64_t> counted(const Id& account, SyncKind, Instant since) const = 0;

    // ------------------------------------------------------------ what goes out
    /// false: there was one with that key.
    virtual bool post(const OutboxItem&) = 0;
    virtual std::vector<OutboxItem> due(std::size_t limit) const = 0;
    /// Attempts, next try, and what came of it. What was sent stays sent.
    virtual void savePosted(const OutboxItem&) = 0;
    virtual std::vector<OutboxItem> posted(const OutboxFilter&) const = 0;

    virtual void announce(const Announcement&) = 0;

    virtual std::vector<Webhook> webhooks() const = 0;  ///< in order of creation
    virtual std::optional<Webhook> webhook(const Id&) const = 0;
    /// New or changed; its id is given by whoever makes it. @param secret  encrypted; empty: stays as it is
    virtual Webhook saveWebhook(const Webhook&, std::string_view secret) = 0;
    virtual std::string webhookSecret(const Id&) const = 0;  ///< encrypted
    /// What is on its way to it isn't sent any more.
    virtual void removeWebhook(const Id&) = 0;
};

}  // namespace crmdav
