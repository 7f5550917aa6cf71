#pragma once
#include <optional>
#include <string>

#include "bridge/bridge.h"
#include "server/api/fields.h"

/// Accounts at providers as the API shows them. No secret is in any of these.
namespace crmdav {

/// Calendar sync or contact sync of an account (A2, A3).
struct SideView {
    SyncStatus status = SyncStatus::none;
    std::string text;   ///< of the status, for people
    std::string cause;  ///< empty: the status speaks for itself
    std::optional<Instant> lastSuccess, nextTry;
    bool wanted = false;
    std::int64_t linked = 0, busyBlocks = 0, unsyncable = 0;
    std::optional<SyncRun> run;  ///< while one is at work, or a preview
};
SideView viewOf(const Call&, const SyncSide&);

struct AccountView {
    Id id;
    std::string user, provider, login, address;
    bool connected = false;
    Instant created{};
    SideView calendar, contacts;
};
AccountView viewOf(const Call&, const Account&);

/// What connects an account; the password is read and never written.
struct NewAccount {
    std::string provider, address, login, password;
};

struct SignInWish {
    std::string provider;
};

struct Disconnected {
    bool revoked = false;
    std::string note;
};

/// What was done since midnight (G1, G3).
struct MetricsView {
    Accounts::Metrics counts;
    std::string source;
};

/// What is to be undone: an entry of the journal, or (0) all of a run.
struct RunUndo {
    Id run;
    std::int64_t entry = 0;
};

// ---------------------------------------------------------------- what the handlers of accounts share

/// The account that the address names, if it is one's own; an admin says with ?user= whose it is. @throws NotFound
Account accountAsked(const Call&);
/// Whose accounts are meant: one's own, or those of ?user=. @throws Forbidden  others' are for admins
std::int64_t ownerAsked(const Call&);
SyncKind kindAsked(const Call&);  ///< ?kind=; calendar without
/// @throws Problem 503  this process has none
Bridge& bridgeOf(const Call&);

}  // namespace crmdav
