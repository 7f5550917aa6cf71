#pragma once
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bridge/engine/pairs.h"
#include "bridge/engine/run.h"

/// The parts of one run: reading, deciding on what is staged, doing it.
namespace crmdav {

/// A contact more than may be synced (D6).
struct TooMany {};

class Runner {
public:
    /// @param confirmed  the brake was answered (G6)
    Runner(SyncSession& session, bool confirmed) : s_(session), confirmed_(confirmed) {}

    /// Both sides' changes onto the stage. @returns the newest entry of the CRM's history that was looked at
    std::int64_t read(std::int64_t cursor, bool everything);
    /// Decides on everything without doing anything. @param keep  the decisions are to be shown
    void plan(bool keep);
    /// @throws TooMany, CollectionGone  at its end, where something waits for room, or for a right
    void apply();

    /// Could what is staged be more deletions than a brake lets pass?
    bool mayDelete() const;
    bool overBrake() const;
    std::int64_t deletions(bool atProvider) const { return deletions_[atProvider]; }
    const Summary& summary() const { return summary_; }

private:
    /// A pair that was decided on, and waits for others: what happens in the CRM alone is written many at a time.
    struct Waiting {
        Staged row;
        LoadedPair loaded;
        Action action;
    };

    void phase(const std::string& name, std::int64_t all);
    void forEach(const std::function<void(const Staged&)>& work);
    void expectPhotos(const std::vector<Staged>&);
    void progress(std::int64_t done);
    bool switchedOff() const;
    std::int64_t linked() const;
    void count(const Action&);
    void take(const Staged&);
    void flush();
    void applyRow(const Staged&);
    void applyAlone(const Staged&, LoadedPair&, Action&);
    bool isOneTooMany(const Action&);

    SyncSession& s_;
    bool confirmed_;
    Summary summary_;
    std::int64_t deletions_[2] = {0, 0};  ///< in the CRM, at the provider
    std::int64_t made_ = 0;               ///< contacts
    bool tooMany_ = false;
    std::optional<std::chrono::steady_clock::time_point> begun_;  ///< to apply
    std::optional<CollectionGone> closed_;  ///< where records are made at the provider: nothing can be
    mutable std::optional<std::int64_t> linked_;
    std::vector<Waiting> waiting_;
    std::set<std::string> waitingLocals_, waitingUids_;
    std::set<std::pair<std::string, std::string>> created_;  // places at the provider
};

}  // namespace crmdav
