#include "protocol/text/digest.h"

#include <openssl/evp.h>

#include <stdexcept>

namespace crmdav {

std::string sha256(std::string_view bytes) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("no SHA-256");
    return {reinterpret_cast<const char*>(digest), size};
}

std::string hexOf(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char c : bytes) (text += digits[c >> 4U]) += digits[c & 15U];
    return text;
}

}  // namespace crmdav
