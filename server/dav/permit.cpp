#include "server/dav/permit.h"

#include <algorithm>
#include <span>

namespace crmdav {

namespace {

constexpr Privilege privilegeTable[] = {
    {may::all, dav::all, "everything"},
    {may::read, dav::read, "read"},
    {may::read_free_busy, caldav::read_free_busy, "read busy times"},
    {may::write, dav::write, "write"},
    {may::write_properties, dav::write_properties, "write properties"},
    {may::write_content, dav::write_content, "write content"},
    {may::bind, dav::bind, "add members"},
    {may::unbind, dav::unbind, "remove members"},
    {may::read_acl, dav::read_acl, "read who may do what"},
    {may::read_current_user_privilege_set, dav::read_current_user_privilege_set, "read own privileges"},
};

/// What the password opens of calendars and address books at all.
bool opens(const Scope& scope, const Resource& resource) {
    const bool calendars = resource.kind & (kind::calendarHome | kind::calendarLike | kind::event);
    const bool books = resource.kind & (kind::bookHome | kind::book | kind::card);
    if ((calendars && !scope.caldav) || (books && !scope.carddav)) return false;
    const bool inCollection = resource.kind & (kind::collections | kind::members);
    return !scope.collection || !inCollection || !resource.collection || resource.collection->id == *scope.collection;
}

unsigned ofPurpose(Purpose purpose) {
    switch (purpose) {
        case Purpose::busy: return may::look | may::write_properties;
        case Purpose::inbox:
        case Purpose::outbox: return may::look | may::write_properties | may::unbind;
        default: return may::all;
    }
}

/// Name, colour and order are everybody's own, so a collection's properties can be written by all who see it; which of
/// them, proppatch() looks at.
unsigned ofPart(Part part, const Resource& resource) {
    switch (part) {
        case Part::own: return may::all;
        case Part::write: return may::all & ~may::own;
        case Part::read: return may::look | (resource.kind & kind::members ? 0 : may::write_properties);
        case Part::none: break;
    }
    return 0;
}

[[noreturn]] void refuse(const Resource& resource, const Privilege& privilege) {
    const bool caldav = privilege.name.ns == caldav::ns;
    std::string inner = "<resource xmlns=\"DAV:\"><href>" + resource.href + "</href><privilege><";
    inner += privilege.name.name;
    if (caldav) inner += " xmlns=\"urn:ietf:params:xml:ns:caldav\"";
    inner += "/></privilege></resource>";
    throw DavError(403, "privilege lacks: " + std::string(privilege.description), dav::need_privileges, inner);
}

}  // namespace

std::span<const Privilege> privileges() { return privilegeTable; }

unsigned privilegesWith(Part part, const Resource& resource) {
    return ofPurpose(resource.collection->purpose) & ofPart(part, resource);
}

unsigned privilegesOn(const Dav& dav, const Resource& resource) {
    const Scope& scope = dav.who.scope;
    if (!opens(scope, resource)) return 0;
    if (resource.foreign) return resource.kind == kind::principal ? may::look : may::read_free_busy;
    unsigned granted = may::look;
    if (resource.kind & kind::homes) granted = scope.collection ? may::look | may::write_properties : may::all;
    if (resource.kind == kind::principal) granted = may::look | may::write_properties;
    if (resource.kind & (kind::collections | kind::members))
        granted = resource.collection ? privilegesWith(resource.collection->part, resource) : may::all;
    return scope.readOnly ? granted & may::look : granted;
}

void requirePrivilege(const Dav& dav, const Resource& resource, unsigned wanted) {
    const unsigned lacking = wanted & ~privilegesOn(dav, resource);
    if (!lacking) return;
    for (const Privilege& privilege : privilegeTable) {
        if (privilege.bits & (privilege.bits - 1) || !(privilege.bits & lacking)) continue;  // single ones only
        refuse(resource, privilege);
    }
}

void requireOwn(const Resource& resource) {
    if (!resource.collection || resource.collection->part == Part::own) return;
    refuse(resource, *std::ranges::find(privilegeTable, may::unbind, &Privilege::bits));
}

void requireExists(const Resource& resource) {
    if (!resource.exists) throw DavError(404, "nothing has this address");
}

void requireMember(const Dav& dav, Resource& resource) {
    requireExists(resource);
    if (!(resource.kind & kind::members)) return;
    auto member = resource.collection ? dav.store.member(*resource.collection, resource.name) : std::nullopt;
    if (!member) throw DavError(404, "no such member");
    resource.kept = std::make_shared<const MemberFound>(*std::move(member), std::string());
    resource.member = &resource.kept->member;
}

bool readMember(const Dav& dav, Resource& resource) {
    if (!resource.collection || !resource.exists) return false;
    return dav.store.object(*resource.collection, resource.name, [&](const Member& member, std::string_view bytes) {
        resource.kept = std::make_shared<const MemberFound>(member, std::string(bytes));
        resource.member = &resource.kept->member;
        resource.bytes = resource.kept->bytes;
    });
}

}  // namespace crmdav
