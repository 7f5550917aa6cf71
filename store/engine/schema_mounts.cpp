#include <string>

#include "protocol/dav/hrefs.h"
#include "store/engine/database.h"
#include "store/engine/migrations.h"

namespace crmdav {

namespace {

/// What the last segment of the first address in the XML names; empty: nothing.
std::string lastSegment(std::string_view xml) {
    const auto slashes = [](char c) { return c == '/' || c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    const auto open = xml.find("href");
    const auto begin = open == std::string_view::npos ? open : xml.find('>', open);
    if (begin == std::string_view::npos) return {};
    std::string_view href = xml.substr(begin + 1, xml.find('<', begin) - begin - 1);
    while (!href.empty() && slashes(href.back())) href.remove_suffix(1);
    return decodePercent(href.substr(href.rfind('/') + 1)).value_or("");
}

struct Chosen {
    std::int64_t user;
    int home;
    std::string name;
};

/// Until now these were kept as they were sent: on the inbox, and at the address of the home.
std::vector<Chosen> defaultsAsSent(Connection& db) {
    std::vector<Chosen> all;
    for (auto& row : db.query("SELECT c.owner, d.xml FROM dead_properties d JOIN collections c ON c.id=d.collection_id "
                              "WHERE d.member_id=0 AND d.name='schedule-default-calendar-URL'"))
        all.push_back({row.int64(0), 0, lastSegment(row.text(1))});
    for (auto& row : db.query("SELECT u.id, p.xml FROM path_properties p JOIN users u ON u.removed_at IS NULL AND "
                              "p.path='/dav/addressbooks/' || u.login || '/' WHERE p.name='default-addressbook-URL'"))
        all.push_back({row.int64(0), 1, lastSegment(row.text(1))});
    return all;
}

}  // namespace

// A row for each collection that a user has otherwise than it is; none for all the others.
void mountCollections(Connection& db) {
    db.script(R"(
CREATE TABLE mounts(
    user_id BIGINT NOT NULL,
    collection_id BIGINT NOT NULL,
    hidden INTEGER NOT NULL,           -- the user's devices don't list it
    chosen INTEGER NOT NULL,           -- the default of its home
    display_name TEXT,                 -- NULL: as the collection has it
    color TEXT,
    sort_order TEXT,
    changes BIGINT NOT NULL,           -- rises with each of what is said here, but for the default
    PRIMARY KEY(user_id, collection_id)
) {clustered};
)");
    for (const Chosen& chosen : defaultsAsSent(db))
        db.exec(
            "INSERT INTO mounts(user_id, collection_id, hidden, chosen, changes) SELECT ?, id, 0, 1, 1 FROM "
            "collections WHERE owner IN (?, 0) AND home=? AND name=? AND deleted_at IS NULL",
            chosen.user, chosen.user, chosen.home, chosen.name);
    db.exec("DELETE FROM dead_properties WHERE member_id=0 AND name='schedule-default-calendar-URL'");
    db.exec("DELETE FROM path_properties WHERE name='default-addressbook-URL'");
}

}  // namespace crmdav
