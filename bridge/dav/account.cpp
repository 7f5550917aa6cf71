#include "bridge/dav/account.h"

#include <algorithm>

#include "bridge/dav/collection_list.h"
#include "bridge/urls.h"
#include "protocol/dav/hrefs.h"
#include "protocol/dav/names.h"
#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

/// `b%20c` of `/a/b%20c/`, as people read it.
std::string lastSegment(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    const auto name = path.substr(path.rfind('/') + 1);
    return decodePercent(name).value_or(std::string(name));
}

/// People leave out the scheme.
DavLogin completed(DavLogin login) {
    for (std::string* address : {&login.address, &login.bookAddress})
        if (!address->empty() && address->find("://") == std::string::npos) address->insert(0, "https://");
    return login;
}

}  // namespace

DavAccount::DavAccount(HttpClient& http, DavLogin login)
    : login_(completed(std::move(login))), found_(DavFound::parse(login_.found)), session_(http, login_) {
    for (const DavHome* home : {&found_.contacts, &found_.calendar}) {
        if (!home->base.empty()) session_.trust(home->base);
        if (!home->principal.empty()) session_.setPrincipal(home->principal);
    }
}

void DavAccount::find(SyncKind kind) {
    const std::string before = found_.json();
    found_ = discover(session_, login_, kind, found_);
    fresh_.insert(kind);
    if (const std::string now = found_.json(); now != before && login_.keepFound) login_.keepFound(now);
}

void DavAccount::requireHome(SyncKind kind) {
    if (!found_.of(kind).homes.empty() || fresh_.contains(kind)) return;
    find(kind);
}

/// @returns whether anything is elsewhere now
bool DavAccount::rediscover(SyncKind kind) {
    if (fresh_.contains(kind)) return false;
    const DavHome old = found_.of(kind);
    find(kind);
    if (found_.of(kind).homes == old.homes) return false;
    open_.clear();
    return true;
}

RemoteIdentity DavAccount::identify() {
    SyncKind kind = SyncKind::calendar;
    try {
        find(kind);
    } catch (const Refused& calendars) {
        kind = SyncKind::contacts;
        try {
            find(kind);
        } catch (const Refused&) {
            throw calendars;
        }
    }
    const DavHome& home = found_.of(kind);
    RemoteIdentity identity;
    identity.login = login_.user;
    identity.emails = found_.emails;
    identity.id = canonicalUrl(home.principal.empty() ? home.base : home.principal, "");
    // An Apple Account's hosts change, and differ by kind; the number in its paths doesn't.
    if (login_.icloud) {
        const std::string path = pathOf(identity.id);
        identity.id = path.substr(1, path.find('/', 1) - 1);
    }
    return identity;
}

std::string DavAccount::idOf(SyncKind kind, const std::string& url) {
    std::string canonical = canonicalUrl(url, "");
    if (!canonical.ends_with('/')) canonical += '/';
    return originOf(canonical) == originOf(found_.of(kind).homes.front()) ? pathOf(canonical) : canonical;
}

std::string DavAccount::urlOf(SyncKind kind, const std::string& id) {
    const auto& homes = found_.of(kind).homes;
    return homes.empty() ? std::string() : resolveUrl(homes.front(), id);
}

OpenCollection& DavAccount::open(SyncKind kind, const std::string& id) {
    auto& place = open_[{kind, id}];
    if (place) return *place;
    std::optional<std::string> group;
    if (kind == SyncKind::contacts && !login_.group.empty())
        group = login_.group.starts_with(id) ? login_.group.substr(id.size()) : std::string();
    place = std::make_unique<OpenCollection>(DavCollection(session_, kind, urlOf(kind, id)), std::move(group),
                                             login_.group);
    return *place;
}

/// Where invitations go (RFC 6638 §9.2): the calendar that people mean. Empty: the server doesn't tell.
std::string DavAccount::defaultCalendar() {
    if (found_.inbox.empty()) return {};
    DavAnswered answered;
    const auto read = session_.find(found_.inbox, 0, "<C:schedule-default-calendar-URL/>", answered);
    if (!read || read->responses.empty()) return {};
    const auto href = read->responses.front().hrefIn(caldav::schedule_default_calendar_URL);
    return href.empty() ? std::string() : idOf(SyncKind::calendar, resolveUrl(answered.url, href));
}

std::vector<RemoteCollection> DavAccount::listHomes(SyncKind kind) {
    std::vector<RemoteCollection> all;
    for (const std::string& home : found_.of(kind).homes) {
        DavAnswered answered;
        const auto read = session_.find(home, 1, collectionProperties(), answered);
        if (!read) throw CollectionGone("The collections can't be listed: " + reasonOf(answered));
        for (const ReadResponse& response : read->responses) {
            auto collection = readCollection(response, kind);
            const std::string url = resolveUrl(answered.url, response.href);
            if (!collection || url.empty()) continue;
            collection->id = idOf(kind, url);
            if (collection->name.empty()) collection->name = lastSegment(collection->id);
            all.push_back(std::move(*collection));
        }
    }
    auto main = std::ranges::find(all, kind == SyncKind::calendar ? defaultCalendar() : "", &RemoteCollection::id);
    if (main == all.end()) main = std::ranges::find(all, true, &RemoteCollection::writable);
    if (main != all.end()) main->main = true;
    return all;
}

std::vector<RemoteCollection> DavAccount::collections(SyncKind kind) {
    return again(kind, [&] { return listHomes(kind); });
}

std::vector<RemoteGroup> DavAccount::groups() {
    std::vector<RemoteGroup> all;
    for (const RemoteCollection& book : collections(SyncKind::contacts)) {
        auto groups = with(SyncKind::contacts, book.id,
                           [&](OpenCollection& open) { return groupsIn(open.collection, book.id, login_.icloud); });
        all.insert(all.end(), std::make_move_iterator(groups.begin()), std::make_move_iterator(groups.end()));
    }
    return all;
}

std::string DavAccount::download(const std::string& url) {
    if (!session_.mayKnow(url)) return {};
    DavAnswered answered = session_.send({"GET", url});
    return answered.ok() ? std::move(answered.body) : std::string();
}

}  // namespace crmdav
