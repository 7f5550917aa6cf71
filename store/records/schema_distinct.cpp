#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

// Contacts of which somebody said that they aren't one person (records/distinct.h): each pair once.
void tellApart(Connection& db) {
    db.script(R"(
CREATE TABLE distinct_contacts(
    one BIGINT NOT NULL,               -- the lower row
    other BIGINT NOT NULL,
    PRIMARY KEY(one, other)
) {clustered};
CREATE INDEX distinct_contacts_other ON distinct_contacts(other);
)");
}

}  // namespace crmdav
