#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "store/store.h"

/// What an engine is to the rest of the store: sqlite.cpp and postgresql.cpp. A session belongs to one thread at a
/// time.
namespace crmdav {

struct Waits;

/// The engine took the transaction back for reasons of its own – a deadlock, a lost connection –: it may be run again.
struct TryAgain : StoreBusy {
    using StoreBusy::StoreBusy;
};

enum class ValueKind { unknown, integer, real, text, blob };

/// A statement that is prepared once: bound, run, read and reset, again and again. Columns count from 0, placeholders
/// from 1. Views of columns are valid until the next row; those of bound values are only read before start() or run()
/// return, but for `copy`, which asks to keep them until reset().
class Statement {
public:
    Statement() = default;
    virtual ~Statement() = default;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    virtual void bindNull(int at, ValueKind kind) = 0;
    virtual void bindInt(int at, std::int64_t value) = 0;
    virtual void bindReal(int at, double value) = 0;
    virtual void bindText(int at, std::string_view text, bool copy) = 0;
    virtual void bindBlob(int at, std::string_view bytes, bool copy) = 0;

    virtual void start() = 0;        ///< everything is bound: rows may be read. @throws as next()
    virtual bool next() = 0;         ///< @throws StoreError, StoreBusy, TryAgain
    virtual std::int64_t run() = 0;  ///< to its end. @returns rows changed
    /// Ready for the next use. @returns steps it took, as far as the engine counts them
    virtual std::size_t reset() noexcept = 0;

    virtual std::string_view text(int column) const = 0;
    virtual std::string_view blob(int column) const = 0;
    virtual std::int64_t int64(int column) const = 0;
    virtual double real(int column) const = 0;
    virtual bool isNull(int column) const = 0;
    virtual int columns() const = 0;  ///< from start() on, as the next two
    virtual std::string_view name(int column) const = 0;
    /// Of the value; before the first row, and of a NULL, of the column, as far as the engine knows.
    virtual ValueKind kind(int column) const = 0;

    bool busy = false;  ///< rows are being read
    bool kept = true;   ///< false: a second one of the same SQL, while the kept one is busy
};

/// What is wanted of a statement.
enum class Wanted {
    rows,
    manyRows,  ///< however many there are, memory stays bounded; inside a transaction only
    newKey,    ///< it inserts one row, whose `id` is asked for
};

class Session {
public:
    Session() = default;
    virtual ~Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// @param sql  in the common dialect: `?`, words in braces (dialect.h)
    virtual std::unique_ptr<Statement> prepare(std::string_view sql, Wanted wanted) = 0;
    /// Several statements without arguments.
    virtual void script(std::string_view statements) = 0;
    virtual std::int64_t newKey(Statement& inserted) = 0;  ///< after run() of a statement prepared for Wanted::newKey

    /// Begins to see one state and nothing else, or to write: then nobody else writes until the end.
    /// @throws StoreBusy  the lock isn't free in time
    virtual void begin(bool toWrite) = 0;
    virtual void commit() = 0;  ///< durable when it returns
    virtual void rollback() = 0;
    virtual bool inTransaction() const noexcept = 0;
};

/// @param writer  for the one connection that writes
std::unique_ptr<Session> openSqlite(const std::string& file, bool writer, std::chrono::milliseconds wait);
/// Connects at the first use; heals by itself between transactions.
/// @param wait  for a server that isn't there, and for locks
std::unique_ptr<Session> openPostgresql(const std::string& url, bool writer, std::chrono::milliseconds wait,
                                        Waits& waits);

}  // namespace crmdav
