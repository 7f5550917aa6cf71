#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "store/records/contacts.h"

namespace crmdav {

// Contacts are found by their name as rule D7 compares it, whatever its case, accents and order.
void nameContacts(Connection& db) {
    db.script("ALTER TABLE contacts ADD COLUMN match_name TEXT NOT NULL DEFAULT '';");
    std::int64_t last = 0;
    while (true) {
        std::vector<std::pair<std::int64_t, std::string>> names;
        for (auto& row :
             db.query("SELECT id, first_name, middle_name, last_name, display_name FROM contacts WHERE id>? "
                      "ORDER BY id LIMIT 1000",
                      last)) {
            Contact contact;
            contact.firstName = row.text(1);
            contact.middleName = row.text(2);
            contact.lastName = row.text(3);
            contact.displayName = row.text(4);
            names.emplace_back(last = row.int64(0), matchName(contact));
        }
        if (names.empty()) break;
        for (const auto& [id, name] : names) db.exec("UPDATE contacts SET match_name=? WHERE id=?", name, id);
    }
    db.script("CREATE INDEX contacts_match ON contacts(match_name, owner);");
}

}  // namespace crmdav
