#include "bridge/engine/runner.h"

#include <algorithm>

#include "bridge/engine/apply.h"
#include "bridge/engine/reader.h"

namespace crmdav {
namespace {

constexpr std::size_t page = 100;
/// Pairs whose changes of the CRM are one transaction.
constexpr std::size_t group = 50;
/// How often one pair is looked at again because somebody else writes it all the time.
constexpr int mostLooks = 4;

}  // namespace

std::int64_t Runner::read(std::int64_t cursor, bool everything) {
    phase("reading", 0);
    readProvider(s_, [&](std::int64_t read) { progress(read); });
    return readCrmChanges(s_, cursor, everything);
}

void Runner::plan(bool keep) {
    phase("planning", s_.sync.countStaged(s_.scope));
    std::set<Id> taken;  // by pairs that were decided before
    forEach([&](const Staged& row) {
        LoadedPair loaded = loadPair(s_, row);
        const bool twice = !loaded.local.empty() && !taken.insert(loaded.local).second;
        Action action = twice ? Action{} : decide(s_, loaded);
        count(action);
        if (!keep) return;
        Staged decided = row;
        decided.decision = encodeDecision(action);
        s_.sync.decide(s_.scope, {&decided, 1});
    });
}

bool Runner::mayDelete() const {
    std::int64_t gone = 0;
    for (std::int64_t after = 0;;) {
        const auto rows = s_.sync.staged(s_.scope, after, 500);
        for (const Staged& row : rows) gone += row.gone || row.remote.empty();
        if (rows.size() < 500) break;
        after = rows.back().id;
    }
    return gone > brakeAt(0) - 1;
}

bool Runner::overBrake() const {
    const std::int64_t most = brakeAt(linked());
    return !confirmed_ && (deletions_[0] > most || deletions_[1] > most);
}

void Runner::apply() {
    phase("applying", s_.sync.countStaged(s_.scope));
    begun_ = std::chrono::steady_clock::now();
    summary_.clear();
    deletions_[0] = deletions_[1] = 0;
    forEach([&](const Staged& row) { take(row); });
    if (tooMany_) throw TooMany{};
    if (closed_) throw *closed_;
}

void Runner::phase(const std::string& name, std::int64_t all) {
    s_.run.phase = name;
    s_.run.done = 0;
    s_.run.all = all;
    s_.sync.saveRun(s_.run);
}

/// What came goes before what is gone: a move is a creation and a deletion (C7), a match keeps a record from being
/// made twice.
void Runner::forEach(const std::function<void(const Staged&)>& work) {
    for (const bool gone : {false, true})
        for (std::int64_t after = 0;;) {
            const auto rows = s_.sync.staged(s_.scope, after, page);
            if (begun_ && !gone) expectPhotos(rows);
            for (const Staged& row : rows) {
                after = row.id;
                if (row.gone != gone) continue;
                if (s_.stop() || switchedOff()) throw Stopped{};
                if (begun_ && s_.run.done > 0 && s_.hasEnough(*begun_)) {
                    flush();
                    throw Stopped{};
                }
                work(row);
                progress(++s_.run.done);
            }
            flush();
            if (rows.size() < page) break;
        }
}

/// New contacts' photos are taken (D11).
void Runner::expectPhotos(const std::vector<Staged>& rows) {
    if (s_.isCalendar()) return;
    std::vector<std::string> ids;
    for (const Staged& row : rows)
        if (row.link.empty() && row.listed && !row.gone) ids.push_back(row.remote);
    s_.provider.expectPhotos(ids);
}

void Runner::progress(std::int64_t done) {
    s_.run.done = done;
    if (done % 50 == 0) s_.sync.saveRun(s_.run);
}

/// Its owner stopped it: at this record, not at the end (A8).
bool Runner::switchedOff() const {
    const auto side = s_.sync.side(s_.scope.account, s_.kind());
    return !s_.scope.preview && (!side || side->status == SyncStatus::stopped || side->status == SyncStatus::reconnect);
}

std::int64_t Runner::linked() const {
    if (!linked_) linked_ = s_.sync.countLinks(s_.scope).linked;
    return *linked_;
}

void Runner::count(const Action& action) {
    const std::string name = action.name();
    if (name != "nothing") ++summary_[name];
    deletions_[0] += action.deletes(false);
    deletions_[1] += action.deletes(true);
}

void Runner::take(const Staged& row) {
    if (created_.contains({row.collection, row.remote})) return;  // staged before, and not any more
    Waiting next{row, {}, {}};
    // What waits may be what this one has to be matched with, or is the same meeting.
    next.loaded = loadPair(s_, row);
    if (waitingLocals_.contains(next.loaded.local) || waitingUids_.contains(row.uid)) {
        flush();
        next.loaded = loadPair(s_, row);
    }
    next.action = decide(s_, next.loaded);
    if (isOneTooMany(next.action)) return;
    if (asksProvider(s_, next.loaded, next.action)) {
        flush();
        if (!closed_ || next.action.provider != Verb::create) applyAlone(row, next.loaded, next.action);
        return;
    }
    if (!next.loaded.local.empty()) waitingLocals_.insert(next.loaded.local);
    if (!row.uid.empty()) waitingUids_.insert(row.uid);
    waiting_.push_back(std::move(next));
    if (waiting_.size() >= group) flush();
}

/// All that waits, in one transaction; what doesn't work out is done again by itself.
void Runner::flush() {
    auto all = std::move(waiting_);
    waiting_.clear();
    waitingLocals_.clear();
    waitingUids_.clear();
    if (all.empty()) return;
    std::vector<const Waiting*> left;
    std::vector<Action> done;
    s_.guarded([&] {
        left.clear();
        done.clear();
        for (const Waiting& one : all) {
            LoadedPair loaded = one.loaded;
            Action action = one.action;
            if (crmdav::apply(s_, one.row, loaded, action) == Applied::done)
                done.push_back(std::move(action));
            else
                left.push_back(&one);
        }
    });
    for (const Action& action : done) count(action);
    for (const Waiting* one : left) applyRow(one->row);
}

void Runner::applyRow(const Staged& row) {
    LoadedPair loaded = loadPair(s_, row);
    Action action = decide(s_, loaded);
    applyAlone(row, loaded, action);
}

void Runner::applyAlone(const Staged& first, LoadedPair& loaded, Action& action) {
    Staged row = first;
    for (int looks = 0; looks < mostLooks; ++looks) {
        Applied applied{};
        try {
            applied = crmdav::apply(s_, row, loaded, action);
        } catch (const CollectionGone& closed) {  // it waits on the stage until something can be made there again
            closed_ = closed;
            return;
        }
        if (applied != Applied::again) {
            if (action.provider == Verb::create && loaded.link && !loaded.item.id.empty())
                created_.insert({loaded.link->collection, loaded.item.id});
            count(action);
        }
        if (applied == Applied::done) return;
        // Somebody else wrote it in between: what is staged of it now is looked at.
        const std::string collection = loaded.link ? loaded.link->collection : row.collection;
        const std::string remote = loaded.link ? loaded.link->remote : row.remote;
        if (!remote.empty())
            if (auto fresh = s_.sync.stagedRemote(s_.scope, collection, remote)) row = *fresh;
        loaded = loadPair(s_, row);
        action = decide(s_, loaded);
    }
    throw TryLater("a record is being changed all the time");  // whose title is not for all who see the status
}

/// It stays on the stage: what goes in this run may make room for it in the next one.
bool Runner::isOneTooMany(const Action& action) {
    if (s_.isCalendar() || (action.crm != Verb::create && action.provider != Verb::create)) return false;
    if (linked() + made_ >= s_.mostContacts) return tooMany_ = true;
    ++made_;
    return false;
}

}  // namespace crmdav
