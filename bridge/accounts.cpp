#include "bridge/accounts.h"

#include <algorithm>

#include "bridge/pushes.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

constexpr SyncKind kinds[] = {SyncKind::calendar, SyncKind::contacts};

/// The usual choice where there is only one sensible.
template <class Settings>
void choose(std::vector<std::string> Settings::*list, Settings& settings, const std::vector<RemoteCollection>& all) {
    if (!(settings.*list).empty()) return;
    const auto main = std::ranges::find_if(all, [](const RemoteCollection& c) { return c.main && c.writable; });
    const auto any = std::ranges::find_if(all, [](const RemoteCollection& c) { return c.writable && !c.busyOnly; });
    if (main != all.end())
        (settings.*list).push_back(main->id);
    else if (any != all.end())
        (settings.*list).push_back(any->id);
}

/// Of a linked one more than its busy times can be read, and the first takes what is made here.
void requireLinkable(const std::vector<RemoteCollection>& all, const std::vector<std::string>& linked, bool pushes,
                     const char* setting) {
    for (const std::string& id : linked) {
        const auto found = std::ranges::find(all, id, &RemoteCollection::id);
        if (found == all.end()) continue;
        if (found->busyOnly)
            throw BadSetting(setting,
                             "of \"" + found->name +
                                 "\" only busy times can be read: it can be a conflict calendar, not a linked one");
        if (pushes && id == linked.front() && !found->writable)
            throw BadSetting(setting, "\"" + found->name + "\" can only be read: what is made here can't go there");
    }
}

}  // namespace

Accounts::Accounts(Store& store, MakeProvider makeProvider,
                   std::function<void(const Id&, const std::string&)> keepSecret, Clock clock, const Pushes* pushes)
    : store_(store),
      makeProvider_(std::move(makeProvider)),
      keepSecret_(std::move(keepSecret)),
      clock_(std::move(clock)),
      pushes_(pushes) {}

Account Accounts::accountOf(const Id& id) const {
    auto account = store_.sync().account(id);
    if (!account) throw NotFound("there is no such account");
    return *account;
}

SyncSide Accounts::sideOf(const Id& id, SyncKind kind) const {
    if (auto side = store_.sync().side(id, kind)) return *side;
    SyncSide side;
    side.account = accountOf(id).id;
    side.kind = kind;
    side.status = SyncStatus::authorised;
    return side;
}

Account Accounts::keep(Account account, const RemoteIdentity& identity, const std::string& secret) {
    SyncStore& sync = store_.sync();
    for (const Account& known : sync.accounts(account.user))
        if (known.provider == account.provider && known.identity == identity.id) account.id = known.id;
    account.identity = identity.id;
    account.emails = identity.emails;
    account.signedIn = clock_.now();
    if (!identity.login.empty()) account.login = identity.login;
    account = sync.saveAccount(account);
    keepSecret_(account.id, secret);
    account.connected = true;
    for (const SyncKind kind : kinds) {
        SyncSide side = sideOf(account.id, kind);
        // What ran before goes on where it stopped (I8).
        if (side.status == SyncStatus::reconnect && side.lastStart) {
            side.status = SyncStatus::active;
            side.lastStart = clock_.now();
            side.wanted = true;
        } else if (side.status == SyncStatus::reconnect || side.status == SyncStatus::none) {
            side.status = SyncStatus::authorised;
        }
        side.cause.clear();
        side.nextTry.reset();
        sync.saveSide(side);
    }
    return account;
}

Account Accounts::connectDav(std::int64_t user, const std::string& provider, const std::string& address,
                             const std::string& login, const std::string& password) {
    Account account;
    account.user = user;
    account.provider = provider;
    account.address = address;
    account.login = login;
    ProviderOptions options;
    options.trial = password;
    const auto tried = makeProvider_(account, options);
    RemoteIdentity identity = tried->identify();
    identity.login = login;
    return keep(account, identity, password);
}

Account Accounts::connectOAuth(std::int64_t user, const std::string& provider, const RemoteIdentity& identity,
                               const std::string& tokens) {
    Account account;
    account.user = user;
    account.provider = provider;
    return keep(account, identity, tokens);
}

bool Accounts::disconnect(const Id& id) {
    SyncStore& sync = store_.sync();
    Account account = accountOf(id);
    for (const SyncKind kind : kinds)
        if (auto side = sync.side(id, kind)) {
            side->status = side->lastStart ? SyncStatus::reconnect : SyncStatus::none;
            side->cause = "it was disconnected";
            sync.saveSide(*side);
        }
    if (pushes_)
        for (const SyncKind kind : kinds) pushes_->end(account, kind);
    bool revoked = false;
    try {
        revoked = makeProvider_(account, {})->revoke();
    } catch (const ProviderError&) {  // what can't be reached is forgotten all the same
    }
    keepSecret_(id, {});
    account.connected = false;
    sync.saveAccount(account);
    return revoked;
}

std::vector<RemoteCollection> Accounts::collections(const Id& id, SyncKind kind) {
    return makeProvider_(accountOf(id), {})->collections(kind);
}

std::vector<RemoteGroup> Accounts::groups(const Id& id) { return makeProvider_(accountOf(id), {})->groups(); }

/// Where they can't be listed now, a run will tell.
std::vector<RemoteCollection> Accounts::known(const Id& id, SyncKind kind) {
    try {
        return collections(id, kind);
    } catch (const std::exception&) {
        return {};
    }
}

SyncSide Accounts::saveSettings(const Id& id, SyncKind kind, const std::string& json) {
    SyncSide side = sideOf(id, kind);
    if (kind == SyncKind::calendar) {
        const CalendarSettings before = calendarSettings(side.settings);
        const CalendarSettings settings = calendarSettings(json, before);
        const auto types = store_.activityTypes();
        for (const Id& type : settings.types)
            if (std::ranges::find(types, type, &ActivityType::id) == types.end())
                throw BadSetting("types", "there is no activity type " + type);
        if (settings.calendars != before.calendars || settings.push != before.push)
            requireLinkable(known(id, kind), settings.calendars, settings.push, "calendars");
        side.settings = encode(settings);
    } else {
        const ContactSettings before = contactSettings(side.settings);
        const ContactSettings settings = contactSettings(json, before);
        if (settings.books != before.books || settings.direction != before.direction)
            requireLinkable(known(id, kind), settings.books, settings.direction == Direction::twoWay, "books");
        side.settings = encode(settings);
    }
    store_.sync().saveSide(side);
    return side;
}

SyncSide Accounts::prepare(const Id& id, SyncKind kind) {
    const Account account = accountOf(id);
    if (!account.connected) throw NotNow("sign in to " + account.provider + " first");
    SyncSide side = sideOf(id, kind);
    const std::string before = side.settings;
    if (kind == SyncKind::calendar) {
        CalendarSettings settings = calendarSettings(side.settings);
        choose(&CalendarSettings::calendars, settings,
               settings.calendars.empty() ? collections(id, kind) : std::vector<RemoteCollection>());
        if (settings.calendars.empty()) throw NotNow("choose a calendar to sync with");
        side.settings = encode(settings);
    } else {
        ContactSettings settings = contactSettings(side.settings);
        choose(&ContactSettings::books, settings,
               settings.books.empty() ? collections(id, kind) : std::vector<RemoteCollection>());
        if (settings.books.empty()) throw NotNow("the account has no address book");
        side.settings = encode(settings);
    }
    if (side.settings != before) store_.sync().saveSide(side);
    return side;
}

SyncSide Accounts::start(const Id& id, SyncKind kind) {
    SyncSide side = prepare(id, kind);
    const Instant now = clock_.now();
    if (!side.firstStart) side.firstStart = now;
    if (!side.lastStart) side.localCursor = store_.lastHistoryId();
    const bool runs = side.lastStart && side.status != SyncStatus::stopped && side.status != SyncStatus::reconnect &&
                      side.status != SyncStatus::authorised;
    if (!runs) side.lastStart = now;
    side.status = SyncStatus::active;
    side.cause.clear();
    side.nextTry.reset();
    side.wanted = true;
    store_.sync().saveSide(side);
    return side;
}

SyncSide Accounts::stop(const Id& id, SyncKind kind) {
    SyncSide side = sideOf(id, kind);
    side.status = SyncStatus::stopped;
    side.cause.clear();
    side.nextTry.reset();
    side.wanted = false;
    store_.sync().saveSide(side);
    if (pushes_) pushes_->end(accountOf(id), kind);
    return side;
}

SyncSide Accounts::wantRun(const Id& id, SyncKind kind) {
    SyncSide side = sideOf(id, kind);
    if (!side.lastStart || side.status == SyncStatus::stopped) throw NotNow("it isn't started");
    if (side.status == SyncStatus::reconnect) throw NotNow("reconnect the account first");
    side.wanted = true;
    side.nextTry.reset();
    if (side.status == SyncStatus::failing) side.status = SyncStatus::active;
    store_.sync().saveSide(side);
    return side;
}

SyncSide Accounts::confirm(const Id& id, SyncKind kind) {
    SyncSide side = sideOf(id, kind);
    if (side.status != SyncStatus::paused) throw NotNow("nothing waits for a confirmation");
    side.confirmed = true;
    side.wanted = true;
    store_.sync().saveSide(side);
    return side;
}

Accounts::Metrics Accounts::today(const Id& id, SyncKind kind) const {
    ZonePtr zone = findZone(store_.organisation().zone);
    if (!zone) zone = utcZone();
    const auto midnight = zone->toUtc(std::chrono::floor<std::chrono::days>(zone->toLocal(clock_.now())));
    const auto counts = store_.sync().counted(id, kind, midnight);
    const auto of = [&](Counted what) {
        const auto found = counts.find(what);
        return found == counts.end() ? 0 : found->second;
    };
    return {of(Counted::addedToCrm),        of(Counted::addedToProvider), of(Counted::updatedInCrm),
            of(Counted::updatedAtProvider), of(Counted::deletedInCrm),    of(Counted::deletedAtProvider)};
}

std::string statusText(const SyncSide& side) {
    switch (side.status) {
        case SyncStatus::none: return "Not set up";
        case SyncStatus::authorised: return "Authorised";
        case SyncStatus::syncing: return "Syncing…";
        case SyncStatus::active: return "Active";
        case SyncStatus::paused: return "Paused: needs confirmation";
        case SyncStatus::reconnect: return "Reconnect needed";
        case SyncStatus::failing: return "Failing";
        case SyncStatus::limit: return "Limit exceeded";
        case SyncStatus::stopped: return "Stopped";
    }
    return {};
}

}  // namespace crmdav
