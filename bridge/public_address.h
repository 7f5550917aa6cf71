#pragma once
#include <sys/socket.h>

namespace crmdav {

/// Whether an address belongs to the public internet: neither this machine nor a network around it, nor one that leads
/// back into those – IPv4 in IPv6 (mapped, NAT64, 6to4) counts as the IPv4 address (IANA special-purpose registries,
/// RFC 6890). Anything but IPv4 and IPv6 isn't public.
bool isPublicAddress(const sockaddr& address) noexcept;

}  // namespace crmdav
