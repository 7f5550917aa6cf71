#pragma once
#include <string>
#include <vector>

#include "bridge/engine/session.h"

/// The journal's actions taken back (G4), newest first, through the same conditional writes as any run.
namespace crmdav {

struct UndoOutcome {
    std::int64_t undone = 0;
    struct Left {
        std::int64_t entry = 0;
        std::string title, why;
    };
    std::vector<Left> left;  ///< what somebody changed since, or can't be taken back
};

/// @throws TryLater, ReconnectNeeded  what was done up to then stays undone
UndoOutcome undoEntries(SyncSession&, const std::vector<JournalEntry>& newestFirst);

/// Contacts that a run of the calendar made of guests (D12) go, where nobody changed them since.
void undoGuests(SyncSession&, const SyncRun&);

}  // namespace crmdav
