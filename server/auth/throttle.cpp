#include "server/auth/throttle.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "server/http/networks.h"
#include "store/store.h"

namespace crmdav {
namespace {

constexpr std::int64_t freePerLogin = 4, freePerAddress = 30;
constexpr std::chrono::seconds longest{300};

std::chrono::seconds waitAfter(std::int64_t failures, std::int64_t free) {
    if (failures <= free) return std::chrono::seconds(0);
    return std::min(longest, std::chrono::seconds(1L << std::min<std::int64_t>(failures - free, 9)));
}

std::string digest(const std::string& text) {
    std::string made(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           reinterpret_cast<unsigned char*>(made.data()));
    return made;
}

/// Of the login there, and of all logins there: who tries one password with many of them is slowed down, too. A login
/// has no NUL.
std::array<std::string, 2> keysOf(const std::string& login, const std::string& address) {
    const std::string network = networkOf(address);
    return {digest(login + '\0' + network), digest(network)};
}

}  // namespace

std::chrono::seconds Throttle::wait(const std::string& login, const std::string& address) const {
    const auto known = store_.failures(keysOf(login, address));
    const auto left = [](const Store::Failures& failures, std::int64_t free) {
        return waitAfter(failures.count, free) - failures.ago;
    };
    return std::max({left(known[0], freePerLogin), left(known[1], freePerAddress), std::chrono::seconds(0)});
}

void Throttle::failed(const std::string& login, const std::string& address) {
    store_.noteFailure(keysOf(login, address));
}

void Throttle::succeeded(const std::string& login, const std::string& address) {
    const auto keys = keysOf(login, address);
    if (store_.failures(keys)[0].count != 0) store_.forgetFailures(keys[0]);
}

}  // namespace crmdav
