#include "server/dav/acl.h"

#include "protocol/dav/names.h"
#include "server/dav/property_values.h"

namespace crmdav {

namespace {

bool isShareable(const Resource& r) {
    if (!r.collection || r.collection->owner == 0) return false;
    return r.kind & (kind::calendar | kind::book | kind::members);
}

void addShares(const Dav& dav, const Resource& r, std::vector<Grant>& grants) {
    for (const Share& share : dav.store.shares({}, r.collection->id)) {
        const unsigned bits = privilegesWith(share.write ? Part::write : Part::read, r);
        switch (share.with) {
            case Share::With::everyone: grants.push_back({std::nullopt, bits}); break;
            case Share::With::principal:
                if (auto principal = dav.store.principal(share.login)) grants.push_back({std::move(principal), bits});
                break;
            case Share::With::role:
                for (User& user : dav.store.users())
                    if (user.role == share.role && user.kind == UserKind::person && user.id != r.collection->owner)
                        grants.push_back({std::move(user), bits});
        }
    }
}

}  // namespace

std::optional<User> ownerOf(const Dav& dav, const Resource& r) {
    if (!r.owner || r.isTeam() || (r.collection && r.collection->owner == 0)) return std::nullopt;
    const bool another = r.collection && !r.collection->ownerLogin.empty();
    return another ? dav.store.user(r.collection->ownerLogin) : r.owner;
}

std::vector<Grant> grantsOn(const Dav& dav, const Resource& r) {
    auto owner = ownerOf(dav, r);
    if (!owner) return {{std::nullopt, privilegesOn(dav, r)}};
    const bool another = r.collection && !r.collection->ownerLogin.empty();
    std::vector<Grant> grants{{std::move(owner), another ? privilegesWith(Part::own, r) : privilegesOn(dav, r)}};
    if (!r.foreign && isShareable(r)) addShares(dav, r, grants);
    if (r.home() == Home::calendars && r.kind != kind::principal) grants.push_back({std::nullopt, may::read_free_busy});
    return grants;
}

bool values::acl(const Dav& dav, const Resource& r, XmlWriter& out) {
    for (auto& [principal, bits] : grantsOn(dav, r)) {
        out.open(dav::ace).open(dav::principal);
        if (principal)
            out.href(principalHref(dav, principal->login));
        else
            out.empty(dav::authenticated);
        out.close(dav::principal).open(dav::grant);
        unsigned left = bits;
        for (const Privilege& p : crmdav::privileges()) {
            if ((left & p.bits) != p.bits) continue;
            out.open(dav::privilege).empty(p.name).close(dav::privilege);
            left &= ~p.bits;
        }
        out.close(dav::grant).empty(dav::protected_).close(dav::ace);
    }
    return true;
}

}  // namespace crmdav
