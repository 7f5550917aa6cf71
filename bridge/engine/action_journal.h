#pragma once
#include <string>

#include "bridge/engine/pairs.h"

/// What the journal says of one action (C2, C6, G4): announced before something goes lost at the provider, whose answer
/// may get lost, too, and told when it is known what became of it.
namespace crmdav {

class ActionJournal {
public:
    /// All of them outlive it, and may change meanwhile.
    ActionJournal(SyncSession&, const Staged&, const LoadedPair&, const Action&);

    /// What is there is about to be written over, or deleted: an undo needs it.
    void writesOver(const std::string& raw) { rawBefore_ = raw; }
    /// In a transaction of its own.
    void begin();
    /// The provider did it.
    void wrote() { written_ = true; }
    void linked(const Id& link) { link_ = link; }

    /// What was done in the end; nothing, where nothing happened (C10). @param history  of the CRM; 0: none
    void tell(const Id& local, std::int64_t history);
    /// What was announced, if it was, hasn't been done. In a transaction of its own.
    void undone(const char* why);

private:
    JournalEntry entryOf(const Id& local, std::int64_t history) const;

    SyncSession& s_;
    const Staged& row_;
    const LoadedPair& loaded_;
    const Action& action_;
    const bool erased_;  ///< of a person who is to be forgotten nothing is kept
    std::string rawBefore_;
    Id link_;
    bool written_ = false;
    std::int64_t begun_ = 0;  ///< the entry
};

}  // namespace crmdav
