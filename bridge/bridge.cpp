#include "bridge/bridge.h"

#include "bridge/dav/dav_provider.h"
#include "bridge/google/google_provider.h"
#include "bridge/outlook/outlook_provider.h"
#include "bridge/provider_clients.h"
#include "bridge/secrets.h"
#include "protocol/text/json.h"
#include "protocol/text/text_values.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

/// How long somebody may take on a provider's sign-in page.
constexpr std::chrono::minutes signInTime{20};
/// The associated data of what isn't an account's.
constexpr const char* stateOwner = "sign-in";
constexpr std::chrono::seconds refreshLease{60};

std::string urlSafe(std::string base64) {
    std::erase(base64, '=');
    for (char& c : base64) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return base64;
}

/// An account's tokens where they belong; one refresher at a time over all processes (D40).
class StoredTokens : public TokenKeeper {
public:
    StoredTokens(Store& store, Secrets& secrets, Id account, std::string holder)
        : store_(store), secrets_(secrets), account_(std::move(account)), holder_(std::move(holder)) {}

    std::string load() override { return secrets_.load(store_, account_); }
    void save(const std::string& tokens) override { secrets_.save(store_, account_, tokens); }
    void alone(const std::function<void()>& work) override {
        SyncStore& sync = store_.sync();
        const auto lease = sync.takeLease("tokens:" + account_, holder_, refreshLease);
        if (!lease) throw TryLater("another process renews the sign-in at this moment");
        try {
            work();
        } catch (...) {
            sync.releaseLease(*lease);
            throw;
        }
        sync.releaseLease(*lease);
    }

private:
    Store& store_;
    Secrets& secrets_;
    Id account_;
    std::string holder_;
};

/// Tokens that aren't an account's yet.
class NewTokens : public TokenKeeper {
public:
    explicit NewTokens(std::string tokens) : tokens_(std::move(tokens)) {}
    std::string load() override { return tokens_; }
    void save(const std::string& tokens) override { tokens_ = tokens; }
    void alone(const std::function<void()>& work) override { work(); }

private:
    std::string tokens_;
};

/// A provider with all that it needs to live.
struct Whole {
    Whole(const HttpLimits& limits, const std::function<bool()>& stop) : http(limits) {
        if (stop) http.setStop(stop);
    }
    Whole(const Whole&) = delete;
    Whole& operator=(const Whole&) = delete;

    HttpClient http;
    std::unique_ptr<TokenKeeper> keeper;
    std::unique_ptr<TokenSource> tokens;
    std::unique_ptr<Provider> provider;
};

}  // namespace

Bridge::Bridge(Store& store, BridgeOptions options)
    : store_(store),
      options_(std::move(options)),
      holder_(newId()),
      secrets_(std::make_unique<Secrets>(options_.keyFile)) {
    clients_ =
        std::make_unique<ProviderClients>(store_, *secrets_, options_.google, options_.microsoft, options_.clock);
    const MakeProvider make = [this](const Account& account, const ProviderOptions& how) {
        return this->make(account, how);
    };
    pushes_ = std::make_unique<Pushes>(store_, make, options_.publicUrl, options_.clock);
    runs_ = std::make_unique<AccountRuns>(store_, make, holder_, options_.interval, options_.clock, pushes_.get());
    runs_->limit(options_.limits);
    accounts_ = std::make_unique<Accounts>(
        store_, make, [this](const Id& account, const std::string& secret) { secrets_->save(store_, account, secret); },
        options_.clock, pushes_.get(), &runs_->places());
    webhooks_ = std::make_unique<Webhooks>(store_, *secrets_, options_.privateNetworks);
}

Bridge::~Bridge() { endScheduler(); }

OAuthClient Bridge::clientOf(const std::string& provider) {
    if (!ProviderClients::knows(provider)) throw NotNow("a provider is one of: dav, icloud, google, microsoft");
    OAuthClient client = clients_->current(provider);
    if (client.id.empty())
        throw NotNow(client.provider +
                     " isn't set up here yet: an administrator registers this server there and enters its client, in "
                     "the console or as bridge." +
                     provider + ".clientId");
    return client;
}

std::shared_ptr<Provider> Bridge::make(const Account& account, const ProviderOptions& how) {
    HttpLimits limits;
    limits.inner = options_.privateNetworks;
    auto whole = std::make_shared<Whole>(limits, how.stop);
    const bool oauth = account.provider == "google" || account.provider == "microsoft";
    const std::string secret = !how.trial.empty() ? how.trial : secrets_->load(store_, account.id);
    if (secret.empty()) throw ReconnectNeeded("nobody is signed in");
    if (oauth) {
        if (!how.trial.empty())
            whole->keeper = std::make_unique<NewTokens>(secret);
        else
            whole->keeper = std::make_unique<StoredTokens>(store_, *secrets_, account.id, holder_ + "/" + newId());
        whole->tokens =
            std::make_unique<TokenSource>(whole->http, clientOf(account.provider), *whole->keeper, options_.clock.now);
    }
    if (account.provider == "google") {
        GoogleOptions google;
        if (!options_.googleCalendarUrl.empty()) google.calendarUrl = options_.googleCalendarUrl;
        if (!options_.googlePeopleUrl.empty()) google.peopleUrl = options_.googlePeopleUrl;
        google.login = account.login;
        google.zone = how.zone;
        google.notifyGuests = how.notifyGuests;
        google.newIn = how.group;
        google.now = options_.clock.now;
        whole->provider = makeGoogle(*whole->tokens, std::move(google));
    } else if (account.provider == "microsoft") {
        const std::string base = options_.graphUrl.empty() ? "https://graph.microsoft.com/v1.0" : options_.graphUrl;
        whole->provider =
            std::make_unique<OutlookProvider>(whole->http, base, outlook::tokensOf(*whole->tokens),
                                              OutlookOptions{how.zone, how.notifyGuests}, options_.clock.now);
    } else {
        whole->provider = std::make_unique<DavProvider>(whole->http, davLogin(account, how, secret));
    }
    return {whole, whole->provider.get()};
}

DavLogin Bridge::davLogin(const Account& account, const ProviderOptions& how, const std::string& secret) const {
    DavLogin login;
    if (account.provider == "icloud") {
        login = icloudLogin(account.login, secret);
        if (!options_.icloudCaldavUrl.empty()) login.address = options_.icloudCaldavUrl;
        if (!options_.icloudCarddavUrl.empty()) login.bookAddress = options_.icloudCarddavUrl;
    } else {
        login.address = account.address;
        login.user = account.login;
        login.password = secret;
    }
    login.found = account.found;
    if (!account.id.empty())
        login.keepFound = [this, id = account.id](const std::string& found) {
            auto now = store_.sync().account(id);
            if (!now) return;
            now->found = found;
            store_.sync().saveAccount(*now);
        };
    login.notifyGuests = how.notifyGuests;
    login.group = how.group;
    login.zone = how.zone;
    return login;
}

std::string Bridge::beginSignIn(std::int64_t user, const std::string& provider, const std::string& redirect,
                                const Id& session) {
    SignIn signIn = crmdav::beginSignIn(clientOf(provider), redirect);
    JsonWriter state;
    state.beginObject().member("user", user).member("provider", provider).member("verifier", signIn.verifier);
    if (!session.empty()) state.member("session", session);
    state.member("until", (options_.clock.now() + signInTime).time_since_epoch().count()).endObject();
    // What the provider hands back is all that has to be remembered, sealed.
    const std::string sealed = urlSafe(base64Encode(secrets_->seal(stateOwner, state.take())));
    const auto at = signIn.address.find("state=" + signIn.state);
    return signIn.address.replace(at + 6, signIn.state.size(), sealed);
}

/// @throws Forbidden  it isn't one of ours
Json Bridge::stateOf(const std::string& sealed) const {
    try {
        return parseJson(secrets_->open(stateOwner, base64Decode(sealed).value_or("")));
    } catch (const std::exception&) {
        throw Forbidden("this answer isn't to a question of ours: begin the sign-in again");
    }
}

Id Bridge::sessionOf(const std::string& state) const {
    try {
        const Json json = stateOf(state);
        const Json* session = json.find("session");
        return session ? session->string : Id();
    } catch (const Forbidden&) {
        return {};
    }
}

Account Bridge::finishSignIn(std::int64_t user, const std::string& state, const std::string& code,
                             const std::string& redirect, const Id& session) {
    const Json json = stateOf(state);
    const std::int64_t owner = json.find("user")->integer;
    if (user != 0 && user != owner) throw Forbidden("somebody else began this sign-in");
    const Json* begunIn = json.find("session");
    if (begunIn && begunIn->string != session)
        throw Forbidden("this sign-in was begun in another browser, or before you signed out: begin it again here");
    if (Instant(std::chrono::seconds(json.find("until")->integer)) < options_.clock.now())
        throw Forbidden("it took too long: begin the sign-in again");
    const Place place(&runs_->places());
    const std::string provider = json.find("provider")->string;
    const OAuthClient client = clientOf(provider);
    HttpLimits limits;
    limits.inner = options_.privateNetworks;
    HttpClient http(limits);
    const Tokens tokens =
        exchangeCode(http, client, redirect, code, json.find("verifier")->string, options_.clock.now());
    return accounts_->connectOAuth(owner, provider, userinfo(http, client, tokens.access), tokens.text());
}

void Bridge::startScheduler(SchedulerOptions options) {
    OutboxOptions sending;
    sending.smtp = options_.smtp;
    sending.webhooks.inner = options_.privateNetworks;
    sending.failed = options.failed;
    outbox_ = std::make_unique<OutboxThread>(
        std::make_unique<Outbox>(store_, *secrets_, std::move(sending), holder_, options_.clock), options.look,
        options.failed);
    scheduler_ = std::make_unique<Scheduler>(store_, *runs_, std::move(options));
}

}  // namespace crmdav
