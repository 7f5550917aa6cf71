#pragma once
#include <vector>

#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/records/contact_details.h"
#include "store/records/rows.h"
#include "store/records/uuid.h"

/// How rows of records, and rows of what belongs to them, get to their places in a list (loadRows, rows.h).
namespace crmdav {

/// The columns that every record's table begins with, as readHead() takes them. @param t  the table's name
#define HEAD_COLUMNS(t) \
    "SELECT " t ".id, " t ".uuid, " t ".owner, " t ".revision, " t ".created, " t ".updated, " t ".deleted_at, "
inline constexpr int afterHead = 7;

/// Rows of a child table, or of the records themselves: those of one of `keys`, in the order of their position.
#define OF_ONE(column) " WHERE " ANY_OF(column)
#define OF_EACH(column) " WHERE " ANY_OF(column) " ORDER BY " column ", "

template <class Stored>
void readHead(const Rows& row, Stored& record) {
    record.row = row.int64(0);
    record.id = idOf(row.blob(1));
    record.owner = row.int64(2);
    record.version = row.string(3);
    record.created = row.instant(4);
    record.updated = row.instant(5);
    record.deleted = !row.isNull(6);
}

/// Gives each row to the record whose key is its first column.
/// @param read  (const Rows&, Stored&)
template <class Stored, class Read>
void readEach(Rows rows, const RowKeys& keys, std::vector<Stored>& all, Read read) {
    for (const Rows& row : rows) read(row, all[keys.placeOf(row.int64(0))]);
}

/// Emails, phones and the like of people and companies; a company has no `ims` and `dates`.
template <class Stored>
void readDetailsOf(Connection& db, RecordKind kind, const RowKeys& keys, std::vector<Stored>& all) {
    auto details = readDetails(db, kind, keys);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].emails = std::move(details[i].of(DetailKind::email));
        all[i].phones = std::move(details[i].of(DetailKind::phone));
        all[i].urls = std::move(details[i].of(DetailKind::url));
        if constexpr (requires { all[i].ims; }) {
            all[i].ims = std::move(details[i].of(DetailKind::im));
            all[i].dates = std::move(details[i].of(DetailKind::date));
        }
        all[i].addresses = std::move(details[i].addresses);
    }
}

}  // namespace crmdav
