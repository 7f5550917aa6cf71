#include "store/sync/blocks.h"

#include <array>
#include <utility>
#include <vector>

#include "protocol/dav/errors.h"
#include "protocol/text/icalendar.h"
#include "store/engine/database.h"
#include "store/objects/collections.h"
#include "store/objects/members.h"
#include "store/records/activity_ical.h"
#include "store/records/users.h"
#include "store/records/uuid.h"

namespace crmdav {

namespace {

std::string nameOf(const Id& block) { return block + ".ics"; }

/// The user's `busy/`, which is there from the first block on.
Collection busyOf(Connection& db, std::int64_t user) {
    if (auto busy = findByPurpose(db, user, Purpose::busy)) return *std::move(busy);
    if (!userById(db, user)) throw NotFound("no such user");
    Collection wanted;
    wanted.owner = user;
    wanted.purpose = Purpose::busy;
    wanted.components = {ComponentKind::event};
    wanted.displayName = "Busy";
    wanted.color = "#9e9e9e";
    for (int n = 1;; ++n) {
        wanted.name = n == 1 ? "busy" : "busy-" + std::to_string(n);
        try {
            return *findCollection(db, insertCollection(db, wanted));
        } catch (const DavError&) {  // the user has made one of that name
            if (n == 100) throw;
        }
    }
}

}  // namespace

void saveBlock(Connection& db, std::int64_t user, const Id& block, std::string_view bytes) {
    const Document document = requireCalendarOver(bytes);
    constexpr std::array<std::string_view, 1> events{"VEVENT"};
    const CalendarObject object = requireCalendarObject(document, events);
    forget(db, writeMember(db, busyOf(db, user),
                           {.name = nameOf(block),
                            .document = document,
                            .bytes = bytes,
                            .uid = object.uid,
                            .component = componentOf(document.root())})
                   .old);
}

void removeBlock(Connection& db, std::int64_t user, const Id& block) {
    if (const auto busy = findByPurpose(db, user, Purpose::busy)) forget(db, dropMember(db, *busy, nameOf(block)));
}

void removeBlocks(Connection& db, std::int64_t account) {
    std::vector<std::pair<std::int64_t, Id>> blocks;
    for (auto& row : db.query("SELECT a.user_id, l.local FROM sync_links l JOIN sync_accounts a ON a.id=l.account_id "
                              "WHERE l.account_id=? AND l.block=1 AND l.local IS NOT NULL",
                              account))
        blocks.emplace_back(row.int64(0), idOf(row.blob(1)));
    for (const auto& [user, block] : blocks) removeBlock(db, user, block);
}

}  // namespace crmdav
