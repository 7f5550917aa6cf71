#include <algorithm>
#include <array>

#include "bridge/accounts.h"
#include "bridge/engine/pairs.h"

namespace crmdav {
namespace {

std::optional<Instant> deletedAt(const SyncSession& s, const Id& local) {
    HistoryFilter filter;
    filter.record = local;
    filter.limit = 1;
    const auto last = s.store.history(filter);
    return last.empty() || last.front().deed != Deed::deleted ? std::nullopt : std::optional(last.front().at);
}

/// Fields of the history that are no news to anybody's calendar (B5).
constexpr std::array<std::string_view, 9> ownAffairs{"type",   "contacts", "companies", "deals",   "owner",
                                                     "hidden", "percent",  "completed", "priority"};

/// Another account of the user was given it, and is still synced: it goes on with what it has (B13).
bool isTaken(const SyncSession& s, const Link& other) {
    if (other.remote.empty() && other.state != LinkState::creating) return false;
    const auto account = s.sync.account(other.account);
    const auto side = s.sync.side(other.account, other.kind);
    return account && account->user == s.user.id && side && isStarted(*side);
}

/// Somebody, or something, else than a sync has changed it since it was made.
bool editedEver(const SyncSession& s, const Id& local) {
    HistoryFilter filter;
    filter.record = local;
    const auto entries = s.store.history(filter);
    return std::ranges::any_of(entries, [](const HistoryEntry& entry) { return entry.actor.via != "bridge"; });
}

/// A person changed a field that counts since the sync was started (B5).
bool editedSinceStart(const SyncSession& s, const Id& local) {
    HistoryFilter filter;
    filter.record = local;
    filter.from = s.facts.started;
    for (const HistoryEntry& entry : s.store.history(filter)) {
        const bool byPerson = entry.actor.user != 0 &&
                              (entry.actor.via == "dav" || entry.actor.via == "api" || entry.actor.via == "console");
        const bool counts = std::ranges::any_of(entry.fields, [](const FieldChange& change) {
            return std::ranges::find(ownAffairs, change.field) == ownAffairs.end();
        });
        if (byPerson && counts) return true;
    }
    return false;
}

CrmHalf halfOf(const SyncSession& s, const Activity& activity, const Link* link) {
    CrmHalf half;
    half.record = activity;
    const auto isUser = [&](const Participant& p) { return p.userId == s.user.id; };
    const bool owns = activity.owner == s.user.id;
    half.inScope = owns || std::ranges::any_of(activity.participants, isUser);
    half.shared = std::ranges::any_of(activity.participants,
                                      [&](const Participant& p) { return p.userId != 0 && p.userId != s.user.id; });
    if (link) {
        half.edited = s.isSmart() && link->origin == Origin::provider && editedEver(s, activity.id);
        return half;
    }
    for (const Link& other : s.sync.linksOf(activity.id)) {
        const bool mine = other.account == s.scope.account && other.kind == s.kind();
        half.elsewhere = half.elsewhere || (!mine && (other.origin == Origin::provider || !owns || isTaken(s, other)));
    }
    half.edited = s.calendar.direction == Direction::oneWay && activity.created < s.facts.started &&
                  editedSinceStart(s, activity.id);
    return half;
}

CrmHalf halfOf(const SyncSession& s, const Contact& contact) {
    CrmHalf half;
    half.record = contact;
    half.inScope = contact.owner == (s.contacts.personal ? s.user.id : 0);
    return half;
}

}  // namespace

std::optional<CrmHalf> readCrm(const SyncSession& s, const Id& local, const Link* link) {
    if (s.isCalendar()) {
        if (const auto found = s.store.activity(s.user.id, local)) return halfOf(s, *found, link);
    } else if (const auto found = s.store.contact(s.user.id, local)) {
        return halfOf(s, *found);
    }
    CrmHalf gone;
    gone.deleted = true;
    gone.deletedAt = deletedAt(s, local);
    if (s.isCalendar())
        gone.record = Activity{};
    else
        gone.record = Contact{};
    return gone;
}

}  // namespace crmdav
