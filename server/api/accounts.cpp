#include <algorithm>

#include "server/api/accounts_fields.h"
#include "server/api/answers.h"
#include "server/api/routes.h"
#include "server/api/watcher.h"

/// Accounts at providers as their owner leads them (rules A): connect, settings, start and stop.
namespace crmdav {

std::int64_t ownerAsked(const Call& call) {
    const std::string login = call.text("user");
    if (login.empty() || login == call.who.user.login) return call.user();
    if (!call.who.admin()) throw Forbidden("only admins see others' accounts");
    const auto user = call.directory.user(login);
    if (!user) throw NotFound("there is no such user");
    return user->id;
}

Account accountAsked(const Call& call) {
    const std::int64_t owner = ownerAsked(call);
    auto account = call.store.sync().account(call.ids[0]);
    if (!account || account->user != owner) throw NotFound("there is no such account");
    return *std::move(account);
}

SyncKind kindAsked(const Call& call) {
    const std::string kind = call.text("kind");
    if (kind.empty() || kind == "calendar") return SyncKind::calendar;
    if (kind == "contacts") return SyncKind::contacts;
    throw Problem(400, "kind must be calendar or contacts");
}

Bridge& bridgeOf(const Call& call) {
    if (!call.bridge) throw Problem(503, "accounts aren't synced by this process");
    return *call.bridge;
}

SideView viewOf(const Call& call, const SyncSide& side) {
    const auto counts = call.store.sync().countLinks({side.account, side.kind});
    SideView view{side.status, statusText(side), side.cause,    side.lastSuccess,  side.nextTry,
                  side.wanted, counts.linked,    counts.blocks, counts.unsyncable, {}};
    auto newest = call.store.sync().runs(side.account, side.kind, 1);
    if (newest.empty() || newest[0].ended) return view;
    // The process that made a preview may be gone without an end; a run's next one tidies up.
    const bool previews = newest[0].mode == "preview" && isLeased(call.store.leases(), side.account);
    if (side.status == SyncStatus::syncing || previews) view.run = std::move(newest[0]);
    return view;
}

AccountView viewOf(const Call& call, const Account& account) {
    AccountView view{account.id,
                     call.directory.login(account.user),
                     account.provider,
                     account.login,
                     account.address,
                     account.connected,
                     account.created,
                     {},
                     {}};
    for (const SyncKind kind : {SyncKind::calendar, SyncKind::contacts}) {
        SyncSide none;
        none.account = account.id;
        none.kind = kind;
        (kind == SyncKind::calendar ? view.calendar : view.contacts) =
            viewOf(call, call.store.sync().side(account.id, kind).value_or(none));
    }
    return view;
}

namespace {

// ---------------------------------------------------------------- connect and disconnect

Response listAccounts(Call& call) {
    std::vector<AccountView> views;
    const bool everybodys = call.text("user") == "*";
    if (everybodys && !call.who.admin()) throw Forbidden("only admins see others' accounts");
    const std::int64_t owner = everybodys ? 0 : ownerAsked(call);
    for (const Account& account : call.store.sync().accounts(owner)) views.push_back(viewOf(call, account));
    return all(call, views);
}

Response getAccount(Call& call) { return shown(call, viewOf(call, accountAsked(call))); }

/// An address with a login in it would be kept, and shown, with the password.
void requireNoSecretIn(const std::string& address) {
    const auto begin = address.find("://");
    if (begin == std::string::npos) return;
    const std::string host = address.substr(begin + 3, address.find_first_of("/?#", begin + 3) - begin - 3);
    if (host.find('@') != std::string::npos)
        throw InvalidField("address", "login and password have fields of their own");
}

Response connect(Call& call) {
    const std::int64_t owner = ownerAsked(call);
    NewAccount wanted;
    readFields(call, wanted, call.body());
    if (wanted.provider == "google" || wanted.provider == "microsoft")
        throw InvalidField("provider", "is signed in to on its own page: POST /accounts/authorise has its address");
    if (wanted.provider != "dav" && wanted.provider != "icloud")
        throw InvalidField("provider", "must be dav or icloud");
    requireNoSecretIn(wanted.address);
    if (wanted.login.empty()) throw InvalidField("login", "must say who signs in there");
    if (wanted.password.empty()) throw InvalidField("password", "must not be empty");
    const Account account =
        bridgeOf(call).accounts().connectDav(owner, wanted.provider, wanted.address, wanted.login, wanted.password);
    return answer(call, 201, viewOf(call, account)).with("Location", call.address("/accounts/" + account.id));
}

Response authorise(Call& call) {
    const std::int64_t owner = ownerAsked(call);
    SignInWish wish;
    readFields(call, wish, call.body());
    if (wish.provider != "google" && wish.provider != "microsoft")
        throw InvalidField("provider", "must be google or microsoft");
    const std::string redirect = call.request.origin + call.request.basePath + "/oauth/" + wish.provider + "/callback";
    JsonWriter out;
    out.beginObject().member("address", bridgeOf(call).beginSignIn(owner, wish.provider, redirect, call.who.session));
    out.endObject();
    Response response(200, "application/json", out.take());
    return std::move(response.with("Cache-Control", "no-store"));  // it is good for one sign-in
}

/// Where a person takes back what we can't (A10).
std::string whereToRevoke(const std::string& provider) {
    if (provider == "google")
        return "Google couldn't be told: remove the access at https://myaccount.google.com/connections.";
    if (provider == "microsoft")
        return "Microsoft offers no way to take the permission back from here: remove it at "
               "https://account.live.com/consent/Manage or, for work, at https://myapplications.microsoft.com.";
    if (provider == "icloud") return "The app password goes on working: revoke it at https://account.apple.com.";
    return "If it was an app password, it goes on working: revoke it at the server.";
}

Response disconnect(Call& call) {
    const Account account = accountAsked(call);
    Disconnected done;
    done.revoked = bridgeOf(call).accounts().disconnect(account.id);
    done.note = "What was synced stays on both sides.";
    if (!done.revoked) done.note += " " + whereToRevoke(account.provider);
    return jsonResponse(200, jsonOf(call, done));
}

// ---------------------------------------------------------------- what is there, and what of it is synced

Response listRemoteCollections(Call& call) {
    const Account account = accountAsked(call);
    return all(call, bridgeOf(call).accounts().collections(account.id, kindAsked(call)));
}

Response listRemoteGroups(Call& call) {
    const Account account = accountAsked(call);
    return all(call, bridgeOf(call).accounts().groups(account.id));
}

/// All of them, those that nobody chose included.
std::string settingsOf(const std::string& kept, SyncKind kind) {
    return kind == SyncKind::calendar ? encode(calendarSettings(kept)) : encode(contactSettings(kept));
}
std::string settingsOf(const Call& call, const Account& account, SyncKind kind) {
    const auto side = call.store.sync().side(account.id, kind);
    return settingsOf(side ? side->settings : std::string(), kind);
}

Response getSettings(Call& call) {
    std::string json = settingsOf(call, accountAsked(call), kindAsked(call));
    const std::string etag = etagOfJson(json);
    return conditional(call.request, etag, std::move(json));
}

Response patchSettings(Call& call) {
    const Account account = accountAsked(call);
    const SyncKind kind = kindAsked(call);
    requireMatch(call.request, etagOfJson(settingsOf(call, account, kind)));
    Json patch = call.body();
    const Json usual = parseJson(settingsOf({}, kind));
    for (auto& [name, value] : patch.object)  // null takes a choice back (RFC 7396)
        if (const Json* before = value.isNull() ? usual.find(name) : nullptr) value = *before;
    JsonWriter wanted;
    wanted.value(patch);
    std::string json =
        settingsOf(bridgeOf(call).accounts().saveSettings(account.id, kind, wanted.take()).settings, kind);
    const std::string etag = etagOfJson(json);
    return jsonResponse(200, std::move(json)).with("ETag", "\"" + etag + "\"");
}

// ---------------------------------------------------------------- its life

template <SyncSide (Accounts::*Change)(const Id&, SyncKind)>
Response change(Call& call) {
    const Account account = accountAsked(call);
    Bridge& bridge = bridgeOf(call);
    const SyncSide side = (bridge.accounts().*Change)(account.id, kindAsked(call));
    if (Scheduler* scheduler = bridge.scheduler()) scheduler->nudge();
    return jsonResponse(200, jsonOf(call, viewOf(call, side)));
}

Response getMetrics(Call& call) {
    const Account account = accountAsked(call);
    const MetricsView view{bridgeOf(call).accounts().today(account.id, kindAsked(call)),
                           account.provider + " " + account.login};
    return jsonResponse(200, jsonOf(call, view));
}

}  // namespace

std::span<const Route> accountRoutes() {
    using enum Access;
    static constexpr Route routes[] = {
        {"GET", "/accounts", "One's accounts at providers; admins name others with `user`, all with `*`", listAccounts,
         everybody, "user", "", "[Account]"},
        {"POST", "/accounts", "Connect a CalDAV/CardDAV or iCloud account; the login is tried at once", connect,
         everybody, "user", "NewAccount", "Account", true},
        {"POST", "/accounts/authorise", "Begin the sign-in at Google or Microsoft", authorise, everybody, "user",
         "SignInWish", "SignIn"},
        {"GET", "/accounts/{id}", "One account with its status", getAccount, everybody, "user", "", "Account"},
        {"DELETE", "/accounts/{id}", "Disconnect: forget the sign-in; what was synced stays", disconnect, everybody,
         "user", "", "Disconnected"},
        {"GET", "/accounts/{id}/collections", "Its calendars or address books", listRemoteCollections, everybody,
         "user kind", "", "[RemoteCollection]"},
        {"GET", "/accounts/{id}/groups", "Its groups of contacts", listRemoteGroups, everybody, "user", "",
         "[RemoteGroup]"},
        {"GET", "/accounts/{id}/settings", "What is synced, and how", getSettings, everybody, "user kind", "",
         "SyncSettings"},
        {"PATCH", "/accounts/{id}/settings", "Change settings, from the next run on; null: the usual", patchSettings,
         everybody, "user kind", "SyncSettings", "SyncSettings"},
        {"POST", "/accounts/{id}/start", "Start syncing", change<&Accounts::start>, everybody, "user kind", "",
         "SyncSide"},
        {"POST", "/accounts/{id}/stop", "Stop syncing; data stays on both sides", change<&Accounts::stop>, everybody,
         "user kind", "", "SyncSide"},
        {"POST", "/accounts/{id}/sync", "Run now; `runs` tells how far it is", change<&Accounts::wantRun>, everybody,
         "user kind", "", "SyncSide"},
        {"POST", "/accounts/{id}/confirm", "Let a paused sync delete as much as it said", change<&Accounts::confirm>,
         everybody, "user kind", "", "SyncSide"},
        {"GET", "/accounts/{id}/metrics", "What was done today, from midnight in the organisation's zone", getMetrics,
         everybody, "user kind", "", "SyncMetrics"},
    };
    return routes;
}

}  // namespace crmdav
