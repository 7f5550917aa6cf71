#include "server/http/watchdog.h"

#include <sys/socket.h>

namespace crmdav {
namespace {

std::int64_t steadyMilliseconds() noexcept {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

void Watched::allow(std::chrono::milliseconds time) noexcept { deadline_ = steadyMilliseconds() + time.count(); }

Watchdog::Watchdog() : thread_([this] { keepDeadlines(); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Watchdog::add(Watched& connection) {
    const std::lock_guard lock(mutex_);
    connections_.insert(&connection);
    open_ = connections_.size();
    if (connections_.size() == 1) changed_.notify_all();
}

void Watchdog::remove(Watched& connection) {
    const std::lock_guard lock(mutex_);
    connections_.erase(&connection);
    open_ = connections_.size();
    if (connections_.empty()) changed_.notify_all();
}

/// Shutting down reading alone leaves bytes that arrived already readable: a request that came in whole is answered.
void Watchdog::stopIdle(std::chrono::milliseconds grace) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, grace, [this] { return connections_.empty(); });
    idleEnds_ = true;
    for (const auto* connection : connections_)
        if (connection->idle_) ::shutdown(connection->fd_, SHUT_RD);
}

void Watchdog::cutAll() {
    const std::lock_guard lock(mutex_);
    for (const auto* connection : connections_) ::shutdown(connection->fd_, SHUT_RDWR);
}

bool Watchdog::waitUntilNoneIsOpen(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return connections_.empty(); });
}

/// Sleeps while no connection is open.
void Watchdog::keepDeadlines() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        changed_.wait(lock, [this] { return ending_ || !connections_.empty(); });
        const auto now = steadyMilliseconds();
        for (const auto* connection : connections_)
            if (connection->deadline_ < now) ::shutdown(connection->fd_, SHUT_RDWR);
        changed_.wait_for(lock, std::chrono::milliseconds(250), [this] { return ending_; });
    }
}

}  // namespace crmdav
