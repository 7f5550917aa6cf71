#include <algorithm>

#include "protocol/text/expand.h"
#include "store/engine/database.h"
#include "store/objects/members.h"
#include "store/records/activities.h"
#include "store/records/normalise.h"
#include "store/records/rows.h"
#include "store/records/users.h"

namespace crmdav {
namespace {

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
void hideContacts(Connection& db, std::int64_t user, Activity& a) {
    const auto hidden = [&](const Id& id) {
        const auto found = locate(db, RecordKind::contact, id);
        return !found || found->deleted || (found->owner != 0 && found->owner != user);
    };
    for (Participant& p : a.participants)
        if (p.contactId && hidden(*p.contactId)) p.contactId.reset();
    std::erase_if(a.contactIds, hidden);
}

/// Whether a series, which may be endless, has an occurrence in the range.
bool occursIn(Connection& db, const StoredActivity& a, const TimeRange& range) {
    const auto members = membersOfRecord(db, RecordKind::activity, a.row);
    if (members.empty()) return false;
    const auto bytes = memberBytes(db, members.front().member.id);
    ZonePtr floating = findZone(zoneOfUser(db, a.owner));
    if (!floating) floating = utcZone();
    const Document document = Document::parse(bytes.value_or(""));
    return CalendarItem(document.root(), floating).anyIn(range);
}

}  // namespace

std::optional<Activity> shownTo(Connection& db, std::int64_t user, StoredActivity a) {
    if (user == 0) return a;
    if (a.owner == user || (!a.hidden && takesPart(a, user))) {
        if (a.owner != user) hideContacts(db, user, a);
        return a;
    }
    if (a.hidden) return std::nullopt;
    const auto owner = userById(db, a.owner);
    Detail detail = owner ? owner->visibility : Detail::none;
    if (a.privacy != Privacy::open) detail = std::min(detail, Detail::busy);
    if (detail == Detail::none) return std::nullopt;
    if (detail == Detail::busy) return onlyTimes(a);
    if (detail == Detail::subject) {
        Activity cut = onlyTimes(a);
        cut.typeId = a.typeId;
        cut.subject = a.subject;
        cut.participants = a.participants;
        for (std::size_t i = 0; i < cut.exceptions.size(); ++i) cut.exceptions[i].subject = a.exceptions[i].subject;
        hideContacts(db, user, cut);
        return cut;
    }
    hideContacts(db, user, a);
    return a;
}

std::optional<Activity> activity(Connection& db, std::int64_t user, const Id& id) {
    const auto found = locate(db, RecordKind::activity, id);
    if (!found || found->deleted) return std::nullopt;
    auto stored = loadActivity(db, found->row, storedTypes(db));
    return stored ? shownTo(db, user, std::move(*stored)) : std::nullopt;
}

Store::Page<Activity> activities(Connection& db, const Store::Query& query) {
    const auto types = storedTypes(db);
    const auto link = [&](RecordKind kind, const Id& id) -> std::int64_t {
        if (id.empty()) return 0;
        const auto found = locate(db, kind, id);
        return found && !found->deleted &&
                       (kind != RecordKind::contact || !query.user || !found->owner || found->owner == query.user)
                   ? found->row
                   : -1;
    };
    std::int64_t contact = link(RecordKind::contact, query.contact), company = link(RecordKind::company, query.company);
    const std::int64_t deal = link(RecordKind::deal, query.deal);
    std::int64_t dealCompany = 0;  // a deal shows the meetings of its company (F1)
    if (deal > 0)
        if (auto row = db.query("SELECT company_id FROM deals WHERE id=?", deal); row.next())
            dealCompany = row.int64(0);
    std::int64_t type = 0;
    if (!query.type.empty()) {
        const StoredType* wanted = typeOfId(types, query.type);
        type = wanted ? wanted->row : -1;
    }
    const std::string email = query.email.empty() ? "" : normalEmail(query.email);
    const std::string pattern = containsPattern(query.text);
    const int done = query.done ? *query.done : -1;
    const std::int64_t asked = query.updatedSince ? query.updatedSince->time_since_epoch().count() : 0;
    const std::int64_t from = query.from ? query.from->time_since_epoch().count() : INT64_MIN;
    const std::int64_t until = query.until ? query.until->time_since_epoch().count() : INT64_MAX;
    const bool timed = query.from || query.until;
    const TimeRange range{query.from.value_or(Instant::min()), query.until.value_or(Instant::max())};
    const std::size_t limit = std::min<std::size_t>(query.limit ? query.limit : 100, 1000);
    Cursor after = cursorOf(query.after);

#define ACTIVITY_FILTER                                                                                              \
    " a.deleted_at IS NULL AND a.updated>=? AND (a.updated>? OR (a.updated=? AND a.revision>?)) AND (?='' OR "       \
    "a.subject LIKE ? "                                                                                              \
    "ESCAPE '\\' OR a.location LIKE ? ESCAPE '\\' OR a.notes LIKE ? ESCAPE '\\') AND (?=0 OR a.type_id=?) AND (?<0 " \
    "OR a.done=?) "                                                                                                  \
    "AND (?='' OR a.owner=(SELECT id FROM users WHERE login=? AND removed_at IS NULL)) AND (?=0 OR (a.until_utc>=? " \
    "AND "                                                                                                           \
    "a.from_utc<?)) "
#define ACTIVITY_ORDER " ORDER BY a.updated, a.revision LIMIT ?"
    const auto next = [&](std::size_t count) {
        std::vector<std::int64_t> rows;
        const auto collect = [&](Rows found) {
            for (auto& row : found) rows.push_back(row.int64(0));
        };
        const std::int64_t since = std::max(asked, after.updated);
        if (contact || company || deal || !query.email.empty())
            collect(db.query(
                "SELECT a.id FROM activities a WHERE" ACTIVITY_FILTER
                "AND (?=0 OR a.id IN (SELECT activity_id FROM activity_participants WHERE contact_id=? UNION SELECT "
                "activity_id FROM "
                "activity_links WHERE target=? AND kind=0)) "
                "AND (?=0 OR a.id IN (SELECT activity_id FROM activity_participants WHERE company_id=? UNION SELECT "
                "activity_id FROM "
                "activity_links WHERE target=? AND kind=1 UNION SELECT l.activity_id FROM activity_links l JOIN "
                "contacts c ON "
                "c.id=l.target WHERE l.kind=0 AND c.company_id=?)) "
                "AND (?=0 OR a.id IN (SELECT activity_id FROM activity_participants WHERE company_id=? UNION SELECT "
                "activity_id FROM "
                "activity_links WHERE (target=? AND kind=2) OR (target=? AND kind=1))) "
                "AND (?='' OR a.id IN (SELECT activity_id FROM activity_participants WHERE email=?))" ACTIVITY_ORDER,
                since, after.updated, after.updated, after.revision, query.text, pattern, pattern, pattern, type, type,
                done, done, query.owner, query.owner, timed, from, until, contact, contact, contact, company, company,
                company, company, deal, dealCompany ? dealCompany : -1, deal, dealCompany ? dealCompany : -1,
                query.email, email, count));
        else
            collect(db.query("SELECT a.id FROM activities a WHERE" ACTIVITY_FILTER ACTIVITY_ORDER, since, after.updated,
                             after.updated, after.revision, query.text, pattern, pattern, pattern, type, type, done,
                             done, query.owner, query.owner, timed, from, until, count));
        return rows;
    };
#undef ACTIVITY_FILTER
#undef ACTIVITY_ORDER

    // Filtering by what one may see must not tell what one may not: a filter on a hidden field finds nothing there.
    const auto matchesShown = [&](const Activity& shown) {
        if (shown.typeId.empty() &&
            (type || !query.text.empty() || query.done || contact || company || deal || !query.email.empty()))
            return false;
        return query.text.empty() || !shown.notes.empty() || !shown.location.empty() ||
               normalName(shown.subject).find(normalName(query.text)) != std::string::npos;
    };
    Store::Page<Activity> page;
    for (bool more = true; more;) {
        const auto rows = next(limit + 1);
        more = rows.size() == limit + 1;
        for (std::int64_t row : rows) {
            auto stored = loadActivity(db, row, types);
            if (!stored) continue;
            if (page.records.size() == limit) {
                page.next = std::to_string(after.updated) + "-" + std::to_string(after.revision);
                return page;
            }
            after = {stored->updated.time_since_epoch().count(), std::stoll(stored->version)};
            if (timed && !stored->rrule.empty() && !occursIn(db, *stored, range)) continue;
            if (auto shown = shownTo(db, query.user, std::move(*stored)); shown && matchesShown(*shown))
                page.records.push_back(std::move(*shown));
        }
    }
    return page;
}

}  // namespace crmdav
