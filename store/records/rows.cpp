#include "store/records/rows.h"

#include <algorithm>
#include <charconv>

#include "store/engine/database.h"
#include "store/records/normalise.h"
#include "store/records/packed.h"
#include "store/records/sort_name.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

/// The statements of each table of records.
struct Table {
    RecordKind kind;
    Sql newest, locate, id, trashed, remove, restore;
};

#define TABLE(kind, name)                                                                                      \
    {                                                                                                          \
        kind, "SELECT updated, revision FROM " name " ORDER BY updated DESC, revision DESC LIMIT 1",           \
            "SELECT id, owner, deleted_at FROM " name " WHERE uuid=?", "SELECT uuid FROM " name " WHERE id=?", \
            "SELECT 1 FROM " name " WHERE id=? AND deleted_at IS NOT NULL",                                    \
            "UPDATE " name " SET deleted_at=? WHERE id=?",                                                     \
            "UPDATE " name " SET deleted_at=NULL, updated=?, revision=? WHERE id=?"                            \
    }

const Table tables[] = {
    TABLE(RecordKind::contact, "contacts"),
    TABLE(RecordKind::company, "companies"),
    TABLE(RecordKind::deal, "deals"),
    TABLE(RecordKind::activity, "activities"),
};

#undef TABLE

const Table& tableOf(RecordKind kind) {
    const auto* table = std::ranges::find(tables, kind, &Table::kind);
    if (table == std::end(tables)) throw NotFound("no such record");
    return *table;
}

std::string lines(const std::vector<LabelledValue>& values) {
    std::string text;
    for (const LabelledValue& value : values) {
        if (!text.empty()) text += '\n';
        if (!value.label.empty()) text += value.label + ": ";
        text += value.value;
        if (value.preferred) text += " *";
    }
    return text;
}

std::string lines(const std::vector<PostalAddress>& addresses) {
    std::string text;
    for (const PostalAddress& a : addresses) {
        if (!text.empty()) text += '\n';
        if (!a.label.empty()) text += a.label + ": ";
        for (const std::string* part :
             {&a.poBox, &a.extended, &a.street, &a.postcode, &a.locality, &a.region, &a.country})
            if (!part->empty()) text += *part + "; ";
    }
    return text;
}

}  // namespace

Revision nextRevision(Connection& db, RecordKind kind) {
    Revision next{db.now(), 1};
    auto row = db.query(tableOf(kind).newest);
    if (!row.next()) return next;
    next.updated = std::max(next.updated, row.instant(0));
    next.number = row.int64(1) + 1;
    return next;
}

Cursor cursorOf(const std::string& text, bool named) {
    using enum Cursor::Order;
    Cursor cursor;
    if (text.empty()) return cursor;
    cursor.order = text.starts_with(Store::newestFirst) ? newest : text.starts_with(Store::byName) ? name : oldest;
    if (cursor.order == name && !named) throw InvalidField("after", "not a cursor of this list");
    if (text == Store::newestFirst) cursor.updated = cursor.revision = INT64_MAX;
    if (text == Store::newestFirst || text == Store::byName) return cursor;
    const char* end = text.data() + text.size();
    const auto first = std::from_chars(text.data() + (cursor.order == oldest ? 0 : 1), end,
                                       cursor.order == name ? cursor.row : cursor.updated);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') throw InvalidField("after", "not a cursor");
    if (cursor.order == name) {
        cursor.name.assign(first.ptr + 1, end);
        return cursor;
    }
    const auto second = std::from_chars(first.ptr + 1, end, cursor.revision);
    if (second.ec != std::errc{} || second.ptr != end) throw InvalidField("after", "not a cursor");
    return cursor;
}

std::string cursorText(const Cursor& before, const RecordHead& head, std::int64_t row, std::string_view name) {
    if (before.order == Cursor::Order::name) return Store::byName + std::to_string(row) + "-" + sortName(name);
    return (before.newestFirst() ? Store::newestFirst : "") + std::to_string(head.updated.time_since_epoch().count()) +
           "-" + head.version;
}

std::optional<Located> locate(Connection& db, RecordKind kind, const Id& id) {
    std::string uuid = bytesOf(id);
    if (uuid.empty()) return std::nullopt;
    for (int merges = 0; merges < 100; ++merges) {
        std::optional<Located> found;
        if (auto row = db.query(tableOf(kind).locate, Blob{uuid}); row.next())
            found = Located{row.int64(0), row.int64(1), !row.isNull(2)};
        if (found && (!found->deleted || kind != RecordKind::contact)) return found;
        auto alias = db.query("SELECT target FROM aliases WHERE uuid=?", Blob{uuid});  // merged ones are in the trash
        if (!alias.next()) return found;
        uuid = alias.blob(0);
    }
    return std::nullopt;
}

Id idOfRow(Connection& db, RecordKind kind, std::int64_t row) {
    auto found = db.query(tableOf(kind).id, row);
    return found.next() ? idOf(found.blob(0)) : Id{};
}

bool isTrashed(Connection& db, RecordKind kind, std::int64_t row) {
    return db.query(tableOf(kind).trashed, row).next();
}

std::string setDeleted(Connection& db, RecordKind kind, std::int64_t row, bool deleted) {
    if (deleted) {  // in no list, so it keeps its place in their order
        db.exec(tableOf(kind).remove, db.now(), row);
        return {};
    }
    const Revision next = nextRevision(db, kind);
    db.exec(tableOf(kind).restore, next.updated, next.number, row);
    return next.version();
}

void requireVersion(const std::string& based, const std::string& version) {
    if (!based.empty() && based != version) throw PreconditionFailed("the record has changed since");
}

void checkText(const char* field, std::string& text, std::size_t most) {
    text = cleanText(text);
    if (text.size() > most) throw InvalidField(field, "longer than " + std::to_string(most) + " bytes");
}

void checkCustom(std::map<std::string, std::string>& custom) {
    if (custom.size() > 100) throw InvalidField("custom", "more than 100 fields");
    std::map<std::string, std::string> clean;
    for (auto& [name, value] : custom) {
        if (name.empty() || name.size() > 100 || cleanText(name) != name)
            throw InvalidField("custom", "a field name has 1 to 100 bytes");
        if (value.size() > 10'000) throw InvalidField("custom", name + " is longer than 10000 bytes");
        clean[name] = cleanText(value);
    }
    custom = std::move(clean);
}

void Differences::field(std::string_view name, std::string before, std::string after) {
    if (before != after) changes_.push_back({std::string(name), std::move(before), std::move(after)});
}

void Differences::flag(std::string_view name, bool before, bool after) {
    if (before != after) changes_.push_back({std::string(name), before ? "yes" : "no", after ? "yes" : "no"});
}

void Differences::values(std::string_view name, const std::vector<LabelledValue>& before,
                         const std::vector<LabelledValue>& after) {
    if (before != after) changes_.push_back({std::string(name), lines(before), lines(after)});
}

void Differences::addresses(const std::vector<PostalAddress>& before, const std::vector<PostalAddress>& after) {
    if (before != after) changes_.push_back({"addresses", lines(before), lines(after)});
}

RowKeys::RowKeys(std::span<const std::int64_t> rows) {
    places_.reserve(rows.size());
    json_ = "[";
    for (const std::int64_t row : rows) {
        if (!places_.empty()) json_ += ',';
        json_ += std::to_string(row);
        places_.emplace_back(row, places_.size());
    }
    json_ += ']';
    std::ranges::sort(places_);
}

std::size_t RowKeys::placeOf(std::int64_t row) const {
    return std::ranges::lower_bound(places_, row, {}, &std::pair<std::int64_t, std::size_t>::first)->second;
}

std::size_t pageSize(const Store::Query& query) { return std::min<std::size_t>(query.limit ? query.limit : 100, 1000); }

std::string containsPattern(std::string_view text) {
    std::string pattern = "%";
    for (char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

}  // namespace crmdav
