#include <algorithm>
#include <cassert>
#include <thread>
#include <utility>
#include <vector>

#include "store/engine/database.h"
#include "store/engine/pool.h"
#include "store/store.h"

namespace crmdav {

/// What a thread holds at the moment, so that verbs within each other meet on one connection.
struct Held {
    Database* database = nullptr;
    Connection* reader = nullptr;
    Connection* writer = nullptr;
    bool oneState =
        false;          ///< readings begin one transaction and leave it open, on the writer's connection if it's free
    bool lent = false;  ///< reader is the writer's connection, whose lock we hold
    int readings = 0, writings = 0;
};

namespace {

thread_local std::vector<Held> heldByThread;

Held& heldFor(Database& database) {
    for (Held& held : heldByThread)
        if (held.database == &database) return held;
    return heldByThread.emplace_back(Held{&database});
}

std::uint64_t microsSince(std::chrono::steady_clock::time_point begun) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count());
}

}  // namespace

/// Gives the reader back that nobody needs any more.
void Database::Pool::settle(Held& held) noexcept {
    if (!held.reader || held.readings > 0 || held.oneState) return;
    endReading(*held.reader);
    Connection* reader = std::exchange(held.reader, nullptr);
    if (std::exchange(held.lent, false))
        writing.unlock();
    else
        giveBack(reader);
}

void Database::Pool::endReading(Connection& reader) noexcept {
    if (!reader.inTransaction()) return;
    try {
        reader.commit();
    } catch (const std::exception&) {
        assert(!reader.inTransaction());
    }
}

// ---------------------------------------------------------------- reading

Reading::Reading(Database& database, Sees sees) : database_(database) {
    Held& held = heldFor(database);
    if (held.writer) {
        connection_ = held.writer;
        return;
    }
    auto& pool = *database.pool_;
    if (!held.reader) {
        held.lent = held.oneState && pool.writing.try_lock();
        held.reader = held.lent ? pool.writer.get() : pool.take(database);
    }
    connection_ = held.reader;
    counted_ = true;
    ++held.readings;
    const bool one = sees == Sees::oneState || (sees == Sees::nested && pool.engine != Engine::sqlite);
    if ((!one && !held.oneState) || connection_->inTransaction()) return;
    try {
        connection_->begin(false);
    } catch (...) {
        --held.readings;
        pool.settle(held);
        throw;
    }
    begun_ = !held.oneState;
}

Reading::~Reading() {
    if (begun_) database_.pool_->endReading(*connection_);
    if (!counted_) return;
    Held& held = heldFor(database_);
    --held.readings;
    database_.pool_->settle(held);
}

OneState::OneState(Database& database) : database_(database) {
    Held& held = heldFor(database);
    assert(!held.oneState && !held.reader && !held.writer);
    held.oneState = database.engine() == Engine::sqlite;  // elsewhere it would only cost
}

OneState::~OneState() {
    Held& held = heldFor(database_);
    held.oneState = false;
    database_.pool_->settle(held);
}

// ---------------------------------------------------------------- writing

Writing::Writing(Database& database) : database_(database) {
    Held& held = heldFor(database);
    if (held.writer) {
        connection_ = held.writer;
        nested_ = true;
        connection_->exec("SAVEPOINT verb");
        ++held.writings;
        return;
    }
    auto& pool = *database.pool_;
    held.oneState = false;
    pool.settle(held);
    assert(!held.lent);  // no verb writes while rows are read on the writer's connection
    const auto begun = std::chrono::steady_clock::now();
    if (!pool.writing.try_lock_for(pool.options.wait)) throw StoreBusy("the write lock is taken");
    connection_ = pool.writer.get();
    assert(!connection_->inTransaction());
    try {
        connection_->begin(true);
    } catch (...) {
        pool.writing.unlock();
        throw;
    }
    if (const std::uint64_t waited = microsSince(begun); waited > 1000) {
        ++pool.waits.lockWaits;
        pool.waits.lockWaitedMicros += waited;
    }
    held.writer = connection_;
}

void Writing::commit() {
    if (nested_)
        connection_->exec("RELEASE verb");
    else
        connection_->commit();
    done_ = true;
}

Writing::~Writing() {
    if (!done_) {
        try {
            if (nested_)
                connection_->exec("ROLLBACK TO verb"), connection_->exec("RELEASE verb");
            else if (connection_->inTransaction())
                connection_->rollback();
        } catch (const std::exception&) {
            // A failed statement may have rolled everything back already; the assertion below tells.
        }
    }
    Held& held = heldFor(database_);
    if (nested_) {
        --held.writings;
        return;
    }
    assert(!connection_->inTransaction());
    held.writer = nullptr;
    database_.pool_->writing.unlock();
}

Attempts::Attempts(Database& database)
    : database_(database),
      deadline_(std::chrono::steady_clock::now() + database.options().wait),
      nested_(heldFor(database).writer != nullptr) {}

bool Attempts::again() {
    constexpr int most = 20;
    if (nested_ || ++made_ > most || std::chrono::steady_clock::now() >= deadline_) return false;
    ++database_.waits().retries;
    std::this_thread::sleep_for(
        std::min(std::chrono::milliseconds(1 << std::min(made_, 8)), std::chrono::milliseconds(250)));
    return true;
}

}  // namespace crmdav
