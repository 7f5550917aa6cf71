#pragma once
#include <map>
#include <optional>
#include <vector>

#include "store/sync.h"

/// Runs, and what they did. Verbs of SyncStore, inside the caller's transaction.
namespace crmdav {

class Connection;

void saveRun(Connection&, const SyncRun&);
std::optional<SyncRun> run(Connection&, const Id&);
std::vector<SyncRun> runs(Connection&, const Id& account, std::optional<SyncKind>, std::size_t limit);

std::int64_t addJournal(Connection&, const JournalEntry&);
std::vector<JournalEntry> journal(Connection&, const JournalFilter&);
std::optional<JournalEntry> journalEntry(Connection&, std::int64_t id);
void markUndone(Connection&, std::int64_t entry);
std::map<Counted, std::int64_t> counted(Connection&, const Id& account, SyncKind, Instant since);

}  // namespace crmdav
