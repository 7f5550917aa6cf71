#pragma once
#include <string>
#include <vector>

#include "bridge/engine/account_run.h"
#include "bridge/settings.h"

/// An account's life as its owner leads it (rules A): from the provider's sign-in to a disconnect. What is refused says
/// why in words for people.
namespace crmdav {

/// It isn't possible now, or not this way (409).
struct NotNow : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Accounts {
public:
    /// @param keepSecret  stores an account's secret, encrypted (A11); empty: forgets it
    /// @param pushes      ends subscriptions; null: there are none
    /// @param places      of requests that wait for providers; where all are taken, what asks one throws Crowded; null:
    ///                    as many as want to
    Accounts(Store&, MakeProvider, std::function<void(const Id& account, const std::string& secret)> keepSecret,
             Clock = {}, const Pushes* pushes = nullptr, Places* places = nullptr);

    /// A DAV account, whose login is tried before anything is kept. The same login of the same user is the same account
    /// again (A9).
    /// @throws ReconnectNeeded  the server doesn't take the login; ProviderError  it doesn't answer as it should
    Account connectDav(std::int64_t user, const std::string& provider, const std::string& address,
                       const std::string& login, const std::string& password);
    /// After the provider's sign-in page: the tokens, and whose they are.
    Account connectOAuth(std::int64_t user, const std::string& provider, const RemoteIdentity&,
                         const std::string& tokens);
    /// Forgets the secret; what was synced and how stays, for the day that the same login comes back (A9, A10).
    /// @returns false: the provider can't be told, its owner has to take the grant back there
    bool disconnect(const Id& account);

    std::vector<RemoteCollection> collections(const Id& account, SyncKind);
    std::vector<RemoteGroup> groups(const Id& account);

    /// What isn't named stays as it is; from the next run on (A7). @throws BadSetting
    SyncSide saveSettings(const Id& account, SyncKind, const std::string& json);
    /// Chooses the usual calendar or book where nobody chose one: before a preview or a start.
    /// @throws NotNow  there is none, or nobody is signed in
    SyncSide prepare(const Id& account, SyncKind);
    SyncSide start(const Id& account, SyncKind);  ///< @throws NotNow
    SyncSide stop(const Id& account, SyncKind);   ///< at the next record (A8)
    SyncSide wantRun(const Id& account, SyncKind);
    SyncSide confirm(const Id& account, SyncKind);  ///< the brake's question is answered with yes (G6)

    struct Metrics {
        std::int64_t addedToCrm = 0, addedToProvider = 0, updatedInCrm = 0, updatedAtProvider = 0, deletedInCrm = 0,
                     deletedAtProvider = 0;
    };
    Metrics today(const Id& account, SyncKind) const;  ///< since midnight in the organisation's zone (G3)

private:
    Account keep(Account, const RemoteIdentity&, const std::string& secret);
    SyncSide sideOf(const Id& account, SyncKind) const;
    SyncSide keepSettings(const Id& account, SyncKind, const std::string& settings);
    void requireAppointments(const Account&, const CalendarSettings&, const CalendarSettings& before) const;
    void keepSide(const SyncSide&);
    std::vector<SyncSide> othersThatPush(const Id& account) const;
    Account accountOf(const Id& account) const;

    Store& store_;
    MakeProvider makeProvider_;
    std::function<void(const Id&, const std::string&)> keepSecret_;
    Clock clock_;
    const Pushes* pushes_;
    Places* places_;
};

/// It runs, or will as soon as it can again.
bool isStarted(const SyncSide&);

/// As A3 has it, for people: "Active", "Reconnect needed" …
std::string statusText(const SyncSide&);

}  // namespace crmdav
