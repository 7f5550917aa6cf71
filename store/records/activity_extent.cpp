#include <algorithm>
#include <string>
#include <vector>

#include "protocol/text/recurrence.h"
#include "store/engine/database.h"
#include "store/records/activities.h"
#include "store/records/calendar_times.h"
#include "store/records/users.h"

namespace crmdav {
namespace {

constexpr std::int64_t endOfTime = 253'402'300'799;  // the year 9999

/// Start of the last occurrence of a rule that counts them, as wall clock; nullopt: too far to count.
std::optional<LocalTime> lastOf(const Rule& rule, LocalTime start) {
    constexpr std::uint32_t mostCounted = 10'000;
    if (!rule.count || *rule.count > mostCounted) return std::nullopt;
    RuleIterator starts(rule, start, std::nullopt);
    LocalTime last = start;
    while (const auto next = starts.next()) last = std::max(last, *next);
    return starts.cutShort() ? std::nullopt : std::optional(last);
}

bool floats(When::Kind start, When::Kind end) {
    return (start != When::Kind::zoned && start != When::Kind::utc) || end == When::Kind::floating;
}

}  // namespace

Extent extentOf(Connection& db, const Activity& a) {
    const bool needsZone = floats(a.start.kind, a.end.kind);
    ZonePtr floating = utcZone();
    if (needsZone && (a.start.kind != When::Kind::none || a.end.kind != When::Kind::none))
        if (ZonePtr own = findZone(zoneOfUser(db, a.owner))) floating = own;
    const auto start = utcOf(a.start, floating), end = utcOf(a.end, floating);
    Extent extent;
    if (!start && !end) return extent;
    extent.from = (start ? *start : *end).time_since_epoch().count();
    const auto last =
        end ? *end
            : *start + (a.start.kind == When::Kind::date ? std::chrono::seconds(86'400) : std::chrono::seconds(0));
    extent.until = std::max<std::int64_t>(*extent.from, last.time_since_epoch().count());
    const std::int64_t length = *extent.until - *extent.from;
    if (!a.rrule.empty()) {
        try {
            const Rule rule = Rule::parse(a.rrule);
            extent.until = rule.until ? rule.until->local.time_since_epoch().count() + 2 * 86'400 + length : endOfTime;
            if (const auto counted = lastOf(rule, a.start.local))
                if (const auto moment = utcOf({a.start.kind, *counted, a.start.zone}, floating))
                    extent.until = moment->time_since_epoch().count() + length;
        } catch (const RuleError&) {
            extent.until = endOfTime;
        }
    }
    const auto include = [&](const When& when, std::int64_t lasting) {
        const auto moment = utcOf(when, floating);
        if (!moment) return;
        extent.from = std::min<std::int64_t>(*extent.from, moment->time_since_epoch().count());
        extent.until = std::max<std::int64_t>(*extent.until, moment->time_since_epoch().count() + lasting);
    };
    for (const When& when : a.extraDates) include(when, length);
    for (const Exception& e : a.exceptions) {
        include(e.start, length);
        include(e.end, 0);
    }
    return extent;
}

// While there is work, meta has `extents`: the activity that was looked at last.

void extentsAreStale(Connection& db) {
    db.exec("INSERT INTO meta(name, value) VALUES('extents', '0') ON CONFLICT(name) DO UPDATE SET value='0'");
}

bool areExtentsStale(Connection& db) {
    auto row = db.query("SELECT 1 FROM meta WHERE name='extents'");
    return row.next();
}

bool renewExtents(Connection& db, std::size_t slice) {
    std::vector<std::int64_t> floating;
    std::int64_t last = 0;
    std::size_t seen = 0;
    for (auto& row :
         db.query("SELECT id, start_kind, end_kind FROM activities WHERE id > (SELECT CAST(value AS BIGINT) "
                  "FROM meta WHERE name='extents') ORDER BY id LIMIT ?",
                  static_cast<std::int64_t>(slice))) {
        last = row.int64(0);
        ++seen;
        if (floats(row.as<When::Kind>(1), row.as<When::Kind>(2))) floating.push_back(last);
    }
    for (const std::int64_t activity : floating) refreshExtent(db, activity);
    if (seen == slice)
        db.exec("UPDATE meta SET value=? WHERE name='extents'", std::to_string(last));
    else
        db.exec("DELETE FROM meta WHERE name='extents'");
    return seen == slice;
}

}  // namespace crmdav
