#include <vector>

#include "protocol/text/content_lines.h"
#include "store/engine/database.h"
#include "store/engine/migrations.h"
#include "store/objects/veil.h"

namespace crmdav {

namespace {

bool isPrivateText(std::string_view bytes) {
    try {
        return isPrivate(Document::over(bytes).root());
    } catch (const ParseError&) {
        return true;  // nobody can say
    }
}

}  // namespace

// Who has a part in whose collection, and which objects they don't get to see.
void shareCollections(Connection& db) {
    db.script(R"(
CREATE TABLE shares(
    grantee BIGINT NOT NULL,           -- users.id, of a team too; everybody and roles: objects/shares.h
    collection_id BIGINT NOT NULL,
    can_write INTEGER NOT NULL,
    PRIMARY KEY(grantee, collection_id)
) {clustered};
CREATE INDEX shares_collection ON shares(collection_id);
ALTER TABLE members ADD COLUMN veiled BIGINT NOT NULL DEFAULT 0;
)");
    std::vector<std::int64_t> veiled;
    for (auto& row : db.query("SELECT m.id, b.content FROM members m JOIN bodies b ON b.id=m.body"))
        if (isPrivateText(row.blob(1))) veiled.push_back(row.int64(0));
    for (const std::int64_t member : veiled) db.exec("UPDATE members SET veiled=? WHERE id=?", neverOpen, member);
}

}  // namespace crmdav
