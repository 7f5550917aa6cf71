#include <algorithm>
#include <utility>

#include "protocol/text/expand.h"
#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/activity_filter.h"
#include "store/records/normalise.h"
#include "store/records/rows.h"
#include "store/records/scheduling.h"
#include "store/records/users.h"

namespace crmdav {
namespace {

constexpr std::size_t mostRows = 1001;  ///< read at once

bool takesPart(const Activity& a, std::int64_t user) {
    return std::ranges::any_of(a.participants, [&](const Participant& p) { return p.userId == user; });
}

Activity onlyTimes(const StoredActivity& a) {
    Activity cut;
    static_cast<RecordHead&>(cut) = a;
    cut.component = a.component;
    cut.typeId = {};
    cut.start = a.start;
    cut.end = a.end;
    cut.rrule = a.rrule;
    cut.extraDates = a.extraDates;
    for (const Exception& e : a.exceptions)
        cut.exceptions.push_back({e.original, e.cancelled, {}, {}, {}, e.start, e.end});
    cut.busy = a.busy;
    cut.tentative = a.tentative;
    cut.cancelled = a.cancelled;
    return cut;
}

/// Ids of private contacts aren't for others.
void hideContacts(std::int64_t user, const StoredActivity& a, Activity& shown) {
    const auto hidden = [&](const Id& id) { return isHidden(a.privateContacts, user, id); };
    for (Participant& p : shown.participants)
        if (p.contactId && hidden(*p.contactId)) p.contactId.reset();
    std::erase_if(shown.contactIds, hidden);
}

/// Those of the series, which may be endless, that have no occurrence in the range.
std::vector<std::int64_t> absentFrom(Connection& db, const std::vector<StoredActivity>& found, const TimeRange& range) {
    std::vector<std::int64_t> series;
    for (const StoredActivity& a : found)
        if (!a.rrule.empty()) series.push_back(a.row);
    if (series.empty()) return series;
    const ZonePtr ofAll = findZone(organisation(db).zone);
    std::int64_t last = 0;
    const RowKeys keys(series);
    for (auto& row : db.query(
             "SELECT m.record_row, b.content FROM members m JOIN collections c ON "
             "c.id=m.collection_id AND c.deleted_at IS NULL JOIN bodies b ON b.id=m.body WHERE "
             "m.record_kind=? AND m.deleted=0 AND " ANY_OF("m.record_row") " ORDER BY m.record_row, m.collection_id",
             RecordKind::activity, keys.json())) {
        if (std::exchange(last, row.int64(0)) == row.int64(0)) continue;  // a colleague's copy of the same
        const StoredActivity& a = *std::ranges::find(found, last, &StoredActivity::row);
        ZonePtr floating = a.ownerZone.empty() ? ofAll : findZone(a.ownerZone);
        if (!floating) floating = utcZone();
        try {
            const Document document = Document::parse(std::string(row.blob(1)));
            if (CalendarItem(document.root(), floating).anyIn(range)) std::erase(series, last);
        } catch (const std::exception&) {
            continue;  // one damaged object must not take the list away; check() tells of it
        }
    }
    return series;
}

}  // namespace

std::optional<Activity> shownTo(std::int64_t user, StoredActivity a) {
    if (user == 0) return a;
    if (a.owner == user || (invites(a) && takesPart(a, user))) {
        if (a.owner != user) hideContacts(user, a, a);
        return a;
    }
    if (a.hidden) return std::nullopt;
    Detail detail = a.ownerShows;
    if (a.privacy != Privacy::open) detail = std::min(detail, Detail::busy);
    if (detail == Detail::none) return std::nullopt;
    if (detail == Detail::busy) return onlyTimes(a);
    if (detail == Detail::subject) {
        Activity cut = onlyTimes(a);
        cut.typeId = a.typeId;
        cut.subject = a.subject;
        cut.participants = a.participants;
        for (std::size_t i = 0; i < cut.exceptions.size(); ++i) cut.exceptions[i].subject = a.exceptions[i].subject;
        hideContacts(user, a, cut);
        return cut;
    }
    hideContacts(user, a, a);
    return a;
}

std::optional<Activity> activity(Connection& db, std::int64_t user, const Id& id) {
    const auto found = locate(db, RecordKind::activity, id);
    if (!found || found->deleted) return std::nullopt;
    auto stored = loadActivity(db, found->row, storedTypes(db));
    return stored ? shownTo(user, std::move(*stored)) : std::nullopt;
}

Store::Page<Activity> activities(Connection& db, const Store::Query& query) {
    const auto types = storedTypes(db);
    const ActivityFilter filter = filterOf(db, query, types);
    const std::int64_t from = query.from ? query.from->time_since_epoch().count() : INT64_MIN;
    const std::int64_t until = query.until ? query.until->time_since_epoch().count() : INT64_MAX;
    const bool timed = query.from || query.until;
    const TimeRange range{query.from.value_or(Instant::min()), query.until.value_or(Instant::max())};
    const std::size_t limit = pageSize(query);
    Cursor after = cursorOf(query.after, false);
    if (after.newestFirst()) throw InvalidField("after", "not a cursor of activities");

#define LISTED                                                                                                        \
    " a.deleted_at IS NULL AND a.updated>=? AND (a.updated>? OR (a.updated=? AND a.revision>?)) AND" ACTIVITY_MATCHES \
    "AND (?='' OR a.owner=(SELECT id FROM users WHERE login=? AND removed_at IS NULL)) AND (?=0 OR "                  \
    "(a.until_utc>=? AND a.from_utc<?)) AND" ACTIVITY_SEEN
#define LISTED_VALUES                                                                                               \
    since, after.updated, after.updated, after.revision, ACTIVITY_MATCHES_VALUES(filter), query.owner, query.owner, \
        timed, from, until, query.user, query.user, query.user
#define IN_ORDER " ORDER BY a.updated, a.revision LIMIT ?"
    const auto next = [&](std::size_t count) {
        std::vector<std::int64_t> rows;
        const auto collect = [&](Rows found) {
            for (auto& row : found) rows.push_back(row.int64(0));
        };
        const std::int64_t since = after.since(query.updatedSince);
        if (filter.linked())
            collect(db.query("SELECT a.id FROM activities a WHERE" LISTED "AND" ACTIVITY_LINKED IN_ORDER, LISTED_VALUES,
                             ACTIVITY_LINKED_VALUES(filter), count));
        else
            collect(db.query("SELECT a.id FROM activities a WHERE" LISTED IN_ORDER, LISTED_VALUES, count));
        return rows;
    };
#undef LISTED
#undef LISTED_VALUES
#undef IN_ORDER

    Store::Page<Activity> page;
    std::size_t count = limit + 1;
    for (bool more = true; more; count = std::max(count, mostRows)) {  // filters that the bytes decide may ask for more
        const auto rows = next(count);
        more = rows.size() == count;
        const auto found = loadActivities(db, rows, types);
        const auto absent = timed ? absentFrom(db, found, range) : std::vector<std::int64_t>{};
        for (const StoredActivity& stored : found) {
            if (page.records.size() == limit) {
                page.next = std::to_string(after.updated) + "-" + std::to_string(after.revision);
                return page;
            }
            after.updated = stored.updated.time_since_epoch().count();
            after.revision = std::stoll(stored.version);
            if (std::ranges::find(absent, stored.row) != absent.end()) continue;
            if (auto shown = shownTo(query.user, stored); shown && matchesShown(filter, *shown))
                page.records.push_back(std::move(*shown));
        }
    }
    return page;
}

}  // namespace crmdav
