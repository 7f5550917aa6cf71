#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Short lists in one column, for what is only ever read whole. U+001F stands between; records have no control
/// characters.
namespace crmdav {

inline constexpr char packSeparator = '\x1f';

std::string pack(std::span<const std::string> values);
std::vector<std::string> unpack(std::string_view packed);  ///< "" is the empty list
std::string packMap(const std::map<std::string, std::string>& values);
std::map<std::string, std::string> unpackMap(std::string_view packed);

}  // namespace crmdav
