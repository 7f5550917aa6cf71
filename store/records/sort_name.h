#pragma once
#include <string>
#include <string_view>

namespace crmdav {

/// A name as lists are ordered by it, byte by byte: NFKD, without case and accents, what isn't a letter or digit a
/// blank. It may be cut off. (normalise.cpp)
std::string sortName(std::string_view written);

}  // namespace crmdav
