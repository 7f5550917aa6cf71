#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "store/records/sort_name.h"

namespace crmdav {
namespace {

void fill(Connection& db, Sql page, Sql update) {
    for (std::int64_t last = 0;;) {
        std::vector<std::pair<std::int64_t, std::string>> names;
        for (auto& row : db.query(page, last)) names.emplace_back(last = row.int64(0), sortName(row.text(1)));
        if (names.empty()) return;
        for (const auto& [id, name] : names) db.exec(update, name, id);
    }
}

}  // namespace

// Lists in the order of names: by a key that both engines compare alike, as bytes.
void sortNames(Connection& db) {
    db.script(
        "ALTER TABLE contacts ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE companies ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';");
    fill(db, "SELECT id, display_name FROM contacts WHERE id>? ORDER BY id LIMIT 1000",
         "UPDATE contacts SET sort_name=? WHERE id=?");
    fill(db, "SELECT id, name FROM companies WHERE id>? ORDER BY id LIMIT 1000",
         "UPDATE companies SET sort_name=? WHERE id=?");
    db.script(
        "CREATE INDEX contacts_sorted ON contacts(sort_name, id) WHERE deleted_at IS NULL;"
        "CREATE INDEX companies_sorted ON companies(sort_name, id) WHERE deleted_at IS NULL;");
}

}  // namespace crmdav
