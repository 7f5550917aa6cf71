#include "bridge/engine/run.h"

#include <algorithm>

#include "bridge/engine/pairs.h"
#include "bridge/engine/runner.h"
#include "protocol/text/json.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

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

// ---------------------------------------------------------------- what was begun

/// Within which a provider has done what it was asked, and says so to who asks what changed.
constexpr std::chrono::hours longEnough{24};

/// Ids begin with the time at which they were made (RFC 9562 §5.7).
Instant timeOf(const Id& id) {
    std::int64_t milliseconds = 0;
    const std::string bytes = bytesOf(id);
    for (const char byte : std::string_view(bytes).substr(0, 6))
        milliseconds = milliseconds << 8U | static_cast<unsigned char>(byte);
    return Instant(std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(milliseconds)));
}

/// The last time that it can have been asked for is before this.
Instant lastTried(const Link& link, const Pair& pair) {
    const Instant begun = timeOf(link.id);
    return pair.crm && pair.crm->deletedAt ? std::max(begun, *pair.crm->deletedAt) : begun;
}

/// What the provider made would have been listed, or is found by its key.
bool isKnownNotToBe(SyncSession& s, const Link& link) {
    const std::string id = s.isCalendar() ? std::string() : s.provider.contactMadeBy(link.collection, link.id);
    if (id.empty()) return std::ranges::find(s.collections(), link.collection) != s.collections().end();
    try {
        return !s.provider.read(s.kind(), link.collection, id);
    } catch (const CollectionGone&) {
        return true;
    }
}

bool isOver(SyncSession& s, const Link& link) {
    Staged row;
    row.link = link.id;
    LoadedPair loaded = loadPair(s, row);
    if (decide(s, loaded).provider != Verb::none) return false;  // its turn comes
    return s.facts.now - lastTried(link, loaded.pair) >= longEnough && isKnownNotToBe(s, link);
}

/// Ends creations that never happened: begun at the provider (I1), which knows nothing of them although it had time,
/// and nothing in the CRM is to be made there any more – it was deleted, merged, or the settings leave it out. For the
/// end of a run that read all there is.
void endCreations(SyncSession& s) {
    for (const Link& link : s.sync.linksBeingMade(s.scope)) {
        if (s.stop()) throw Stopped{};
        if (isOver(s, link)) s.guarded([&] { s.sync.removeLink(link.id); });
    }
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
        side.localCursor = runner.read(side.localCursor, everything);
        s.guarded([&] { s.sync.saveCursor(s.scope, side.localCursor); });
        side.reviewed = side.settings;  // what is left of it is on the stage
        if (!confirmed && runner.mayDelete()) {
            runner.plan(false);
            if (runner.overBrake()) return paused(s, runner);
        }
        runner.apply();
        endCreations(s);
        RunResult result;
        result.summary = runner.summary();
        return result;
    });
}

RunResult previewSync(SyncSession& s, const SyncSide& side, bool everything) {
    return guardedRun(s, [&] {
        s.sync.beginPreview(s.scope);
        Runner runner(s, true);
        runner.read(side.localCursor, everything);
        runner.plan(true);
        RunResult result;
        result.summary = runner.summary();
        return result;
    });
}

}  // namespace crmdav
