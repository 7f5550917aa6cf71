#include "store/objects/veil.h"

#include <algorithm>

#include "protocol/text/content_lines.h"
#include "protocol/text/text_values.h"

namespace crmdav {

namespace {

bool saysPrivate(const Component& component) {
    return std::ranges::any_of(component.properties(), [](const Property& line) {
        return line.is("CLASS") && !equalsIgnoreCase(trim(line.value()), "PUBLIC");
    });
}

}  // namespace

bool isPrivate(const Component& root) {
    return saysPrivate(root) || std::ranges::any_of(root.components(), saysPrivate);
}

}  // namespace crmdav
