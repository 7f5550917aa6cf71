#include "bridge/public_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace crmdav {
namespace {

struct Net4 {
    std::uint32_t address;
    unsigned bits;
};

constexpr Net4 notPublic[] = {
    {0x00000000, 8},   // this host
    {0x0A000000, 8},   // RFC 1918
    {0x64400000, 10},  // carriers' NAT, RFC 6598
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local, and clouds' metadata services
    {0xAC100000, 12},  // RFC 1918
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // 6to4 relays
    {0xC0A80000, 16},  // RFC 1918
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
};

bool isPublic4(std::uint32_t address) {
    return std::none_of(std::begin(notPublic), std::end(notPublic),
                        [&](const Net4& net) { return (address ^ net.address) >> (32 - net.bits) == 0; });
}

std::uint32_t word(const std::uint8_t* bytes) {
    return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U | std::uint32_t{bytes[2]} << 8U | bytes[3];
}

bool isPublic6(const std::uint8_t* bytes) {
    static constexpr std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    static constexpr std::uint8_t nat64[12] = {0, 0x64, 0xFF, 0x9B};  // RFC 6052
    if (std::memcmp(bytes, mapped, 12) == 0 || std::memcmp(bytes, nat64, 12) == 0) return isPublic4(word(bytes + 12));
    const std::uint32_t first = word(bytes);
    if (first >> 29U != 1) return false;                 // outside 2000::/3 nothing is global
    if (first >> 9U == 0x20010000U >> 9U) return false;  // 2001::/23: protocol assignments, Teredo among them
    if (first == 0x20010DB8U || first >> 12U == 0x3FFF0000U >> 12U) return false;  // documentation
    if (first >> 16U == 0x2002U) return isPublic4(word(bytes + 2));                // 6to4, RFC 3056
    return true;
}

}  // namespace

bool isPublicAddress(const sockaddr& address) noexcept {
    if (address.sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        return isPublic4(ntohl(four.sin_addr.s_addr));
    }
    if (address.sa_family != AF_INET6) return false;
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    return isPublic6(six.sin6_addr.s6_addr);
}

}  // namespace crmdav
