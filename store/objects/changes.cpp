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

bool isFirstSync(std::string_view token) {
    return token.empty() || token.substr(token.rfind('/') + 1).find('-') != std::string_view::npos;
}

namespace {

// ?1 collection, ?2 the counter that is known, ?3 the one that a first sync began at, ?4 how many. The first row is the
// collection's counter and what it has forgotten, of the same moment as the changes after it; none: no collection.
#define SINCE(none, columns, bodies, seen)                                                                            \
    "SELECT c.counter, c.oldest, " none                                                                               \
    " FROM collections c WHERE c.id=?1 AND c.deleted_at IS NULL UNION ALL "                                           \
    "SELECT * FROM (SELECT " columns " FROM members m" bodies " WHERE m.collection_id=?1 AND m.change > ?2 AND " seen \
    " ORDER BY m.change LIMIT ?4) f"
#define BEGUN "COALESCE(?3, (SELECT counter FROM collections WHERE id=?1))"
#define ALL_CHANGES(none, columns, bodies) SINCE(none, columns, bodies, "(m.deleted=0 OR m.change > " BEGUN ")")
// For those who don't see private objects: one that became private counts as deleted, for whom it was there until then.
#define OPEN_CHANGES(none, columns, bodies)                     \
    SINCE(none, columns, bodies,                                \
          "((m.deleted=0 AND m.veiled=0) OR (m.change > " BEGUN \
          " AND (m.veiled=0 OR (m.veiled > ?2 AND "             \
          "m.veiled > " BEGUN "))))")
// As many as the columns of a change, but for the first two.
#define NO_TAGS "NULL, NULL, NULL, NULL"
#define NO_ROWS "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
#define GONE ", m.deleted"
#define GONE_OR_VEILED ", CASE WHEN m.deleted<>0 OR m.veiled<>0 THEN 1 ELSE 0 END"
#define BODIES " LEFT JOIN bodies b ON b.id=m.body"

Rows changed(Connection& db, const Sight& sight, const std::optional<Position>& from, std::int64_t most,
             MemberDetail detail) {
    // [detail][veiled]
    static constexpr Sql statements[][2] = {
        {ALL_CHANGES(NO_TAGS, TAG_COLUMNS GONE, ""), OPEN_CHANGES(NO_TAGS, TAG_COLUMNS GONE_OR_VEILED, "")},
        {ALL_CHANGES(NO_ROWS, MEMBER_COLUMNS GONE, ""), OPEN_CHANGES(NO_ROWS, MEMBER_COLUMNS GONE_OR_VEILED, "")},
        {ALL_CHANGES(NO_ROWS ", NULL", MEMBER_COLUMNS GONE ", " BODY_WITH_ROW, BODIES),
         OPEN_CHANGES(NO_ROWS ", NULL", MEMBER_COLUMNS GONE_OR_VEILED ", " BODY_WITH_ROW, BODIES)},
    };
    const Sql& sql = statements[static_cast<std::size_t>(detail)][sight.veiled];
    if (!from) return db.stream(sql, sight.id, 0, std::optional<std::int64_t>(), most);
    return from->begun ? db.stream(sql, sight.id, from->counter, from->begun, most)
                       : db.query(sql, sight.id, from->counter, from->begun, most);
}

void readChange(const Rows& row, const Sight& sight, MemberDetail detail, Change& change) {
    if (detail == MemberDetail::tags)
        readTags(row, sight.id, change.member);
    else
        readMember(row, change.member);
    change.deleted = row.boolean(detail == MemberDetail::tags ? tagColumns : memberColumns);
}

}  // namespace

std::optional<Reached> changesSince(Connection& db, const Sight& sight, std::string_view since, std::size_t limit,
                                    MemberDetail detail, const VisitChange& visit) {
    const std::string& epoch = db.database().epoch();
    std::optional<Position> known;
    if (!since.empty() && !(known = positionOf(epoch, sight, since))) return std::nullopt;
    constexpr std::int64_t all = std::numeric_limits<std::int32_t>::max();
    const std::int64_t most = limit == 0 || limit > all ? all : static_cast<std::int64_t>(limit);
    auto rows = changed(db, sight, known, most + 1, detail);
    if (!rows.next() || !rows.isNull(2)) return std::nullopt;  // a change has its number or its name there
    const std::int64_t counter = rows.int64(0), oldest = rows.int64(1);
    if (known)
        if (const auto reached = std::max(known->counter, known->begun); reached > counter || reached < oldest)
            return std::nullopt;
    const Position from = known.value_or(Position{0, counter});
    std::int64_t seen = 0, reached = from.counter;
    Change change;
    while (rows.next()) {
        if (seen == most) return Reached{syncToken(epoch, sight, reached, from.begun), true};
        readChange(rows, sight, detail, change);
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
