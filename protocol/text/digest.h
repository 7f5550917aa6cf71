#pragma once
#include <string>
#include <string_view>

namespace crmdav {

std::string sha256(std::string_view bytes);  ///< 32 bytes
std::string hexOf(std::string_view bytes);   ///< two lower-case digits a byte

}  // namespace crmdav
