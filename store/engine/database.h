#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "store/engine/dialect.h"
#include "store/engine/session.h"
#include "store/model.h"
#include "store/store.h"

/// The one way to the database: a writer with a queue, a pool of readers, statements that are prepared once and kept.
/// What the engines do about it is behind session.h.
namespace crmdav {

struct StoreOptions;
class Database;
class Connection;

/// SQL in the common dialect (dialect.h). A literal, whose address is its identity; text
/// that is put together at run time goes through `made` and must come in few shapes, never with values in it.
struct Sql {
    const char* text;
    std::size_t size;
    consteval Sql(const char* literal) : text(literal), size(std::char_traits<char>::length(literal)) {}
    static Sql made(std::string_view text);  ///< one address for equal texts, for the life of the program

private:
    Sql(const char* t, std::size_t n) : text(t), size(n) {}
};

/// Bytes for a BLOB column.
struct Blob {
    std::string_view bytes;
};

/// The rows of a query, read as one asks for them: `for (auto& row : db.query(…)) row.text(0)`, or `if (rows.next())`.
/// Views are valid until the next row. NULL reads as 0 or empty.
class Rows {
public:
    Rows(Rows&& other) noexcept;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    Rows& operator=(Rows&&) = delete;
    ~Rows();

    bool next();
    std::string_view text(int column) const { return statement_->text(column); }
    std::string string(int column) const { return std::string(text(column)); }
    std::string_view blob(int column) const { return statement_->blob(column); }
    std::int64_t int64(int column) const { return statement_->int64(column); }
    int integer(int column) const { return static_cast<int>(int64(column)); }
    bool boolean(int column) const { return int64(column) != 0; }
    double real(int column) const { return statement_->real(column); }
    bool isNull(int column) const { return statement_->isNull(column); }
    Instant instant(int column) const { return Instant(std::chrono::seconds(int64(column))); }
    std::optional<Instant> optionalInstant(int column) const {
        return isNull(column) ? std::nullopt : std::optional(instant(column));
    }
    int columns() const { return statement_->columns(); }
    std::string_view name(int column) const { return statement_->name(column); }
    ValueKind kind(int column) const { return statement_->kind(column); }
    template <class Enum>
    Enum as(int column) const {
        return static_cast<Enum>(int64(column));
    }

    struct End {};
    struct Iterator {
        Rows* rows;
        bool more;
        Rows& operator*() const { return *rows; }
        Iterator& operator++() {
            more = rows->next();
            return *this;
        }
        bool operator!=(End) const { return more; }
    };
    Iterator begin() { return {this, next()}; }
    static End end() { return {}; }

private:
    friend class Connection;
    Rows(Connection& db, Statement* statement) : db_(&db), statement_(statement) {}
    Connection* db_;
    Statement* statement_;
};

/// One session with the database. Belongs to one thread at a time, through Reading or Writing.
class Connection {
public:
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Runs a statement that answers no rows (or whose rows don't matter). @returns rows changed
    /// @throws StoreError, StoreBusy, TryAgain; std::invalid_argument for text with a NUL
    template <class... Args>
    std::int64_t exec(Sql sql, const Args&... args) {
        const Use use(*this, sql, Wanted::rows);
        bindAll(*use.statement, false, args...);
        return use.statement->run();
    }
    /// Inserts one row into a table whose key is `id`. @returns the key
    template <class... Args>
    std::int64_t insert(Sql sql, const Args&... args) {
        const Use use(*this, sql, Wanted::newKey);
        bindAll(*use.statement, false, args...);
        use.statement->run();
        return session_->newKey(*use.statement);
    }
    /// Runs a statement with the values of a row. @param kinds  of the placeholders: what a NULL is there
    void execWith(Sql sql, const Rows& row, std::span<const ValueKind> kinds);
    /// Begins a query; arguments are copied, so temporaries are fine.
    template <class... Args>
    Rows query(Sql sql, const Args&... args) {
        return rowsOf(sql, Wanted::rows, args...);
    }
    /// The same for rows that may be more than memory should hold: those of a whole collection, or of all of them.
    template <class... Args>
    Rows stream(Sql sql, const Args&... args) {
        return rowsOf(sql, Wanted::manyRows, args...);
    }
    /// Several statements without arguments, one after the other: schema steps.
    void script(std::string_view statements) { session_->script(statements); }

    Instant now() const;  ///< the store's clock
    Database& database() const noexcept { return database_; }
    Engine engine() const noexcept;
    bool inTransaction() const noexcept { return session_->inTransaction(); }

private:
    friend class Database;
    friend class Reading;
    friend class Rows;
    friend class Writing;
    Connection(Database& database, bool writer);

    Statement* prepare(Sql sql, Wanted wanted);
    void release(Statement* statement) noexcept;
    void begin(bool toWrite);
    void commit();
    void rollback();

    struct Use {
        Use(Connection& db, Sql sql, Wanted wanted) : owner(db), statement(db.prepare(sql, wanted)) {}
        ~Use() { owner.release(statement); }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        Connection& owner;
        Statement* statement;
    };

    template <class... Args>
    Rows rowsOf(Sql sql, Wanted wanted, const Args&... args) {
        Rows rows(*this, prepare(sql, wanted));
        bindAll(*rows.statement_, true, args...);
        rows.statement_->start();
        return rows;
    }
    template <class... Args>
    static void bindAll([[maybe_unused]] Statement& s, [[maybe_unused]] bool copy, const Args&... args) {
        [[maybe_unused]] int at = 0;
        (bind(s, ++at, copy, args), ...);
    }
    template <class T>
    static constexpr ValueKind kindOf() {
        if constexpr (std::is_same_v<T, Blob>)
            return ValueKind::blob;
        else if constexpr (std::is_same_v<T, Instant> || std::is_enum_v<T> || std::is_integral_v<T>)
            return ValueKind::integer;
        else if constexpr (std::is_floating_point_v<T>)
            return ValueKind::real;
        else
            return ValueKind::text;
    }
    template <class T>
    static void bind(Statement& s, int at, bool copy, const T& value) {
        if constexpr (std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::nullptr_t>)
            s.bindNull(at, ValueKind::unknown);
        else if constexpr (std::is_same_v<T, Blob>)
            s.bindBlob(at, value.bytes, copy);
        else if constexpr (std::is_same_v<T, Instant>)
            s.bindInt(at, value.time_since_epoch().count());
        else if constexpr (kindOf<T>() == ValueKind::integer)
            s.bindInt(at, static_cast<std::int64_t>(value));
        else if constexpr (kindOf<T>() == ValueKind::real)
            s.bindReal(at, value);
        else
            s.bindText(at, withoutNul(value), copy);
    }
    template <class T>
    static void bind(Statement& s, int at, bool copy, const std::optional<T>& value) {
        if (value)
            bind(s, at, copy, *value);
        else
            s.bindNull(at, kindOf<T>());
    }
    static std::string_view withoutNul(std::string_view text);

    Database& database_;
    std::unique_ptr<Session> session_;
    std::unordered_map<const char*, std::unique_ptr<Statement>> kept_, keptMany_;
};

/// A connection for reading, for the scope of one verb. Verbs within each other (a visitor that asks the store again)
/// share one connection, and with it one snapshot; inside a Writing of the same thread they see what it wrote.
class Reading {
public:
    enum class Sees {
        latest,    ///< each statement what is committed when it begins
        nested,    ///< one state, by statements that run while the rows of the first are read
        oneState,  ///< one state, by any statements
    };
    /// @throws StoreBusy  no connection within StoreOptions::wait
    explicit Reading(Database& database, Sees sees = Sees::latest);
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    Connection& db() const noexcept { return *connection_; }
    operator Connection&() const noexcept { return *connection_; }

private:
    Database& database_;
    Connection* connection_;
    bool counted_ = false, begun_ = false;
};

/// For a thread that is going to write: until it does, or this ends, SQLite's readings are one transaction on one
/// connection, which costs one look at the log file for all of them. It is the writer's where that one is free, and
/// then holds its lock: its cache is warm, while each write empties a reader's. PostgreSQL has nothing to gain by that.
class OneState {
public:
    explicit OneState(Database& database);
    ~OneState();
    OneState(const OneState&) = delete;
    OneState& operator=(const OneState&) = delete;

private:
    Database& database_;
};

/// A writing transaction: behind the writer's queue and the database's own lock, so that there is one at a time, of all
/// processes; durable when commit() returns, rolled back by the destructor without it. Within another Writing of the
/// same thread (Store::batch) it is a savepoint.
class Writing {
public:
    /// @throws StoreBusy  the write lock wasn't free within StoreOptions::wait
    explicit Writing(Database& database);
    ~Writing();
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    /// @throws TryAgain; StoreBusy  the connection was lost in the middle: nobody can say whether it was stored
    void commit();
    Connection& db() const noexcept { return *connection_; }
    operator Connection&() const noexcept { return *connection_; }

private:
    Database& database_;
    Connection* connection_;
    bool nested_ = false, done_ = false;
};

/// Counts how often a transaction is run again.
class Attempts {
public:
    explicit Attempts(Database& database);
    /// Waits a little. @returns false: there is no time left, or the transaction is another one's part
    bool again();

private:
    Database& database_;
    std::chrono::steady_clock::time_point deadline_;
    bool nested_;
    int made_ = 0;
};

/// A verb as one transaction, with its answer. Where the engine takes it back for reasons of its own (TryAgain), it is
/// run again from its beginning: it must not have changed anything but the database before.
template <class Verb>
auto write(Database& database, const Verb& verb) {
    for (Attempts attempts(database);;) {
        try {
            Writing writing(database);
            if constexpr (std::is_void_v<decltype(verb(writing.db()))>) {
                verb(writing.db());
                return writing.commit();
            } else {
                auto answer = verb(writing.db());
                writing.commit();
                return answer;
            }
        } catch (const TryAgain&) {
            if (!attempts.again()) throw;
        }
    }
}

/// What was waited for, by all connections of a database since it was opened.
struct Waits {
    std::atomic<std::uint64_t> waits{0}, waitedMicros{0};          ///< for a connection of the pool
    std::atomic<std::uint64_t> lockWaits{0}, lockWaitedMicros{0};  ///< for the turn to write
    std::atomic<std::uint64_t> retries{0};                         ///< transactions run again
    std::atomic<std::uint64_t> reconnects{0};                      ///< after a connection was lost
};

/// The database with its connections. Thread safe; also beside other processes on the same one.
class Database {
public:
    /// Opens, or creates a SQLite file; the schema is migrations.h's business. @throws StoreError
    explicit Database(const StoreOptions& options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Instant now() const;
    const StoreOptions& options() const noexcept;
    Engine engine() const noexcept;
    const std::string& name() const noexcept;  ///< the file, or the URL without its password: for messages
    /// Epoch of the tokens; renewed by a restore. Read once.
    const std::string& epoch() const noexcept { return epoch_; }
    void setEpoch(std::string epoch) { epoch_ = std::move(epoch); }
    Waits& waits() const noexcept;
    Store::Traffic traffic() const;
    /// This process and this opening of the database: who holds leases.
    const std::string& holder() const noexcept;

    /// SQLite: online copy of a consistent state into a new file. @throws StoreError
    void copyTo(const std::string& file);
    /// SQLite: folds the log into the file and leaves one plain file, for replacing it. Nobody may use the store
    /// meanwhile. @throws StoreError  another process has it open
    void fold();

    /// Statements begun by this thread, and steps of SQLite's machine they took (a measure of rows stepped over).
    static std::size_t statementsOfThread() noexcept;
    static std::size_t stepsOfThread() noexcept;

private:
    friend class Connection;
    friend class Reading;
    friend class OneState;
    friend class Writing;
    struct Pool;
    std::unique_ptr<Pool> pool_;
    std::string epoch_;
};

/// Renames a file once all of it is on the disk. @throws StoreError
void moveDurably(const std::string& from, const std::string& to);

}  // namespace crmdav
