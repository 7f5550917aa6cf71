#include "server/auth/passwords.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <vector>

#include "server/auth/base64.h"

namespace crmdav {
namespace {

constexpr std::size_t saltBytes = 16, hashBytes = 32;

/// What a stored hash says it was made with.
struct Stored {
    unsigned log2N = 15, r = 8, p = 1;
    std::string salt, hash;
};

std::string scrypt(std::string_view password, const Stored& with) {
    constexpr std::uint64_t most = 256u << 20;
    std::string hash(hashBytes, '\0');
    const int done =
        EVP_PBE_scrypt(password.data(), password.size(), reinterpret_cast<const unsigned char*>(with.salt.data()),
                       with.salt.size(), std::uint64_t{1} << with.log2N, with.r, with.p, most,
                       reinterpret_cast<unsigned char*>(hash.data()), hash.size());
    if (done != 1) throw std::runtime_error("scrypt failed");
    return hash;
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    for (auto end = text.find('$'); end != text.npos; end = text.find('$')) {
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    parts.push_back(text);
    return parts;
}

bool readNumber(std::string_view text, unsigned& number, unsigned most) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number >= 1 && number <= most;
}

std::optional<Stored> parse(std::string_view text) {
    const auto parts = split(text);
    Stored stored;
    if (parts.size() != 6 || parts[0] != "scrypt" || !readNumber(parts[1], stored.log2N, 17) ||
        !readNumber(parts[2], stored.r, 8) || !readNumber(parts[3], stored.p, 4))
        return std::nullopt;
    const auto salt = decodeBase64(parts[4]), hash = decodeBase64(parts[5]);
    if (!salt || !hash || hash->size() != hashBytes) return std::nullopt;
    stored.salt = *salt;
    stored.hash = *hash;
    return stored;
}

void fillRandom(std::string& bytes) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("no random numbers");
}

}  // namespace

std::string hashPassword(std::string_view password) {
    Stored made;
    made.salt.resize(saltBytes);
    fillRandom(made.salt);
    made.hash = scrypt(password, made);
    return "scrypt$15$8$1$" + encodeBase64(made.salt) + "$" + encodeBase64(made.hash);
}

bool verifyPassword(std::string_view password, std::string_view hash) {
    const auto stored = parse(hash);
    return stored && equalInConstantTime(scrypt(password, *stored), stored->hash);
}

std::string randomPassword() {
    constexpr std::string_view letters = "abcdefghijkmnopqrstuvwxyz2345678";  // 32 of them: no bias
    std::string bytes(20, '\0');
    fillRandom(bytes);
    std::string password;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i != 0 && i % 4 == 0) password += '-';
        password += letters[static_cast<unsigned char>(bytes[i]) % letters.size()];
    }
    return password;
}

bool equalInConstantTime(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace crmdav
