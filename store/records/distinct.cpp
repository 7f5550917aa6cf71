#include "store/records/distinct.h"

#include <algorithm>

#include "store/engine/database.h"
#include "store/records/contacts.h"

namespace crmdav {
namespace {

constexpr std::size_t mostApart = 51;  ///< a group of duplicates has no more

bool keepApart(Connection& db, std::int64_t one, std::int64_t other) {
    return db.exec("INSERT INTO distinct_contacts(one, other) VALUES(?, ?) ON CONFLICT DO NOTHING",
                   std::min(one, other), std::max(one, other)) > 0;
}

void keepNotApart(Connection& db, std::int64_t one, std::int64_t other) {
    db.exec("DELETE FROM distinct_contacts WHERE one=? AND other=?", std::min(one, other), std::max(one, other));
}

std::vector<std::int64_t> distinctFrom(Connection& db, std::int64_t contact) {
    std::vector<std::int64_t> rows;
    for (auto& row : db.query("SELECT other FROM distinct_contacts WHERE one=? UNION ALL SELECT one FROM "
                              "distinct_contacts WHERE other=?",
                              contact, contact))
        rows.push_back(row.int64(0));
    return rows;
}

}  // namespace

void setDistinct(Connection& db, const Actor& actor, std::span<const Id> contacts, bool distinct) {
    if (contacts.size() < 2) throw InvalidField("contacts", "name at least two contacts");
    if (contacts.size() > mostApart)
        throw InvalidField("contacts", "more than " + std::to_string(mostApart) + " of them at once");
    std::vector<std::int64_t> rows;
    for (const Id& id : contacts) rows.push_back(requireContact(db, actor.user, id).row);
    std::ranges::sort(rows);
    if (std::ranges::adjacent_find(rows) != rows.end())
        throw InvalidField("contacts", "a contact is named twice, or was merged into another one");
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = i + 1; j < rows.size(); ++j)
            distinct ? void(keepApart(db, rows[i], rows[j])) : keepNotApart(db, rows[i], rows[j]);
}

DistinctPairs::DistinctPairs(Connection& db) {
    for (auto& row : db.query("SELECT one, other FROM distinct_contacts ORDER BY one, other"))
        pairs_.emplace_back(row.int64(0), row.int64(1));
}

bool DistinctPairs::has(std::int64_t one, std::int64_t other) const {
    return std::ranges::binary_search(pairs_, std::pair(std::min(one, other), std::max(one, other)));
}

Trail inheritDistinct(Connection& db, std::int64_t into, const std::vector<std::int64_t>& others) {
    Trail trail;
    for (const std::int64_t other : others)
        for (const std::int64_t third : distinctFrom(db, other))
            if (third != into && std::ranges::find(others, third) == others.end() && keepApart(db, into, third))
                trail.push_back({Led::distinct, third, other, 0, 0});
    return trail;
}

void returnDistinct(Connection& db, std::int64_t into, const Trail& trail) {
    for (const TrailMark& mark : trail)
        if (mark.led == Led::distinct) keepNotApart(db, into, mark.holder);
}

void forgetDistinct(Connection& db, std::int64_t row) {
    db.exec("DELETE FROM distinct_contacts WHERE one=? OR other=?", row, row);
}

}  // namespace crmdav
