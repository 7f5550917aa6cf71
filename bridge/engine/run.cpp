#include "bridge/engine/run.h"

#include <algorithm>
#include <set>

#include "bridge/engine/apply.h"
#include "bridge/engine/reader.h"
#include "protocol/text/json.h"

namespace crmdav {
namespace {

constexpr std::size_t page = 100;
/// Pairs whose changes of the CRM are one transaction.
constexpr std::size_t group = 50;
/// How often one pair is looked at again because somebody else writes it all the time.
constexpr int mostLooks = 4;

/// A contact more than may be synced (D6).
struct TooMany {};

class Runner {
public:
    Runner(SyncSession& session, bool confirmed) : s_(session), confirmed_(confirmed) {}

    void read(std::int64_t cursor, bool everything, std::int64_t& reached) {
        phase("reading", 0);
        readProvider(s_, [&](std::int64_t read) { progress(read); });
        reached = readCrmChanges(s_, cursor, everything);
    }

    /// Decides on everything without doing anything. @param keep  the decisions are to be shown
    Summary plan(bool keep) {
        phase("planning", s_.sync.countStaged(s_.scope));
        std::set<Id> taken;  // by pairs that were decided before
        forEach([&](const Staged& row) {
            if (!keep && deletions_[0] + deletions_[1] > 0 && overBrake()) return;
            LoadedPair loaded = loadPair(s_, row);
            const bool twice = !loaded.local.empty() && !taken.insert(loaded.local).second;
            Action action = twice ? Action{} : decide(s_, loaded);
            count(action);
            if (!keep) return;
            Staged decided = row;
            decided.decision = encodeDecision(action);
            s_.sync.decide(s_.scope, {&decided, 1});
        });
        return summary_;
    }

    bool mayDelete() const {
        std::int64_t gone = 0;
        for (std::int64_t after = 0;;) {
            const auto rows = s_.sync.staged(s_.scope, after, 500);
            for (const Staged& row : rows) gone += row.gone || row.remote.empty();
            if (rows.size() < 500) break;
            after = rows.back().id;
        }
        return gone > brakeAt(0) - 1;
    }

    bool overBrake() const {
        const std::int64_t most = brakeAt(linked());
        return !confirmed_ && (deletions_[0] > most || deletions_[1] > most);
    }
    std::int64_t deletions(bool atProvider) const { return deletions_[atProvider]; }

    void apply() {
        phase("applying", s_.sync.countStaged(s_.scope));
        summary_.clear();
        deletions_[0] = deletions_[1] = 0;
        forEach([&](const Staged& row) { take(row); });
        if (tooMany_) throw TooMany{};
    }

    const Summary& summary() const { return summary_; }

    void phase(const std::string& name, std::int64_t all) {
        s_.run.phase = name;
        s_.run.done = 0;
        s_.run.all = all;
        s_.sync.saveRun(s_.run);
    }

private:
    /// What came goes before what is gone: a move is a creation and a deletion (C7), a match keeps a record from being
    /// made twice.
    void forEach(const std::function<void(const Staged&)>& work) {
        for (const bool gone : {false, true})
            for (std::int64_t after = 0;;) {
                const auto rows = s_.sync.staged(s_.scope, after, page);
                for (const Staged& row : rows) {
                    after = row.id;
                    if (row.gone != gone) continue;
                    if (s_.stop() || switchedOff()) throw Stopped{};
                    work(row);
                    progress(++s_.run.done);
                }
                flush();
                if (rows.size() < page) break;
            }
    }

    void progress(std::int64_t done) {
        s_.run.done = done;
        if (done % 50 == 0) s_.sync.saveRun(s_.run);
    }

    /// Its owner stopped it: at this record, not at the end (A8).
    bool switchedOff() const {
        const auto side = s_.sync.side(s_.scope.account, s_.kind());
        return !s_.scope.preview &&
               (!side || side->status == SyncStatus::stopped || side->status == SyncStatus::reconnect);
    }

    std::int64_t linked() const {
        if (!linked_) linked_ = s_.sync.countLinks(s_.scope).linked;
        return *linked_;
    }

    void count(const Action& action) {
        const std::string name = action.name();
        if (name != "nothing") ++summary_[name];
        deletions_[0] += action.deletes(false);
        deletions_[1] += action.deletes(true);
    }

    /// A pair that was decided on, and waits for others: what happens in the CRM alone is written many at a time.
    struct Waiting {
        Staged row;
        LoadedPair loaded;
        Action action;
    };

    void take(const Staged& row) {
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
            applyAlone(row, next.loaded, next.action);
            return;
        }
        if (!next.loaded.local.empty()) waitingLocals_.insert(next.loaded.local);
        if (!row.uid.empty()) waitingUids_.insert(row.uid);
        waiting_.push_back(std::move(next));
        if (waiting_.size() >= group) flush();
    }

    /// All that waits, in one transaction; what doesn't work out is done again by itself.
    void flush() {
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

    void applyRow(const Staged& row) {
        LoadedPair loaded = loadPair(s_, row);
        Action action = decide(s_, loaded);
        applyAlone(row, loaded, action);
    }

    void applyAlone(const Staged& first, LoadedPair& loaded, Action& action) {
        Staged row = first;
        for (int looks = 0; looks < mostLooks; ++looks) {
            const Applied applied = crmdav::apply(s_, row, loaded, action);
            if (applied == Applied::met) count(action);
            if (applied == Applied::done) {
                if (action.provider == Verb::create && loaded.link && !loaded.item.id.empty())
                    created_.insert({loaded.link->collection, loaded.item.id});
                return count(action);
            }
            // Somebody else wrote it in between: what is staged of it now is looked at.
            const std::string collection = loaded.link ? loaded.link->collection : row.collection;
            const std::string remote = loaded.link ? loaded.link->remote : row.remote;
            if (!remote.empty())
                if (auto fresh = s_.sync.stagedRemote(s_.scope, collection, remote)) row = *fresh;
            loaded = loadPair(s_, row);
            action = decide(s_, loaded);
        }
        throw TryLater("\"" + action.title + "\" is being changed all the time");
    }

    /// It stays on the stage: what goes in this run may make room for it in the next one.
    bool isOneTooMany(const Action& action) {
        if (s_.isCalendar() || (action.crm != Verb::create && action.provider != Verb::create)) return false;
        if (linked() + made_ >= s_.mostContacts) return tooMany_ = true;
        ++made_;
        return false;
    }

    SyncSession& s_;
    bool confirmed_;
    Summary summary_;
    std::int64_t deletions_[2] = {0, 0};
    std::int64_t made_ = 0;
    bool tooMany_ = false;
    mutable std::optional<std::int64_t> linked_;
    std::vector<Waiting> waiting_;
    std::set<std::string> waitingLocals_, waitingUids_;
    std::set<std::pair<std::string, std::string>> created_;  // places at the provider
};

RunResult paused(SyncSession& s, const Runner& runner) {
    RunResult result;
    result.status = SyncStatus::paused;
    result.cause = "it would delete " + std::to_string(runner.deletions(false)) + " in the CRM and " +
                   std::to_string(runner.deletions(true)) +
                   " at the provider, which is more than usual: look at the "
                   "preview, then confirm";
    result.summary = runner.summary();
    s.run.phase = "paused";
    return result;
}

/// What people are told of a run that ended early, and what becomes of it.
RunResult guardedRun(SyncSession& s, const std::function<RunResult()>& work) {
    RunResult result;
    const auto failed = [&](SyncStatus status, const std::string& cause, bool retry) {
        result.status = status;
        result.cause = cause;
        result.retry = retry;
        s.run.phase = "failed";
        s.run.cause = cause;
    };
    const auto stopped = [&] {
        failed(SyncStatus::stopped, "", false);
        s.run.phase = "stopped";
    };
    try {
        result = work();
        if (s.run.phase != "paused") s.run.phase = "done";
        s.run.cause = result.cause;
    } catch (const ReconnectNeeded& error) {
        failed(SyncStatus::reconnect, error.what(), false);
    } catch (const TryLater& error) {
        if (s.stop()) {  // which broke off the call, too
            stopped();
        } else {
            failed(SyncStatus::failing, error.what(), true);
            result.after = error.after;
        }
    } catch (const TooMany&) {
        failed(SyncStatus::limit,
               "there are more than " + std::to_string(s.mostContacts) +
                   " contacts to sync; what was synced up to here stays",
               false);
    } catch (const ProviderError& error) {
        failed(SyncStatus::failing, error.what(), true);
    } catch (const StoreBusy& error) {
        failed(SyncStatus::failing, error.what(), true);
    } catch (const Stopped&) {
        stopped();
    } catch (const LeaseLost&) {  // the side is another's by now
        throw;
    } catch (const std::exception& error) {  // ours to mend; until then it isn't tried all the time
        failed(SyncStatus::failing, std::string("something went wrong here: ") + error.what(), true);
    }
    s.run.ended = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    s.run.summary = encodeSummary(result.summary);
    s.sync.saveRun(s.run);
    return result;
}

}  // namespace

std::int64_t brakeAt(std::int64_t linked) { return std::max<std::int64_t>(10, linked / 10); }

std::string encodeSummary(const Summary& summary) {
    JsonWriter out;
    out.beginObject();
    for (const auto& [name, count] : summary) out.member(name, count);
    return out.endObject().take();
}

std::string encodeDecision(const Action& action) {
    JsonWriter out;
    out.beginObject().member("action", action.name()).member("rule", action.rule).member("reason", action.reason);
    out.member("title", action.title).member("deletesInCrm", action.deletes(false));
    out.member("deletesAtProvider", action.deletes(true)).key("fields").beginArray();
    for (const MergedField& field : action.fields) {
        out.beginObject().member("field", field.name).member("to", field.toProvider ? "provider" : "crm");
        out.member("before", field.before).member("after", field.after);
        if (!field.lost.empty()) out.member("lost", field.lost);
        if (field.refused) out.member("refused", true);
        out.endObject();
    }
    return out.endArray().endObject().take();
}

RunResult runSync(SyncSession& s, SyncSide& side, bool everything, bool confirmed) {
    return guardedRun(s, [&] {
        Runner runner(s, confirmed);
        std::int64_t reached = side.localCursor;
        runner.read(side.localCursor, everything, reached);
        side.localCursor = reached;
        s.guarded([&] { s.sync.saveCursor(s.scope, reached); });
        if (!confirmed && runner.mayDelete()) {
            runner.plan(false);
            if (runner.overBrake()) return paused(s, runner);
        }
        runner.apply();
        RunResult result;
        result.summary = runner.summary();
        return result;
    });
}

RunResult previewSync(SyncSession& s, const SyncSide& side, bool everything) {
    return guardedRun(s, [&] {
        s.sync.beginPreview(s.scope);
        Runner runner(s, true);
        std::int64_t reached = 0;
        runner.read(side.localCursor, everything, reached);
        RunResult result;
        result.summary = runner.plan(true);
        return result;
    });
}

}  // namespace crmdav
