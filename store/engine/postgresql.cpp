#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/engine/session.h"

namespace crmdav {

namespace {

using Clock = std::chrono::steady_clock;

struct Finish {
    void operator()(PGconn* link) const { PQfinish(link); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using Link = std::unique_ptr<PGconn, Finish>;
using Result = std::unique_ptr<PGresult, Finish>;

// Object identifiers of types, as the server's catalogue numbers them for ever (pg_type.dat).
enum Type : Oid { anything = 0, boolean = 16, bytea = 17, int8 = 20, int2 = 21, int4 = 23, text = 25, float8 = 701 };

std::string_view stateOf(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state ? state : "";
}

/// @throws what the SQLSTATE means to a verb
[[noreturn]] void fail(const PGresult* result, PGconn* link, std::string_view doing) {
    const std::string_view state = stateOf(result);
    const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    std::string said = std::string(doing) + ": " + (primary ? primary : PQerrorMessage(link));
    while (said.ends_with('\n')) said.pop_back();
    if (!state.empty()) said.append(" (").append(state).append(")");
    if (state == "40001" || state == "40P01") throw TryAgain(said);  // serialization failure, deadlock
    if (state == "22021") throw std::invalid_argument("text that isn't UTF-8");
    const bool busy = state == "55P03" || state == "57014" || state.starts_with("53");  // lock, time, resources
    if (busy) throw StoreBusy(said);
    throw StoreError(said);
}

/// An error without a state is libpq's own: it couldn't send, while what the server said before it went is still
/// unread, and so takes the connection for a good one.
bool isLost(const PGresult* result, PGconn* link) {
    const std::string_view state = stateOf(result);
    return PQstatus(link) != CONNECTION_OK || state.empty() || state.starts_with("08") || state.starts_with("57P") ||
           state == "25P03";
}

bool isFine(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
}

template <class Number>
void putBigEndian(Number value, char* to) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    for (std::size_t i = 0; i < 8; ++i) to[i] = static_cast<char>(bits >> (56 - 8 * i));
}

std::int64_t getBigEndian(const char* from, int size) {
    std::uint64_t bits = size > 0 && (static_cast<unsigned char>(*from) & 0x80U) ? ~0ULL : 0;
    for (int i = 0; i < size; ++i) bits = bits << 8 | static_cast<unsigned char>(from[i]);
    return static_cast<std::int64_t>(bits);
}

/// The values of a statement's placeholders, as the wire has them.
class Values {
public:
    void clear() {
        types.clear();
        pointers_.clear();
        lengths_.clear();
    }
    void null(int at, Oid type) { put(at, type, nullptr, 0); }
    void view(int at, Oid type, std::string_view bytes) {
        put(at, type, bytes.data() ? bytes.data() : "", bytes.size());
    }
    template <class Number>
    void number(int at, Oid type, Number value) {
        if (static_cast<std::size_t>(at) > numbers_.size()) numbers_.resize(static_cast<std::size_t>(at) + 7);
        put(at, type, nullptr, 8);
        putBigEndian(value, numbers_[static_cast<std::size_t>(at) - 1].data());
    }
    int count() const { return static_cast<int>(types.size()); }
    const char* const* pointers() {
        for (std::size_t i = 0; i < types.size(); ++i)
            if (isNumber(i)) pointers_[i] = numbers_[i].data();
        return pointers_.data();
    }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() {
        if (formats_.size() < types.size()) formats_.resize(types.size() + 8, 1);
        return formats_.data();
    }

    std::vector<Oid> types;

private:
    bool isNumber(std::size_t i) const { return !pointers_[i] && lengths_[i] == 8; }
    void put(int at, Oid type, const char* bytes, std::size_t size) {
        const auto place = static_cast<std::size_t>(at);
        if (types.size() < place) {
            types.resize(place, anything);
            pointers_.resize(place, nullptr);
            lengths_.resize(place, 0);
        }
        types[place - 1] = type;
        pointers_[place - 1] = bytes;
        lengths_[place - 1] = static_cast<int>(size);
    }

    std::vector<const char*> pointers_;
    std::vector<int> lengths_, formats_;
    std::vector<std::array<char, 8>> numbers_;
};

/// A statement as the server keeps it: of one SQL with one list of types.
struct Plan {
    std::string name, sql;
    std::vector<Oid> types;
    unsigned session = 0;  ///< the connection that knows it; 0: none yet
};

class PgSession final : public Session {
public:
    PgSession(std::string url, bool writer, std::chrono::milliseconds wait, Waits& waits)
        : url_(std::move(url)), writer_(writer), wait_(wait), waits_(waits) {
        connect(Clock::now() + wait_);
    }

    std::unique_ptr<Statement> prepare(std::string_view sql, Wanted wanted) override;

    void script(std::string_view statements) override {
        const std::string spelt = dialect::spell(Engine::postgresql, statements);
        perform(statements, [&] { return beginIfDue([&] { return Result(PQexec(link_.get(), spelt.c_str())); }); });
    }

    std::int64_t newKey(Statement& inserted) override { return inserted.next() ? inserted.int64(0) : 0; }

    void begin(bool toWrite) override {
        toWrite_ = toWrite;
        used_ = false;
        if (toWrite) takeTurn();
        in_ = true;
        due_ = !toWrite;  // goes with the first statement
    }

    void commit() override {
        in_ = false;
        if (std::exchange(due_, false)) return;
        if (!toWrite_) {  // nobody has to wait for the answer
            if (link_ && PQsendQuery(link_.get(), "COMMIT") == 1)
                owed_ = true;
            else
                link_.reset();
            return;
        }
        const Result result(PQexec(link_.get(), "COMMIT"));
        if (isFine(result.get())) {
            if (std::string_view(PQcmdStatus(result.get())) != "COMMIT")
                throw StoreError("the transaction had failed before");
            return;
        }
        if (!isLost(result.get(), link_.get())) fail(result.get(), link_.get(), "COMMIT");
        link_.reset();
        throw StoreBusy("the connection was lost while storing: it may be stored or not");
    }

    void rollback() override {
        in_ = due_ = false;
        if (!link_) return;
        const Result result(PQexec(link_.get(), "ROLLBACK"));
        if (!isFine(result.get())) link_.reset();
    }

    bool inTransaction() const noexcept override { return in_; }

    Plan& planOf(const std::string& sql, const std::vector<Oid>& types) {
        std::string key = sql;
        for (const Oid type : types) key.append(",").append(std::to_string(type));
        Plan& plan = plans_[key];
        if (plan.name.empty()) {
            plan.name = "s" + std::to_string(plans_.size());
            plan.sql = sql;
            plan.types = types;
        }
        return plan;
    }

    Result execute(Plan& plan, Values& values) {
        return perform(plan.sql, [&] {
            if (plan.session != connections_) {
                Result made(
                    PQprepare(link_.get(), plan.name.c_str(), plan.sql.c_str(), values.count(), plan.types.data()));
                if (!isFine(made.get())) return made;
                plan.session = connections_;
            }
            if (due_) return beginWith(plan, values);
            return Result(PQexecPrepared(link_.get(), plan.name.c_str(), values.count(), values.pointers(),
                                         values.lengths(), values.formats(), 1));
        });
    }

    /// Without keeping it.
    Result once(const std::string& sql, Values& values) {
        return perform(sql, [&] {
            return beginIfDue([&] {
                return Result(PQexecParams(link_.get(), sql.c_str(), values.count(), values.types.data(),
                                           values.pointers(), values.lengths(), values.formats(), 1));
            });
        });
    }

    std::string newCursor() { return "c" + std::to_string(++cursors_); }

private:
    static constexpr auto beginToRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    /// Runs what asks the server something. A connection that turns out to be lost is made anew and asked again where
    /// nothing can have been done on the old one: outside of transactions – only readers are there –, and at the first
    /// statement of a reading one.
    /// @throws what the answer means; not for the one failure that is `expected`
    template <class Ask>
    Result perform(std::string_view doing, const Ask& ask, std::string_view expected = "none") {
        const auto deadline = Clock::now() + wait_;
        for (;;) {
            if (link_) {
                if (std::exchange(owed_, false)) takeResult();
                Result result = ask();
                if (isFine(result.get())) {
                    used_ = true;
                    return result;
                }
                if (!isLost(result.get(), link_.get())) {
                    if (stateOf(result.get()) == expected) return result;
                    fail(result.get(), link_.get(), doing.substr(0, 120));
                }
                link_.reset();
            }
            owed_ = false;
            if (in_ && (toWrite_ || used_)) throw TryAgain("the connection to the database was lost");
            ++waits_.reconnects;
            connect(deadline);
            due_ = in_;
        }
    }

    /// The first result that is due, without what may follow it.
    Result takeResult() {
        Result first(PQgetResult(link_.get()));
        while (first && Result(PQgetResult(link_.get()))) continue;
        return first;
    }

    template <class Ask>
    Result beginIfDue(const Ask& ask) {
        if (due_) {
            Result begun(PQexec(link_.get(), beginToRead));
            if (!isFine(begun.get())) return begun;
            due_ = false;
        }
        return ask();
    }

    /// The same in one flight.
    Result beginWith(const Plan& plan, Values& values) {
        PGconn* link = link_.get();
        PQenterPipelineMode(link);
        PQsendQueryParams(link, beginToRead, 0, nullptr, nullptr, nullptr, nullptr, 0);
        PQsendQueryPrepared(link, plan.name.c_str(), values.count(), values.pointers(), values.lengths(),
                            values.formats(), 1);
        PQpipelineSync(link);
        Result begun = takeResult(), result = takeResult();
        takeResult();  // the end of the flight
        PQexitPipelineMode(link);
        if (!isFine(begun.get())) return begun;
        due_ = false;
        return result;
    }

    void connect(Clock::time_point deadline) {
        const std::string seconds = std::to_string(std::clamp<std::int64_t>(wait_.count() / 1000, 2, 10));
        const char* const names[] = {"dbname", "fallback_application_name", "connect_timeout", "client_encoding",
                                     nullptr};
        const char* const values[] = {url_.c_str(), "crmdav", seconds.c_str(), "UTF8", nullptr};
        for (auto pause = std::chrono::milliseconds(10);; pause = std::min(2 * pause, std::chrono::milliseconds(250))) {
            Link fresh(PQconnectdbParams(names, values, 1));
            if (fresh && PQstatus(fresh.get()) == CONNECTION_OK && settle(fresh.get())) {
                link_ = std::move(fresh);
                ++connections_;
                return;
            }
            if (Clock::now() + pause >= deadline) {
                std::string said = fresh ? PQerrorMessage(fresh.get()) : "no memory";
                while (said.ends_with('\n')) said.pop_back();
                throw StoreBusy("no connection to the database: " + said);
            }
            std::this_thread::sleep_for(pause);
        }
    }

    /// What a session of ours expects. A process that hangs, or whose machine is gone, keeps the gate for half a
    /// minute; who reads may have a slow client.
    bool settle(PGconn* link) const {
        const std::string wanted =
            "SET client_min_messages=warning; SET max_parallel_workers_per_gather=0; SET "
            "standard_conforming_strings=on; SET bytea_output=hex;"
            "SET idle_in_transaction_session_timeout='" +
            std::string(writer_ ? "30s" : "10min") +
            "'; SET tcp_keepalives_idle=10; SET tcp_keepalives_interval=5;"
            "SET tcp_keepalives_count=3; SET lock_timeout=" +
            std::to_string(wait_.count());
        return isFine(Result(PQexec(link, wanted.c_str())).get());
    }

    /// One row that whoever writes has locked: with it, statements see all that was committed by those before.
    void takeTurn() {
        constexpr auto turn = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT 1 FROM gate FOR UPDATE";
        constexpr std::string_view noSuchTable = "42P01";
        const auto take = [&] {
            Result result(PQexec(link_.get(), turn));
            if (PQntuples(result.get()) != 1 && PQstatus(link_.get()) == CONNECTION_OK)
                Result(PQexec(link_.get(), "ROLLBACK"));
            return result;
        };
        while (PQntuples(perform("waiting for the turn to write", take, noSuchTable).get()) != 1) makeGate();
    }

    /// In a new database. Several processes may try at once: whoever comes second finds it there, or is told so.
    void makeGate() {
        const Result result(PQexec(link_.get(),
                                   "CREATE TABLE IF NOT EXISTS gate(id BIGINT PRIMARY KEY);"
                                   "INSERT INTO gate(id) VALUES(1) ON CONFLICT DO NOTHING"));
        const std::string_view state = stateOf(result.get());
        if (!isFine(result.get()) && state != "23505" && state != "42P07")
            fail(result.get(), link_.get(), "a new store");
    }

    const std::string url_;
    const bool writer_;
    const std::chrono::milliseconds wait_;
    Waits& waits_;
    Link link_;
    unsigned connections_ = 0;  ///< made so far: plans belong to one of them
    bool in_ = false, toWrite_ = false, used_ = false;
    bool due_ = false;   ///< the reading transaction hasn't been begun yet
    bool owed_ = false;  ///< the answer to the last COMMIT hasn't been read yet
    std::unordered_map<std::string, Plan> plans_;
    std::uint64_t cursors_ = 0;
};

class PgStatement final : public Statement {
public:
    PgStatement(PgSession& session, std::string sql, bool many)
        : session_(session), sql_(std::move(sql)), many_(many) {}
    ~PgStatement() override { closeCursor(); }

    void bindNull(int at, ValueKind kind) override { values_.null(at, typeOf(kind)); }
    void bindInt(int at, std::int64_t value) override { values_.number(at, int8, value); }
    void bindReal(int at, double value) override { values_.number(at, float8, value); }
    void bindText(int at, std::string_view bytes, bool) override { values_.view(at, Type::text, bytes); }
    void bindBlob(int at, std::string_view bytes, bool) override { values_.view(at, bytea, bytes); }

    void start() override {
        row_ = -1;
        if (many_ && session_.inTransaction()) return openCursor();
        if (!plan_ || plan_->types != values_.types) plan_ = &session_.planOf(sql_, values_.types);
        take(session_.execute(*plan_, values_));
    }
    bool next() override {
        if (++row_ < rows_) return true;
        return !cursor_.empty() && rows_ > 0 && fetch();
    }
    std::int64_t run() override {
        start();
        std::int64_t changed = 0;
        const std::string_view said = PQcmdTuples(result_.get());
        std::from_chars(said.data(), said.data() + said.size(), changed);
        return changed;
    }
    std::size_t reset() noexcept override {
        closeCursor();
        const std::size_t read = static_cast<std::size_t>(std::max(rows_, 0));
        result_.reset();
        rows_ = 0;
        values_.clear();
        return read;
    }

    std::string_view text(int column) const override {
        switch (PQftype(result_.get(), column)) {
            case boolean:
            case int2:
            case int4:
            case int8: return shown(column);
            default: return raw(column);
        }
    }
    std::string_view blob(int column) const override { return raw(column); }
    std::int64_t int64(int column) const override {
        const std::string_view bytes = raw(column);
        switch (PQftype(result_.get(), column)) {
            case boolean: return !bytes.empty() && bytes[0] != 0;
            case int2:
            case int4:
            case int8: return getBigEndian(bytes.data(), static_cast<int>(bytes.size()));
            case float8: return static_cast<std::int64_t>(real(column));
            default: break;
        }
        if (!bytes.empty())
            throw StoreError("column " + std::to_string(column) + " is no number: " + sql_.substr(0, 80));
        return 0;
    }
    double real(int column) const override {
        if (PQftype(result_.get(), column) != float8) return static_cast<double>(int64(column));
        const std::string_view bytes = raw(column);
        const std::int64_t bits = getBigEndian(bytes.data(), static_cast<int>(bytes.size()));
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }
    bool isNull(int column) const override { return PQgetisnull(result_.get(), row_, column) != 0; }
    int columns() const override { return PQnfields(result_.get()); }
    std::string_view name(int column) const override { return PQfname(result_.get(), column); }
    ValueKind kind(int column) const override {
        switch (PQftype(result_.get(), column)) {
            case boolean:
            case int2:
            case int4:
            case int8: return ValueKind::integer;
            case float8: return ValueKind::real;
            case bytea: return ValueKind::blob;
            default: return ValueKind::text;
        }
    }

private:
    static constexpr int atOnce = 500;

    static Oid typeOf(ValueKind kind) {
        switch (kind) {
            case ValueKind::integer: return int8;
            case ValueKind::real: return float8;
            case ValueKind::text: return Type::text;
            case ValueKind::blob: return bytea;
            case ValueKind::unknown: break;
        }
        return anything;
    }
    std::string_view raw(int column) const {
        return {PQgetvalue(result_.get(), row_, column),
                static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
    }
    /// A number that is read as text.
    std::string_view shown(int column) const {
        if (isNull(column)) return {};
        const auto place = static_cast<std::size_t>(column);
        if (shown_.size() <= place) shown_.resize(place + 1);
        auto& digits = shown_[place];
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), int64(column)).ptr;
        return {digits.data(), static_cast<std::size_t>(end - digits.data())};
    }
    void take(Result result) {
        result_ = std::move(result);
        rows_ = PQntuples(result_.get());
    }

    void openCursor() {
        const std::string name = session_.newCursor();
        session_.once("DECLARE " + name + " BINARY CURSOR FOR " + sql_, values_);
        cursor_ = name;
        rows_ = 0;
        fetch();
        row_ = -1;
    }
    /// @returns false: that was all
    bool fetch() {
        Values none;
        take(session_.once("FETCH " + std::to_string(atOnce) + " FROM " + cursor_, none));
        row_ = 0;
        return rows_ > 0;
    }
    void closeCursor() noexcept {
        if (cursor_.empty()) return;
        try {
            Values none;
            if (session_.inTransaction()) session_.once("CLOSE " + cursor_, none);
        } catch (const std::exception&) {
            // It ends with its transaction, which has failed already.
        }
        cursor_.clear();
    }

    PgSession& session_;
    const std::string sql_;
    const bool many_;
    Plan* plan_ = nullptr;
    Values values_;
    Result result_;
    int row_ = -1, rows_ = 0;
    std::string cursor_;
    mutable std::vector<std::array<char, 24>> shown_;
};

std::unique_ptr<Statement> PgSession::prepare(std::string_view sql, Wanted wanted) {
    std::string spelt = dialect::spell(Engine::postgresql, sql);
    if (wanted == Wanted::newKey) spelt.append(" RETURNING id");
    return std::make_unique<PgStatement>(*this, std::move(spelt), wanted == Wanted::manyRows);
}

}  // namespace

std::unique_ptr<Session> openPostgresql(const std::string& url, bool writer, std::chrono::milliseconds wait,
                                        Waits& waits) {
    return std::make_unique<PgSession>(url, writer, wait, waits);
}

}  // namespace crmdav
