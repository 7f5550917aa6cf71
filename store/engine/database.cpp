#include "store/engine/database.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <unordered_set>

#include "store/engine/pool.h"
#include "store/store.h"

namespace crmdav {

namespace {

thread_local std::size_t statements = 0;
thread_local std::size_t steps = 0;

}  // namespace

Sql Sql::made(std::string_view text) {
    static std::mutex lock;
    static std::unordered_set<std::string> texts;
    const std::lock_guard guard(lock);
    const std::string& kept = *texts.emplace(text).first;
    return {kept.c_str(), kept.size()};
}

// ---------------------------------------------------------------- rows

Rows::Rows(Rows&& other) noexcept : db_(other.db_), statement_(other.statement_) { other.statement_ = nullptr; }

Rows::~Rows() {
    if (statement_) db_->release(statement_);
}

bool Rows::next() {
    if (!statement_) return false;
    if (statement_->next()) return true;
    db_->release(statement_);
    statement_ = nullptr;
    return false;
}

// ---------------------------------------------------------------- connection

namespace {

std::unique_ptr<Session> open(Database& database, bool writer) {
    const StoreOptions& options = database.options();
    if (database.engine() == Engine::sqlite) return openSqlite(database.name(), writer, options.wait);
    return openPostgresql(options.url, writer, options.wait, database.waits());
}

}  // namespace

Connection::Connection(Database& database, bool writer) : database_(database), session_(open(database, writer)) {
    kept_.reserve(64);
}

Connection::~Connection() {  // statements before their session
    kept_.clear();
    keptMany_.clear();
}

Statement* Connection::prepare(Sql sql, Wanted wanted) {
    ++statements;
    std::unique_ptr<Statement>& kept = (wanted == Wanted::manyRows ? keptMany_ : kept_)[sql.text];
    if (kept && !kept->busy) {
        kept->busy = true;
        return kept.get();
    }
    auto fresh = session_->prepare({sql.text, sql.size}, wanted);
    fresh->busy = true;
    fresh->kept = !kept;
    if (kept) return fresh.release();
    kept = std::move(fresh);
    return kept.get();
}

void Connection::release(Statement* statement) noexcept {
    steps += statement->reset();
    statement->busy = false;
    if (!statement->kept) delete statement;
}

void Connection::execWith(Sql sql, const Rows& row, std::span<const ValueKind> kinds) {
    const Use use(*this, sql, Wanted::rows);
    Statement& statement = *use.statement;
    for (int i = 0; i < static_cast<int>(kinds.size()); ++i) {
        if (row.isNull(i)) {
            statement.bindNull(i + 1, kinds[static_cast<std::size_t>(i)]);
            continue;
        }
        switch (row.kind(i)) {
            case ValueKind::integer: statement.bindInt(i + 1, row.int64(i)); break;
            case ValueKind::real: statement.bindReal(i + 1, row.real(i)); break;
            case ValueKind::blob: statement.bindBlob(i + 1, row.blob(i), false); break;
            default: statement.bindText(i + 1, withoutNul(row.text(i)), false);
        }
    }
    statement.run();
}

void Connection::begin(bool toWrite) {
    ++statements;
    session_->begin(toWrite);
}
void Connection::commit() {
    ++statements;
    session_->commit();
}
void Connection::rollback() { session_->rollback(); }

Instant Connection::now() const { return database_.now(); }
Engine Connection::engine() const noexcept { return database_.engine(); }

std::string_view Connection::withoutNul(std::string_view text) {
    // SQLite would store it whole and give it back cut at the NUL; PostgreSQL refuses it.
    if (std::memchr(text.data() ? text.data() : "", 0, text.size())) throw std::invalid_argument("text with a NUL");
    return text;
}

// ---------------------------------------------------------------- database

Database::Database(const StoreOptions& options) : pool_(std::make_unique<Pool>(options)) {
    pool_->writer.reset(new Connection(*this, true));
}

Database::~Database() = default;

Instant Database::now() const {
    if (pool_->options.now) return pool_->options.now();
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

const StoreOptions& Database::options() const noexcept { return pool_->options; }
Engine Database::engine() const noexcept { return pool_->engine; }
const std::string& Database::name() const noexcept { return pool_->name; }
Waits& Database::waits() const noexcept { return pool_->waits; }
const std::string& Database::holder() const noexcept { return pool_->holder; }

Store::Traffic Database::traffic() const {
    Store::Traffic traffic = pool_->inUse();
    traffic.waits = pool_->waits.waits;
    traffic.waitedMicros = pool_->waits.waitedMicros;
    traffic.lockWaits = pool_->waits.lockWaits;
    traffic.lockWaitedMicros = pool_->waits.lockWaitedMicros;
    traffic.retries = pool_->waits.retries;
    traffic.reconnects = pool_->waits.reconnects;
    return traffic;
}

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
    moveDurably(part, file);
}

void moveDurably(const std::string& from, const std::string& to) {
    const int made = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    const bool safe = made >= 0 && fsync(made) == 0;
    if (made >= 0) close(made);
    if (!safe || std::rename(from.c_str(), to.c_str()) != 0)
        throw StoreError(to + ": " + std::generic_category().message(errno));
}

void Database::fold() {
    pool_->closeReaders();
    try {
        auto row = pool_->writer->query("PRAGMA journal_mode=DELETE");
        if (row.next() && row.text(0) == "delete") return;
    } catch (const StoreBusy&) {  // says it in SQLite's words
    }
    throw StoreError(pool_->name + " is in use: stop the server first");
}

}  // namespace crmdav
