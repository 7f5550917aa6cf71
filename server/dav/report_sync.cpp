#include "protocol/dav/names.h"
#include "server/dav/home_state.h"
#include "server/dav/reports.h"

namespace crmdav {

namespace {

/// Clients that can't live with what the RFC says. The one place where a User-Agent counts.
struct Quirk {
    std::string_view agent;
    Kinds on;
    int lostTokenStatus;
};
constexpr Quirk quirks[] = {
    {"Thunderbird", kind::book, 400},  // 153: its address books start over after 400 alone
};

[[noreturn]] void refuseToken(const Dav& dav, const Resource& target) {
    int status = 403;
    for (const Quirk& quirk : quirks)
        if (quirk.on & target.kind && dav.agent.find(quirk.agent) != std::string::npos) status = quirk.lostTokenStatus;
    throw DavError(status, "not a sync token of this collection, or too old", dav::valid_sync_token);
}

/// Members of one collection that changed since; false: not one of its tokens.
std::optional<Reached> changes(const Dav& dav, const Listing& listing, const Resource& collection,
                               std::string_view since, std::size_t limit, Multistatus& answer, std::size_t& visited) {
    MemberRows rows(dav, listing, collection);
    return dav.store.changesSince(*collection.collection, since, limit, rows.detail(),
                                  [&](const Change& change, std::string_view bytes) {
                                      ++visited;
                                      if (change.deleted)
                                          answer.status(rows.href(change.member.name), 404);
                                      else
                                          rows.answer(answer, listing, change.member, bytes);
                                  });
}

/// Sync of a home: which collections changed, came or went, and with sync-level infinite their members too.
class HomeSync {
public:
    HomeSync(DavPtr dav, const Resource& home, const SyncCollection& asked, HomeState since)
        : dav_(std::move(dav)), home_(home), infinite_(asked.infinite), limit_(asked.limit), since_(std::move(since)) {}

    void write(const Listing& listing, Multistatus& answer) {
        const auto& collections = visibleCollections(*dav_, home_.home());
        HomeState reached = HomeState::of(collections);
        CollectionRows rows(*dav_, listing, collections);
        for (const auto& [id, was] : since_.collections)
            if (!std::ranges::count(collections, was.name, &Collection::name)) goneAs(was.name, answer);
        for (const Collection& collection : collections) {
            const auto was = since_.collections.find(collection.id);
            const bool known = was != since_.collections.end() && was->second.name == collection.name &&
                               was->second.veiled == Sight(collection).veiled;
            const bool complete = known && was->second.told == 0 && was->second.counter == collection.counter;
            const bool told = known && was->second.updated == HomeState::propertiesOf(collection) &&
                              (complete || was->second.told == collection.counter);
            if (told && (complete || !infinite_)) continue;
            if (full()) {  // stays as the client knows it, so that the next answer goes on here
                truncated_ = true;
                if (was != since_.collections.end())
                    reached.collections[collection.id] = was->second;
                else
                    reached.collections.erase(collection.id);
                continue;
            }
            const Resource resource = resourceOf(*dav_, collection);
            if (!told) {
                ++visited_;
                rows.answer(answer, resource);
            }
            if (infinite_)
                below(listing, resource, known ? &was->second : nullptr, reached.collections[collection.id], answer);
        }
        if (truncated_) answer.status(home_.href, 507, dav::number_of_matches_within_limits);
        answer.syncToken(reached.token());
    }

private:
    void goneAs(const std::string& name, Multistatus& answer) {
        Collection gone;
        gone.home = home_.home();
        gone.name = name;
        answer.status(collectionHref(*dav_, dav_->who.user.login, gone), 404);
    }

    bool full() const { return limit_ != 0 && visited_ >= limit_; }

    /// The members below a collection, since the state that is known.
    /// @param reached  as it is now; gets what the answer has come to
    void below(const Listing& listing, const Resource& resource, const HomeState::Entry* since,
               HomeState::Entry& reached, Multistatus& answer) {
        const Collection& collection = *resource.collection;
        if (!(resource.kind & kind::syncable)) return;
        HomeState::Entry from;
        from.begun = collection.counter;  // a first sync
        if (since) from = *since;
        reached.told = collection.counter;
        setContent(reached, tokenAt(collection, from));
        if (full()) {
            truncated_ = true;
            return;
        }
        const auto end = changes(*dav_, listing, resource, tokenAt(collection, from), limit_ ? limit_ - visited_ : 0,
                                 answer, visited_);
        if (!end) refuseToken(*dav_, home_);
        truncated_ = truncated_ || end->truncated;
        setContent(reached, end->token);
        if (!end->truncated) reached.told = 0;
    }

    DavPtr dav_;
    Resource home_;
    bool infinite_, truncated_ = false;
    std::size_t limit_, visited_ = 0;
    HomeState since_;
};

/// Can the members that a client knows be brought up to date? Who doesn't see private objects any more, or sees them
/// now, has to start over; so has who knows a collection as it was before its oldest tombstone. One that was deleted
/// and made again is another, of which all is told.
bool canGoOn(const Dav& dav, const HomeState& was, const std::vector<Collection>& now) {
    return std::ranges::all_of(was.collections, [&](const auto& known) {
        const auto& [id, entry] = known;
        const auto is = std::ranges::find(now, id, &Collection::id);
        if (is == now.end()) return true;
        if (Sight(*is).veiled != entry.veiled) return false;
        const bool same = is->name != entry.name || is->counter == entry.counter || !(kindOf(*is) & kind::syncable);
        const auto nothing = [](const Change&, std::string_view) {};
        return same || dav.store.changesSince(*is, tokenAt(*is, entry), 1, MemberDetail::tags, nothing);
    });
}

Response syncHome(ReportRequest&& request, SyncCollection asked) {
    HomeState since;
    if (!asked.token.empty()) {
        auto parsed = HomeState::parse(asked.token);
        const auto& now = visibleCollections(*request.dav, request.target.home());
        if (!parsed || parsed->epoch != HomeState::of(now).epoch) refuseToken(*request.dav, request.target);
        if (asked.infinite && !canGoOn(*request.dav, *parsed, now)) refuseToken(*request.dav, request.target);
        since = *std::move(parsed);
    }
    auto listing = std::make_shared<const Listing>(request.dav, request.body, asked.wanted);
    auto sync = std::make_shared<HomeSync>(request.dav, request.target, asked, std::move(since));
    return multistatusResponse(request.dav, [listing, sync](Multistatus& answer) { sync->write(*listing, answer); });
}

}  // namespace

/// RFC 6578 §3. Depth is 0 or left out by the RFC; what clients send beside it is ignored, the level counts.
Response syncCollection(ReportRequest&& request) {
    SyncCollection asked = parseSyncCollection(request.root());
    if (!request.root().child(dav::sync_level) && request.depth == Depth::infinity) asked.infinite = true;
    if (request.target.kind & kind::homes) return syncHome(std::move(request), std::move(asked));

    auto listing = std::make_shared<const Listing>(request.dav, request.body, asked.wanted,
                                                   zonePointerOf(*request.dav, *request.target.collection));
    const DavPtr dav = request.dav;  // the closure takes the request
    return multistatusResponse(dav, [request = std::move(request), listing, asked](Multistatus& answer) {
        std::size_t visited = 0;
        const auto end = changes(*request.dav, *listing, request.target, asked.token, asked.limit, answer, visited);
        if (!end) refuseToken(*request.dav, request.target);
        if (end->truncated) answer.status(request.target.href, 507, dav::number_of_matches_within_limits);
        answer.syncToken(end->token);
    });
}

}  // namespace crmdav
