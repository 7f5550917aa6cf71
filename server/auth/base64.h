#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace crmdav {

std::string encodeBase64(std::string_view bytes);
/// RFC 4648 §4; padding may be missing. nullopt: anything else than base64.
std::optional<std::string> decodeBase64(std::string_view text);

}  // namespace crmdav
