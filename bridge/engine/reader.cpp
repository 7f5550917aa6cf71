#include "bridge/engine/reader.h"

#include <algorithm>
#include <map>
#include <set>

#include "bridge/engine/busy_times.h"
#include "bridge/remote_ids.h"

namespace crmdav {
namespace {

constexpr std::size_t pageOfCrm = 500;
/// Of one collection in one run: more than anybody has, and what fills no disk.
constexpr std::int64_t mostItems = 200'000, mostBytes = std::int64_t(1) << 30U;
constexpr int mostEmptyPages = 1000;

/// The list of changes has no end: nothing that it said is worth keeping.
struct Endless : Nonsense {
    using Nonsense::Nonsense;
};

/// Looks whether a list of changes comes to an end.
class Progress {
public:
    explicit Progress(const std::string& cursor) { passed_.insert(std::hash<std::string>()(cursor)); }

    void take(const ChangePage& page) {
        emptyPages_ = page.items.empty() ? emptyPages_ + 1 : 0;
        items_ += static_cast<std::int64_t>(page.items.size());
        for (const RemoteItem& item : page.items) bytes_ += static_cast<std::int64_t>(item.raw.size());
        if (page.more && !passed_.insert(std::hash<std::string>()(page.cursor)).second)
            throw Endless("the provider's list of changes goes in circles");
        if (emptyPages_ > mostEmptyPages || items_ > mostItems || bytes_ > mostBytes)
            throw Endless("the provider's list of changes has no end");
    }

private:
    std::set<std::size_t> passed_;  ///< cursors
    int emptyPages_ = 0;
    std::int64_t items_ = 0, bytes_ = 0;
};

class SeenInStore : public SeenMembers {
public:
    explicit SeenInStore(const SyncSession& s) : s_(s) {}
    std::vector<SeenMember> after(const std::string& collection, const std::string& name,
                                  std::size_t limit) const override {
        return s_.sync.seen(s_.scope, collection, name, limit);
    }

private:
    const SyncSession& s_;
};

/// What is known of the record that a piece belongs to: in this page, on the stage, or at the last agreement.
RemoteItem knownOf(const SyncSession& s, const std::string& collection, const std::string& id,
                   const std::map<std::string, Staged>& page) {
    if (const auto found = page.find(id); found != page.end() && !found->second.raw.empty())
        return {id, found->second.version, found->second.uid, found->second.raw};
    if (const auto staged = s.sync.stagedRemote(s.scope, collection, id); staged && !staged->raw.empty())
        return {id, staged->version, staged->uid, staged->raw};
    if (const auto link = s.sync.linkOfRemote(s.scope, collection, id))
        return {id, link->version, link->uid, link->raw};
    return {id, {}, {}, {}};
}

/// A series whose one occurrence was reported, as a whole. nullopt: there is no such series.
std::optional<RemoteItem> whole(SyncSession& s, const std::string& collection, const RemoteItem& piece,
                                const std::map<std::string, Staged>& page) {
    const RemoteItem known = knownOf(s, collection, piece.id, page);
    if (!known.raw.empty())
        if (auto folded = s.provider.fold(known, piece)) return folded;
    return s.provider.read(s.kind(), collection, piece.id);
}

bool isKeepable(const RemoteItem& item) {
    return isKeepableId(item.id) && (item.version.empty() || isKeepableId(item.version));
}

/// What has no name that can be kept is left out, and said in the journal (I6): once, however often it is listed (C10).
void noteLeftOut(SyncSession& s, const std::string& collection, const ChangePage& page) {
    std::set<std::string> which;
    for (const RemoteItem& item : page.items)
        if (!isKeepable(item)) which.insert(item.id + "\n" + item.version);
    if (which.empty() || s.scope.preview) return;
    std::string all;
    for (const std::string& one : which) all += one + "\n";
    JournalEntry entry;
    entry.run = s.run.id;
    entry.account = s.scope.account;
    entry.kind = s.kind();
    entry.action = "nothing";
    entry.outcome = "skipped";
    entry.rule = "I6";
    entry.reason = "the provider's id of it can't be kept";
    entry.title = std::to_string(which.size()) + (which.size() == 1 ? " record" : " records");
    entry.collection = collection;
    entry.remote = "#" + std::to_string(std::hash<std::string>()(all));
    JournalFilter told;
    told.account = entry.account;
    told.kind = entry.kind;
    told.text = entry.reason;
    for (const JournalEntry& before : s.sync.journal(told))
        if (before.collection == collection && before.remote == entry.remote) return;
    s.guarded([&] { s.sync.addJournal(entry); });
}

/// The last word on each record of the page.
std::vector<Staged> rowsOf(SyncSession& s, const std::string& collection, const ChangePage& page) {
    std::map<std::string, Staged> rows;
    for (const RemoteItem& item : page.items) {
        if (!isKeepable(item)) continue;
        std::optional<RemoteItem> full = item;
        if (item.piece && !item.gone) full = whole(s, collection, item, rows);
        Staged row;
        row.collection = collection;
        row.remote = item.id;
        row.listed = true;
        row.gone = !full || full->gone;
        if (full) {
            row.version = full->version;
            row.uid = isKeepableId(full->uid) ? full->uid : std::string();
            row.raw = full->raw;
        }
        rows.insert_or_assign(item.id, std::move(row));
    }
    std::vector<Staged> list;
    for (auto& [id, row] : rows) list.push_back(std::move(row));
    return list;
}

/// A record that has another id by now is still the one that was linked. A preview changes nothing.
void followIds(SyncSession& s, const std::string& collection, const ChangePage& page) {
    for (const RemoteItem& item : page.items)
        for (const std::string& former : item.formerly) {
            if (!isKeepableId(former) || !isKeepableId(item.id)) continue;
            auto link = s.sync.linkOfRemote(s.scope, collection, former);
            if (!link || s.scope.preview || s.sync.linkOfRemote(s.scope, collection, item.id)) continue;
            link->remote = item.id;
            s.sync.saveLink(*link);
        }
}

void readCollection(SyncSession& s, const std::string& collection, std::string cursor,
                    std::chrono::steady_clock::time_point begun, const std::function<void(std::size_t)>& told) {
    const std::string before = cursor;
    if (isOfToday(s, before)) return readBusyTimes(s, collection, before);
    if (isOfBusyTimes(before)) cursor.clear();
    bool restarted = false;
    for (Progress progress(cursor);;) {
        if (s.stop()) throw Stopped{};
        ChangePage page;
        try {
            page = s.provider.changes(s.kind(), collection, cursor, s.facts.started);
        } catch (const CursorExpired&) {  // I4: everything, compared with the links
            if (cursor.empty() || restarted) throw Nonsense("the provider refuses the position that it gave");
            restarted = true;
            cursor.clear();
            progress = Progress(cursor);
            continue;
        } catch (const CollectionGone& closed) {
            if (!s.conflictOnly(collection)) throw;
            try {
                return readBusyTimes(s, collection, before);
            } catch (const CollectionGone& also) {
                throw CollectionGone(std::string(closed.what()) + "; as for its busy times: " + also.what());
            }
        }
        progress.take(page);
        noteLeftOut(s, collection, page);
        const auto rows = rowsOf(s, collection, page);  // may ask the provider: never in a transaction
        s.guarded([&] {
            if (page.listing && page.first) s.sync.beginListing(s.scope, collection);
            followIds(s, collection, page);
            s.sync.stageRemote(s.scope, rows, {collection, page.cursor}, page.listing);
            if (!page.seen.empty()) s.sync.saveSeen(s.scope, collection, page.seen);
            if (page.listing && !page.more) s.sync.endListing(s.scope, collection);
        });
        told(page.items.size());
        cursor = page.cursor;
        if (!page.more) return;
        if (s.hasEnough(begun)) throw Stopped{};
    }
}

/// Which together name every record of the CRM that may be synced.
std::vector<Store::Query> queriesOfAll(const SyncSession& s) {
    Store::Query query;
    query.user = s.user.id;
    query.limit = pageOfCrm;
    if (!s.isCalendar()) {
        if (s.contacts.personal) query.owner = s.user.login;
        return {query};
    }
    query.from = s.facts.started;
    std::vector<Store::Query> all(1, query);
    all.front().owner = s.user.login;
    std::vector<std::string> addresses = s.user.otherEmails;
    addresses.push_back(s.user.email);
    for (const std::string& address : addresses)
        if (!address.empty()) all.emplace_back(query).email = address;
    return all;
}

void stageAll(SyncSession& s, Store::Query query) {
    do {
        std::vector<Id> ids;
        const auto take = [&](const auto& page) {
            for (const auto& record : page.records) ids.push_back(record.id);
            query.after = page.next;
        };
        if (s.isCalendar())
            take(s.store.activities(query));
        else
            take(s.store.contacts(query));
        s.guarded([&] { s.sync.stageLocal(s.scope, ids); });
        if (s.stop()) throw Stopped{};
    } while (!query.after.empty());
}

}  // namespace

void readProvider(SyncSession& s, const std::function<void(std::int64_t read)>& told) {
    std::vector<std::string> wanted = s.collections();
    if (s.isCalendar()) wanted.insert(wanted.end(), s.calendar.conflicts.begin(), s.calendar.conflicts.end());
    s.guarded([&] { s.sync.keepCollections(s.scope, wanted); });
    const auto cursors = s.sync.cursors(s.scope);
    const SeenInStore seen(s);
    s.provider.setSeen(seen);
    const auto begun = std::chrono::steady_clock::now();
    std::int64_t read = 0;
    for (const std::string& collection : wanted) {
        const auto known = std::ranges::find(cursors, collection, &SyncCursor::collection);
        try {
            readCollection(s, collection, known == cursors.end() ? std::string() : known->cursor, begun,
                           [&](std::size_t items) { told(read += static_cast<std::int64_t>(items)); });
        } catch (const Endless&) {
            std::vector<std::string> others = wanted;
            std::erase(others, collection);
            s.guarded([&] { s.sync.keepCollections(s.scope, others); });
            throw;
        }
    }
}

std::int64_t readCrmChanges(SyncSession& s, std::int64_t cursor, bool everything) {
    if (everything)
        for (Store::Query query : queriesOfAll(s)) stageAll(s, std::move(query));
    if (everything && s.scope.preview) return cursor;
    // What was deleted since a look at everything began is in no list of what there is.
    while (true) {
        std::int64_t reached = cursor;
        s.guarded([&] { reached = s.sync.stageChanges(s.scope, cursor, pageOfCrm); });
        if (reached == cursor) return cursor;
        cursor = reached;
        if (s.stop()) throw Stopped{};
    }
}

}  // namespace crmdav
