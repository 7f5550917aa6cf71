#include <algorithm>
#include <charconv>

#include "store/engine/dialect.h"
#include "store/engine/postgresql_session.h"

namespace crmdav {

namespace postgresql {

namespace {

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

}  // namespace

std::unique_ptr<Statement> PgSession::prepare(std::string_view sql, Wanted wanted) {
    std::string spelt = dialect::spell(Engine::postgresql, sql);
    if (wanted == Wanted::newKey) spelt.append(" RETURNING id");
    return std::make_unique<PgStatement>(*this, std::move(spelt), wanted == Wanted::manyRows);
}

}  // namespace postgresql

std::unique_ptr<Session> openPostgresql(const std::string& url, bool writer, std::chrono::milliseconds wait,
                                        Waits& waits) {
    return std::make_unique<postgresql::PgSession>(url, writer, wait, waits);
}

}  // namespace crmdav
