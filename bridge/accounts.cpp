#include "bridge/accounts.h"

#include <algorithm>

#include "bridge/choices.h"
#include "bridge/pushes.h"
#include "protocol/text/zones.h"
#include "store/booking.h"

namespace crmdav {
namespace {

constexpr SyncKind kinds[] = {SyncKind::calendar, SyncKind::contacts};

bool pushes(const SyncSide& side) { return isStarted(side) && calendarSettings(side.settings).push; }

}  // namespace

Accounts::Accounts(Store& store, MakeProvider makeProvider,
                   std::function<void(const Id&, const std::string&)> keepSecret, Clock clock, const Pushes* pushes,
                   Places* places)
    : store_(store),
      makeProvider_(std::move(makeProvider)),
      keepSecret_(std::move(keepSecret)),
      clock_(std::move(clock)),
      pushes_(pushes),
      places_(places) {}

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
        // Another of the user's has what is born in the CRM, until somebody decides otherwise (B13).
        if (kind == SyncKind::calendar && !sync.side(account.id, kind) && !othersThatPush(account.id).empty()) {
            CalendarSettings usual;
            usual.push = false;
            side.settings = encode(usual);
        }
        // What ran before goes on where it stopped (I8).
        if (side.status == SyncStatus::reconnect && side.lastStart) {
            side.status = SyncStatus::syncing;
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
    const Place place(places_);
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
    const Place place(places_);
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
    const Place place(places_);
    return makeProvider_(accountOf(id), {})->collections(kind);
}

std::vector<RemoteGroup> Accounts::groups(const Id& id) {
    const Place place(places_);
    return makeProvider_(accountOf(id), {})->groups();
}

/// A provider that was asked took its time: what became of the side meanwhile stands.
SyncSide Accounts::keepSettings(const Id& id, SyncKind kind, const std::string& settings) {
    SyncSide side;
    store_.batch([&] {
        side = sideOf(id, kind);
        side.settings = settings;
        keepSide(side);
    });
    return side;
}

std::vector<SyncSide> Accounts::othersThatPush(const Id& id) const {
    std::vector<SyncSide> others;
    for (const Account& other : store_.sync().accounts(accountOf(id).user))
        if (other.id != id)
            if (auto side = store_.sync().side(other.id, SyncKind::calendar); side && pushes(*side))
                others.push_back(*std::move(side));
    return others;
}

/// Of a user's calendars that are synced one takes what is born in the CRM: the one that was told so last (B13).
void Accounts::keepSide(const SyncSide& side) {
    store_.sync().saveSide(side);
    if (side.kind != SyncKind::calendar || !pushes(side)) return;
    for (SyncSide& other : othersThatPush(side.account)) {
        CalendarSettings settings = calendarSettings(other.settings);
        settings.push = false;
        other.settings = encode(settings);
        store_.sync().saveSide(other);
    }
}

/// What becomes of guests (E2): contacts, or appointments of a calendar, or both.
void Accounts::requireAppointments(const Account& account, const CalendarSettings& settings,
                                   const CalendarSettings& before) const {
    if (settings.defaultCalendar != before.defaultCalendar && !settings.defaultCalendar.empty()) {
        const auto calendar = store_.booking().calendarById(settings.defaultCalendar);
        const auto user = store_.userById(account.user);
        if (!calendar || !user || std::ranges::find(calendar->members, user->login) == calendar->members.end())
            throw BadSetting("defaultCalendar", "must be an appointment calendar that the account's owner hosts");
    }
    const auto has = [](const CalendarSettings& s) {
        return s.makeContacts || s.direction != Direction::twoWay || !s.defaultCalendar.empty();
    };
    if (!has(settings) && has(before))
        throw BadSetting("defaultCalendar", "must be chosen where guests don't become contacts");
}

SyncSide Accounts::saveSettings(const Id& id, SyncKind kind, const std::string& json) {
    const std::string known = sideOf(id, kind).settings;
    std::optional<Place> place;
    const auto ask = [&] {
        place.emplace(places_);
        return makeProvider_(accountOf(id), {});
    };
    if (kind == SyncKind::calendar) {
        const CalendarSettings before = calendarSettings(known);
        const CalendarSettings settings = calendarSettings(json, before);
        const auto types = store_.activityTypes();
        for (const Id& type : settings.types)
            if (std::ranges::find(types, type, &ActivityType::id) == types.end())
                throw BadSetting("types", "there is no activity type " + type);
        requireAppointments(accountOf(id), settings, before);
        requireThere(settings, before, ask, clock_.now());
        return keepSettings(id, kind, encode(settings));
    }
    const ContactSettings before = contactSettings(known);
    const ContactSettings settings = contactSettings(json, before);
    requireThere(settings, before, ask);
    return keepSettings(id, kind, encode(settings));
}

SyncSide Accounts::prepare(const Id& id, SyncKind kind) {
    const Account account = accountOf(id);
    if (!account.connected) throw NotNow("sign in to " + account.provider + " first");
    const SyncSide side = sideOf(id, kind);
    std::string chosen;
    if (kind == SyncKind::calendar) {
        CalendarSettings settings = calendarSettings(side.settings);
        if (settings.calendars.empty()) chooseUsual(settings.calendars, collections(id, kind));
        if (settings.calendars.empty()) throw NotNow("choose a calendar to sync with");
        chosen = encode(settings);
    } else {
        ContactSettings settings = contactSettings(side.settings);
        if (settings.books.empty()) chooseUsual(settings.books, collections(id, kind));
        if (settings.books.empty()) throw NotNow("the account has no address book");
        chosen = encode(settings);
    }
    return chosen == side.settings ? side : keepSettings(id, kind, chosen);
}

SyncSide Accounts::start(const Id& id, SyncKind kind) {
    SyncSide side = prepare(id, kind);
    const Instant now = clock_.now();
    if (!side.firstStart) side.firstStart = now;
    if (!side.lastStart) side.localCursor = store_.lastHistoryId();
    const bool runs = side.lastStart && side.status != SyncStatus::stopped && side.status != SyncStatus::reconnect &&
                      side.status != SyncStatus::authorised;
    if (!runs) side.lastStart = now;
    side.status = SyncStatus::syncing;
    side.cause.clear();
    side.nextTry.reset();
    side.wanted = true;
    store_.batch([&] { keepSide(side); });
    return side;
}

SyncSide Accounts::stop(const Id& id, SyncKind kind) {
    SyncSide side = sideOf(id, kind);
    side.status = SyncStatus::stopped;
    side.cause.clear();
    side.nextTry.reset();
    side.wanted = false;
    store_.sync().saveSide(side);
    if (pushes_) pushes_->end(accountOf(id), kind, places_);
    return side;
}

SyncSide Accounts::wantRun(const Id& id, SyncKind kind) {
    SyncSide side = sideOf(id, kind);
    if (!side.lastStart || side.status == SyncStatus::stopped) throw NotNow("it isn't started");
    if (side.status == SyncStatus::reconnect) throw NotNow("reconnect the account first");
    side.wanted = true;
    side.nextTry.reset();
    if (side.status == SyncStatus::failing) {
        side.status = SyncStatus::syncing;
        side.cause.clear();
    }
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

bool isStarted(const SyncSide& side) {
    return side.lastStart && side.status != SyncStatus::none && side.status != SyncStatus::authorised &&
           side.status != SyncStatus::stopped;
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
