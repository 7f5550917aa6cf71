#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crmdav {

/// What a single customer of a provider has at least: an IPv4 address, or the /64 of an IPv6 one, as text; IPv4-mapped
/// IPv6 counts as IPv4, anything else is itself.
std::string networkOf(std::string_view address);

/// A set of IP networks in CIDR notation.
class Networks {
public:
    /// @param address "10.0.0.0/8", "::1", "192.168.1.7"; "loopback" is 127.0.0.0/8 and ::1
    /// @throws std::invalid_argument  not an address
    void add(std::string_view address);
    /// @param address as printed; IPv4-mapped IPv6 counts as IPv4. Anything else isn't contained.
    bool contains(std::string_view address) const noexcept;
    bool empty() const noexcept { return nets_.empty(); }

private:
    struct Net {
        std::array<std::uint8_t, 16> bytes;  ///< IPv4 as ::ffff:a.b.c.d
        unsigned bits;
    };
    std::vector<Net> nets_;
};

}  // namespace crmdav
