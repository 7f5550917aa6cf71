#pragma once
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

/// A cursor of a list: updated and revision of the last record handed out. Its text begins with a minus sign, or is
/// nothing else, where the newest change comes first.
struct Cursor {
    std::int64_t updated = 0, revision = 0;
    bool newestFirst = false;
};
/// @throws InvalidField  not a cursor of ours
Cursor cursorOf(const std::string& text);
/// A list in both orders, made of one text with its comparison (`beyond`) and direction.
struct InOrder {
    Sql oldestFirst, newestFirst;
    const Sql& by(const Cursor& cursor) const { return cursor.newestFirst ? newestFirst : oldestFirst; }
};
#define IN_BOTH_ORDERS(list) \
    InOrder { list(">", ""), list("<", " DESC") }
/// @param t  of the records' table
#define BEYOND(t, beyond) t ".updated>=? AND (" t ".updated, " t ".revision)" beyond "(?, ?) "
#define ORDERED(t, direction) " ORDER BY " t ".updated" direction ", " t ".revision" direction " LIMIT ?"
std::string cursorText(const RecordHead&);

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
template <class Record, class Load>
Store::Page<Record> pageOf(std::vector<std::int64_t> rows, std::size_t size, bool newestFirst, Load load) {
    const bool more = rows.size() > size;
    if (more) rows.resize(size);
    auto records = load(rows);
    Store::Page<Record> page;
    if (more && !records.empty()) page.next = (newestFirst ? "-" : "") + cursorText(records.back());
    page.records.assign(std::make_move_iterator(records.begin()), std::make_move_iterator(records.end()));
    return page;
}

/// A LIKE pattern for "contains", with its special characters escaped by backslash.
std::string containsPattern(std::string_view text);

}  // namespace crmdav
