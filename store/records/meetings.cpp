#include <algorithm>
#include <charconv>
#include <map>

#include "store/engine/database.h"
#include "store/records/activities.h"
#include "store/records/activity_filter.h"
#include "store/records/calendar_times.h"
#include "store/records/rows.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr seconds firstWindow = days(64), shortest = hours(1), farthest = days(3653);
constexpr std::size_t mostInWindow = 5000;

/// Dates and floating times have a place in the order, too: as if they were in UTC.
struct Place {
    std::int64_t start = 0;
    Id activity;
    friend auto operator<=>(const Place&, const Place&) = default;
};

Place placeOf(const CalendarEntry& e) { return {utcOf(e.start, utcZone())->time_since_epoch().count(), e.activity}; }

/// A page's last place: start and activity.
std::optional<Place> placeAfter(const std::string& cursor) {
    if (cursor.empty()) return std::nullopt;
    Place place;
    const char* end = cursor.data() + cursor.size();
    const auto start = std::from_chars(cursor.data(), end, place.start);
    if (start.ec != std::errc{} || start.ptr == end || *start.ptr != '_') throw InvalidField("after", "not a cursor");
    place.activity.assign(start.ptr + 1, end);
    return place;
}

std::string cursorOfPlace(const Place& place) { return std::to_string(place.start) + "_" + place.activity; }

/// From the first to the last moment of all that is linked; nothing where nothing is.
std::optional<TimeRange> extentOfLinked(Connection& db, const ActivityFilter& filter) {
    auto row = db.query(
        "SELECT min(a.from_utc), max(a.until_utc) FROM activities a WHERE a.deleted_at IS NULL "
        "AND" ACTIVITY_LINKED,
        ACTIVITY_LINKED_VALUES(filter));
    if (!row.next() || row.isNull(0) || row.isNull(1)) return std::nullopt;
    const auto moment = [](std::int64_t at) {  // an endless series ends beyond what a clock knows
        constexpr std::int64_t most = 250'000'000'000;
        return Instant(seconds(std::clamp(at, -most, most)));
    };
    return TimeRange{moment(row.int64(0)), moment(row.int64(1)) + seconds(1)};
}

/// Goes away from a moment, window by window, each four times the one before: as many as there are hits to find.
class MeetingWalk {
public:
    MeetingWalk(Connection& db, const Store::Query& query, bool coming)
        : db_(db), query_(query), coming_(coming), last_(placeAfter(query.after)) {}

    Store::Page<Meeting> page(const TimeRange& extent) {
        const std::size_t limit = pageSize(query_);
        const Instant edge = coming_ ? *query_.from : *query_.until;
        Instant at = last_ ? Instant(seconds(last_->start)) + seconds(coming_ ? 0 : 1) : edge;
        const Instant end = coming_ ? std::min(extent.end, at + farthest) : extent.start - days(1);
        if (!coming_) at = std::min(at, extent.end + days(1));
        if (coming_) at = std::max(at, std::min(edge, extent.start - days(1)));
        for (seconds span = firstWindow; coming_ ? at < end : at > end;) {
            const TimeRange window = coming_ ? TimeRange{at, at + span} : TimeRange{at - span, at};
            if (!look(window) && span > shortest) {
                span = std::max<seconds>(shortest, span / 8);
                continue;
            }
            if (found_.size() > limit) break;
            at = coming_ ? window.end : window.start;
            span = std::min<seconds>(span * 4, farthest);
        }
        return taken(limit);
    }

private:
    /// Adds what begins in the window, in order. @returns false: there is too much in it
    bool look(const TimeRange& window) {
        Store::Query query = query_;
        query.from = window.start;
        query.until = window.end;
        query.limit = mostInWindow;
        bool complete = true;
        auto entries = occurrences(db_, query, complete, [&](const Activity& a) { activities_.emplace(a.id, a); });
        if (!complete) return false;
        std::erase_if(entries, [&](const CalendarEntry& entry) { return !isNext(placeOf(entry), window); });
        std::ranges::sort(entries, [&](const CalendarEntry& a, const CalendarEntry& b) {
            return coming_ ? placeOf(a) < placeOf(b) : placeOf(b) < placeOf(a);
        });
        std::ranges::move(entries, std::back_inserter(found_));
        return true;
    }
    bool isNext(const Place& place, const TimeRange& window) const {
        const Instant start{seconds(place.start)};
        if (start < window.start || start >= window.end) return false;
        return !last_ || (coming_ ? place > *last_ : place < *last_);
    }

    Store::Page<Meeting> taken(std::size_t limit) {
        Store::Page<Meeting> page;
        const bool more = found_.size() > limit;
        if (more) found_.resize(limit);
        for (const CalendarEntry& entry : found_) page.records.push_back({entry, activities_.at(entry.activity)});
        if (more) page.next = cursorOfPlace(placeOf(page.records.back().at));
        return page;
    }

    Connection& db_;
    const Store::Query& query_;
    bool coming_;
    std::optional<Place> last_;
    std::vector<CalendarEntry> found_;
    std::map<Id, Activity> activities_;
};

}  // namespace

Store::Page<Meeting> meetings(Connection& db, const Store::Query& query, bool coming) {
    if (coming ? !query.from : !query.until) throw InvalidField(coming ? "from" : "until", "is missing");
    const ActivityFilter filter = filterOf(db, query, storedTypes(db));
    if (!filter.linked()) throw InvalidField("contact", "name a contact, company or deal");
    MeetingWalk walk(db, query, coming);
    const auto extent = extentOfLinked(db, filter);
    return extent ? walk.page(*extent) : Store::Page<Meeting>{};
}

}  // namespace crmdav
