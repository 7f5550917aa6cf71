#pragma once
#include <netinet/in.h>

#include <optional>
#include <string>
#include <string_view>

#include "store/sync.h"

namespace crmdav {

/// What a mail domain says of its CalDAV or CardDAV server (RFC 6764 §3, §4): the address that SRV and TXT records of
/// the service over TLS make. Takes a few seconds at most.
/// @param server  to be asked instead of the system's
/// @returns       https://host[:port]/path; path /.well-known/… where no TXT record names one. nullopt: the domain says
///                nothing, says that there is none, or doesn't answer in time
std::optional<std::string> findService(std::string_view domain, SyncKind, const sockaddr_in* server = nullptr);

/// The part of RFC 6764 §5 that needs no look-up: "/.well-known/caldav".
std::string_view wellKnownPath(SyncKind);

}  // namespace crmdav
