#include "store/engine/pool.h"

#include <algorithm>
#include <chrono>

#include "protocol/text/zones.h"

namespace crmdav {

namespace {

constexpr std::string_view scheme = "sqlite:";

std::string fileOf(const StoreOptions& options) {
    if (!options.url.starts_with(scheme))
        throw StoreError("store.url: only sqlite:PATH is known, not " + options.url.substr(0, options.url.find(':')));
    return options.url.substr(scheme.size());
}

}  // namespace

Database::Pool::Pool(const StoreOptions& wanted) : options(wanted), file(fileOf(wanted)) {
    if (options.zoneData.empty()) options.zoneData = zoneDataVersion();
}

Connection* Database::Pool::take(Database& database) {
    std::unique_lock guard(lock_);
    const auto deadline = std::chrono::steady_clock::now() + options.wait;
    while (free_.empty()) {
        if (all_.size() + opening_ < std::max<std::size_t>(options.readers, 1)) return open(database, guard);
        if (returned_.wait_until(guard, deadline) == std::cv_status::timeout && free_.empty())
            throw StoreBusy("all read connections are in use");
    }
    Connection* connection = free_.back();
    free_.pop_back();
    return connection;
}

Connection* Database::Pool::open(Database& database, std::unique_lock<std::mutex>& guard) {
    ++opening_;
    guard.unlock();
    std::unique_ptr<Connection> fresh;
    try {
        fresh.reset(new Connection(database, file, false));
    } catch (...) {
        guard.lock();
        --opening_;
        returned_.notify_one();
        throw;
    }
    guard.lock();
    --opening_;
    return all_.emplace_back(std::move(fresh)).get();
}

void Database::Pool::giveBack(Connection* connection) {
    {
        const std::lock_guard guard(lock_);
        free_.push_back(connection);
    }
    returned_.notify_one();
}

void Database::Pool::closeReaders() {
    const std::lock_guard guard(lock_);
    free_.clear();
    all_.clear();
}

}  // namespace crmdav
