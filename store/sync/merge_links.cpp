#include "store/sync/merge_links.h"

#include <algorithm>
#include <map>

#include "store/sync/links.h"
#include "store/sync/sync_rows.h"

namespace crmdav {
namespace {

/// Which of several links stays: lower ones first.
int rankOf(const Link& link) {
    switch (link.state) {
        case LinkState::linked: return 0;
        case LinkState::unsyncable: return 1;
        case LinkState::creating: return 2;
        case LinkState::left:
        case LinkState::suppressed: return 3;
    }
    return 3;
}

std::int64_t rowOf(Connection& db, const Id& link) {
    auto row = db.query("SELECT id FROM sync_links WHERE uuid=?", Blob{bytesOf(link)});
    return row.next() ? row.int64(0) : 0;
}

/// Nothing is to be done any more with what was staged of it without a link.
void forgetStaged(Connection& db, const Id& local) {
    const std::string bytes = bytesOf(local);
    db.exec("DELETE FROM sync_stage WHERE local=? AND link IS NULL AND remote IS NULL", Blob{bytes});
    db.exec("UPDATE sync_stage SET local=NULL, decision='' WHERE local=? AND link IS NULL", Blob{bytes});
}

}  // namespace

std::vector<MergedLink> mergeLinks(Connection& db, const Id& into, std::span<const Id> others) {
    std::map<Id, std::vector<Link>> byAccount;
    const auto collect = [&](const Id& local) {
        for (Link& link : linksOf(db, local))
            if (link.kind == SyncKind::contacts) byAccount[link.account].push_back(std::move(link));
    };
    collect(into);
    for (const Id& other : others) collect(other);
    std::vector<MergedLink> merged;
    for (auto& [account, links] : byAccount) {
        const auto kept = std::ranges::min_element(links, {}, rankOf);
        for (Link& link : links) {
            const bool keep = &link == &*kept;
            if (keep && link.local == into) continue;
            merged.push_back({rowOf(db, link.id), link.local, link.state, !keep});
            link.local = keep ? into : Id();
            if (!keep) link.state = LinkState::suppressed;
            saveLink(db, link);
        }
    }
    for (const Id& other : others) forgetStaged(db, other);
    return merged;
}

void returnLink(Connection& db, std::int64_t row, const Id& local, LinkState was, bool suppressed) {
    Id id;
    if (auto found = db.query("SELECT uuid FROM sync_links WHERE id=?", row); found.next()) id = idOf(found.blob(0));
    auto stored = id.empty() || local.empty() ? std::nullopt : link(db, id);
    if (!stored || stored->note == erasedNote) return;
    if (suppressed != (stored->state == LinkState::suppressed && stored->local.empty()))
        return;  // the bridge knew better
    stored->local = local;
    if (suppressed) {
        stored->state = was;
        stored->raw.clear();
    }
    saveLink(db, *stored);
}

}  // namespace crmdav
