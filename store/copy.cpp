#include "store/copy.h"

#include <filesystem>
#include <string>
#include <vector>

#include "protocol/text/content_lines.h"
#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "store/engine/tables.h"
#include "store/objects/text_index.h"

namespace crmdav {

namespace {

/// A table as the target has it.
struct Shape {
    std::string columns;  ///< with commas
    std::vector<ValueKind> kinds;
};

Shape shapeOf(Connection& to, const Table& table) {
    Shape shape;
    const Rows none = to.query(Sql::made("SELECT * FROM " + std::string(table.name) + " LIMIT 0"));
    for (int i = 0; i < none.columns(); ++i) {
        if (i > 0) shape.columns += ", ";
        shape.columns += none.name(i);
        shape.kinds.push_back(none.kind(i));
    }
    return shape;
}

Sql rowsOf(const Table& table, const Shape& shape) {
    return Sql::made("SELECT " + shape.columns + " FROM " + std::string(table.name) + " ORDER BY " +
                     std::string(table.key));
}

Sql insertOf(const Table& table, const Shape& shape) {
    std::string values = "?";
    for (std::size_t i = 1; i < shape.kinds.size(); ++i) values += ", ?";
    return Sql::made("INSERT INTO " + std::string(table.name) + "(" + shape.columns + ") VALUES(" + values + ")");
}

std::int64_t copyTable(Connection& from, Connection& to, const Table& table) {
    const Shape shape = shapeOf(to, table);
    const Sql insert = insertOf(table, shape);
    std::int64_t rows = 0;
    for (auto& row : from.stream(rowsOf(table, shape))) {
        to.execWith(insert, row, shape.kinds);
        ++rows;
    }
    if (const std::string keys = dialect::continueKeys(to.engine(), table.name); table.numbersItself && !keys.empty())
        to.exec(Sql::made(keys));
    return rows;
}

bool sameValue(const Rows& a, const Rows& b, int column) {
    if (a.isNull(column) || b.isNull(column)) return a.isNull(column) && b.isNull(column);
    if (a.kind(column) != b.kind(column)) return false;
    switch (a.kind(column)) {
        case ValueKind::integer: return a.int64(column) == b.int64(column);
        case ValueKind::real: return a.real(column) == b.real(column);
        case ValueKind::blob: return a.blob(column) == b.blob(column);
        default: return a.text(column) == b.text(column);
    }
}

std::int64_t compareTable(Connection& from, Connection& to, const Table& table) {
    const Shape shape = shapeOf(to, table);
    const auto differ = [&](std::int64_t row, std::string_view how) {
        throw StoreError("the copy of " + std::string(table.name) + ", row " + std::to_string(row) + " " +
                         std::string(how));
    };
    Rows sent = from.stream(rowsOf(table, shape)), arrived = to.stream(rowsOf(table, shape));
    std::int64_t rows = 0;
    while (sent.next()) {
        ++rows;
        if (!arrived.next()) differ(rows, "is missing");
        for (int i = 0; i < sent.columns(); ++i)
            if (!sameValue(sent, arrived, i)) differ(rows, "isn't the same, column " + std::string(sent.name(i)));
    }
    if (arrived.next()) differ(rows + 1, "wasn't sent");
    return rows;
}

std::int64_t indexCards(Connection& to) {
    std::int64_t cards = 0;
    for (auto& row : to.stream("SELECT m.id, b.content FROM members m JOIN collections c ON c.id=m.collection_id AND "
                               "c.home=? JOIN bodies b ON b.id=m.body WHERE m.deleted=0 ORDER BY m.id",
                               Home::addressbooks)) {
        ++cards;
        try {
            addText(to, row.int64(0), indexedText(Document::parse(row.string(1)).root()));
        } catch (const ParseError&) {
            continue;  // as it was: what can't be read isn't found (D23)
        }
    }
    return cards;
}

/// Rises with whatever a client or the CRM could see change.
std::string stateOf(Connection& db) {
    auto row = db.query(
        "SELECT COALESCE(MAX(id), 0), (SELECT CAST(COALESCE(SUM(counter + updated), 0) AS BIGINT) FROM collections), "
        "(SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM contacts) FROM history");
    return row.next() ? row.string(0) + " " + row.string(1) + " " + row.string(2) : std::string();
}

void emptyTables(Connection& to) {
    for (const Table& table : tables()) to.exec(Sql::made("DELETE FROM " + std::string(table.name)));
    to.script("{empty card text}");
}

void requireRoom(Database& to, bool replace) {
    if (schemaOf(Reading(to)) != 0 && !replace) throw StoreError(to.name() + " holds a store already");
}

}  // namespace

bool copyStore(Database& from, Database& to, bool replace, const CopyProgress& progress) {
    requireRoom(to, replace);
    std::string copied;
    {
        const Reading reading(from, Reading::Sees::oneState);
        if (schemaOf(reading) != currentSchema())
            throw StoreError(from.name() + " has another schema than this program: run crmdav migrate");
        copied = stateOf(reading);
        write(to, [&](Connection& db) {
            migrate(to, true);
            emptyTables(db);
            for (const Table& table : tables()) progress("copied", table.name, copyTable(reading, db, table));
            progress("indexed", "cards", indexCards(db));
            for (const Table& table : tables()) progress("compared", table.name, compareTable(reading, db, table));
        });
    }
    return stateOf(Reading(from)) == copied;
}

bool namesPassword(const std::string& url) {
    const std::string here = url.substr(0, url.find('?'));
    return url.find("password=", here.size()) != std::string::npos || withoutPassword(here) != here;
}

bool copyStore(const StoreOptions& options, const std::string& url, const CopyProgress& progress) {
    if (url == options.url) throw StoreError("that is where the store is");
    if (engineOf(options.url) == Engine::sqlite &&
        !std::filesystem::exists(options.url.substr(options.url.find(':') + 1)))
        throw StoreError(options.url + " is not there");
    StoreOptions other = options;
    other.url = url;
    Database from(options), to(other);
    return copyStore(from, to, false, progress);
}

}  // namespace crmdav
