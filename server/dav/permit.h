#pragma once
#include "protocol/dav/names.h"
#include "server/dav/resource.h"

namespace crmdav {

/// RFC 3744 privileges as bits, named as their elements are.
namespace may {
inline constexpr unsigned read = 1, read_free_busy = 2, write_properties = 4, write_content = 8, bind = 16, unbind = 32,
                          read_acl = 64, read_current_user_privilege_set = 128,
                          own = 256;  ///< part of DAV:all alone: the collection itself can be removed and renamed
inline constexpr unsigned write = write_properties | write_content | bind | unbind,
                          look = read | read_free_busy | read_acl | read_current_user_privilege_set,
                          all = write | look | own;
}  // namespace may

struct Privilege {
    unsigned bits;
    QName name;
    std::string_view description;
};
/// Every privilege, aggregates first.
std::span<const Privilege> privileges();

/// What the asker may do with the resource (of a member: with its collection's content).
unsigned privilegesOn(const Dav& dav, const Resource& resource);

/// What such a part in the resource's collection lets somebody do with it.
unsigned privilegesWith(Part part, const Resource& resource);

/// @throws DavError 403 need-privileges  a collection of another user: it is removed and renamed in its owner's home
void requireOwn(const Resource& resource);

/// @throws DavError 403 need-privileges, naming the resource and the first privilege that lacks (RFC 3744 §7.1.1)
void requirePrivilege(const Dav& dav, const Resource& resource, unsigned wanted);

/// @throws DavError 404
void requireExists(const Resource& resource);

/// Looks up the member that the resource names. @throws DavError 404
void requireMember(const Dav& dav, Resource& resource);
/// The same with its bytes. @returns false: there is none
bool readMember(const Dav& dav, Resource& resource);

}  // namespace crmdav
