#include "store/records/random_secret.h"

#include <openssl/sha.h>

#include "store/records/uuid.h"

namespace crmdav {

std::string randomLetters(std::size_t count) {
    std::string letters;
    while (letters.size() < count)
        for (char c : randomBytes(count))
            if (const auto byte = static_cast<unsigned char>(c); byte < 234 && letters.size() < count)  // 9 × 26
                letters += static_cast<char>('a' + byte % 26);
    return letters;
}

std::string secretHash(std::string_view secret) {
    std::string hash(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
           reinterpret_cast<unsigned char*>(hash.data()));
    return hash;
}

}  // namespace crmdav
