#include "store/engine/postgresql_session.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "store/engine/database.h"
#include "store/engine/dialect.h"

namespace crmdav::postgresql {

namespace {

constexpr auto beginToRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

}  // namespace

PgSession::PgSession(std::string url, bool writer, std::chrono::milliseconds wait, Waits& waits)
    : url_(std::move(url)), writer_(writer), wait_(wait), waits_(waits) {
    connect(Clock::now() + wait_);
}

// ---------------------------------------------------------------- what is asked

/// Runs what asks the server something. A connection that turns out to be lost is made anew and asked again where
/// nothing can have been done on the old one: outside of transactions – only readers are there –, and at the first
/// statement of a reading one.
/// @throws what the answer means; not for the one failure that is `expected`
template <class Ask>
Result PgSession::perform(std::string_view doing, const Ask& ask, std::string_view expected) {
    constexpr int most = 5;
    const auto deadline = Clock::now() + wait_;
    for (int lost = 0;; ++lost) {
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
        if (lost == most) throw StoreBusy("the connection to the database is lost again and again");
        ++waits_.reconnects;
        connect(deadline);
        due_ = in_;
    }
}

/// The first result that is due, without what may follow it.
Result PgSession::takeResult() {
    Result first(PQgetResult(link_.get()));
    while (first && Result(PQgetResult(link_.get()))) continue;
    return first;
}

template <class Ask>
Result PgSession::beginIfDue(const Ask& ask) {
    if (due_) {
        Result begun(PQexec(link_.get(), beginToRead));
        if (!isFine(begun.get())) return begun;
        due_ = false;
    }
    return ask();
}

/// The same in one flight.
Result PgSession::beginWith(const Plan& plan, Values& values) {
    PGconn* link = link_.get();
    PQenterPipelineMode(link);
    PQsendQueryParams(link, beginToRead, 0, nullptr, nullptr, nullptr, nullptr, 0);
    PQsendQueryPrepared(link, plan.name.c_str(), values.count(), values.pointers(), values.lengths(), values.formats(),
                        1);
    PQpipelineSync(link);
    Result begun = takeResult(), result = takeResult();
    takeResult();  // the end of the flight
    PQexitPipelineMode(link);
    if (!isFine(begun.get())) return begun;
    due_ = false;
    return result;
}

void PgSession::script(std::string_view statements) {
    const std::string spelt = dialect::spell(Engine::postgresql, statements);
    perform(statements, [&] { return beginIfDue([&] { return Result(PQexec(link_.get(), spelt.c_str())); }); });
}

std::int64_t PgSession::newKey(Statement& inserted) { return inserted.next() ? inserted.int64(0) : 0; }

Plan& PgSession::planOf(const std::string& sql, const std::vector<Oid>& types) {
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

Result PgSession::execute(Plan& plan, Values& values) {
    return perform(plan.sql, [&] {
        if (plan.session != connections_) {
            Result made(PQprepare(link_.get(), plan.name.c_str(), plan.sql.c_str(), values.count(), plan.types.data()));
            if (!isFine(made.get())) return made;
            plan.session = connections_;
        }
        if (due_) return beginWith(plan, values);
        return Result(PQexecPrepared(link_.get(), plan.name.c_str(), values.count(), values.pointers(),
                                     values.lengths(), values.formats(), 1));
    });
}

Result PgSession::once(const std::string& sql, Values& values) {
    return perform(sql, [&] {
        return beginIfDue([&] {
            return Result(PQexecParams(link_.get(), sql.c_str(), values.count(), values.types.data(), values.pointers(),
                                       values.lengths(), values.formats(), 1));
        });
    });
}

// ---------------------------------------------------------------- transactions

void PgSession::begin(bool toWrite) {
    toWrite_ = toWrite;
    used_ = false;
    if (toWrite) takeTurn();
    in_ = true;
    due_ = !toWrite;  // goes with the first statement
}

void PgSession::commit() {
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

void PgSession::rollback() {
    in_ = due_ = false;
    if (!link_) return;
    const Result result(PQexec(link_.get(), "ROLLBACK"));
    if (!isFine(result.get())) link_.reset();
}

/// One row that whoever writes has locked: with it, statements see all that was committed by those before.
void PgSession::takeTurn() {
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
void PgSession::makeGate() {
    const Result result(PQexec(link_.get(),
                               "CREATE TABLE IF NOT EXISTS gate(id BIGINT PRIMARY KEY);"
                               "INSERT INTO gate(id) VALUES(1) ON CONFLICT DO NOTHING"));
    const std::string_view state = stateOf(result.get());
    if (!isFine(result.get()) && state != "23505" && state != "42P07") fail(result.get(), link_.get(), "a new store");
}

// ---------------------------------------------------------------- connections

void PgSession::connect(Clock::time_point deadline) {
    const std::string seconds = std::to_string(std::clamp<std::int64_t>(wait_.count() / 1000, 2, 10));
    const char* const names[] = {"dbname", "fallback_application_name", "connect_timeout", "client_encoding", nullptr};
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

/// What a session of ours expects. Statements are made to be planned once, as SQLite does; left to itself, PostgreSQL
/// plans a delta anew each time, which costs more than the delta. A process that hangs, or whose machine is gone, keeps
/// the gate for half a minute; who reads may have a slow client.
bool PgSession::settle(PGconn* link) const {
    const std::string wanted =
        "SET client_min_messages=warning; SET max_parallel_workers_per_gather=0; SET "
        "plan_cache_mode=force_generic_plan; SET "
        "standard_conforming_strings=on; SET bytea_output=hex;"
        "SET idle_in_transaction_session_timeout='" +
        std::string(writer_ ? "30s" : "10min") +
        "'; SET tcp_keepalives_idle=10; SET tcp_keepalives_interval=5;"
        "SET tcp_keepalives_count=3; SET lock_timeout=" +
        std::to_string(wait_.count());
    return isFine(Result(PQexec(link, wanted.c_str())).get());
}

}  // namespace crmdav::postgresql
