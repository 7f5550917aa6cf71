#include "store/records/uuid.h"

#include <sys/random.h>

#include <algorithm>

#include "store/store.h"

namespace crmdav {
namespace {

constexpr std::string_view hex = "0123456789abcdef";

int digitOf(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool isDash(std::size_t position) { return position == 8 || position == 13 || position == 18 || position == 23; }

}  // namespace

std::string randomBytes(std::size_t count) {
    std::string bytes(count, '\0');
    for (std::size_t have = 0; have < count;) {
        const ssize_t got = getrandom(bytes.data() + have, count - have, 0);
        if (got < 0) throw StoreError("the system gives no random numbers");
        have += static_cast<std::size_t>(got);
    }
    return bytes;
}

Id newId(std::chrono::system_clock::time_point now) {
    std::string bytes = randomBytes(16);
    auto milliseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
    for (std::size_t i = 6; i-- > 0; milliseconds >>= 8) bytes[i] = static_cast<char>(milliseconds & 0xff);
    bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x70);
    bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
    return idOf(bytes);
}

std::string bytesOf(std::string_view id) {
    if (id.size() != 36) return {};
    std::string bytes;
    for (std::size_t i = 0; i < id.size(); i += 2) {
        if (isDash(i) && id[i++] != '-') return {};
        const int high = digitOf(id[i]), low = digitOf(id[i + 1]);
        if (high < 0 || low < 0) return {};
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

Id idOf(std::string_view bytes) {
    if (bytes.size() != 16) return {};
    Id id(36, '-');
    std::size_t at = 0;
    for (const char c : bytes) {
        if (isDash(at)) ++at;
        const auto byte = static_cast<unsigned char>(c);
        id[at++] = hex[byte >> 4];
        id[at++] = hex[byte & 15];
    }
    return id;
}

}  // namespace crmdav
