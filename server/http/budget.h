#pragma once
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace crmdav {

/// Bytes that may be in memory at once. Who asks for more than all gets all.
class ByteBudget {
public:
    explicit ByteBudget(std::size_t bytes) : all_(bytes), free_(bytes) {}

    /// A share; gives its bytes back when it dies.
    class Share {
    public:
        Share() = default;
        ~Share() { release(); }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        /// Waits for `bytes` to be free. @returns false: they weren't in time
        bool take(ByteBudget& budget, std::size_t bytes, std::chrono::milliseconds patience) {
            release();
            const auto wanted = std::min(bytes, budget.all_);
            std::unique_lock lock(budget.mutex_);
            if (!budget.freed_.wait_for(lock, patience, [&] { return budget.free_ >= wanted; })) return false;
            budget.free_ -= wanted;
            budget_ = &budget;
            bytes_ = wanted;
            return true;
        }

        void release() {
            if (!budget_) return;
            {
                const std::lock_guard lock(budget_->mutex_);
                budget_->free_ += bytes_;
            }
            budget_->freed_.notify_all();
            budget_ = nullptr;
        }

    private:
        ByteBudget* budget_ = nullptr;
        std::size_t bytes_ = 0;
    };

private:
    const std::size_t all_;
    std::size_t free_;
    std::mutex mutex_;
    std::condition_variable freed_;
};

/// A share, for large answers, of what they may have in memory at once, process-wide; small ones need none (nullptr).
/// Goes into Response::held. @throws StoreBusy  no room in time
std::shared_ptr<void> holdLarge(std::size_t bytes);

/// How many connections each client address has open.
class AddressCount {
public:
    /// @returns how many there are now, this one included
    std::size_t enter(const std::string& address) {
        const std::lock_guard lock(mutex_);
        return ++open_[address];
    }
    void leave(const std::string& address) {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(address);
        if (found != open_.end() && --found->second == 0) open_.erase(found);
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::size_t> open_;
};

}  // namespace crmdav
