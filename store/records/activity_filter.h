#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "store/records/activities.h"
#include "store/records/scheduling.h"

/// What a Store::Query asks of activities, resolved to rows, and the conditions in SQL that its lists have in common.
namespace crmdav {

class Connection;

struct ActivityFilter {
    std::int64_t contact = 0, company = 0, deal = 0;  ///< rows; 0: not asked for; -1: nothing that the asker may know
    std::int64_t dealCompany = -1;                    ///< a deal shows the meetings of its company (F1)
    std::int64_t type = 0;
    std::string text, pattern, email, emailAsAsked;
    int done = -1;
    bool linked() const { return contact || company || deal || !emailAsAsked.empty(); }
};
ActivityFilter filterOf(Connection&, const Store::Query&, std::span<const StoredType>);

/// Filtering by what one may see must not tell what one may not: a filter on a hidden field finds nothing there.
bool matchesShown(const ActivityFilter&, const Activity& shown);

/// Conditions on a row `a` of activities, each with the values it takes.
#define ACTIVITY_MATCHES                                                                                           \
    " (?='' OR a.subject {like} ? ESCAPE '\\' OR a.location {like} ? ESCAPE '\\' OR a.notes {like} ? ESCAPE '\\')" \
    " AND (?=0 OR a.type_id=?) AND (?<0 OR a.done=?) "
#define ACTIVITY_MATCHES_VALUES(f) \
    (f).text, (f).pattern, (f).pattern, (f).pattern, (f).type, (f).type, (f).done, (f).done

/// The asker, three times; 0 sees all.
#define ACTIVITY_SEEN                                                                                         \
    " (?=0 OR a.owner=? OR (a.hidden=0 AND (SELECT visibility FROM users WHERE id=a.owner AND removed_at IS " \
    "NULL)>0) OR (" INVITES                                                                                   \
    " AND EXISTS(SELECT 1 FROM activity_participants WHERE activity_id=a.id AND "                             \
    "user_id=?))) "

#define ACTIVITY_LINKED                                                                                            \
    " (?=0 OR a.id IN (SELECT activity_id FROM activity_participants WHERE contact_id=? UNION SELECT activity_id " \
    "FROM activity_links WHERE target=? AND kind=0)) "                                                             \
    "AND (?=0 OR a.id IN (SELECT activity_id FROM activity_participants WHERE company_id=? UNION SELECT "          \
    "activity_id FROM activity_links WHERE target=? AND kind=1 UNION SELECT l.activity_id FROM activity_links l "  \
    "JOIN contacts c ON c.id=l.target WHERE l.kind=0 AND c.company_id=?)) "                                        \
    "AND (?=0 OR a.id IN (SELECT activity_id FROM activity_participants WHERE company_id=? UNION SELECT "          \
    "activity_id FROM activity_links WHERE (target=? AND kind=2) OR (target=? AND kind=1))) "                      \
    "AND (?='' OR a.id IN (SELECT activity_id FROM activity_participants WHERE email=?)) "
#define ACTIVITY_LINKED_VALUES(f)                                                                        \
    (f).contact, (f).contact, (f).contact, (f).company, (f).company, (f).company, (f).company, (f).deal, \
        (f).dealCompany, (f).deal, (f).dealCompany, (f).emailAsAsked, (f).email

}  // namespace crmdav
