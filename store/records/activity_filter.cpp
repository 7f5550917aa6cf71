#include "store/records/activity_filter.h"

#include "store/engine/database.h"
#include "store/engine/dialect.h"
#include "store/records/normalise.h"
#include "store/records/rows.h"

namespace crmdav {

ActivityFilter filterOf(Connection& db, const Store::Query& query, std::span<const StoredType> types) {
    const auto link = [&](RecordKind kind, const Id& id) -> std::int64_t {
        if (id.empty()) return 0;
        const auto found = locate(db, kind, id);
        return found && !found->deleted &&
                       (kind != RecordKind::contact || !query.user || !found->owner || found->owner == query.user)
                   ? found->row
                   : -1;
    };
    ActivityFilter filter;
    filter.contact = link(RecordKind::contact, query.contact);
    filter.company = link(RecordKind::company, query.company);
    filter.deal = link(RecordKind::deal, query.deal);
    if (filter.deal > 0)
        if (auto row = db.query("SELECT company_id FROM deals WHERE id=?", filter.deal); row.next() && row.int64(0))
            filter.dealCompany = row.int64(0);
    if (!query.type.empty()) {
        const StoredType* wanted = typeOfId(types, query.type);
        filter.type = wanted ? wanted->row : -1;
    }
    filter.text = query.text;
    filter.pattern = containsPattern(query.text);
    filter.emailAsAsked = query.email;
    filter.email = query.email.empty() ? "" : normalEmail(query.email);
    filter.done = query.done ? *query.done : -1;
    return filter;
}

bool matchesShown(const ActivityFilter& filter, const Activity& shown) {
    if (shown.typeId.empty() && (filter.type || !filter.text.empty() || filter.done >= 0 || filter.linked()))
        return false;
    return filter.text.empty() || !shown.notes.empty() || !shown.location.empty() ||
           normalName(shown.subject).find(normalName(filter.text)) != std::string::npos;
}

}  // namespace crmdav
