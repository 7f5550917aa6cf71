#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/engine/database.h"
#include "store/history.h"
#include "store/model.h"
#include "store/store.h"

/// What the tables of records have in common.
namespace crmdav {

class Connection;
class Rows;

/// Place of a change in the order of its table: (updated, revision) rises with every change, whatever the clock does.
struct Revision {
    Instant updated{};
    std::int64_t number = 0;
    std::string version() const { return std::to_string(number); }
};
/// The next one. Only inside the writing transaction.
Revision nextRevision(Connection&, RecordKind);

/// A cursor of a list: updated and revision of the last record handed out, or its name and row. Its text begins with a
/// minus sign where the newest change comes first, with an n where it goes by names, and is that alone at the start.
struct Cursor {
    enum class Order { oldest, newest, name };
    Order order = Order::oldest;
    std::int64_t updated = 0, revision = 0;
    std::string name{};  ///< sortName()
    std::int64_t row = 0;

    bool newestFirst() const { return order == Order::newest; }
    /// The least `updated` that can still come.
    std::int64_t since(const std::optional<Instant>& asked) const {
        const std::int64_t from = asked ? asked->time_since_epoch().count() : 0;
        return order == Order::oldest ? std::max(from, updated) : from;
    }
    /// The values of BEYOND.
    template <class Find>
    void beyond(Find find) const {
        order == Order::name ? find(name, row) : find(updated, revision);
    }
};
/// @param named  the list can go by names. @throws InvalidField  not a cursor of ours, or not of this list
Cursor cursorOf(const std::string& text, bool named);
std::string cursorText(const Cursor&, const RecordHead&, std::int64_t row, std::string_view name);

/// A list in its orders, made of one text with what lies beyond a cursor, and the order.
struct InOrder {
    Sql oldest, newest, name = "";
    const Sql& by(const Cursor& cursor) const {
        return cursor.order == Cursor::Order::name ? name : cursor.newestFirst() ? newest : oldest;
    }
};
/// @param t  of the records' table
#define BEYOND(t, beyond) t ".updated>=? AND (" t ".updated, " t ".revision)" beyond "(?, ?) "
#define ORDERED(t, direction) " ORDER BY " t ".updated" direction ", " t ".revision" direction " LIMIT ?"
// By the index of names, never by that of changes.
#define BEYOND_NAME(t) "+" t ".updated>=? AND (" t ".sort_name, " t ".id)>(?, ?) "
#define ORDERED_BY_NAME(t) " ORDER BY " t ".sort_name, " t ".id LIMIT ?"
#define IN_BOTH_ORDERS(t, list) \
    InOrder { list(BEYOND(t, ">"), ORDERED(t, "")), list(BEYOND(t, "<"), ORDERED(t, " DESC")) }
#define IN_ALL_ORDERS(t, list)                                                           \
    InOrder {                                                                            \
        list(BEYOND(t, ">"), ORDERED(t, "")), list(BEYOND(t, "<"), ORDERED(t, " DESC")), \
            list(BEYOND_NAME(t), ORDERED_BY_NAME(t))                                     \
    }

/// Key and existence of a record by its id, aliases of merged ones included (D48).
struct Located {
    std::int64_t row = 0, owner = 0;
    bool deleted = false;
};
std::optional<Located> locate(Connection&, RecordKind, const Id&);
/// Id of a row; empty: there is none.
Id idOfRow(Connection&, RecordKind, std::int64_t row);

bool isTrashed(Connection&, RecordKind, std::int64_t row);
/// Marks it as deleted or as there again. @returns the new version of one that is there again
std::string setDeleted(Connection&, RecordKind, std::int64_t row, bool deleted);

/// @throws PreconditionFailed  `based` is given and not the version
void requireVersion(const std::string& based, const std::string& version);

/// Text as records have it, at most `most` bytes. @throws InvalidField
void checkText(const char* field, std::string& text, std::size_t most = 1000);
void checkCustom(std::map<std::string, std::string>& custom);

/// Collects what changed, field by field, for the history.
class Differences {
public:
    void field(std::string_view name, std::string before, std::string after);
    void flag(std::string_view name, bool before, bool after);
    void values(std::string_view name, const std::vector<LabelledValue>& before,
                const std::vector<LabelledValue>& after);
    void addresses(const std::vector<PostalAddress>& before, const std::vector<PostalAddress>& after);
    std::vector<FieldChange> take() { return std::move(changes_); }

private:
    std::vector<FieldChange> changes_;
};

/// Row keys that were asked for together, and where each of them stands.
class RowKeys {
public:
    explicit RowKeys(std::span<const std::int64_t> rows);
    const std::string& json() const noexcept { return json_; }  ///< for ANY_OF (dialect.h)
    std::size_t size() const noexcept { return places_.size(); }
    std::size_t placeOf(std::int64_t row) const;  ///< of a row that is one of them

private:
    std::vector<std::pair<std::int64_t, std::size_t>> places_;
    std::string json_;
};

/// Records of several rows, in their order, in as many statements as one takes; `load` fills the places of those that
/// are there.
template <class Stored, class Load>
std::vector<Stored> loadRows(std::span<const std::int64_t> rows, Load load) {
    std::vector<Stored> all(rows.size());
    if (!rows.empty()) load(RowKeys(rows), all);
    std::erase_if(all, [](const Stored& one) { return one.row == 0; });
    return all;
}

template <class Stored>
std::optional<Stored> onlyOne(std::vector<Stored> all) {
    return all.empty() ? std::nullopt : std::optional(std::move(all.front()));
}

/// How many records a page has: what was asked for, within bounds.
std::size_t pageSize(const Store::Query&);

/// The page of `rows`, found with a limit of one more than `size`: the last one only says that there is more.
/// @param next  the cursor after a record
template <class Record, class Load, class Next>
Store::Page<Record> pageOf(std::vector<std::int64_t> rows, std::size_t size, Load load, Next next) {
    const bool more = rows.size() > size;
    if (more) rows.resize(size);
    auto records = load(rows);
    Store::Page<Record> page;
    if (more && !records.empty()) page.next = next(records.back());
    page.records.assign(std::make_move_iterator(records.begin()), std::make_move_iterator(records.end()));
    return page;
}

/// A LIKE pattern for "contains", with its special characters escaped by backslash.
std::string containsPattern(std::string_view text);

}  // namespace crmdav
