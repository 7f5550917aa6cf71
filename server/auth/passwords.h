#pragma once
#include <string>
#include <string_view>

/// Chosen passwords: scrypt (RFC 7914) with N = 2^15, r = 8, p = 1; about 70 ms and 32 MB each.
namespace crmdav {

/// `scrypt$15$8$1$<salt>$<hash>`, salt and hash in base64.
std::string hashPassword(std::string_view password);
/// Constant time in the password. A malformed or empty hash verifies nothing.
bool verifyPassword(std::string_view password, std::string_view hash);
/// 20 random characters without look-alikes in groups of four, for people to copy.
std::string randomPassword();
/// Same bytes? Takes the same time wherever they differ.
bool equalInConstantTime(std::string_view a, std::string_view b) noexcept;

}  // namespace crmdav
