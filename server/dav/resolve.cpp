#include "protocol/dav/errors.h"
#include "protocol/dav/hrefs.h"
#include "server/dav/resource.h"

namespace crmdav {

namespace {

struct Branch {
    std::string_view segment;
    Home home;
    Kinds root, homeKind, member;
};
constexpr Branch branches[] = {
    {"calendars", Home::calendars, kind::calendars, kind::calendarHome, kind::event},
    {"addressbooks", Home::addressbooks, kind::books, kind::bookHome, kind::card},
};

const Branch& branchOf(Home home) { return branches[home == Home::addressbooks]; }

[[noreturn]] void notFound() { throw DavError(404, "nothing has this address"); }

/// The asker themselves, without a look at the store, or another user.
User userOf(const Dav& dav, const std::string& login) {
    if (login == dav.who.user.login) return dav.who.user;
    auto user = dav.store.user(login);
    if (!user) notFound();
    return *std::move(user);
}

Resource resolvePrincipal(const Dav& dav, const std::vector<std::string>& path) {
    Resource found;
    if (path.size() == 2) {
        found.kind = kind::principals;
        found.href = dav.basePath + "/dav/principals/";
        return found;
    }
    if (path[2] != "users" || path.size() > 4) notFound();
    if (path.size() == 3) {
        found.kind = kind::users;
        found.href = dav.basePath + "/dav/principals/users/";
        return found;
    }
    if (path[3] == dav.who.user.login) return resourceOfUser(dav, dav.who.user);
    auto principal = dav.store.principal(path[3]);
    if (!principal) notFound();
    return resourceOfUser(dav, *std::move(principal));
}

/// Below another user's home nothing is looked up, so that an answer can't tell what is there.
Resource resolveInHome(const Dav& dav, const Branch& branch, const std::vector<std::string>& path, bool slash) {
    Resource found;
    found.owner = userOf(dav, path[2]);
    found.foreign = found.owner->id != dav.who.user.id;
    found.href = homeHref(dav, path[2], branch.home);
    found.kind = branch.homeKind;
    if (path.size() == 3) return found;
    if (path.size() > 5) notFound();

    found.kind = branch.home == Home::calendars ? kind::calendar : kind::book;
    found.name = path[3];
    appendSegment(found.href, path[3]);
    found.href += '/';
    if (!found.foreign) {
        found.collection = dav.store.collection(path[2], branch.home, path[3]);
        found.exists = found.collection.has_value();
        if (found.exists) found.kind = kindOf(*found.collection);
    }
    if (path.size() == 4) return found;

    if (!found.exists) notFound();
    found.kind = branch.member;
    found.name = path[4];
    appendSegment(found.href, path[4]);
    if (slash) found.href += '/';
    return found;
}

}  // namespace

std::string principalHref(const Dav& dav, std::string_view login) {
    std::string out = dav.basePath + "/dav/principals/users/";
    appendSegment(out, login);
    return out += '/';
}

std::string homeHref(const Dav& dav, std::string_view login, Home home) {
    std::string out = dav.basePath + "/dav/";
    out += branchOf(home).segment;
    out += '/';
    appendSegment(out, login);
    return out += '/';
}

std::string collectionHref(const Dav& dav, std::string_view login, const Collection& collection) {
    std::string out = homeHref(dav, login, collection.home);
    appendSegment(out, collection.name);
    return out += '/';
}

Kinds kindOf(const Collection& collection) {
    switch (collection.purpose) {
        case Purpose::inbox: return kind::inbox;
        case Purpose::outbox: return kind::outbox;
        default: return collection.home == Home::calendars ? kind::calendar : kind::book;
    }
}

Resource resourceOf(const Dav& dav, Collection collection) {
    Resource out;
    out.kind = kindOf(collection);
    out.owner = dav.who.user;
    out.href = collectionHref(dav, dav.who.user.login, collection);
    out.name = collection.name;
    out.collection = std::move(collection);
    return out;
}

Resource resourceOfHome(const Dav& dav, Home home) {
    Resource out;
    out.kind = branchOf(home).homeKind;
    out.owner = dav.who.user;
    out.href = homeHref(dav, dav.who.user.login, home);
    return out;
}

Resource resourceOfUser(const Dav& dav, User user) {
    Resource out;
    out.kind = kind::principal;
    out.href = principalHref(dav, user.login);
    out.foreign = user.id != dav.who.user.id;
    out.owner = std::move(user);
    return out;
}

const std::vector<Collection>& visibleCollections(const Dav& dav, Home home) {
    auto& listed = dav.listed[home == Home::addressbooks];
    if (listed) return *listed;
    listed = dav.store.home(dav.who.user.login, home);
    const Scope& scope = dav.who.scope;
    std::erase_if(*listed,
                  [&](const Collection& c) { return scope.collection ? c.id != *scope.collection : c.hidden; });
    return *listed;
}

Collection asSeen(const Dav& dav, const Collection& collection) {
    const bool known = collection.mounted >= 0 || collection.owner == dav.who.user.id || collection.id == 0;
    return known ? collection : dav.store.mounted(dav.who.user.id, collection);
}

Resource resolve(const Dav& dav, const std::vector<std::string>& path, bool slash) {
    if (path.empty() || path[0] != "dav") notFound();
    Resource found;
    if (path.size() == 1) {
        found.kind = kind::root;
        found.href = dav.basePath + "/dav/";
        return found;
    }
    if (path[1] == "principals") return resolvePrincipal(dav, path);
    for (const Branch& branch : branches) {
        if (path[1] != branch.segment) continue;
        if (path.size() > 2) return resolveInHome(dav, branch, path, slash);
        found.kind = branch.root;
        found.href = dav.basePath + "/dav/" + std::string(branch.segment) + '/';
        return found;
    }
    notFound();
}

std::optional<Resource> resolveHref(const Dav& dav, std::string_view href) {
    const auto address = addressOf(href, dav.origin, dav.basePath);
    if (!address) return std::nullopt;
    try {
        return resolve(dav, address->path, address->slash);
    } catch (const DavError&) {
        return std::nullopt;
    }
}

}  // namespace crmdav
