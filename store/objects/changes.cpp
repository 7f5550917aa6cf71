#include "store/objects/changes.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "store/engine/database.h"
#include "store/objects/bodies.h"
#include "store/objects/member_rows.h"

namespace crmdav {

namespace {

constexpr std::string_view prefix = "https://crmdav/sync/";

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

}  // namespace

namespace {
std::string marked(const Sight& sight) { return std::to_string(sight.id) + (sight.veiled ? "r" : ""); }
}  // namespace

std::string syncToken(std::string_view epoch, const Sight& sight, std::int64_t counter, std::int64_t begun) {
    std::string token(prefix);
    token.append(epoch).append("/").append(marked(sight)).append("/").append(std::to_string(counter));
    if (begun > 0) token.append("-").append(std::to_string(begun));
    return token;
}

std::string ctagOf(std::string_view epoch, const Sight& sight, std::int64_t counter) {
    std::string tag(epoch);
    tag.append("-").append(marked(sight)).append("-").append(std::to_string(counter));
    return tag;
}

std::optional<Position> positionOf(std::string_view epoch, const Sight& sight, std::string_view token) {
    for (const std::string_view part : {prefix, epoch}) {
        if (!token.starts_with(part)) return std::nullopt;
        token.remove_prefix(part.size());
    }
    if (!token.starts_with('/')) return std::nullopt;
    token.remove_prefix(1);
    const auto slash = token.find('/');
    if (slash == std::string_view::npos || token.substr(0, slash) != marked(sight)) return std::nullopt;
    token.remove_prefix(slash + 1);
    const auto dash = token.find('-');
    const auto counter = number(token.substr(0, dash));
    const auto begun = dash == std::string_view::npos ? 0 : number(token.substr(dash + 1));
    if (!counter || !begun) return std::nullopt;
    return Position{*counter, *begun};
}

namespace {

// ?1 collection, ?2 the counter that is known, ?3 the one that a first sync began at, ?4 how many.
#define ALL_CHANGES(columns, bodies)                                   \
    "SELECT " columns " FROM members m" bodies                         \
    " WHERE m.collection_id=?1 AND m.change > ?2 AND (m.deleted=0 OR " \
    "m.change > ?3) ORDER BY m.change LIMIT ?4"
// For those who don't see private objects: one that became private counts as deleted, for whom it was there until then.
#define OPEN_CHANGES(columns, bodies)                                    \
    "SELECT " columns " FROM members m" bodies                           \
    " WHERE m.collection_id=?1 AND m.change > ?2 AND ((m.deleted=0 AND " \
    "m.veiled=0) OR (m.change > ?3 AND (m.veiled=0 OR (m.veiled > ?2 AND m.veiled > ?3)))) ORDER BY m.change LIMIT ?4"
#define GONE ", m.deleted"
#define GONE_OR_VEILED ", CASE WHEN m.deleted<>0 OR m.veiled<>0 THEN 1 ELSE 0 END"
#define BODIES " LEFT JOIN bodies b ON b.id=m.body"

Rows changed(Connection& db, const Sight& sight, const Position& from, std::int64_t most, MemberDetail detail) {
    // [detail][veiled]
    static constexpr Sql statements[][2] = {
        {ALL_CHANGES(TAG_COLUMNS GONE, ""), OPEN_CHANGES(TAG_COLUMNS GONE_OR_VEILED, "")},
        {ALL_CHANGES(MEMBER_COLUMNS GONE, ""), OPEN_CHANGES(MEMBER_COLUMNS GONE_OR_VEILED, "")},
        {ALL_CHANGES(MEMBER_COLUMNS GONE ", " BODY_WITH_ROW, BODIES),
         OPEN_CHANGES(MEMBER_COLUMNS GONE_OR_VEILED ", " BODY_WITH_ROW, BODIES)},
    };
    const Sql& sql = statements[static_cast<std::size_t>(detail)][sight.veiled];
    return from.counter == 0 ? db.stream(sql, sight.id, from.counter, from.begun, most)  // a first sync, of everything
                             : db.query(sql, sight.id, from.counter, from.begun, most);
}

}  // namespace

std::optional<Reached> changesSince(Connection& db, const Sight& sight, std::string_view since, std::size_t limit,
                                    MemberDetail detail, const VisitChange& visit) {
    const std::string& epoch = db.database().epoch();
    std::int64_t counter = 0, oldest = 0;
    {
        auto row = db.query("SELECT counter, oldest FROM collections WHERE id=? AND deleted_at IS NULL", sight.id);
        if (!row.next()) return std::nullopt;
        counter = row.int64(0);
        oldest = row.int64(1);
    }
    Position from{0, counter};
    if (!since.empty()) {
        const auto known = positionOf(epoch, sight, since);
        if (!known || std::max(known->counter, known->begun) > counter) return std::nullopt;
        if (std::max(known->counter, known->begun) < oldest) return std::nullopt;
        from = *known;
    }
    constexpr std::int64_t all = std::numeric_limits<std::int32_t>::max();
    const std::int64_t most = limit == 0 || limit > all ? all : static_cast<std::int64_t>(limit);
    auto rows = changed(db, sight, from, most + 1, detail);
    std::int64_t seen = 0, reached = from.counter;
    Change change;
    while (rows.next()) {
        if (seen == most) return Reached{syncToken(epoch, sight, reached, from.begun), true};
        if (detail == MemberDetail::tags) {
            readTags(rows, sight.id, change.member);
            change.deleted = rows.boolean(tagColumns);
        } else {
            readMember(rows, change.member);
            change.deleted = rows.boolean(memberColumns);
        }
        if (detail == MemberDetail::bytes && !change.deleted) {
            const Body body(db, change.member, rows, memberColumns + 1);
            visit(change, body.bytes());
        } else {
            visit(change, {});
        }
        reached = change.member.change;
        ++seen;
    }
    return Reached{syncToken(epoch, sight, counter), false};
}

bool pruneTombstones(Connection& db, Instant before, std::size_t slice) {
    struct Dead {
        MemberId id;
        CollectionId collection;
        std::int64_t change;
    };
    std::vector<Dead> dead;
    for (auto& row : db.query("SELECT id, collection_id, change FROM members WHERE deleted=1 AND modified < ? LIMIT ?",
                              before, static_cast<std::int64_t>(slice)))
        dead.push_back({row.int64(0), row.int64(1), row.int64(2)});
    for (const Dead& one : dead) {
        db.exec("UPDATE collections SET oldest=? WHERE id=? AND oldest < ?", one.change, one.collection, one.change);
        db.exec("DELETE FROM dead_properties WHERE collection_id=? AND member_id=?", one.collection, one.id);
        db.exec("DELETE FROM members WHERE id=?", one.id);
    }
    return dead.size() == slice;
}

}  // namespace crmdav
