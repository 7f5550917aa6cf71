#include "store/objects/occurrences.h"

#include <algorithm>
#include <array>

#include "protocol/text/content_lines.h"
#include "store/engine/database.h"
#include "store/objects/members.h"
#include "store/records/activities.h"

namespace crmdav {

namespace {

using namespace occurrence;

constexpr std::int64_t hour = 3600, day = 24 * hour;
constexpr std::array<std::int64_t, 7> reaches{hour, 4 * hour, 16 * hour, 3 * day, 14 * day, 62 * day, 366 * day};

constexpr std::size_t maxRows = 500;
constexpr std::chrono::days past{183}, future{3 * 366}, soon{90};

std::int64_t clamp(Instant instant) noexcept {
    return std::clamp<std::int64_t>(instant.time_since_epoch().count(), earliest, latest);
}

OccurrenceRow rowOf(const Occurrence& found, ComponentKind component) {
    OccurrenceRow row{0, clamp(found.start), 0, static_cast<int>(found.busy)};
    std::int64_t end = clamp(found.end);
    const auto widen = [&](std::int64_t by) {
        row.start = std::max(row.start - by, earliest);
        end = std::min(end + by, latest);
    };
    if (component != ComponentKind::event) {
        row.flags |= loose;
        widen(found.floating ? slack : 1);
    } else if (found.floating) {
        row.flags |= floating | (found.allDay ? allDay : 0);
        widen(slack);
    }
    row.length = end - row.start;
    row.span = spanOf(row.length);
    return row;
}

// `series.keys`: a digest of all that the rows say, in eight bytes, then per row the span in one byte and the start in
// five, low byte first, offset so that it is positive.
constexpr std::size_t digestSize = 8;

void appendNumber(std::string& out, std::uint64_t number, int bytes) {
    for (int i = 0; i < bytes; ++i, number >>= 8U) out += static_cast<char>(number & 0xFFU);
}

void appendKey(std::string& keys, const OccurrenceRow& row) {
    keys += static_cast<char>(row.span);
    appendNumber(keys, static_cast<std::uint64_t>(row.start - earliest), 5);
}

std::string packed(const Indexed& index) {
    std::uint64_t digest = 14695981039346656037U;  // FNV-1a over the numbers
    const auto mix = [&](std::int64_t value) {
        digest = (digest ^ static_cast<std::uint64_t>(value)) * 1099511628211U;
    };
    for (const OccurrenceRow& row : index.rows) mix(row.span), mix(row.start), mix(row.length), mix(row.flags);
    mix(index.coveredFrom), mix(index.coveredUntil);
    std::string keys;
    keys.reserve(digestSize + 6 * index.rows.size());
    appendNumber(keys, digest, digestSize);
    for (const OccurrenceRow& row : index.rows) appendKey(keys, row);
    return keys;
}

template <class Each>
void eachKey(std::string_view keys, Each&& each) {
    for (keys.remove_prefix(std::min(digestSize, keys.size())); keys.size() >= 6; keys.remove_prefix(6)) {
        std::uint64_t start = 0;
        for (std::size_t i = 5; i > 0; --i) start = start << 8U | static_cast<unsigned char>(keys[i]);
        each(static_cast<int>(keys[0]), static_cast<std::int64_t>(start) + earliest);
    }
}

void dropRow(Connection& db, CollectionId collection, int span, std::int64_t start, MemberId member) {
    db.exec("DELETE FROM occurrences WHERE collection_id=? AND span=? AND start_utc=? AND member_id=?", collection,
            span, start, member);
}

}  // namespace

int spanOf(std::int64_t length) noexcept {
    return static_cast<int>(std::lower_bound(reaches.begin(), reaches.end(), length) - reaches.begin());
}

Indexed indexOf(const Component& calendar, ComponentKind component, Instant now, std::span<const std::string> own) {
    Indexed index;
    // By and by, so that saving a series again doesn't move all of its rows.
    now =
        Instant(std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<28 * day>>>(now.time_since_epoch()));
    Occurrences found = occurrencesOf(calendar, {now - past, now + future}, maxRows, own);
    // A rule with many occurrences a day may use up its rows before today.
    if (!found.complete && found.covered.end < now + soon && found.rows.size() >= maxRows)
        found = occurrencesOf(calendar, {now - std::chrono::days(1), now + future}, maxRows, own);
    index.rows.reserve(found.rows.size());
    for (const Occurrence& one : found.rows) index.rows.push_back(rowOf(one, component));
    index.series = !found.complete || index.rows.size() > 1;
    if (!found.complete) {
        // Rows of floating times lie up to a `slack` off, so the covered stretch counts for less.
        index.coveredFrom = std::min(clamp(found.covered.start) + slack, latest);
        index.coveredUntil = std::max(clamp(found.covered.end) - slack, earliest);
    }
    return index;
}

void addOccurrences(Connection& db, CollectionId collection, MemberId member, const Indexed& index) {
    int seq = 0;
    for (const OccurrenceRow& row : index.rows)
        db.exec(
            "INSERT INTO occurrences(collection_id, span, start_utc, member_id, seq, length, flags) "
            "VALUES(?, ?, ?, ?, ?, ?, ?)",
            collection, row.span, row.start, member, seq++, row.length, row.flags);
    if (index.series)
        db.exec("INSERT INTO series(member_id, collection_id, covered_from, covered_until, keys) VALUES(?, ?, ?, ?, ?)",
                member, collection, index.coveredFrom, index.coveredUntil, Blob{packed(index)});
}

void dropOccurrences(Connection& db, const IndexKey& key) {
    if (key.span) return dropRow(db, key.collection, *key.span, key.start, key.member);
    auto row = db.query("DELETE FROM series WHERE member_id=? RETURNING keys", key.member);
    if (!row.next()) return;
    const std::string keys(row.blob(0));
    eachKey(keys, [&](int span, std::int64_t at) { dropRow(db, key.collection, span, at, key.member); });
}

void replaceOccurrences(Connection& db, const IndexKey& key, const Indexed& index) {
    const bool single = !index.series && !index.rows.empty();
    if (key.span && single && index.rows.front().span == *key.span && index.rows.front().start == key.start) {
        const OccurrenceRow& row = index.rows.front();
        db.exec(
            "UPDATE occurrences SET length=?, flags=? WHERE collection_id=? AND span=? AND start_utc=? AND member_id=? "
            "AND (length<>? OR flags<>?)",
            row.length, row.flags, key.collection, row.span, row.start, key.member, row.length, row.flags);
        return;
    }
    if (!key.span && index.series) {
        auto same = db.query("SELECT 1 FROM series WHERE member_id=? AND keys=?", key.member, Blob{packed(index)});
        if (same.next()) return;
    }
    dropOccurrences(db, key);
    addOccurrences(db, key.collection, key.member, index);
}

std::vector<std::string> ownAddresses(Connection& db, CollectionId collection, const Component& calendar) {
    std::vector<std::string> own;
    const auto invites = [](const Component& part) { return part.find("ATTENDEE") != nullptr; };
    if (std::any_of(calendar.components().begin(), calendar.components().end(), invites))
        for (auto& row : db.query("SELECT e.email FROM collections c JOIN user_emails e ON e.user_id=c.owner "
                                  "WHERE c.id=? ORDER BY e.position",
                                  collection))
            own.push_back(row.string(0));
    return own;
}

Indexed storedIndex(Connection& db, const IndexKey& key) {
    Indexed index;
    std::string keys(digestSize, '\0');
    if (key.span) {
        appendKey(keys, {*key.span, key.start, 0, 0});
    } else if (auto row =
                   db.query("SELECT covered_from, covered_until, keys FROM series WHERE member_id=?", key.member);
               row.next()) {
        index.series = true;
        index.coveredFrom = row.int64(0);
        index.coveredUntil = row.int64(1);
        keys = row.blob(2);
    }
    std::vector<std::pair<int, OccurrenceRow>> found;
    eachKey(keys, [&](int span, std::int64_t at) {
        for (auto& row : db.query("SELECT seq, length, flags FROM occurrences "
                                  "WHERE collection_id=? AND span=? AND start_utc=? AND member_id=?",
                                  key.collection, span, at, key.member))
            found.push_back({row.integer(0), {span, at, row.int64(1), row.integer(2)}});
    });
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    found.erase(std::unique(found.begin(), found.end()), found.end());
    for (auto& [seq, row] : found) index.rows.push_back(row);
    return index;
}

namespace {

/// nullopt: the bytes are damaged, and what the index says of them may as well stay (D23).
std::optional<Indexed> freshIndex(Connection& db, CollectionId collection, ComponentKind component,
                                  const std::string& bytes, Instant now) {
    try {
        const Document document = Document::parse(bytes);
        return indexOf(document.root(), component, now, ownAddresses(db, collection, document.root()));
    } catch (const ParseError&) {
        return std::nullopt;
    }
}

}  // namespace

bool rereadZones(Connection& db, Instant now, std::size_t slice, MemberId& cursor) {
    struct Due {
        IndexKey key;
        ComponentKind component;
        std::int64_t activity;
        std::string bytes;
    };
    std::vector<Due> due;
    for (auto& row : db.query("SELECT m.id, m.collection_id, m.span, m.start_utc, m.component, CASE WHEN "
                              "m.record_kind=? THEN m.record_row END, b.content FROM members m JOIN collections c ON "
                              "c.id=m.collection_id AND c.home=? JOIN bodies b ON b.id=m.body WHERE m.id>? AND "
                              "m.deleted=0 ORDER BY m.id LIMIT ?",
                              RecordKind::activity, Home::calendars, cursor, static_cast<std::int64_t>(slice)))
        due.push_back(
            {{row.int64(1), row.int64(0), row.isNull(2) ? std::nullopt : std::optional(row.integer(2)), row.int64(3)},
             row.as<ComponentKind>(4),
             row.int64(5),
             std::string(row.blob(6))});
    for (const Due& one : due) {
        cursor = one.key.member;
        if (one.activity) refreshExtent(db, one.activity);
        if (one.bytes.find("TZID") == std::string::npos) continue;
        const auto fresh = freshIndex(db, one.key.collection, one.component, one.bytes, now);
        if (!fresh) continue;
        replaceOccurrences(db, one.key, *fresh);
        const bool single = !fresh->series && !fresh->rows.empty();
        db.exec("UPDATE members SET span=?, start_utc=? WHERE id=?",
                single ? std::optional(fresh->rows.front().span) : std::nullopt,
                single ? std::optional(fresh->rows.front().start) : std::nullopt, one.key.member);
    }
    return due.size() == slice;
}

bool moveHorizons(Connection& db, Instant now, std::size_t slice, MemberId& cursor) {
    struct Due {
        MemberId member;
        CollectionId collection;
        ComponentKind component;
        std::string bytes;
    };
    std::vector<Due> due;
    for (auto& row : db.query("SELECT s.member_id, s.collection_id, m.component, b.content FROM series s "
                              "JOIN members m ON m.id=s.member_id JOIN bodies b ON b.id=m.body "
                              "WHERE s.member_id > ? AND s.covered_until < ? ORDER BY s.member_id LIMIT ?",
                              cursor, now + soon, static_cast<std::int64_t>(slice)))
        due.push_back({row.int64(0), row.int64(1), row.as<ComponentKind>(2), std::string(row.blob(3))});
    for (const Due& one : due) {
        cursor = one.member;
        if (const auto fresh = freshIndex(db, one.collection, one.component, one.bytes, now)) {
            dropOccurrences(db, {one.collection, one.member});
            addOccurrences(db, one.collection, one.member, *fresh);
        }
    }
    return due.size() == slice;
}

}  // namespace crmdav
