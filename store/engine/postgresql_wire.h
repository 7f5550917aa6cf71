#pragma once
#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

/// What libpq hands over and wants: results with their errors, and values as the wire has them.
namespace crmdav::postgresql {

struct Finish {
    void operator()(PGconn* link) const { PQfinish(link); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using Link = std::unique_ptr<PGconn, Finish>;
using Result = std::unique_ptr<PGresult, Finish>;

// Object identifiers of types, as the server's catalogue numbers them for ever (pg_type.dat).
enum Type : Oid { anything = 0, boolean = 16, bytea = 17, int8 = 20, int2 = 21, int4 = 23, text = 25, float8 = 701 };

/// SQLSTATE of a failure; empty: none, or one of libpq's own.
std::string_view stateOf(const PGresult* result);
bool isFine(const PGresult* result);
/// Whether the connection, and what was begun on it, is gone.
bool isLost(const PGresult* result, PGconn* link);
/// @throws what a failure means to a verb
[[noreturn]] void fail(const PGresult* result, PGconn* link, std::string_view doing);

std::int64_t getBigEndian(const char* from, int size);

template <class Number>
void putBigEndian(Number value, char* to) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    for (std::size_t i = 0; i < 8; ++i) to[i] = static_cast<char>(bits >> (56 - 8 * i));
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

}  // namespace crmdav::postgresql
