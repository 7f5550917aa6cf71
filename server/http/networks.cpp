#include "server/http/networks.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>

namespace crmdav {
namespace {

struct Address {
    std::array<std::uint8_t, 16> bytes{};
    bool v4 = false;
};

std::optional<Address> parseAddress(std::string_view text) noexcept {
    char copy[64];
    if (text.empty() || text.size() >= sizeof copy) return std::nullopt;
    std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = '\0';
    Address address;
    if (inet_pton(AF_INET, copy, address.bytes.data() + 12) == 1) {
        address.v4 = true;
        address.bytes[10] = address.bytes[11] = 0xff;
        return address;
    }
    address.bytes = {};
    if (inet_pton(AF_INET6, copy, address.bytes.data()) != 1) return std::nullopt;
    return address;
}

}  // namespace

std::string networkOf(std::string_view text) {
    auto address = parseAddress(text);
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (!address || address->v4) return std::string(text);
    char printed[INET6_ADDRSTRLEN];
    if (std::equal(mapped.begin(), mapped.end(), address->bytes.begin()))
        return inet_ntop(AF_INET, address->bytes.data() + 12, printed, sizeof printed);
    std::fill(address->bytes.begin() + 8, address->bytes.end(), std::uint8_t{0});
    return inet_ntop(AF_INET6, address->bytes.data(), printed, sizeof printed);
}

void Networks::add(std::string_view text) {
    if (text == "loopback") {
        add("127.0.0.0/8");
        return add("::1");
    }
    const auto slash = std::min(text.find('/'), text.size());
    const auto address = parseAddress(text.substr(0, slash));
    unsigned bits = 128;
    bool good = address.has_value();
    if (good && slash < text.size()) {
        const unsigned most = address->v4 ? 32 : 128;
        const char* end = text.data() + text.size();
        const auto [used, error] = std::from_chars(text.data() + slash + 1, end, bits);
        good = error == std::errc{} && used == end && bits <= most;
        if (address->v4) bits += 96;
    }
    if (!good) throw std::invalid_argument("not an address or network: " + std::string(text));
    nets_.push_back({address->bytes, bits});
}

bool Networks::contains(std::string_view text) const noexcept {
    if (nets_.empty()) return false;
    const auto address = parseAddress(text);
    if (!address) return false;
    return std::any_of(nets_.begin(), nets_.end(), [&](const Net& net) {
        const auto whole = net.bits / 8, rest = net.bits % 8;
        if (!std::equal(net.bytes.begin(), net.bytes.begin() + whole, address->bytes.begin())) return false;
        return rest == 0 || ((net.bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0;
    });
}

}  // namespace crmdav
