#pragma once
#include <chrono>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/engine/postgresql_wire.h"
#include "store/engine/session.h"

namespace crmdav::postgresql {

/// A statement as the server keeps it: of one SQL with one list of types.
struct Plan {
    std::string name, sql;
    std::vector<Oid> types;
    unsigned session = 0;  ///< the connection that knows it; 0: none yet
};

/// A session of ours with a PostgreSQL server, which outlives its connections.
class PgSession final : public Session {
public:
    PgSession(std::string url, bool writer, std::chrono::milliseconds wait, Waits& waits);

    std::unique_ptr<Statement> prepare(std::string_view sql, Wanted wanted) override;
    void script(std::string_view statements) override;
    std::int64_t newKey(Statement& inserted) override;
    void begin(bool toWrite) override;
    void commit() override;
    void rollback() override;
    bool inTransaction() const noexcept override { return in_; }

    Plan& planOf(const std::string& sql, const std::vector<Oid>& types);
    Result execute(Plan& plan, Values& values);
    Result once(const std::string& sql, Values& values);  ///< without keeping it
    std::string newCursor() { return "c" + std::to_string(++cursors_); }

private:
    using Clock = std::chrono::steady_clock;

    template <class Ask>
    Result perform(std::string_view doing, const Ask& ask, std::string_view expected = "none");
    Result takeResult();
    template <class Ask>
    Result beginIfDue(const Ask& ask);
    Result beginWith(const Plan& plan, Values& values);
    void connect(Clock::time_point deadline);
    bool settle(PGconn* link) const;
    void takeTurn();
    void makeGate();

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

}  // namespace crmdav::postgresql
