#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bridge/engine/place.h"
#include "bridge/engine/run.h"
#include "bridge/engine/run_counts.h"
#include "bridge/engine/undo.h"

/// Runs of an account: whose turn it is, what the run works with, and what becomes of the account's status (A3).
namespace crmdav {

struct ProviderOptions {
    bool notifyGuests = false;  ///< B12
    std::string group;          ///< what is created there goes into it (D1)
    std::string zone;           ///< for floating times
    std::string trial;          ///< a secret that isn't kept yet; empty: the account's own
    std::function<bool()> stop;
};
/// @throws ReconnectNeeded  its secret is gone
using MakeProvider = std::function<std::shared_ptr<Provider>(const Account&, const ProviderOptions&)>;

struct Clock {
    std::function<Instant()> now = [] {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    };
};

/// How long one account may keep a thread.
struct RunLimits {
    std::chrono::milliseconds share = std::chrono::minutes(2);  ///< after it others that wait come first
    std::chrono::milliseconds stall =
        std::chrono::minutes(10);  ///< for one page or record: then it is tried again later
    int asked = 16;                ///< requests that wait for providers at once, previews and undos included
};

class Pushes;

class AccountRuns {
public:
    /// @param holder  what tells this process, and this life of it, apart from others
    /// @param pushes  keeps the subscriptions of what runs; null: nobody does
    AccountRuns(Store&, MakeProvider, std::string holder, std::chrono::seconds interval, Clock = {},
                const Pushes* pushes = nullptr);

    /// Reads, decides, applies; saves the side's status. nullopt: another process or thread is at it (I7), or it is not
    /// to be synced.
    /// @param stop     asked at each record
    /// @param crowded  whether others wait for the thread: after its share a run makes room, at a page's or record's
    /// end
    std::optional<RunResult> run(const Id& account, SyncKind, const std::function<bool()>& stop = {},
                                 const std::function<bool()>& crowded = {});

    /// The decisions are then on the preview's stage. nullopt: as above. @returns also the run's id
    /// @throws TryLater  others wait for theirs
    std::optional<std::pair<Id, RunResult>> preview(const Id& account, SyncKind,
                                                    const std::function<bool()>& stop = {});

    /// Takes back an entry of the journal, or (entry 0) all of a run. nullopt, TryLater: as above.
    std::optional<UndoOutcome> undo(const Id& run, std::int64_t entry);

    /// Of one contact sync (D6).
    void limit(const RunLimits& limits) {
        limits_ = limits;
        places_.most = limits.asked;
    }
    /// Of all requests that ask providers.
    Places& places() { return places_; }
    void allowContacts(std::int64_t most) { mostContacts_ = most; }

    const RunCounts& counts() const { return counts_; }

private:
    struct Turn;
    std::unique_ptr<Turn> takeTurn(const Id& account, SyncKind, const std::string& mode,
                                   const std::function<bool()>& stop);
    RunResult notBegun(const Id& account, SyncKind, SyncStatus, const std::string& cause);
    void settle(SyncSide&, const RunResult&) const;

    Store& store_;
    MakeProvider makeProvider_;
    std::string holder_;
    std::chrono::seconds interval_;
    Clock clock_;
    const Pushes* pushes_;
    std::int64_t mostContacts_ = 25'000;
    RunLimits limits_;
    Places places_;
    RunCounts counts_;
};

}  // namespace crmdav
