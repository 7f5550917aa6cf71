#include "bridge/scheduler.h"

#include <algorithm>
#include <utility>

namespace crmdav {
namespace {

bool isDue(const SyncSide& side, Instant now) {
    if (!side.lastStart) return false;
    switch (side.status) {
        case SyncStatus::none:
        case SyncStatus::authorised:
        case SyncStatus::stopped:
        case SyncStatus::reconnect: return false;
        case SyncStatus::paused: return side.confirmed;
        case SyncStatus::failing: return side.nextTry && *side.nextTry <= now;  // not sooner because somebody wants it
        case SyncStatus::limit:
        case SyncStatus::active: return side.wanted || !side.nextTry || *side.nextTry <= now;
        case SyncStatus::syncing: return true;  // its process died, or the lease says that it is at it
    }
    return false;
}

}  // namespace

Scheduler::Scheduler(Store& store, AccountRuns& runs, SchedulerOptions options)
    : store_(store), runs_(runs), options_(std::move(options)), seen_(store.lastHistoryId()) {
    threads_.emplace_back([this] { look(); });
    for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

Scheduler::~Scheduler() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void Scheduler::nudge() {
    {
        const std::lock_guard lock(mutex_);
        nudged_ = true;
    }
    wake_.notify_all();
}

void Scheduler::look() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        nudged_ = false;
        lock.unlock();
        try {
            findWork();
        } catch (const std::exception& error) {
            if (options_.failed) options_.failed("looking for what is to be synced", error.what());
        }
        lock.lock();
        wake_.wait_for(lock, options_.look, [this] { return ending_ || nudged_; });
    }
}

void Scheduler::findWork() {
    const std::int64_t last = store_.lastHistoryId();
    if (last > seen_) seen_ = store_.sync().wakeForChanges(seen_);
    const Instant now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::vector<SyncSide> due;
    for (SyncSide& side : store_.sync().sidesToRun(now))
        if (isDue(side, now)) due.push_back(std::move(side));
    std::ranges::stable_sort(due, {}, [](const SyncSide& side) { return side.nextTry.value_or(Instant()); });
    const std::lock_guard lock(mutex_);
    for (const SyncSide& side : due)
        if (taken_.insert({side.account, side.kind}).second)
            queue_.emplace_back(side.account, side.kind);
        else
            busy_ = true;
    wake_.notify_all();
}

void Scheduler::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (ending_) return;
        const Work next = queue_.front();
        queue_.erase(queue_.begin());
        lock.unlock();
        runOne(next);
        lock.lock();
        taken_.erase(next);
        // Who wanted another run meanwhile doesn't wait for the next look.
        if (std::exchange(busy_, false)) nudged_ = true;
        wake_.notify_all();
    }
}

void Scheduler::runOne(const Work& next) {
    try {
        const auto ends = [this] {
            const std::lock_guard lock(mutex_);
            return ending_;
        };
        const auto crowded = [this] {
            const std::lock_guard lock(mutex_);
            return !queue_.empty();
        };
        runs_.run(next.first, next.second, ends, crowded);
    } catch (const LeaseLost&) {
        return;  // another process goes on with it
    } catch (const std::exception& error) {
        if (options_.failed) options_.failed("sync of account " + next.first, error.what());
    }
}

}  // namespace crmdav
