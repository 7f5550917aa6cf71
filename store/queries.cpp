#include "store/queries.h"

#include <algorithm>

#include "protocol/dav/filter.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/expand.h"
#include "protocol/text/freebusy.h"
#include "store/engine/database.h"
#include "store/objects/bodies.h"
#include "store/objects/member_rows.h"
#include "store/objects/members.h"
#include "store/objects/occurrences.h"
#include "store/objects/text_index.h"

namespace crmdav {

namespace {

// ?1 collection, ?2 start, ?3 end: rows that overlap [?2, ?3), one range scan a class of lengths. Must agree with
// spanOf(); the last reach is longer than all of time.
#define OVERLAPPING                                                                                    \
    "FROM (SELECT 0 AS span, 3600 AS reach UNION ALL SELECT 1, 14400 UNION ALL SELECT 2, 57600 "       \
    "UNION ALL SELECT 3, 259200 UNION ALL SELECT 4, 1209600 UNION ALL SELECT 5, 5356800 "              \
    "UNION ALL SELECT 6, 31622400 UNION ALL SELECT 7, 1000000000000) k {join in order} occurrences o " \
    "ON o.collection_id=?1 AND o.span=k.span AND o.start_utc > ?2 - k.reach AND o.start_utc < ?3 "     \
    "WHERE (o.start_utc + o.length > ?2 OR o.start_utc >= ?2) "

// Series that may have more occurrences in [?2, ?3) than the index holds.
#define UNCOVERED                                                                                           \
    "SELECT s.member_id AS id, 0 AS exact FROM series s WHERE s.collection_id=?1 AND s.covered_until < ?3 " \
    "UNION ALL SELECT s.member_id, 0 FROM series s WHERE s.collection_id=?1 AND s.covered_from > ?2 "

constexpr int inexact = occurrence::floating | occurrence::loose;
static_assert(inexact == 20, "said in the SQL below");

#define CANDIDATES                                                                                                    \
    "SELECT id, MAX(exact) AS exact FROM (SELECT o.member_id AS id, CASE WHEN (o.flags & 20)=0 THEN 1 ELSE 0 END AS " \
    "exact " OVERLAPPING "UNION ALL " UNCOVERED ") f GROUP BY id"

std::int64_t clampedStart(const TimeRange& range) {
    return std::max(range.start.time_since_epoch().count(), occurrence::earliest);
}
std::int64_t clampedEnd(const TimeRange& range) {
    return std::min(range.end.time_since_epoch().count(), occurrence::latest);
}

int componentNumber(std::string_view name) {
    if (name.empty()) return -1;
    if (name == "VEVENT") return static_cast<int>(ComponentKind::event);
    if (name == "VTODO") return static_cast<int>(ComponentKind::todo);
    if (name == "VJOURNAL") return static_cast<int>(ComponentKind::journal);
    return static_cast<int>(ComponentKind::other);
}

ZonePtr zoneFrom(const ZonePtr& ofFilter, const std::string& zone) {
    if (ofFilter) return ofFilter;
    ZonePtr found = zone.empty() ? nullptr : readZone(zone);
    return found ? found : utcZone();
}

/// Counts what was found against the limit.
class Found {
public:
    Found(std::size_t limit, const VisitMember& visit) : limit_(limit), visit_(visit) {}
    /// @returns false: the limit is reached, and this would have been one more
    bool take(const Member& member, std::string_view bytes) {
        if (limit_ != 0 && count_ == limit_) return false;
        ++count_;
        visit_(member, bytes);
        return true;
    }

private:
    std::size_t limit_, count_ = 0;
    const VisitMember& visit_;
};

template <class Filter, class... Zone>
bool matchesBytes(const Filter& filter, std::string_view bytes, const Zone&... zone) {
    try {
        return matches(filter, Document::parse(std::string(bytes)), zone...);
    } catch (const std::exception&) {
        return false;  // one broken object doesn't stop the others (D23)
    }
}

/// Rows of: member columns, exact, content (NULL where it isn't needed, or comes by itself).
bool visitRows(Connection& db, Rows rows, const CalendarFilter& filter, const CalendarHints& hints, const ZonePtr& zone,
               Found found, bool withBytes) {
    Member member;
    while (rows.next()) {
        readMember(rows, member);
        if (hints.uid && !matches(*hints.uid, member.uid)) continue;
        const bool known = hints.exact && rows.boolean(memberColumns);
        std::optional<Body> body;
        if (withBytes || !known) body.emplace(db, member, rows, memberColumns + 1);
        const std::string_view bytes = body ? body->bytes() : std::string_view();
        if (!known && !matchesBytes(filter, bytes, zone)) continue;
        if (!found.take(member, withBytes ? bytes : std::string_view())) return true;
    }
    return false;
}

}  // namespace

bool queryCalendar(Connection& db, const Sight& sight, const CalendarFilter& filter, const std::string& zoneText,
                   std::size_t limit, const VisitMember& visit, bool withBytes) {
    const CalendarHints hints = hintsOf(filter);
    if (hints.nothing) return false;
    const ZonePtr zone = zoneFrom(filter.zone, zoneText);
    const int component = componentNumber(hints.component);
    const bool always = withBytes || !hints.exact;
    if (hints.range)
        return visitRows(
            db,
            db.query(
                "SELECT " MEMBER_COLUMNS
                ", c.exact, CASE WHEN (?5<>0 OR c.exact=0) AND m.size <= 16384 THEN b.content END "
                "FROM (" CANDIDATES ") c {join in order} members m ON m.id=c.id "
                "{join in order} bodies b ON b.id=m.body WHERE (?4 < 0 OR m.component=?4) AND (?6=0 OR m.veiled=0)",
                sight.id, clampedStart(*hints.range), clampedEnd(*hints.range), component, always, sight.veiled),
            filter, hints, zone, {limit, visit}, withBytes);
    // "other" is more than one component: the bytes tell.
    const bool exact = component != static_cast<int>(ComponentKind::other);
    return visitRows(db,
                     db.stream("SELECT " MEMBER_COLUMNS
                               ", ?3, CASE WHEN ?4<>0 AND m.size <= 16384 THEN b.content END FROM members m "
                               "JOIN bodies b ON b.id=m.body WHERE m.collection_id=?1 AND m.deleted=0 "
                               "AND (?2 < 0 OR m.component=?2) AND (?5=0 OR m.veiled=0) ORDER BY m.change",
                               sight.id, component, exact, always || !exact, sight.veiled),
                     filter, hints, zone, {limit, visit}, withBytes);
}

bool queryBook(Connection& db, const Sight& sight, const CardFilter& filter, std::size_t limit,
               const VisitMember& visit, bool withBytes) {
    const std::string expression = matchExpression(db.engine(), filter);
    Rows rows =
        expression.empty()
            ? db.stream("SELECT " MEMBER_COLUMNS
                        ", CASE WHEN ?<>0 AND m.size <= 16384 THEN b.content END FROM members m "
                        "JOIN bodies b ON b.id=m.body WHERE m.collection_id=? AND m.deleted=0 "
                        "AND (?=0 OR m.veiled=0) ORDER BY m.name",
                        withBytes || !filter.props.empty(), sight.id, sight.veiled)
            : db.query("SELECT " MEMBER_COLUMNS ", " BODY_WITH_ROW
                       " FROM card_text t "
                       "{join in order} members m ON m.id={text member} {join in order} bodies b ON b.id=m.body "
                       "WHERE {text matches} AND m.collection_id=? AND m.deleted=0 AND (?=0 OR m.veiled=0) "
                       "ORDER BY m.name",
                       expression, sight.id, sight.veiled);
    Found found(limit, visit);
    Member member;
    while (rows.next()) {
        readMember(rows, member);
        std::optional<Body> body;
        if (withBytes || !filter.props.empty()) body.emplace(db, member, rows, memberColumns);
        const std::string_view bytes = body ? body->bytes() : std::string_view();
        if (!filter.props.empty() && !matchesBytes(filter, bytes)) continue;
        if (!found.take(member, withBytes ? bytes : std::string_view())) return true;
    }
    return false;
}

namespace {

/// Periods that are merged before they are very many.
class Periods {
public:
    explicit Periods(const TimeRange& range) : range_(range) {}
    std::vector<BusyPeriod>& all() { return all_; }
    void settle() {
        if (all_.size() < many_) return;
        all_ = mergeBusy(std::move(all_), range_);
        many_ = std::max(many_, 2 * all_.size());
    }

private:
    TimeRange range_;
    std::vector<BusyPeriod> all_;
    std::size_t many_ = 100'000;
};

/// What an index row says of busy time, floating ones looked at in `zone`.
BusyPeriod periodOf(const Rows& row, const ZonePtr& zone) {
    const std::int64_t start = row.int64(0), length = row.int64(1);
    const int flags = row.integer(2);
    const Busy kind = static_cast<Busy>(flags & occurrence::busyMask);
    if ((flags & occurrence::floating) == 0)
        return {Instant(std::chrono::seconds(start)), Instant(std::chrono::seconds(start + length)), kind};
    const LocalTime from(std::chrono::seconds(start + occurrence::slack));
    const LocalTime until(std::chrono::seconds(start + length - occurrence::slack));
    return {zone->toUtc(from), zone->toUtc(until), kind};
}

/// Adds an object's busy periods. One that has more of them than may be walked is busy for the rest of the range: what
/// isn't known is never free (D13), and one hostile series stops nobody else's answer (D24).
void addKnown(const Document& document, const TimeRange& range, const ZonePtr& zone,
              const std::vector<std::string>& own, std::vector<BusyPeriod>& periods) {
    const std::size_t before = periods.size();
    if (addBusy(CalendarItem(document.root(), zone), range, own, Bound{}, periods) || periods.size() == before) return;
    Instant known = Instant::min();
    for (std::size_t i = before; i < periods.size(); ++i) known = std::max(known, periods[i].end);
    if (known < range.end) periods.push_back({known, range.end, Busy::busy});
}

/// Adds what a VFREEBUSY in a calendar says; which of its periods those are, only its bytes tell.
void addStated(Connection& db, const std::vector<MemberId>& members, const TimeRange& range, const ZonePtr& zone,
               Periods& periods) {
    for (const MemberId member : members) {
        try {
            const Document document = Document::parse(memberBytes(db, member).value_or(std::string()));
            addKnown(document, range, zone, {}, periods.all());
            periods.settle();
        } catch (const std::exception&) {
            continue;  // D23, as above
        }
    }
}

void addUncovered(Connection& db, CollectionId collection, const TimeRange& range, const ZonePtr& zone,
                  Periods& periods) {
    std::vector<std::string> series;
    for (auto& row : db.query("SELECT b.content FROM (" UNCOVERED ") c {join in order} members m ON m.id=c.id "
                              "{join in order} bodies b ON b.id=m.body WHERE m.component=?4",
                              collection, clampedStart(range), clampedEnd(range), ComponentKind::event))
        series.emplace_back(row.blob(0));
    std::vector<std::string> own;  // read once, with the first invitation
    for (std::string& bytes : series) {
        try {
            const Document document = Document::parse(std::move(bytes));
            if (own.empty()) own = ownAddresses(db, collection, document.root());
            addKnown(document, range, zone, own, periods.all());
            periods.settle();
        } catch (const std::exception&) {
            continue;  // D23, as above
        }
    }
}

}  // namespace

std::vector<BusyPeriod> freeBusy(Connection& db, std::span<const CollectionId> collections, const TimeRange& range,
                                 const std::string& zoneText) {
    const ZonePtr zone = zoneFrom(nullptr, zoneText);
    Periods periods(range);
    for (const CollectionId collection : collections) {
        std::vector<MemberId> stated;
        for (auto& row :
             db.query("SELECT o.start_utc, o.length, o.flags, o.member_id " OVERLAPPING "AND (o.flags & 3) <> 0",
                      collection, clampedStart(range), clampedEnd(range))) {
            if (row.integer(2) & occurrence::loose)
                stated.push_back(row.int64(3));
            else if (const BusyPeriod period = periodOf(row, zone); overlaps(period.start, period.end, range))
                periods.all().push_back(period);
            periods.settle();
        }
        addStated(db, stated, range, zone, periods);
        addUncovered(db, collection, range, zone, periods);
    }
    return mergeBusy(std::move(periods.all()), range);
}

}  // namespace crmdav
