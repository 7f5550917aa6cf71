#include "bridge/engine/pairs.h"

#include <algorithm>

#include "bridge/engine/busy_times.h"
#include "bridge/engine/description.h"
#include "bridge/rules/event_kind.h"
#include "bridge/rules/matching.h"
#include "store/records/contacts.h"

namespace crmdav {
namespace {

bool isBeingMade(const Link& link) { return link.state == LinkState::creating && link.remote.empty(); }

/// A creation that was cut may have made this contact, and its mark isn't told, or was taken away: then its key tells,
/// also when the CRM's half is deleted by now (D3, C6) or the name is another one.
std::optional<Link> linkOfCutCreation(SyncSession& s, const Staged& row) {
    if (!s.cutCreations) {
        std::map<std::pair<std::string, std::string>, Id> made;
        for (const Link& link : s.sync.linksBeingMade(s.scope))
            if (std::string id = s.provider.contactMadeBy(link.collection, link.id); !id.empty())
                made.try_emplace({link.collection, std::move(id)}, link.id);
        s.cutCreations = std::move(made);
    }
    const auto found = s.cutCreations->find({row.collection, row.remote});
    if (found == s.cutCreations->end()) return std::nullopt;
    auto link = s.sync.link(found->second);
    return link && isOpen(*link) ? std::move(link) : std::nullopt;
}

/// What is at this place of the provider may be a record that is linked already: made by us and not noted yet (I1), or
/// moved here from another collection (C7).
std::optional<Link> linkOfNewPlace(SyncSession& s, const Staged& row, const ProviderHalf& half, LoadedPair& loaded) {
    if (!half.remote.mark.empty()) {
        auto link = s.sync.link(half.remote.mark);
        const bool ours = link && link->account == s.scope.account && link->kind == s.kind();
        if (ours && isOpen(*link)) {
            loaded.pair.made = isBeingMade(*link);
            return link;
        }
    }
    if (!s.isCalendar()) {
        auto link = linkOfCutCreation(s, row);
        loaded.pair.made = link && isBeingMade(*link);
        return link;
    }
    if (row.uid.empty() || half.conflictOnly) return std::nullopt;
    const auto local = s.sync.activityOfUid(s.user.id, row.uid);
    // What was deleted in the CRM since is known by its link alone: it isn't taken up again (C4, C5).
    auto link = local ? s.sync.linkOfLocal(s.scope, *local) : s.sync.linkOfUid(s.scope, row.uid);
    if (!link || link->remote.empty()) {
        loaded.pair.made = link && isBeingMade(*link);
        return link;
    }
    loaded.pair.twin = s.provider.read(s.kind(), link->collection, link->remote).has_value();
    loaded.moved = !loaded.pair.twin;
    return loaded.moved ? link : std::nullopt;
}

/// The CRM contact that it is, by D7; none that is linked on this account already. One whose creation there was
/// cut, and made nothing as far as is known, is not.
Id matchOf(SyncSession& s, const Contact& contact) {
    const auto candidates = s.sync.contactsNamed(s.contacts.personal ? s.user.id : 0, matchName(contact));
    std::vector<Contact> free;
    for (const Id& id : candidates)
        if (const auto link = s.sync.linkOfLocal(s.scope, id); !link || isBeingMade(*link))
            if (auto found = s.store.contact(s.user.id, id)) free.push_back(std::move(*found));
    const Contact* best = bestMatch(contact, free, s.facts.region);
    return best ? best->id : Id();
}

/// The CRM's record that an unlinked one of the provider is.
Id adopted(SyncSession& s, const Staged& row, const ProviderHalf& half) {
    if (half.remote.use != Use::record || !half.remote.skip.empty()) return {};
    if (!s.isCalendar()) return matchOf(s, std::get<Contact>(half.remote.record));
    if (row.uid.empty() || half.conflictOnly) return {};
    const auto id = s.sync.activityOfUid(s.user.id, row.uid);
    return id && !s.sync.linkOfLocal(s.scope, *id) ? *id : Id();
}

/// Whom smart mode looks for (B4).
std::vector<WatchedGuest> watchedOf(const SyncSession& s, const Activity& event) {
    std::vector<WatchedGuest> guests;
    const auto emails = guestsOf(event, s.facts), known = s.sync.contactsAmong(s.user.id, emails);
    for (const std::string& email : emails) guests.push_back({email, std::ranges::find(known, email) != known.end()});
    return guests;
}

ProviderHalf halfOf(const SyncSession& s, const RemoteItem& item, const std::string& collection) {
    ProviderHalf half;
    half.remote = readRemote(s, item);
    half.conflictOnly = s.conflictOnly(collection);
    if (s.isSmart() && !half.conflictOnly) half.guests = watchedOf(s, std::get<Activity>(half.remote.record));
    return half;
}

std::optional<Link> findLink(const SyncSession& s, const Staged& row) {
    if (!row.remote.empty()) return s.sync.linkOfRemote(s.scope, row.collection, row.remote);
    if (!row.local.empty()) return s.sync.linkOfLocal(s.scope, row.local);
    return s.sync.link(row.link);
}

/// A listing that left it out may have meant something else (I4, G6): one look tells.
bool isReallyGone(SyncSession& s, Staged& row, const std::optional<Link>& link) {
    if (row.listed || !link) return true;                  // it said so itself
    if (s.busyOnly.contains(row.collection)) return true;  // nothing there can be looked at
    auto item = s.provider.read(s.kind(), row.collection, row.remote);
    if (!item) return true;
    row.version = item->version;
    row.uid = item->uid;
    row.raw = item->raw;
    row.gone = false;
    row.listed = true;
    return false;
}

void loadProviderHalf(SyncSession& s, Staged row, LoadedPair& loaded) {
    if (row.gone && isReallyGone(s, row, loaded.link)) {
        ProviderHalf half;
        half.gone = true;
        loaded.pair.provider = std::move(half);
        return;
    }
    if (row.listed) {
        loaded.item = {row.remote, row.version, row.uid, row.raw};
    } else if (loaded.link && !loaded.link->remote.empty() && !loaded.link->raw.empty()) {
        loaded.item = {loaded.link->remote, loaded.link->version, loaded.link->uid, loaded.link->raw};
    } else if (loaded.link && !loaded.link->remote.empty()) {  // of an erased person nothing is kept
        auto item = s.provider.read(s.kind(), loaded.link->collection, loaded.link->remote);
        if (!item) {
            loaded.pair.provider.emplace().gone = true;
            return;
        }
        loaded.item = *std::move(item);
    } else {
        return;
    }
    loaded.pair.provider = halfOf(s, loaded.item, row.listed ? row.collection : loaded.link->collection);
}

}  // namespace

Remote readRemote(const SyncSession& s, const RemoteItem& item) {
    if (auto busy = busyTimeOf(item)) return *std::move(busy);
    Remote remote;
    try {
        remote = s.provider.parse(s.kind(), item.raw);
    } catch (const std::exception& unreadable) {  // one bad record stops no run (I6)
        if (s.isCalendar())
            remote.record = Activity{};
        else
            remote.record = Contact{};
        remote.skip = unreadable.what();
    }
    if (auto* activity = std::get_if<Activity>(&remote.record)) {
        activity->notes = withoutBlock(activity->notes);
        for (Exception& exception : activity->exceptions) exception.notes = withoutBlock(exception.notes);
    }
    return remote;
}

LoadedPair loadPair(SyncSession& s, const Staged& row) {
    LoadedPair loaded;
    loaded.link = findLink(s, row);
    loadProviderHalf(s, row, loaded);
    const bool present = loaded.pair.provider && !loaded.pair.provider->gone;
    if (!loaded.link && present) {
        loaded.link = linkOfNewPlace(s, row, *loaded.pair.provider, loaded);
        if (!loaded.link) loaded.local = adopted(s, row, *loaded.pair.provider);
        if (!loaded.link && !loaded.local.empty()) loaded.link = s.sync.linkOfLocal(s.scope, loaded.local);
        loaded.pair.own = !loaded.local.empty() && loaded.pair.provider->remote.mark == loaded.local;
    }
    if (loaded.link && !loaded.link->block) loaded.local = loaded.link->local;
    if (!loaded.link && loaded.local.empty() && row.remote.empty()) loaded.local = row.local;
    if (loaded.link && s.isSmart()) loaded.pair.knew = knowsAny(s.sync.watchedGuests(loaded.link->id));
    if (!loaded.local.empty()) loaded.pair.crm = readCrm(s, loaded.local, loaded.link ? &*loaded.link : nullptr);
    return loaded;
}

Action decide(const SyncSession& s, LoadedPair& loaded) {
    loaded.pair.link = loaded.link ? &*loaded.link : nullptr;
    return s.isCalendar() ? planEvent(loaded.pair, s.calendar, s.facts) : planContact(loaded.pair, s.contacts, s.facts);
}

}  // namespace crmdav
