#pragma once
#include <string>
#include <vector>

#include "bridge/engine/session.h"

/// The journal's actions taken back (G4), newest first, through the same conditional writes as any run. With them goes
/// what the run made beside – contacts of guests (D12), companies of contacts (D11) –, where nobody edited it since and
/// nothing else leads to it.
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

}  // namespace crmdav
