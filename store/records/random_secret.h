#pragma once
#include <string>
#include <string_view>

/// Secrets that are drawn, not chosen: too long to be guessed, so only a quick hash of them is kept.
namespace crmdav {

/// a to z, 4.7 bits each.
std::string randomLetters(std::size_t count);
/// SHA-256, 32 bytes.
std::string secretHash(std::string_view secret);

}  // namespace crmdav
