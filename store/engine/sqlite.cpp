#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <sqlite3.h>

#include <filesystem>
#include <mutex>

#include "store/engine/dialect.h"
#include "store/engine/log_file.h"
#include "store/engine/session.h"

namespace crmdav {

namespace {

[[noreturn]] void fail(sqlite3* handle, int code, std::string_view doing) {
    const std::string text = std::string(doing) + ": " + (handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_FULL: throw StoreBusy(text);
        default: throw StoreError(text);
    }
}

class SqliteStatement final : public Statement {
public:
    SqliteStatement(sqlite3* handle, std::string_view sql) : handle_(handle) {
        const int code = sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                            &statement_, nullptr);
        if (code != SQLITE_OK) fail(handle, code, sql.substr(0, 200));
    }
    ~SqliteStatement() override { sqlite3_finalize(statement_); }

    void bindNull(int at, ValueKind) override { sqlite3_bind_null(statement_, at); }
    void bindInt(int at, std::int64_t value) override { sqlite3_bind_int64(statement_, at, value); }
    void bindReal(int at, double value) override { sqlite3_bind_double(statement_, at, value); }
    void bindText(int at, std::string_view text, bool copy) override {
        sqlite3_bind_text64(statement_, at, text.data() ? text.data() : "", text.size(),
                            copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
    }
    void bindBlob(int at, std::string_view bytes, bool copy) override {
        sqlite3_bind_blob64(statement_, at, bytes.data() ? bytes.data() : "", bytes.size(),
                            copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
    }

    void start() override {}
    bool next() override {
        const int code = sqlite3_step(statement_);
        if (code != SQLITE_ROW && code != SQLITE_DONE) failed(code);
        return code == SQLITE_ROW;
    }
    std::int64_t run() override {
        while (next()) continue;
        return sqlite3_changes64(handle_);
    }
    std::size_t reset() noexcept override {
        sqlite3_reset(statement_);
        if (kept) sqlite3_clear_bindings(statement_);
        return static_cast<std::size_t>(sqlite3_stmt_status(statement_, SQLITE_STMTSTATUS_VM_STEP, 1));
    }

    std::string_view text(int column) const override {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return {bytes ? bytes : "", size(column)};
    }
    std::string_view blob(int column) const override {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
        return {bytes ? bytes : "", size(column)};
    }
    std::int64_t int64(int column) const override { return sqlite3_column_int64(statement_, column); }
    double real(int column) const override { return sqlite3_column_double(statement_, column); }
    bool isNull(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    int columns() const override { return sqlite3_column_count(statement_); }
    std::string_view name(int column) const override { return sqlite3_column_name(statement_, column); }
    ValueKind kind(int column) const override {
        switch (sqlite3_stmt_busy(statement_) ? sqlite3_column_type(statement_, column) : SQLITE_NULL) {
            case SQLITE_INTEGER: return ValueKind::integer;
            case SQLITE_FLOAT: return ValueKind::real;
            case SQLITE_TEXT: return ValueKind::text;
            case SQLITE_BLOB: return ValueKind::blob;
            default: return ValueKind::unknown;
        }
    }

private:
    std::size_t size(int column) const { return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)); }
    [[noreturn]] void failed(int code) const {
        const std::string sql = sqlite3_sql(statement_);
        fail(handle_, code, std::string_view(sql).substr(0, 80));
    }

    sqlite3* handle_;
    sqlite3_stmt* statement_ = nullptr;
};

class SqliteSession final : public Session {
public:
    SqliteSession(const std::string& file, bool writer, std::chrono::milliseconds wait) : session_(open(file)) {
        handle_ = Poco::Data::SQLite::Utility::dbHandle(session_);
        sqlite3_extended_result_codes(handle_, 1);
        sqlite3_busy_timeout(handle_, static_cast<int>(wait.count()));
        script(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
            "PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF;");
        // Small caches: the operating system keeps the file's pages anyway, once for all connections.
        script(writer ? "PRAGMA cache_size=-2048; PRAGMA wal_autocheckpoint=1000;"
                      : "PRAGMA cache_size=-512; PRAGMA query_only=ON;");
        read_ = std::make_unique<SqliteStatement>(handle_, "BEGIN");
        write_ = std::make_unique<SqliteStatement>(handle_, "BEGIN IMMEDIATE");
        commit_ = std::make_unique<SqliteStatement>(handle_, "COMMIT");
    }

    std::unique_ptr<Statement> prepare(std::string_view sql, Wanted) override {
        if (sql.find('{') == std::string_view::npos) return std::make_unique<SqliteStatement>(handle_, sql);
        return std::make_unique<SqliteStatement>(handle_, dialect::spell(Engine::sqlite, sql));
    }
    void script(std::string_view statements) override {
        const std::string spelt = dialect::spell(Engine::sqlite, statements);
        const int code = sqlite3_exec(handle_, spelt.c_str(), nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) fail(handle_, code, statements.substr(0, 200));
    }
    std::int64_t newKey(Statement&) override { return sqlite3_last_insert_rowid(handle_); }

    void begin(bool toWrite) override { run(toWrite ? *write_ : *read_); }
    void commit() override { run(*commit_); }
    void rollback() override { script("ROLLBACK"); }
    bool inTransaction() const noexcept override { return sqlite3_get_autocommit(handle_) == 0; }

private:
    static Poco::Data::Session open(const std::string& file) {
        static std::once_flag once;
        std::call_once(once, [] {
            sqlite3_config(SQLITE_CONFIG_MULTITHREAD);   // a connection is used by one thread at a time
            sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);  // its counter is a lock that all connections would share
            gatherLogWrites();
            Poco::Data::SQLite::Connector::registerConnector();
        });
        const std::filesystem::path folder = std::filesystem::path(file).parent_path();
        std::error_code error;
        if (!folder.empty()) std::filesystem::create_directories(folder, error);
        if (error) throw StoreError(folder.string() + ": " + error.message());
        try {
            return Poco::Data::Session("SQLite", file);
        } catch (const Poco::Exception& failure) {
            throw StoreError(file + ": " + failure.displayText());
        }
    }
    static void run(SqliteStatement& statement) {
        struct Reset {
            ~Reset() { statement.reset(); }
            SqliteStatement& statement;
        } const reset{statement};
        statement.run();
    }

    Poco::Data::Session session_;
    sqlite3* handle_ = nullptr;
    std::unique_ptr<SqliteStatement> read_, write_, commit_;
};

}  // namespace

std::unique_ptr<Session> openSqlite(const std::string& file, bool writer, std::chrono::milliseconds wait) {
    return std::make_unique<SqliteSession>(file, writer, wait);
}

}  // namespace crmdav
