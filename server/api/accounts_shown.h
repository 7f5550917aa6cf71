#pragma once
#include "server/api/call.h"
#include "store/sync.h"

/// What admins see of others' runs: of a record as much as its own address shows them (F4), and nothing of what has
/// none – a private event at a provider that only takes time.
namespace crmdav {

/// Hides what the asker may not see. @param local  the record; empty: it isn't, or isn't known to be, in the CRM
class AccountsShown {
public:
    AccountsShown(const Call& call, const Account& account) : call_(call), account_(account) {}

    void hideIn(JournalEntry&) const;
    /// As encodeDecision() makes it.
    void hideIn(Json& decision, SyncKind, const Id& local) const;
    /// The title of a journal's entry.
    void hideIn(std::string& title, std::int64_t entry) const;
    /// Whoever could look for words would find what is hidden. @throws Forbidden
    void requireSearchable() const;

private:
    struct Seen {
        bool title = true, fields = true;
    };
    Seen seen(SyncKind, const Id& local) const;
    bool own() const { return account_.user == call_.user(); }

    const Call& call_;
    const Account& account_;
};

}  // namespace crmdav
