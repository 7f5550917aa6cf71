#pragma once
#include <memory>
#include <string>

#include "bridge/accounts.h"
#include "bridge/dav/login.h"
#include "bridge/engine/account_run.h"
#include "bridge/oauth.h"
#include "bridge/outbox/outbox.h"
#include "bridge/pushes.h"
#include "bridge/scheduler.h"

/// The bridge as a whole: what server/ has of it.
namespace crmdav {

class ProviderClients;
class Secrets;
struct Json;

struct BridgeOptions {
    OAuthClient google, microsoft;  ///< id or secret empty: what admins set counts (provider_clients.h)
    std::string googleCalendarUrl, googlePeopleUrl, graphUrl, icloudCaldavUrl,
        icloudCarddavUrl;   ///< empty: the public ones
    std::string keyFile;    ///< of the secrets (A11)
    std::string publicUrl;  ///< https://host[:port][/base] of this server, as providers reach it; empty: they can't
    std::chrono::seconds interval{300};
    RunLimits limits{};
    bool privateNetworks = false;    ///< CalDAV and CardDAV servers, and webhooks, may be on our own networks
    std::optional<SmtpServer> smtp;  ///< none: no mail is sent
    Clock clock{};
};

class Bridge {
public:
    /// @throws std::runtime_error  the key file can't be read or made
    Bridge(Store&, BridgeOptions);
    ~Bridge();
    Bridge(const Bridge&) = delete;
    Bridge& operator=(const Bridge&) = delete;

    Accounts& accounts() { return *accounts_; }
    AccountRuns& runs() { return *runs_; }
    const Pushes& pushes() const { return *pushes_; }
    const RunCounts& counts() const { return runs_->counts(); }
    Webhooks& webhooks() { return *webhooks_; }
    ProviderClients& clients() { return *clients_; }

    /// The way to a provider's sign-in page (A1). The answer to `redirect` brings `state` and a code: finishSignIn().
    /// @param session  of the browser it is begun in, and has to end in; empty: any
    /// @throws NotNow  the provider isn't set up here, or is none that has such a page
    std::string beginSignIn(std::int64_t user, const std::string& provider, const std::string& redirect,
                            const Id& session = {});
    /// @param state  as it came back: sealed, so that any process can take it, and nobody can make one
    /// @throws ReconnectNeeded, TryLater; Forbidden  a state that isn't ours, of another user (0: not asked) or another
    /// browser's session, or too old
    Account finishSignIn(std::int64_t user, const std::string& state, const std::string& code,
                         const std::string& redirect, const Id& session = {});
    /// The session in which a sign-in was begun; empty: none, or a state that isn't ours.
    Id sessionOf(const std::string& state) const;

    /// Runs, and what goes out, in the background until the bridge goes.
    void startScheduler(SchedulerOptions);
    Scheduler* scheduler() { return scheduler_.get(); }
    /// Runs end at the next record. Nobody may have scheduler() at hand any more.
    void endScheduler() {
        scheduler_.reset();
        outbox_.reset();
    }

private:
    std::shared_ptr<Provider> make(const Account&, const ProviderOptions&);
    DavLogin davLogin(const Account&, const ProviderOptions&, const std::string& secret) const;
    OAuthClient clientOf(const std::string& provider);
    Json stateOf(const std::string& sealed) const;

    Store& store_;
    BridgeOptions options_;
    std::string holder_;  ///< of leases
    std::unique_ptr<Secrets> secrets_;
    std::unique_ptr<ProviderClients> clients_;
    std::unique_ptr<Pushes> pushes_;
    std::unique_ptr<AccountRuns> runs_;
    std::unique_ptr<Accounts> accounts_;
    std::unique_ptr<Webhooks> webhooks_;
    std::unique_ptr<Scheduler> scheduler_;
    std::unique_ptr<OutboxThread> outbox_;
};

}  // namespace crmdav
