#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/sync.h"

/// What runs have to look at: one row a pair. Verbs of SyncStore, inside the caller's transaction.
namespace crmdav {

class Connection;
struct ScopeRow;

void beginPreview(Connection&, const SyncScope&);
void endPreview(Connection&, const SyncScope&);
std::vector<SyncCursor> cursors(Connection&, const SyncScope&);
void saveCursor(Connection&, const ScopeRow&, const SyncCursor&);
void keepCollections(Connection&, const SyncScope&, std::span<const std::string> collections);

std::optional<Staged> stagedRemote(Connection&, const SyncScope&, std::string_view collection, std::string_view remote);
std::vector<Staged> staged(Connection&, const SyncScope&, std::int64_t after, std::size_t limit);
std::int64_t countStaged(Connection&, const SyncScope&);
void decide(Connection&, const SyncScope&, std::span<const Staged>);
void unstage(Connection&, const SyncScope&, std::int64_t id);
void clearStage(Connection&, const SyncScope&);

// stage_remote.cpp
void stageRemote(Connection&, const SyncScope&, std::span<const Staged>, const SyncCursor&, bool listing);
void beginListing(Connection&, const SyncScope&, std::string_view collection);
std::int64_t endListing(Connection&, const SyncScope&, std::string_view collection);
std::vector<SeenMember> seen(Connection&, const SyncScope&, std::string_view collection, std::string_view after,
                             std::size_t limit);
void saveSeen(Connection&, const SyncScope&, std::string_view collection, std::span<const SeenMember>);

// stage_pairs.cpp
/// Whose row is meant; ids as bytes, all but one may be empty.
struct StagedPair {
    std::string link, local;
    std::string_view collection{}, remote{};
};
/// Makes the rows that are staged of a pair one: that of the provider's side, where there is one. @returns its id; 0:
/// there is none
std::int64_t meetingRow(Connection&, const ScopeRow&, const StagedPair&);
/// What is staged of a link's two halves knows of it from now on.
void meetInStage(Connection&, const ScopeRow&, const StagedPair&);
/// There is no such link any more.
void forgetInStage(Connection&, const std::string& link);

// stage_local.cpp
std::int64_t stageChanges(Connection&, const SyncScope&, std::int64_t cursor, std::size_t limit);
void stageLocal(Connection&, const SyncScope&, std::span<const Id> locals);
/// The CRM's side of a pair.
void stagePair(Connection&, const ScopeRow&, const StagedPair&);

}  // namespace crmdav
