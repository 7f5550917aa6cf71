#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "store/sync.h"

/// What GET /events waits for.
namespace crmdav {

/// Whether an account looks otherwise than before to those who watch it: another mark says so.
struct AccountPulse {
    std::int64_t user = 0;
    std::string mark;
    friend bool operator==(const AccountPulse&, const AccountPulse&) = default;
};

/// Somebody works on a side of the account: a run, a preview, an undo.
bool isLeased(std::span<const Lease>, const Id& account);

/// Looks for changes, by this and other processes, once a second while somebody listens: one thread for a store, and
/// four cheap statements a look, however many listen; one more for each run or preview that is at work. It lives as
/// long as its listeners.
class Watcher {
public:
    struct Limits {
        std::size_t ofUser = 8, inAll = 500;  ///< listeners, each with a thread of the server
        std::chrono::milliseconds look{1000}, heartbeat{15'000};
    };
    ~Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    using Marks = std::map<Id, AccountPulse>;
    /// What a look found.
    struct Sight {
        std::uint64_t number = 0;  ///< another one: something is new; 0: nothing is known yet
        std::int64_t history = 0;  ///< newest entry of the history
        std::shared_ptr<const Marks> accounts = std::make_shared<Marks>();
    };

    /// A listener, for as long as it lives.
    class Seat {
    public:
        Seat(std::shared_ptr<Watcher> watcher, std::int64_t user) : watcher_(std::move(watcher)), user_(user) {}
        ~Seat() { watcher_->leave(user_); }
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;

        /// What is known as soon as it is something else than `seen`, or after `patience`.
        Sight wait(std::uint64_t seen, std::chrono::milliseconds patience) { return watcher_->wait(seen, patience); }
        std::chrono::milliseconds heartbeat() const { return watcher_->limits_.heartbeat; }

    private:
        std::shared_ptr<Watcher> watcher_;
        const std::int64_t user_;
    };
    /// @param limits  count from the first listener on, until the last one leaves
    /// @returns nullptr: there are too many, of this user or in all
    static std::unique_ptr<Seat> enter(Store& store, std::int64_t user, const Limits& limits);

private:
    Watcher(Store& store, const Limits& limits);
    bool take(std::int64_t user);
    void leave(std::int64_t user);
    Sight wait(std::uint64_t seen, std::chrono::milliseconds patience);
    void run();
    bool look();

    Store& store_;
    const Limits limits_;
    std::mutex mutex_;
    std::condition_variable news_, end_;
    std::map<std::int64_t, std::size_t> listening_;  ///< by user
    std::size_t all_ = 0;
    Sight sight_;
    std::uint64_t looks_ = 0;
    bool ending_ = false;
    std::thread thread_;
};

/// Those that GET /events goes by. Tests are in a hurry.
Watcher::Limits& eventLimits();

}  // namespace crmdav
