#include "store/records/contact_details.h"

#include <algorithm>
#include <iterator>

#include "protocol/text/datetime.h"
#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/records/normalise.h"
#include "store/records/rows.h"
#include "store/records/users.h"
#include "store/store.h"

namespace crmdav {
namespace {

constexpr std::size_t mostDetails = 100, longestDetail = 2000;

void insertDetail(Connection& db, RecordKind record, std::int64_t row, DetailKind kind, std::size_t position,
                  const LabelledValue& value, std::string_view region) {
    const std::string normal = normalDetail(kind, value.value, region);
    db.exec(
        "INSERT INTO details(record_kind, record_row, kind, position, label, value, normal, preferred) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        record, row, kind, position, value.label,
        normal == value.value ? std::nullopt : std::optional<std::string_view>(value.value), normal, value.preferred);
}

bool isDate(const std::string& value) {
    std::string digits = value;
    std::erase(digits, '-');
    return value.size() == 10 && value[4] == '-' && value[7] == '-' && digits.size() == 8 && DateTime::parse(digits);
}

}  // namespace

std::string normalDetail(DetailKind kind, std::string_view value, std::string_view region) {
    std::string normal;
    if (kind == DetailKind::email) normal = normalEmail(value);
    if (kind == DetailKind::phone) normal = normalPhone(value, region);
    if (kind == DetailKind::url) normal = normalUrl(value);
    return normal.empty() ? std::string(value) : normal;
}

void writeDetails(Connection& db, RecordKind record, std::int64_t row, DetailKind kind,
                  const std::vector<LabelledValue>& before, const std::vector<LabelledValue>& after,
                  std::string_view region) {
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (i < before.size() && before[i] == after[i]) continue;
        if (i < before.size())
            db.exec("DELETE FROM details WHERE record_kind=? AND record_row=? AND kind=? AND position=?", record, row,
                    kind, i);
        insertDetail(db, record, row, kind, i, after[i], region);
    }
    if (before.size() > after.size())
        db.exec("DELETE FROM details WHERE record_kind=? AND record_row=? AND kind=? AND position>=?", record, row,
                kind, after.size());
}

void writeAddresses(Connection& db, RecordKind record, std::int64_t row, const std::vector<PostalAddress>& before,
                    const std::vector<PostalAddress>& after) {
    if (before == after) return;
    if (!before.empty()) db.exec("DELETE FROM addresses WHERE record_kind=? AND record_row=?", record, row);
    int position = 0;
    for (const PostalAddress& a : after)
        db.exec(
            "INSERT INTO addresses(record_kind, record_row, position, label, preferred, po_box, extended, street, "
            "locality, region, postcode, country) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            record, row, position++, a.label, a.preferred, a.poBox, a.extended, a.street, a.locality, a.region,
            a.postcode, a.country);
}

std::vector<Details> readDetails(Connection& db, RecordKind record, const RowKeys& rows) {
    std::vector<Details> all(rows.size());
    for (auto& found : db.query("SELECT record_row, kind, label, value, normal, preferred FROM details WHERE "
                                "record_kind=? AND " ANY_OF("record_row") " ORDER BY record_row, kind, position",
                                record, rows.json()))
        all[rows.placeOf(found.int64(0))]
            .of(found.as<DetailKind>(1))
            .push_back({found.string(2), found.string(found.isNull(3) ? 4 : 3), found.boolean(5)});
    for (auto& found : db.query(
             "SELECT record_row, label, po_box, extended, street, locality, region, postcode, country, preferred FROM "
             "addresses WHERE record_kind=? AND " ANY_OF("record_row") " ORDER BY record_row, position",
             record, rows.json()))
        all[rows.placeOf(found.int64(0))].addresses.push_back({found.string(1), found.string(2), found.string(3),
                                                               found.string(4), found.string(5), found.string(6),
                                                               found.string(7), found.string(8), found.boolean(9)});
    return all;
}

void dropDetails(Connection& db, RecordKind record, std::int64_t row) {
    db.exec("DELETE FROM details WHERE record_kind=? AND record_row=?", record, row);
    db.exec("DELETE FROM addresses WHERE record_kind=? AND record_row=?", record, row);
}

PhonePatterns phonePatterns(Connection& db, std::string_view text) {
    constexpr std::ptrdiff_t leastDigits = 3;
    const bool number = text.find_first_not_of("0123456789+-/(). \t") == std::string_view::npos;
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    if (!number || std::ssize(digits) < leastDigits) return {};
    return {normalPhone(text, organisation(db).region) + '%', '%' + digits + '%'};
}

void phonesAreStale(Connection& db) { db.exec("DELETE FROM meta WHERE name='phones' OR name='phones.cursor'"); }

bool rereadPhones(Connection& db, std::string_view region, std::size_t slice, std::int64_t& cursor) {
    constexpr int kindBits = 56;  // the cursor is a record's kind and its row
    constexpr std::int64_t rowMask = (std::int64_t{1} << kindBits) - 1;
    struct Phone {
        std::int64_t position;
        std::string value, normal;
    };
    std::vector<std::pair<RecordKind, std::int64_t>> records;
    for (auto& row : db.query("SELECT DISTINCT record_kind, record_row FROM details WHERE (record_kind, record_row) > "
                              "(?, ?) AND kind=? ORDER BY record_kind, record_row LIMIT ?",
                              cursor >> kindBits, cursor & rowMask, DetailKind::phone, slice))
        records.push_back({row.as<RecordKind>(0), row.int64(1)});
    for (const auto& [record, at] : records) {
        std::vector<Phone> phones;
        for (auto& row : db.query("SELECT position, value, normal FROM details WHERE record_kind=? AND record_row=? "
                                  "AND kind=?",
                                  record, at, DetailKind::phone))
            phones.push_back({row.int64(0), row.string(row.isNull(1) ? 2 : 1), row.string(2)});
        for (const Phone& phone : phones) {
            const std::string normal = normalDetail(DetailKind::phone, phone.value, region);
            if (normal != phone.normal)
                db.exec(
                    "UPDATE details SET value=?, normal=? WHERE record_kind=? AND record_row=? AND kind=? AND "
                    "position=?",
                    normal == phone.value ? std::nullopt : std::optional<std::string_view>(phone.value), normal, record,
                    at, DetailKind::phone, phone.position);
        }
        cursor = static_cast<std::int64_t>(record) << kindBits | at;
    }
    return records.size() == slice;
}

void checkDetails(DetailKind kind, const char* field, std::vector<LabelledValue>& values) {
    if (values.size() > mostDetails) throw InvalidField(field, "more than 100 of them");
    for (LabelledValue& entry : values) {
        entry.value = cleanText(entry.value);
        entry.label = cleanText(entry.label);
        if (entry.value.empty()) throw InvalidField(field, "an empty value");
        if (entry.value.size() > longestDetail || entry.label.size() > 200)
            throw InvalidField(field, "a value that is too long");
        if (kind == DetailKind::email && normalEmail(entry.value).empty())
            throw InvalidField(field, entry.value + " is no email address");
        if (kind == DetailKind::date && !isDate(entry.value))
            throw InvalidField(field, entry.value + " is no date (YYYY-MM-DD)");
    }
}

}  // namespace crmdav
