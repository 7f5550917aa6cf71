#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "store/engine/database.h"
#include "store/records/uuid.h"
#include "store/sync.h"

/// What the tables of the bridge have in common. Their key is an account's number and a SyncKind; callers name accounts
/// by their UUID, as the first bound value.
#define SYNC_ACCOUNT "(SELECT id FROM sync_accounts WHERE uuid=?1)"
#define SYNC_KIND "account_id=" SYNC_ACCOUNT " AND kind=?2"
#define SYNC_SCOPE SYNC_KIND " AND preview=?3"

namespace crmdav {

/// The bytes of an id as a value; NULL of an empty one.
inline std::optional<Blob> orNull(const std::string& bytes) {
    return bytes.empty() ? std::nullopt : std::optional(Blob{bytes});
}

/// Bytes of an id that is to be stored; empty stays empty. @throws StoreError  it is no UUID
std::string storable(const Id& id);

/// Number of an account that something is stored for. @throws NotFound
std::int64_t requireAccount(Connection& db, const Id& id);

/// A scope whose account was looked up, for several statements.
struct ScopeRow {
    ScopeRow(Connection& db, const SyncScope& scope)
        : account(requireAccount(db, scope.account)), kind(scope.kind), preview(scope.preview) {}
    std::int64_t account;
    SyncKind kind;
    bool preview;
};

}  // namespace crmdav
