#pragma once
#include <optional>
#include <vector>

#include "server/dav/permit.h"

namespace crmdav {

/// One entry of a resource's ACL, as the store has it: nobody sets them by DAV (RFC 3744 §5.5).
struct Grant {
    std::optional<User> principal;  ///< nobody in particular: everybody who is signed in
    unsigned bits = 0;              ///< of `may`
};
/// The owner first, then those with whom it is shared: users, teams, everybody; of a role each of its users, as a role
/// is no principal.
std::vector<Grant> grantsOn(const Dav& dav, const Resource& resource);

/// Whose it is; nullopt: nobody's in particular.
std::optional<User> ownerOf(const Dav& dav, const Resource& resource);

}  // namespace crmdav
