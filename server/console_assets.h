#pragma once
#include <span>
#include <string_view>

namespace crmdav {

/// A file of the console, as it was when the program was built (console/CMakeLists.txt).
struct ConsoleAsset {
    std::string_view path;   ///< below console/, such as lib/api.js; in order
    std::string_view bytes;
};
std::span<const ConsoleAsset> consoleAssets();

}  // namespace crmdav
