#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "store/model.h"

struct sqlite3;
struct sqlite3_stmt;

/// The one way to the database: a writer with a queue, a pool of readers, statements that are prepared once and kept.
/// Poco::Data opens and owns the sessions; the SQL runs on their native handles (streamed rows, no copies).
namespace crmdav {

struct StoreOptions;
class Database;
class Connection;

/// SQL in the common dialect (dialect.h): `?` placeholders in order. A literal, whose address is its identity; text
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

/// A statement of a connection; its own business.
struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool busy = false;  ///< rows are being read
    bool kept = true;   ///< false: a second one of the same SQL, while the kept one is busy
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
    std::string_view text(int column) const;
    std::string string(int column) const { return std::string(text(column)); }
    std::string_view blob(int column) const;
    std::int64_t int64(int column) const;
    int integer(int column) const { return static_cast<int>(int64(column)); }
    bool boolean(int column) const { return int64(column) != 0; }
    double real(int column) const;
    bool isNull(int column) const;
    Instant instant(int column) const { return Instant(std::chrono::seconds(int64(column))); }
    std::optional<Instant> optionalInstant(int column) const {
        return isNull(column) ? std::nullopt : std::optional(instant(column));
    }
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
    Rows(Connection& db, Prepared* prepared) : db_(&db), prepared_(prepared) {}
    Connection* db_;
    Prepared* prepared_;
};

/// One session with the database. Belongs to one thread at a time, through Reading or Writing.
class Connection {
public:
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Runs a statement that answers no rows (or whose rows don't matter). @returns rows changed
    /// @throws StoreError, StoreBusy; std::invalid_argument for text with a NUL
    template <class... Args>
    std::int64_t exec(Sql sql, const Args&... args) {
        Prepared* prepared = prepare(sql);
        try {
            bindAll(prepared, false, args...);
        } catch (...) {
            release(prepared);
            throw;
        }
        return run(prepared);
    }
    /// Begins a query; arguments are copied, so temporaries are fine.
    template <class... Args>
    Rows query(Sql sql, const Args&... args) {
        Rows rows(*this, prepare(sql));
        bindAll(rows.prepared_, true, args...);
        return rows;
    }
    /// Several statements without arguments, one after the other: schema steps.
    void script(std::string_view statements);

    std::int64_t lastId() const;  ///< key of the row that was inserted last
    Instant now() const;          ///< the store's clock
    Database& database() const noexcept { return database_; }
    bool inTransaction() const noexcept;

private:
    friend class Database;
    friend class Rows;
    friend class Transaction;
    struct Session;  // Poco's
    Connection(Database& database, const std::string& file, bool writer);

    Prepared* prepare(Sql sql);
    std::int64_t run(Prepared* prepared);
    void release(Prepared* prepared) noexcept;

    template <class... Args>
    static void bindAll([[maybe_unused]] Prepared* p, [[maybe_unused]] bool copy, const Args&... args) {
        [[maybe_unused]] int at = 0;
        (bind(p, ++at, copy, args), ...);
    }
    template <class T>
    static void bind(Prepared* p, int at, bool copy, const T& value) {
        if constexpr (std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::nullptr_t>)
            bindNull(p, at);
        else if constexpr (std::is_same_v<T, Blob>)
            bindBlob(p, at, copy, value.bytes);
        else if constexpr (std::is_same_v<T, Instant>)
            bindInt(p, at, value.time_since_epoch().count());
        else if constexpr (std::is_enum_v<T>)
            bindInt(p, at, static_cast<std::int64_t>(value));
        else if constexpr (std::is_integral_v<T>)
            bindInt(p, at, static_cast<std::int64_t>(value));
        else if constexpr (std::is_floating_point_v<T>)
            bindReal(p, at, value);
        else
            bindText(p, at, copy, value);
    }
    template <class T>
    static void bind(Prepared* p, int at, bool copy, const std::optional<T>& value) {
        if (value)
            bind(p, at, copy, *value);
        else
            bindNull(p, at);
    }
    static void bindNull(Prepared*, int at);
    static void bindInt(Prepared*, int at, std::int64_t);
    static void bindReal(Prepared*, int at, double);
    static void bindText(Prepared*, int at, bool copy, std::string_view);
    static void bindBlob(Prepared*, int at, bool copy, std::string_view);

    Database& database_;
    std::unique_ptr<Session> session_;
    sqlite3* handle_ = nullptr;
    std::unordered_map<const char*, Prepared> kept_;
};

/// A connection for reading, for the scope of one verb. Verbs within each other (a visitor that asks the store again)
/// share one connection, and with it one snapshot; inside a Writing of the same thread they see what it wrote.
class Reading {
public:
    /// @param snapshot  hold one state of the database over several statements
    /// @throws StoreBusy  no connection within StoreOptions::wait
    explicit Reading(Database& database, bool snapshot = false);
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

/// Makes the readings of this thread see one state of the database on one connection, from the first of them until this
/// ends or the thread begins to write: several verbs then cost one look at the log file. Who means to write soon reads
/// on the writer's connection where it is free, and holds its lock: its cache is warm, each write empties a reader's.
class OneState {
public:
    explicit OneState(Database& database, bool toWrite);
    ~OneState();
    OneState(const OneState&) = delete;
    OneState& operator=(const OneState&) = delete;

private:
    Database& database_;
};

/// A writing transaction: BEGIN IMMEDIATE behind the writer's queue, durable when commit() returns, rolled back by the
/// destructor without it. Within another Writing of the same thread (Store::batch) it is a savepoint.
class Writing {
public:
    /// @throws StoreBusy  the write lock wasn't free within StoreOptions::wait
    explicit Writing(Database& database);
    ~Writing();
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    void commit();
    Connection& db() const noexcept { return *connection_; }
    operator Connection&() const noexcept { return *connection_; }

private:
    Database& database_;
    Connection* connection_;
    bool nested_ = false, done_ = false;
};

/// The database file with its connections. Thread safe; also beside other processes on the same file.
class Database {
public:
    /// Opens or creates the file; the schema is migrations.h's business. @throws StoreError
    explicit Database(const StoreOptions& options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Instant now() const;
    const StoreOptions& options() const noexcept;
    const std::string& file() const noexcept;
    /// Epoch of the tokens; renewed by a restore. Read once.
    const std::string& epoch() const noexcept { return epoch_; }
    void setEpoch(std::string epoch) { epoch_ = std::move(epoch); }

    /// Online copy of a consistent state into a new file. @throws StoreError
    void copyTo(const std::string& file);
    /// Folds the log into the file and leaves one plain file, for replacing it. Nobody may use the store meanwhile.
    /// @throws StoreError  another process has it open
    void fold();

    /// Statements begun by this thread, and steps of SQLite's machine they took (a measure of rows stepped over).
    static std::size_t statementsOfThread() noexcept;
    static std::size_t stepsOfThread() noexcept;

private:
    friend class Reading;
    friend class OneState;
    friend class Writing;
    struct Pool;
    std::unique_ptr<Pool> pool_;
    std::string epoch_;
};

}  // namespace crmdav
