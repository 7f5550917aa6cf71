#include "store/records/check_links.h"

#include <string_view>

#include "store/engine/database.h"
#include "store/records/uuid.h"

namespace crmdav {
namespace {

/// Rows that must not be there; the first column is the record's UUID, the second a detail or nothing.
struct Rule {
    std::string_view says;
    Sql rows;
};

#define WITHOUT_OBJECT(table, kind)                                                                 \
    "SELECT r.uuid, '' FROM " table                                                                 \
    " r WHERE r.deleted_at IS NULL AND NOT EXISTS(SELECT 1 FROM members m JOIN collections c ON "   \
    "c.id=m.collection_id AND c.deleted_at IS NULL WHERE m.record_row=r.id AND m.record_kind=" kind \
    " AND m.deleted=0)"
#define TRASHED_WITH_OBJECT(table, kind)                                                                              \
    "SELECT r.uuid, m.name FROM " table " r JOIN members m ON m.record_row=r.id AND m.record_kind=" kind              \
    " AND m.deleted=0 JOIN collections c ON c.id=m.collection_id AND c.deleted_at IS NULL WHERE r.deleted_at IS NOT " \
    "NULL"
#define OF_NO_RECORD(table, kind)                                                \
    "SELECT '', m.name FROM members m WHERE m.deleted=0 AND m.record_kind=" kind \
    " AND m.record_row IS NOT NULL AND NOT EXISTS(SELECT 1 FROM " table " r WHERE r.id=m.record_row)"
#define ORPHANS(child, column, table)                                                                          \
    "SELECT '', k." column " FROM " child " k WHERE NOT EXISTS(SELECT 1 FROM " table " r WHERE r.id=k." column \
    ") GROUP BY k." column
#define UNTOLD(child, bit)                                                                               \
    "SELECT a.uuid, '' FROM activities a WHERE (a.children & " bit ")=0 AND EXISTS(SELECT 1 FROM " child \
    " k WHERE k.activity_id=a.id)"

constexpr Rule rules[] = {
    {"contact without object", WITHOUT_OBJECT("contacts", "0")},
    {"company without object", WITHOUT_OBJECT("companies", "1")},
    {"activity without object", WITHOUT_OBJECT("activities", "3")},
    {"contact in the trash with an object", TRASHED_WITH_OBJECT("contacts", "0")},
    {"company in the trash with an object", TRASHED_WITH_OBJECT("companies", "1")},
    {"activity in the trash with an object", TRASHED_WITH_OBJECT("activities", "3")},
    {"object of no contact:", OF_NO_RECORD("contacts", "0")},
    {"object of no company:", OF_NO_RECORD("companies", "1")},
    {"object of no activity:", OF_NO_RECORD("activities", "3")},
    {"participants of no activity, row", ORPHANS("activity_participants", "activity_id", "activities")},
    {"reminders of no activity, row", ORPHANS("activity_reminders", "activity_id", "activities")},
    {"exceptions of no activity, row", ORPHANS("activity_exceptions", "activity_id", "activities")},
    {"dates of no activity, row", ORPHANS("activity_dates", "activity_id", "activities")},
    {"links of no activity, row", ORPHANS("activity_links", "activity_id", "activities")},
    {"domains of no company, row", ORPHANS("company_domains", "company_id", "companies")},
    {"contacts of no deal, row", ORPHANS("deal_contacts", "deal_id", "deals")},
    {"deals with no contact, row", ORPHANS("deal_contacts", "contact_id", "contacts")},
    {"told apart from no contact, row", ORPHANS("distinct_contacts", "one", "contacts")},
    {"told apart from no contact, row", ORPHANS("distinct_contacts", "other", "contacts")},
    {"details of no contact, row",
     "SELECT '', k.record_row FROM details k WHERE k.record_kind=0 AND NOT EXISTS(SELECT 1 FROM contacts r WHERE "
     "r.id=k.record_row) GROUP BY k.record_row"},
    {"details of no company, row",
     "SELECT '', k.record_row FROM details k WHERE k.record_kind=1 AND NOT EXISTS(SELECT 1 FROM companies r WHERE "
     "r.id=k.record_row) GROUP BY k.record_row"},
    {"addresses of no contact, row",
     "SELECT '', k.record_row FROM addresses k WHERE k.record_kind=0 AND NOT EXISTS(SELECT 1 FROM contacts r WHERE "
     "r.id=k.record_row) GROUP BY k.record_row"},
    {"addresses of no company, row",
     "SELECT '', k.record_row FROM addresses k WHERE k.record_kind=1 AND NOT EXISTS(SELECT 1 FROM companies r WHERE "
     "r.id=k.record_row) GROUP BY k.record_row"},
    {"participants that the activity doesn't know of, activity", UNTOLD("activity_participants", "1")},
    {"reminders that the activity doesn't know of, activity", UNTOLD("activity_reminders", "2")},
    {"exceptions that the activity doesn't know of, activity", UNTOLD("activity_exceptions", "4")},
    {"dates that the activity doesn't know of, activity", UNTOLD("activity_dates", "8")},
    {"links that the activity doesn't know of, activity", UNTOLD("activity_links", "16")},
    {"contact with a company that isn't there, contact",
     "SELECT r.uuid, '' FROM contacts r WHERE r.company_id IS NOT NULL AND NOT EXISTS(SELECT 1 FROM companies c WHERE "
     "c.id=r.company_id)"},
    {"deal with a company that isn't there, deal",
     "SELECT r.uuid, '' FROM deals r WHERE r.company_id IS NOT NULL AND NOT EXISTS(SELECT 1 FROM companies c WHERE "
     "c.id=r.company_id)"},
    {"type that isn't there, activity",
     "SELECT r.uuid, '' FROM activities r WHERE NOT EXISTS(SELECT 1 FROM activity_types t WHERE t.id=r.type_id)"},
    {"participant linked with a contact that isn't there or has another address, activity",
     "SELECT a.uuid, p.email FROM activity_participants p JOIN activities a ON a.id=p.activity_id WHERE p.contact_id "
     "IS NOT NULL AND NOT EXISTS(SELECT 1 FROM contacts c JOIN details d ON d.record_kind=0 AND d.record_row=c.id AND "
     "d.kind=0 AND d.normal=p.email WHERE c.id=p.contact_id AND c.deleted_at IS NULL)"},
    {"participant not linked with the contact of that address, activity",
     "SELECT a.uuid, p.email FROM activity_participants p JOIN activities a ON a.id=p.activity_id WHERE p.contact_id "
     "IS NULL AND EXISTS(SELECT 1 FROM details d JOIN contacts c ON c.id=d.record_row AND c.deleted_at IS NULL AND "
     "(c.owner=0 OR c.owner=a.owner) WHERE d.normal=p.email AND d.kind<=1 AND d.kind=0 AND d.record_kind=0)"},
    {"participant with another company than the contact's, activity",
     "SELECT a.uuid, p.email FROM activity_participants p JOIN activities a ON a.id=p.activity_id JOIN contacts c ON "
     "c.id=p.contact_id WHERE c.company_id IS NOT NULL AND (p.company_id IS NULL OR p.company_id<>c.company_id)"},
    {"participant that is a user who isn't known, activity",
     "SELECT a.uuid, p.email FROM activity_participants p JOIN activities a ON a.id=p.activity_id WHERE p.user_id IS "
     "NOT NULL AND p.user_id<>0 AND NOT EXISTS(SELECT 1 FROM users u WHERE u.id=p.user_id)"},
    {"contact that was merged into another one and is there, contact",
     "SELECT c.uuid, '' FROM aliases a JOIN contacts c ON c.uuid=a.uuid WHERE c.deleted_at IS NULL"},
    {"merge that no history tells of, entry",
     "SELECT '', t.history_id FROM merge_trail t WHERE NOT EXISTS(SELECT 1 FROM history h WHERE h.id=t.history_id) "
     "GROUP "
     "BY t.history_id"},
    {"member of a team that isn't there, row",
     "SELECT '', m.member_id FROM team_members m WHERE NOT EXISTS(SELECT 1 FROM users u WHERE u.id=m.team_id AND "
     "u.kind=3 AND u.removed_at IS NULL)"},
    {"team with a member that isn't there, row",
     "SELECT '', m.team_id FROM team_members m WHERE NOT EXISTS(SELECT 1 FROM users u WHERE u.id=m.member_id AND "
     "u.removed_at IS NULL)"},
};

}  // namespace

void checkLinks(Connection& db, const HearFault& fault) {
    for (const Rule& rule : rules)
        for (auto& row : db.query(rule.rows)) {
            const std::string id = idOf(row.blob(0));
            if (!fault(std::string(rule.says) + (id.empty() ? "" : " " + id) +
                       (row.text(1).empty() ? "" : " " + row.string(1))))
                return;
        }
}

}  // namespace crmdav
