#include <cstdint>
#include <cstdlib>

#include "protocol/text/content_lines.h"

using namespace crmdav;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// Touches the first property it finds; the rest has to stay readable.
Property* firstProperty(Component& component) {
    if (!component.properties().empty()) return &component.properties()[0];
    for (Component& inner : component.components())
        if (Property* found = firstProperty(inner)) return found;
    return nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    parseAll(bytes, [](Piece&& piece) {
        require(piece.document.has_value() == piece.error.empty());
        return true;
    });
    try {
        Document document = Document::parse(bytes, {.lineBytes = 1U << 16U, .lines = 2'000});
        require(document.bytes() == bytes);
        require(Document(document).bytes() == bytes);
        if (Property* property = firstProperty(document.root())) {
            property->setText(bytes.substr(0, 200));
            property->setParameter("X-FUZZ", bytes.substr(0, 50));
            const std::string value(property->value()), parameter = property->parameterText("X-FUZZ");
            if (!validUtf8(value) || !validUtf8(parameter)) return 0;
            const bool head = property->is("BEGIN") || property->is("END");
            Document again = Document::parse(document.bytes());
            if (head) return 0;
            require(firstProperty(again.root())->value() == value);
            require(firstProperty(again.root())->parameterText("X-FUZZ") == parameter);
        }
    } catch (const ParseError&) {
    }
    return 0;
}
