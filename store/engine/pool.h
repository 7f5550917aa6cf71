#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/engine/database.h"
#include "store/store.h"

namespace crmdav {

/// The connections of a database: one that writes, for whoever holds `writing`, and those that read.
struct Database::Pool {
    explicit Pool(const StoreOptions& options);

    StoreOptions options;
    Engine engine;
    std::string name;  ///< the file, or the URL without its password
    mutable Waits waits;
    std::string holder;  ///< Database::holder()
    std::unique_ptr<Connection> writer;
    std::timed_mutex writing;

    /// A connection for reading; the last one used comes first: its cache is warm.
    /// @throws StoreBusy  none within StoreOptions::wait
    Connection* take(Database& database);
    void giveBack(Connection* connection);
    void settle(struct Held& held) noexcept;
    static void endReading(Connection& reader) noexcept;
    void closeReaders();
    Store::Traffic inUse();  ///< its first two figures

private:
    Connection* open(Database& database, std::unique_lock<std::mutex>& guard);

    std::mutex lock_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> all_;
    std::vector<Connection*> free_;
    std::size_t opening_ = 0;
};

}  // namespace crmdav
