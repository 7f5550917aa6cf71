#include "store/engine/database.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "store/engine/log_file.h"
#include "store/engine/pool.h"
#include "store/store.h"

namespace crmdav {

namespace {

thread_local std::size_t statements = 0;
thread_local std::size_t steps = 0;

}  // namespace

/// What a thread holds at the moment, so that verbs within each other meet on one connection.
struct Held {
    Database* database = nullptr;
    Connection* reader = nullptr;
    Connection* writer = nullptr;
    bool oneState = false;  ///< readings begin one transaction and leave it open
    bool toWrite = false;   ///< readings prefer the writer's connection
    bool lent = false;      ///< reader is the writer's connection, whose lock we hold
    int readings = 0, writings = 0;
};

namespace {

thread_local std::vector<Held> heldByThread;

Held& heldFor(Database& database) {
    for (Held& held : heldByThread)
        if (held.database == &database) return held;
    return heldByThread.emplace_back(Held{&database});
}

[[noreturn]] void fail(sqlite3* handle, int code, std::string_view doing) {
    const std::string text = std::string(doing) + ": " + (handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_FULL: throw StoreBusy(text);
        default: throw StoreError(text);
    }
}

}  // namespace

Sql Sql::made(std::string_view text) {
    static std::mutex lock;
    static std::unordered_set<std::string> texts;
    const std::lock_guard guard(lock);
    const std::string& kept = *texts.emplace(text).first;
    return {kept.c_str(), kept.size()};
}

// ---------------------------------------------------------------- rows

Rows::Rows(Rows&& other) noexcept : db_(other.db_), prepared_(other.prepared_) { other.prepared_ = nullptr; }

Rows::~Rows() {
    if (prepared_) db_->release(prepared_);
}

bool Rows::next() {
    if (!prepared_) return false;
    const int code = sqlite3_step(prepared_->statement);
    if (code == SQLITE_ROW) return true;
    sqlite3* handle = db_->handle_;
    const std::string sql = code == SQLITE_DONE ? std::string() : sqlite3_sql(prepared_->statement);
    if (code != SQLITE_DONE) fail(handle, code, sql.substr(0, 80));
    db_->release(prepared_);
    prepared_ = nullptr;
    return false;
}

std::string_view Rows::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(prepared_->statement, column));
    return {bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(prepared_->statement, column))};
}

std::string_view Rows::blob(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(prepared_->statement, column));
    return {bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(prepared_->statement, column))};
}

std::int64_t Rows::int64(int column) const { return sqlite3_column_int64(prepared_->statement, column); }
double Rows::real(int column) const { return sqlite3_column_double(prepared_->statement, column); }
bool Rows::isNull(int column) const { return sqlite3_column_type(prepared_->statement, column) == SQLITE_NULL; }

// ---------------------------------------------------------------- connection

struct Connection::Session {
    Poco::Data::Session session;
};

Connection::Connection(Database& database, const std::string& file, bool writer) : database_(database) {
    try {
        session_ = std::make_unique<Session>(Session{Poco::Data::Session("SQLite", file)});
    } catch (const Poco::Exception& error) {
        throw StoreError(file + ": " + error.displayText());
    }
    handle_ = Poco::Data::SQLite::Utility::dbHandle(session_->session);
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, static_cast<int>(database.options().wait.count()));
    script(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
        "PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF;");
    // Small caches: the operating system keeps the file's pages anyway, once for all connections.
    script(writer ? "PRAGMA cache_size=-2048; PRAGMA wal_autocheckpoint=1000;"
                  : "PRAGMA cache_size=-512; PRAGMA query_only=ON;");
    kept_.reserve(64);
}

Connection::~Connection() {
    for (auto& [text, prepared] : kept_) sqlite3_finalize(prepared.statement);
}

Prepared* Connection::prepare(Sql sql) {
    ++statements;
    Prepared& kept = kept_[sql.text];
    if (kept.statement && !kept.busy) {
        kept.busy = true;
        return &kept;
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.text, static_cast<int>(sql.size), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) fail(handle_, code, std::string_view(sql.text, sql.size).substr(0, 200));
    if (!kept.statement) {
        kept = {statement, true, true};
        return &kept;
    }
    return new Prepared{statement, true, false};
}

std::int64_t Connection::run(Prepared* prepared) {
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(prepared->statement);
    if (code != SQLITE_DONE) {
        const std::string sql = sqlite3_sql(prepared->statement);
        const std::string error = sqlite3_errmsg(handle_);
        release(prepared);
        const std::string text = sql.substr(0, 80) + ": " + error;
        if (const int main = code & 0xFF; main == SQLITE_BUSY || main == SQLITE_LOCKED || main == SQLITE_FULL)
            throw StoreBusy(text);
        throw StoreError(text);
    }
    const std::int64_t changed = sqlite3_changes64(handle_);
    release(prepared);
    return changed;
}

void Connection::release(Prepared* prepared) noexcept {
    sqlite3_reset(prepared->statement);
    steps += static_cast<std::size_t>(sqlite3_stmt_status(prepared->statement, SQLITE_STMTSTATUS_VM_STEP, 1));
    if (prepared->kept) {
        sqlite3_clear_bindings(prepared->statement);
        prepared->busy = false;
    } else {
        sqlite3_finalize(prepared->statement);
        delete prepared;
    }
}

void Connection::script(std::string_view text) {
    const std::string whole(text);
    if (const int code = sqlite3_exec(handle_, whole.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
        fail(handle_, code, text.substr(0, 200));
}

std::int64_t Connection::lastId() const { return sqlite3_last_insert_rowid(handle_); }
Instant Connection::now() const { return database_.now(); }
bool Connection::inTransaction() const noexcept { return sqlite3_get_autocommit(handle_) == 0; }

void Connection::bindNull(Prepared* p, int at) { sqlite3_bind_null(p->statement, at); }
void Connection::bindInt(Prepared* p, int at, std::int64_t value) { sqlite3_bind_int64(p->statement, at, value); }
void Connection::bindReal(Prepared* p, int at, double value) { sqlite3_bind_double(p->statement, at, value); }

void Connection::bindText(Prepared* p, int at, bool copy, std::string_view text) {
    // SQLite would store it whole and give it back cut at the NUL; PostgreSQL refuses it.
    if (std::memchr(text.data() ? text.data() : "", 0, text.size())) throw std::invalid_argument("text with a NUL");
    sqlite3_bind_text64(p->statement, at, text.data() ? text.data() : "", text.size(),
                        copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
}

void Connection::bindBlob(Prepared* p, int at, bool copy, std::string_view bytes) {
    sqlite3_bind_blob64(p->statement, at, bytes.data() ? bytes.data() : "", bytes.size(),
                        copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

// ---------------------------------------------------------------- database

Database::Database(const StoreOptions& options) : pool_(std::make_unique<Pool>(options)) {
    static std::once_flag once;
    std::call_once(once, [] {
        sqlite3_config(SQLITE_CONFIG_MULTITHREAD);   // a connection is used by one thread at a time
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);  // its counter is a lock that all connections would share
        gatherLogWrites();
        Poco::Data::SQLite::Connector::registerConnector();
    });
    const std::filesystem::path folder = std::filesystem::path(pool_->file).parent_path();
    std::error_code error;
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) throw StoreError(folder.string() + ": " + error.message());
    pool_->writer.reset(new Connection(*this, pool_->file, true));
}

Database::~Database() = default;

Instant Database::now() const {
    if (pool_->options.now) return pool_->options.now();
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

const StoreOptions& Database::options() const noexcept { return pool_->options; }
const std::string& Database::file() const noexcept { return pool_->file; }
std::size_t Database::statementsOfThread() noexcept { return statements; }
std::size_t Database::stepsOfThread() noexcept { return steps; }

void Database::copyTo(const std::string& file) {
    if (std::filesystem::exists(file)) throw StoreError(file + " exists already");
    const std::string part = file + ".part";
    std::filesystem::remove(part);
    Reading reading(*this);
    if (reading.db().inTransaction()) throw StoreError("no backup in the middle of a transaction");
    reading.db().script("PRAGMA query_only=OFF");  // its own file counts as well
    try {
        reading.db().exec("VACUUM INTO ?", part);
    } catch (...) {
        reading.db().script("PRAGMA query_only=ON");
        throw;
    }
    reading.db().script("PRAGMA query_only=ON");
    const int made = open(part.c_str(), O_RDONLY | O_CLOEXEC);
    const bool safe = made >= 0 && fsync(made) == 0;
    if (made >= 0) close(made);
    if (!safe || std::rename(part.c_str(), file.c_str()) != 0)
        throw StoreError(file + ": " + std::generic_category().message(errno));
}

void Database::fold() {
    pool_->closeReaders();
    auto row = pool_->writer->query("PRAGMA journal_mode=DELETE");
    if (!row.next() || row.text(0) != "delete") throw StoreError(pool_->file + " is in use: stop the server first");
}

// ---------------------------------------------------------------- transactions

namespace {

void commit(Connection& reader) noexcept {
    try {
        reader.exec("COMMIT");
    } catch (const std::exception&) {
        assert(!reader.inTransaction());
    }
}

}  // namespace

/// Gives the reader back that nobody needs any more.
void Database::Pool::settle(Held& held) noexcept {
    if (!held.reader || held.readings > 0 || held.oneState) return;
    if (held.reader->inTransaction()) crmdav::commit(*held.reader);
    Connection* reader = std::exchange(held.reader, nullptr);
    if (std::exchange(held.lent, false))
        writing.unlock();
    else
        giveBack(reader);
}

Reading::Reading(Database& database, bool snapshot) : database_(database) {
    Held& held = heldFor(database);
    if (held.writer) {
        connection_ = held.writer;
        return;
    }
    if (!held.reader) {
        held.lent = held.toWrite && database.pool_->writing.try_lock();
        held.reader = held.lent ? database.pool_->writer.get() : database.pool_->take(database);
    }
    connection_ = held.reader;
    counted_ = true;
    ++held.readings;
    if ((!snapshot && !held.oneState) || connection_->inTransaction()) return;
    try {
        connection_->exec("BEGIN");
    } catch (...) {
        --held.readings;
        database.pool_->settle(held);
        throw;
    }
    begun_ = !held.oneState;
}

Reading::~Reading() {
    if (begun_) commit(*connection_);
    if (!counted_) return;
    Held& held = heldFor(database_);
    --held.readings;
    database_.pool_->settle(held);
}

OneState::OneState(Database& database, bool toWrite) : database_(database) {
    Held& held = heldFor(database);
    assert(!held.oneState && !held.reader && !held.writer);
    held.oneState = true;
    held.toWrite = toWrite;
}

OneState::~OneState() {
    Held& held = heldFor(database_);
    held.oneState = held.toWrite = false;
    database_.pool_->settle(held);
}

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
    held.oneState = held.toWrite = false;
    pool.settle(held);
    assert(!held.lent);  // no verb writes while rows are read on the writer's connection
    if (!pool.writing.try_lock_for(pool.options.wait)) throw StoreBusy("the write lock is taken");
    connection_ = pool.writer.get();
    assert(!connection_->inTransaction());
    try {
        connection_->exec("BEGIN IMMEDIATE");
    } catch (...) {
        pool.writing.unlock();
        throw;
    }
    held.writer = connection_;
}

void Writing::commit() {
    connection_->exec(nested_ ? Sql("RELEASE verb") : Sql("COMMIT"));
    done_ = true;
}

Writing::~Writing() {
    if (!done_) {
        try {
            if (nested_)
                connection_->exec("ROLLBACK TO verb"), connection_->exec("RELEASE verb");
            else if (connection_->inTransaction())
                connection_->exec("ROLLBACK");
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

}  // namespace crmdav
