#include "server/api/watcher.h"

#include <algorithm>

#include "store/store.h"

namespace crmdav {
namespace {

std::string textOf(std::optional<Instant> moment) {
    return moment ? std::to_string(moment->time_since_epoch().count()) : "-";
}

/// How far the run or preview of a side is that somebody works on.
std::string progressOf(const SyncStore& sync, const SyncSide& side) {
    const auto newest = sync.runs(side.account, side.kind, 1);
    if (newest.empty()) return {};
    return newest[0].id + newest[0].phase + std::to_string(newest[0].done) + "/" + std::to_string(newest[0].all);
}

Watcher::Marks marksOf(Store& store) {
    const SyncStore& sync = store.sync();
    const auto leases = store.leases();
    Watcher::Marks marks;
    for (const Account& account : sync.accounts(0))
        marks[account.id] = {account.user, account.login + (account.connected ? "+" : "-")};
    for (const SyncSide& side : sync.sides()) {
        const auto found = marks.find(side.account);
        if (found == marks.end()) continue;  // connected since
        std::string& mark = found->second.mark;
        mark.append(side.kind == SyncKind::calendar ? " calendar " : " contacts ");
        mark.append(std::to_string(static_cast<int>(side.status))).append(side.wanted ? "!" : " ").append(side.cause);
        mark.append(" ").append(textOf(side.lastSuccess)).append(" ").append(textOf(side.nextTry));
        if (side.status == SyncStatus::syncing || isLeased(leases, side.account)) mark += progressOf(sync, side);
    }
    return marks;
}

}  // namespace

bool isLeased(std::span<const Lease> leases, const Id& account) {
    return std::ranges::any_of(leases,
                               [&](const Lease& lease) { return lease.name.find(account) != std::string::npos; });
}

Watcher::Watcher(Store& store, const Limits& limits) : store_(store), limits_(limits), thread_([this] { run(); }) {}

Watcher::~Watcher() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    end_.notify_all();
    thread_.join();
}

std::unique_ptr<Watcher::Seat> Watcher::enter(Store& store, std::int64_t user, const Limits& limits) {
    static std::mutex mutex;
    static std::map<const Store*, std::weak_ptr<Watcher>> watchers;
    std::shared_ptr<Watcher> watcher;
    {
        const std::lock_guard lock(mutex);
        std::erase_if(watchers, [](const auto& one) { return one.second.expired(); });
        watcher = watchers[&store].lock();
        if (!watcher) watchers[&store] = watcher = std::shared_ptr<Watcher>(new Watcher(store, limits));
    }
    return watcher->take(user) ? std::make_unique<Seat>(watcher, user) : nullptr;
}

bool Watcher::take(std::int64_t user) {
    const std::lock_guard lock(mutex_);
    std::size_t& own = listening_[user];
    if (own >= limits_.ofUser || all_ >= limits_.inAll) return false;
    ++own;
    ++all_;
    return true;
}

void Watcher::leave(std::int64_t user) {
    const std::lock_guard lock(mutex_);
    --all_;
    if (--listening_[user] == 0) listening_.erase(user);
}

Watcher::Sight Watcher::wait(std::uint64_t seen, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, patience, [&] { return sight_.number != seen; });
    return sight_;
}

/// Where the store can't be asked it takes its time.
void Watcher::run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        lock.unlock();
        const bool seen = look();
        lock.lock();
        end_.wait_for(lock, seen ? limits_.look : 5 * limits_.look, [this] { return ending_; });
    }
}

/// @returns false: the store can't be asked at present
bool Watcher::look() {
    Sight now;
    try {
        now.history = store_.lastHistoryId();
        now.accounts = std::make_shared<const Marks>(marksOf(store_));
    } catch (const std::exception&) {  // whoever asks it for something tells of it
        return false;
    }
    {
        const std::lock_guard lock(mutex_);
        if (sight_.number != 0 && sight_.history == now.history && *sight_.accounts == *now.accounts) return true;
        now.number = ++looks_;
        sight_ = std::move(now);
    }
    news_.notify_all();
    return true;
}

Watcher::Limits& eventLimits() {
    static Watcher::Limits limits;
    return limits;
}

}  // namespace crmdav
