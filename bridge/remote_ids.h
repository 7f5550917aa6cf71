#pragma once
#include <algorithm>
#include <string_view>

#include "protocol/text/text_values.h"

namespace crmdav {

/// Whether a provider's name for something can be kept: some characters, no control ones. The longest that any is known
/// to give has some 400.
inline bool isKeepableId(std::string_view id) {
    return !id.empty() && id.size() <= 1000 && validUtf8(id) &&
           std::ranges::none_of(id, [](unsigned char c) { return c < ' ' || c == 127; });
}

}  // namespace crmdav
