#include <algorithm>

#include "protocol/dav/filter.h"
#include "protocol/text/expand.h"
#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/objects/collections.h"
#include "store/queries.h"
#include "store/records/activities.h"
#include "store/records/activity_filter.h"
#include "store/records/calendar_times.h"
#include "store/records/normalise.h"
#include "store/records/rows.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::size_t mostOccurrences = 10'000, mostActivities = 20'000;
constexpr seconds anyZone = hours(14);      ///< no zone is further from UTC
constexpr seconds anyTwoZones = hours(28);  ///< nor are two of them from each other

constexpr bool hasZone(When::Kind kind) { return kind == When::Kind::zoned || kind == When::Kind::utc; }

TimeRange widened(const TimeRange& range, seconds by) { return {range.start - by, range.end + by}; }

/// The entries so far, never many more than are asked for.
class Entries {
public:
    Entries(const TimeRange& range, std::size_t limit) : range_(range), limit_(limit) {}

    /// Takes it if it is in the range: with a zone as the moment that it is, else in any zone.
    void add(CalendarEntry entry) {
        const TimeRange range = hasZone(entry.start.kind) ? range_ : widened(range_, anyZone);
        const Instant start = momentOf(entry.start), end = momentOf(entry.end);
        const bool isDue = entry.component == ComponentKind::todo;
        if (isDue ? end < range.start || end >= range.end : !overlaps(start, std::max(start, end), range)) return;
        all_.push_back(std::move(entry));
        if (all_.size() >= 4 * limit_ + 1000) cut();
    }
    void missSome() { complete_ = false; }
    std::size_t limit() const { return limit_; }

    std::vector<CalendarEntry> take(bool& complete) {
        cut();
        complete = complete_;
        return std::move(all_);
    }

private:
    static Instant momentOf(const When& when) { return *utcOf(when, utcZone()); }

    void cut() {
        std::ranges::stable_sort(all_, [](const CalendarEntry& a, const CalendarEntry& b) {
            const Instant first = momentOf(a.start), second = momentOf(b.start);
            return first != second ? first < second : a.activity < b.activity;
        });
        if (all_.size() <= limit_) return;
        all_.resize(limit_);
        complete_ = false;
    }

    TimeRange range_;
    std::size_t limit_;
    std::vector<CalendarEntry> all_;
    bool complete_ = true;
};

When inUtc(const When& when) {
    if (!hasZone(when.kind)) return when;
    return {When::Kind::utc, LocalTime(utcOf(when, utcZone())->time_since_epoch()), {}};
}

/// `allDay` and `floating` as expand.h has them, which read such times in UTC.
When whenOf(Instant moment, bool allDay, bool floating) {
    const LocalTime local(moment.time_since_epoch());
    if (allDay) return {When::Kind::date, floor<days>(local), {}};
    return {floating ? When::Kind::floating : When::Kind::utc, local, {}};
}

CalendarEntry entryOf(const Activity& shown) {
    CalendarEntry entry;
    entry.activity = shown.id;
    entry.version = shown.version;
    entry.subject = shown.subject;
    entry.location = shown.location;
    entry.typeId = shown.typeId;
    entry.owner = shown.owner;
    entry.component = shown.component;
    entry.privacy = shown.privacy;
    entry.series = !shown.rrule.empty() || !shown.extraDates.empty();
    entry.busy = shown.busy;
    entry.tentative = shown.tentative;
    entry.cancelled = shown.cancelled;
    entry.done = shown.done;
    return entry;
}

/// Is there more to it than its own start and end?
bool repeats(const Activity& a) { return !a.rrule.empty() || !a.extraDates.empty() || !a.exceptions.empty(); }

void addOnce(const Activity& shown, Entries& entries) {
    CalendarEntry entry = entryOf(shown);
    entry.start = inUtc(shown.start);
    entry.end = inUtc(shown.end);
    if (entry.start.kind == When::Kind::none) entry.start = entry.end;  // a task that is due
    if (entry.start.kind == When::Kind::none) return;
    if (entry.end.kind == When::Kind::none) {
        entry.end = entry.start;
        if (entry.start.kind == When::Kind::date && entry.component == ComponentKind::event) entry.end.local += days(1);
    }
    entries.add(std::move(entry));
}

/// The start that an instance has by the series, as Exception::original says it.
When originalOf(const Instance& instance, const When& start) {
    if (start.kind == When::Kind::utc)
        return {When::Kind::utc, LocalTime(instance.recurrenceInstant.time_since_epoch()), {}};
    return {start.kind, instance.recurrenceId.local, start.zone};
}

void addSeries(const Activity& shown, const Document& document, const TimeRange& range, Entries& entries) {
    const CalendarItem item(document.root(), utcZone());
    const Bound bound{entries.limit() + shown.exceptions.size() + 1};
    const TimeRange wide = hasZone(shown.start.kind) ? range : widened(range, anyZone);
    const Walk walk = item.forEach(wide, bound, [&](const Instance& instance) {
        if (instance.start == Instant::min()) return true;
        CalendarEntry entry = entryOf(shown);
        entry.original = originalOf(instance, shown.start);
        entry.start = whenOf(instance.start, instance.allDay, instance.floating);
        entry.end = whenOf(instance.end, instance.allDay, instance.floating);
        if (instance.overridden) {
            const auto own = std::ranges::find(shown.exceptions, entry.original, &Exception::original);
            if (own == shown.exceptions.end() || own->cancelled) return true;
            entry.subject = own->subject;
            entry.location = own->location;
        }
        if (!entry.series) entry.original = {};
        entries.add(std::move(entry));
        return true;
    });
    if (walk == Walk::cutShort) entries.missSome();
}

/// Objects that hold the series, by their rows.
void addAllSeries(Connection& db, const std::vector<Activity>& series, std::span<const std::int64_t> rows,
                  const TimeRange& range, Entries& entries) {
    if (rows.empty()) return;
    const RowKeys keys(rows);
    std::int64_t last = 0;
    for (auto& row :
         db.query("SELECT m.record_row, b.content FROM members m JOIN collections c ON c.id=m.collection_id AND "
                  "c.deleted_at IS NULL JOIN bodies b ON b.id=m.body WHERE m.record_kind=? AND m.deleted=0 AND " ANY_OF(
                      "m.record_row") " ORDER BY m.record_row, m.collection_id",
                  RecordKind::activity, keys.json())) {
        if (std::exchange(last, row.int64(0)) == row.int64(0)) continue;  // a colleague's copy of the same
        try {
            addSeries(series[keys.placeOf(last)], Document::parse(std::string(row.blob(1))), range, entries);
        } catch (const std::exception&) {
            continue;  // one damaged object must not take the calendar away; check() tells of it
        }
    }
}

/// Busy blocks are nobody's activities: they have a time and no more, and come where nothing else was asked for.
void addBlocks(Connection& db, const Store::Query& query, const ActivityFilter& filter, const TimeRange& range,
               Entries& entries) {
    if (query.user == 0 || filter.linked() || filter.type || !filter.text.empty() || filter.done >= 0) return;
    auto calendar = db.query(
        "SELECT c.id FROM collections c JOIN users u ON u.id=c.owner WHERE c.owner=? AND "
        "c.purpose=? AND c.deleted_at IS NULL AND (?='' OR u.login=?)",
        query.user, Purpose::busy, query.owner, query.owner);
    if (!calendar.next()) return;
    const CollectionId busy = calendar.int64(0);
    const TimeRange wide = widened(range, anyZone);
    CalendarFilter blocks;
    blocks.root.comps.push_back({"VEVENT", false, true, wide, {}, {}});
    queryCalendar(
        db, Sight(busy), blocks, "", mostActivities,
        [&](const Member&, std::string_view bytes) {
            const Document document = Document::parse(std::string(bytes));
            const CalendarItem item(document.root(), utcZone());
            item.forEach(wide, Bound{entries.limit() + 1}, [&](const Instance& instance) {
                const Busy kind = busyOf(*instance.component);
                if (kind == Busy::free) return true;
                CalendarEntry entry;
                entry.start = whenOf(instance.start, instance.allDay, instance.floating);
                entry.end = whenOf(instance.end, instance.allDay, instance.floating);
                entry.owner = query.user;
                entry.tentative = kind == Busy::tentative;
                entries.add(std::move(entry));
                return true;
            });
        },
        true);
}

std::vector<std::int64_t> candidates(Connection& db, const Store::Query& query, const ActivityFilter& filter,
                                     const TimeRange& range) {
    const TimeRange wide = widened(range, anyTwoZones);
    const std::int64_t from = wide.start.time_since_epoch().count(), until = wide.end.time_since_epoch().count();
#define IN_TIME                                                                                                    \
    "SELECT a.id FROM activities a WHERE a.deleted_at IS NULL AND a.until_utc>=? AND a.from_utc<? AND (?='' OR "   \
    "EXISTS(SELECT 1 FROM users u WHERE u.login=? AND u.removed_at IS NULL AND (u.id=a.owner OR (" INVITES         \
    " AND "                                                                                                        \
    "EXISTS(SELECT 1 FROM activity_participants WHERE activity_id=a.id AND user_id=u.id))))) AND" ACTIVITY_MATCHES \
    "AND" ACTIVITY_SEEN
#define IN_TIME_VALUES \
    from, until, query.owner, query.owner, ACTIVITY_MATCHES_VALUES(filter), query.user, query.user, query.user
#define BY_START " ORDER BY a.from_utc, a.id LIMIT ?"
    std::vector<std::int64_t> rows;
    const auto collect = [&](Rows found) {
        for (auto& row : found) rows.push_back(row.int64(0));
    };
    if (filter.linked())
        collect(db.query(IN_TIME "AND" ACTIVITY_LINKED BY_START, IN_TIME_VALUES, ACTIVITY_LINKED_VALUES(filter),
                         mostActivities + 1));
    else
        collect(db.query(IN_TIME BY_START, IN_TIME_VALUES, mostActivities + 1));
#undef IN_TIME
#undef IN_TIME_VALUES
#undef BY_START
    return rows;
}

}  // namespace

std::vector<CalendarEntry> occurrences(Connection& db, const Store::Query& query, bool& complete,
                                       const std::function<void(const Activity&)>& seen) {
    if (!query.from || !query.until) throw InvalidField("from", "name the span of time: from and until");
    const TimeRange range{*query.from, *query.until};
    const auto types = storedTypes(db);
    const ActivityFilter filter = filterOf(db, query, types);
    Entries entries(range, std::clamp<std::size_t>(query.limit, 1, mostOccurrences));
    auto rows = candidates(db, query, filter, range);
    if (rows.size() > mostActivities) {
        rows.pop_back();
        entries.missSome();
    }
    std::vector<Activity> series;
    std::vector<std::int64_t> seriesRows;
    for (StoredActivity& stored : loadActivities(db, rows, types)) {
        const std::int64_t row = stored.row;
        const auto shown = shownTo(query.user, std::move(stored));
        if (!shown || !matchesShown(filter, *shown)) continue;
        if (seen) seen(*shown);
        if (!repeats(*shown)) {
            addOnce(*shown, entries);
            continue;
        }
        series.push_back(*shown);
        seriesRows.push_back(row);
    }
    addAllSeries(db, series, seriesRows, range, entries);
    addBlocks(db, query, filter, range, entries);
    return entries.take(complete);
}

}  // namespace crmdav
