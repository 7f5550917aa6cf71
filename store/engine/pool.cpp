#include "store/engine/pool.h"

#include <Poco/Environment.h>
#include <Poco/UUIDGenerator.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "protocol/text/zones.h"

namespace crmdav {

namespace {

std::string nameOf(const std::string& url, Engine engine) {
    return engine == Engine::sqlite ? url.substr(url.find(':') + 1) : withoutPassword(url);
}

}  // namespace

Database::Pool::Pool(const StoreOptions& wanted)
    : options(wanted), engine(engineOf(wanted.url)), name(nameOf(wanted.url, engine)) {
    if (options.zoneData.empty()) options.zoneData = zoneDataVersion();
    holder = Poco::Environment::nodeName() + " " + std::to_string(getpid()) + " " +
             Poco::UUIDGenerator::defaultGenerator().createRandom().toString().substr(0, 8);
}

Connection* Database::Pool::take(Database& database) {
    std::unique_lock guard(lock_);
    const auto begun = std::chrono::steady_clock::now();
    bool waited = false;
    while (free_.empty()) {
        if (all_.size() + opening_ < std::max<std::size_t>(options.readers, 1)) return open(database, guard);
        waited = true;
        if (returned_.wait_until(guard, begun + options.wait) == std::cv_status::timeout && free_.empty())
            throw StoreBusy("all read connections are in use");
    }
    if (waited) {
        ++waits.waits;
        waits.waitedMicros += static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count());
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
        fresh.reset(new Connection(database, false));
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

Store::Traffic Database::Pool::inUse() {
    const std::lock_guard guard(lock_);
    Store::Traffic traffic;
    traffic.connections = all_.size();
    traffic.inUse = all_.size() - free_.size();
    return traffic;
}

void Database::Pool::closeReaders() {
    const std::lock_guard guard(lock_);
    free_.clear();
    all_.clear();
}

}  // namespace crmdav
