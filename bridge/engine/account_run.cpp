#include "bridge/engine/account_run.h"

#include <algorithm>
#include <random>

#include "bridge/engine/lost_connection.h"
#include "bridge/pushes.h"
#include "protocol/text/text_values.h"
#include "store/booking.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

/// A run renews it while it works; a process that died is waited for no longer.
constexpr std::chrono::seconds leaseLasts{120};

/// What SyncSide::reviewed says of settings under which a look at everything has begun.
std::string begunWith(const std::string& settings) { return "begun " + settings; }

std::string leaseName(const Id& account, SyncKind kind) {
    return "sync:" + account + (kind == SyncKind::calendar ? ":calendar" : ":contacts");
}

/// 1, 2, 4 … 60 minutes, and up to a quarter more, so that many don't come back at the same moment (I5).
std::chrono::seconds backOff(int failures) {
    static thread_local std::mt19937 random{std::random_device{}()};
    const auto base = std::chrono::seconds(60) * std::min(60, 1 << std::min(failures - 1, 6));
    return base + std::chrono::seconds(std::uniform_int_distribution<std::int64_t>(0, base.count() / 4)(random));
}

std::vector<std::string> addressesOf(const User& user, const Account& account) {
    std::vector<std::string> all = account.emails;
    all.push_back(lowerAscii(user.email));
    for (const std::string& other : user.otherEmails) all.push_back(lowerAscii(other));
    std::erase_if(all, [](const std::string& address) { return address.empty(); });
    return all;
}

}  // namespace

/// An account's work, for as long as it is this one's: what holds its lease.
struct AccountRuns::Turn {
    Turn(SyncStore& s, Lease taken) : sync(s), lease(std::move(taken)) {}
    ~Turn() {
        try {
            sync.releaseLease(lease);
        } catch (const std::exception&) {  // it ends by itself
        }
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    SyncStore& sync;
    Lease lease;
    SyncSide side;
    std::shared_ptr<Provider> provider;
    std::unique_ptr<SyncSession> session;
};

AccountRuns::AccountRuns(Store& store, MakeProvider makeProvider, std::string holder, std::chrono::seconds interval,
                         Clock clock, const Pushes* pushes)
    : store_(store),
      makeProvider_(std::move(makeProvider)),
      holder_(std::move(holder)),
      interval_(interval),
      clock_(std::move(clock)),
      pushes_(pushes) {}

std::unique_ptr<AccountRuns::Turn> AccountRuns::takeTurn(const Id& id, SyncKind kind, const std::string& mode,
                                                         const std::function<bool()>& stop) {
    SyncStore& sync = store_.sync();
    // A holder of its own: two threads of one process are two, too.
    const auto lease = sync.takeLease(leaseName(id, kind), holder_ + "/" + newId(), leaseLasts);
    if (!lease) return nullptr;
    auto turn = std::make_unique<Turn>(sync, *lease);
    const auto account = sync.account(id);
    const auto side = account ? sync.side(id, kind) : std::nullopt;
    const auto user = account ? store_.userById(account->user) : std::nullopt;
    if (!side || !user || !user->active) return nullptr;
    turn->side = *side;

    SyncRun run;
    run.id = newId();
    run.account = id;
    run.kind = kind;
    run.mode = mode;
    run.started = clock_.now();
    auto renewed = std::make_shared<std::chrono::steady_clock::time_point>(std::chrono::steady_clock::now());
    const auto goOn = [&sync, lease = *lease, renewed, stop] {
        const auto now = std::chrono::steady_clock::now();
        if (now - *renewed > leaseLasts / 4) {
            if (!sync.takeLease(lease.name, lease.holder, leaseLasts)) throw LeaseLost(lease.name);
            *renewed = now;
        }
        return stop && stop();
    };
    // A provider may answer each call in time and make so many necessary that nothing is ever done with.
    auto moved = std::make_shared<std::chrono::steady_clock::time_point>(*renewed);
    const auto between = [goOn, moved] {
        *moved = std::chrono::steady_clock::now();
        return goOn();
    };
    const auto awaiting = [goOn, moved, stall = limits_.stall] {
        if (std::chrono::steady_clock::now() - *moved > stall) throw TryLater("the provider takes too long to answer");
        return goOn();
    };
    const Organisation organisation = store_.organisation();
    const CalendarSettings calendar =
        kind == SyncKind::calendar ? calendarSettings(side->settings) : CalendarSettings{};
    const ContactSettings contacts = kind == SyncKind::contacts ? contactSettings(side->settings) : ContactSettings{};
    const std::string zone = user->zone.empty() ? organisation.zone : user->zone;
    ProviderOptions options;
    options.notifyGuests = calendar.notifyGuests;
    options.group = contacts.group;
    options.zone = zone;
    options.stop = awaiting;
    turn->provider = makeProvider_(*account, options);
    Provider& provider = *turn->provider;

    Facts facts;
    facts.now = clock_.now();
    facts.started = side->firstStart.value_or(facts.now);
    facts.domains = organisation.domains;
    facts.region = organisation.region;
    facts.zone = zone;
    facts.reconnected = side->lastSuccess && side->lastStart && *side->lastSuccess < *side->lastStart;
    facts.guests = provider.takesGuests();
    facts.held = [&provider](const Record& record) { return provider.held(record); };
    facts.emails = addressesOf(*user, *account);
    for (const AppointmentCalendar& one : store_.booking().calendars()) {
        if (one.kind == CalendarKind::unassigned) facts.unassigned.push_back(one.id);
        // It may be gone by now, or not the user's any more: then what comes is in none.
        const bool hosts = std::ranges::find(one.members, user->login) != one.members.end();
        if (hosts && one.id == calendar.defaultCalendar) facts.calendar = one.id;
    }

    Actor actor;
    actor.user = user->id;
    actor.via = "bridge";
    actor.device = account->provider + " " + account->login;
    actor.request = syncRequest(id, kind, run.id);
    actor.triggers = mode == "run" && calendar.allowTrigger ? Triggers::fire : Triggers::none;
    turn->session.reset(new SyncSession{store_,
                                        sync,
                                        provider,
                                        *account,
                                        {id, kind, mode == "preview"},
                                        *lease,
                                        *user,
                                        calendar,
                                        contacts,
                                        std::move(facts),
                                        store_.activityTypes(),
                                        actor,
                                        run,
                                        between,
                                        mostContacts_});
    return turn;
}

/// A run that ended before it had anything to work with.
RunResult AccountRuns::notBegun(const Id& account, SyncKind kind, SyncStatus status, const std::string& cause) {
    RunResult result;
    result.status = status;
    result.cause = cause;
    SyncStore& sync = store_.sync();
    const auto whose = sync.account(account);
    auto side = sync.side(account, kind);
    if (!whose || !side || side->status == SyncStatus::stopped) return result;
    const bool news = status == SyncStatus::reconnect && side->status != SyncStatus::reconnect;
    settle(*side, result);
    store_.batch([&] {
        sync.saveSide(*side);
        if (news) tellOfLostConnection(store_, *whose, side->cause);
    });
    counts_.add(whose->provider, kind, result);
    return result;
}

std::optional<RunResult> AccountRuns::run(const Id& account, SyncKind kind, const std::function<bool()>& stop,
                                          const std::function<bool()>& crowded) {
    std::unique_ptr<Turn> turn;
    try {
        turn = takeTurn(account, kind, "run", stop);
        if (!turn || !turn->side.lastStart) return std::nullopt;
    } catch (const LeaseLost&) {
        throw;
    } catch (const ReconnectNeeded& error) {
        return notBegun(account, kind, SyncStatus::reconnect, error.what());
    } catch (const std::exception& error) {  // a secret that can't be opened …
        return notBegun(account, kind, SyncStatus::failing, error.what());
    }
    SyncSession& s = *turn->session;
    if (crowded)
        s.enough = [&](std::chrono::steady_clock::time_point since) {
            return std::chrono::steady_clock::now() - since >= limits_.share && crowded();
        };
    SyncSide side = turn->side;
    const std::string begun = begunWith(side.settings);
    const bool everything = side.settings != side.reviewed, confirmed = side.confirmed;
    bool off = false;
    s.guarded([&] {
        // Between the look at it and now somebody may have stopped it, or changed settings, which wait for the next
        // run.
        const auto now = s.sync.side(account, kind);
        off = !now || (now->status != side.status &&
                       (now->status == SyncStatus::stopped || now->status == SyncStatus::reconnect));
        if (off) return;
        side = *now;
        side.status = SyncStatus::syncing;
        side.wanted = false;
        if (everything && side.reviewed != begun) {
            s.sync.keepCollections(s.scope, {});  // all is read again and compared with the links
            side.localCursor = s.store.lastHistoryId();
            side.reviewed = begun;
        }
        s.sync.saveSide(side);
        s.sync.saveRun(s.run);
    });
    if (off) return std::nullopt;
    side.settings = turn->side.settings;  // those that this run goes by
    RunResult result = runSync(s, side, everything, confirmed);
    const bool news = result.status == SyncStatus::reconnect && turn->side.status != SyncStatus::reconnect;
    s.guarded([&] {
        // What somebody decided or wants meanwhile stands.
        SyncSide now = s.sync.side(account, kind).value_or(side);
        now.localCursor = side.localCursor;
        now.reviewed = side.reviewed;
        if (result.status == SyncStatus::active || result.status == SyncStatus::limit) now.confirmed = false;
        if (now.status != SyncStatus::stopped) settle(now, result);
        s.sync.saveSide(now);
        if (news) tellOfLostConnection(store_, s.account, now.cause);
    });
    counts_.add(s.account.provider, kind, result);
    if (pushes_ && result.status == SyncStatus::active) pushes_->keep(s);
    return result;
}

void AccountRuns::settle(SyncSide& side, const RunResult& result) const {
    const Instant now = clock_.now();
    side.status = result.status;
    side.cause = result.cause;
    side.nextTry.reset();
    if (result.status == SyncStatus::active) {
        side.lastSuccess = now;
        side.failures = 0;
        side.nextTry = now + interval_;
    } else if (result.status == SyncStatus::failing) {
        ++side.failures;
        side.nextTry = now + std::max(result.after.value_or(std::chrono::seconds(0)), backOff(side.failures));
    } else if (result.status == SyncStatus::stopped) {  // asked to end, not to be switched off: it goes on later
        side.status = SyncStatus::syncing;
        side.nextTry = now;
    }
}

std::optional<std::pair<Id, RunResult>> AccountRuns::preview(const Id& account, SyncKind kind,
                                                             const std::function<bool()>& stop) {
    const Place place(&places_);
    const auto turn = takeTurn(account, kind, "preview", stop);
    if (!turn) return std::nullopt;
    SyncSession& s = *turn->session;
    s.sync.saveRun(s.run);
    const bool everything = turn->side.settings != turn->side.reviewed || !turn->side.lastStart;
    return std::pair(s.run.id, previewSync(s, turn->side, everything));
}

std::optional<UndoOutcome> AccountRuns::undo(const Id& run, std::int64_t entry) {
    const Place place(&places_);
    SyncStore& sync = store_.sync();
    const auto what = sync.run(run);
    if (!what) throw NotFound("there is no such run");
    const auto turn = takeTurn(what->account, what->kind, "undo", {});
    if (!turn) return std::nullopt;
    SyncSession& s = *turn->session;
    JournalFilter filter;
    filter.run = run;
    filter.limit = 200;
    UndoOutcome all;
    if (entry != 0) {
        const auto one = sync.journalEntry(entry);
        if (!one || one->run != run) throw NotFound("there is no such entry");
        all = undoEntries(s, {*one});
    } else {
        for (auto page = sync.journal(filter); !page.empty(); page = sync.journal(filter)) {
            UndoOutcome some = undoEntries(s, page);
            all.undone += some.undone;
            all.left.insert(all.left.end(), some.left.begin(), some.left.end());
            filter.before = page.back().id;
        }
    }
    s.run.phase = "done";
    s.run.done = all.undone;
    s.run.all = all.undone + static_cast<std::int64_t>(all.left.size());
    s.run.ended = clock_.now();
    s.sync.saveRun(s.run);
    return all;
}

}  // namespace crmdav
