#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>
#include <thread>
#include <unordered_set>

namespace crmdav {

/// One connection under watch. When its deadline passes, its socket is shut down, which ends whatever its thread waits
/// for: a head that dribbles in, a body below any sensible rate, a client that stops reading, a TLS handshake.
class Watched {
public:
    explicit Watched(int descriptor) : fd_(descriptor) {}
    void allow(std::chrono::milliseconds time) noexcept;
    void allowAnyTime() noexcept { deadline_ = std::numeric_limits<std::int64_t>::max(); }
    void idle(bool yes) noexcept { idle_ = yes; }

private:
    friend class Watchdog;
    const int fd_;
    std::atomic<std::int64_t> deadline_{std::numeric_limits<std::int64_t>::max()};  ///< steady clock, ms
    std::atomic<bool> idle_{false};  ///< between two requests: may be ended without loss
};

/// The thread that keeps the deadlines of all connections, and the list of those that are open.
class Watchdog {
public:
    Watchdog();
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    void add(Watched& connection);
    void remove(Watched& connection);  ///< before its socket is closed
    std::size_t open() const noexcept { return open_; }

    /// From now on connections end after their current request.
    void stop() noexcept { stopping_ = true; }
    bool stopping() const noexcept { return stopping_; }
    /// Ends those between two requests, which may begin one for that long: a proxy that has just sent it on a
    /// connection it kept would not know whether it was done.
    void stopIdle(std::chrono::milliseconds grace);
    bool idleEnds() const noexcept { return idleEnds_; }
    void cutAll();
    bool waitUntilNoneIsOpen(std::chrono::milliseconds patience);

private:
    void keepDeadlines();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::unordered_set<Watched*> connections_;
    std::atomic<std::size_t> open_{0};
    std::atomic<bool> stopping_{false}, idleEnds_{false};
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace crmdav
