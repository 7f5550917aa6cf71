#pragma once
#include <string>
#include <string_view>

#include "bridge/engine/account_run.h"

/// Notifications of providers that something changed there (A6, D30): who asks for them, prolongs and ends them, and
/// what comes of one. They make a run begin sooner, and that is all: what no notification tells, the run by interval
/// finds.
namespace crmdav {

/// What a notification says.
enum class PushNews {
    greeting,  ///< that there will be others
    changed,   ///< or that others were lost
    expiring,  ///< it wants to be prolonged now
    ended,     ///< the provider has ended it
};

/// Thread safe.
class Pushes {
public:
    /// @param address  of this server, as people see it: https://host[:port][/base]. Where providers can't reach it –
    ///                 none, no https, this machine, its network –, nothing is asked for
    Pushes(Store&, MakeProvider, std::string address, Clock = {});

    /// After a run that went well, with its lease: there is one for each collection that is synced, with time left, and
    /// no other. What the provider doesn't give is asked for again an hour later.
    /// @throws LeaseLost
    void keep(SyncSession&) const;

    /// Forgets all of an account's side, and ends them where the provider can be reached within seconds (A8, A10).
    /// @param places  where all of them are taken, the provider isn't asked; null: somebody has one for it
    void end(const Account&, SyncKind, Places* places = nullptr) const;

    /// One came: the side that it is about is to be run.
    /// @returns false: it is none that was asked for, or doesn't bring its secret along
    bool take(const std::string& id, std::string_view secret, PushNews) const;

private:
    std::string callbackFor(const std::string& provider) const;
    void keepOne(SyncSession&, const SyncPush&) const;
    bool save(SyncSession&, const SyncPush&) const;
    void drop(Provider&, const SyncPush&) const;
    void unsubscribe(Provider&, const SyncPush&) const;

    Store& store_;
    MakeProvider makeProvider_;
    std::string address_;  ///< empty: providers can't reach us
    Clock clock_;
};

}  // namespace crmdav
