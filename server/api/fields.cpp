#include "server/api/fields.h"

#include "protocol/text/text_values.h"

namespace crmdav {

std::string checkedText(const Json& json, const std::string& path, std::size_t most) {
    if (json.kind != Json::Kind::string) throw InvalidField(path, "must be text");
    if (json.string.size() > most) throw InvalidField(path, "is longer than " + std::to_string(most) + " bytes");
    std::string text;
    text.reserve(json.string.size());
    for (std::size_t i = 0; i < json.string.size(); ++i) {
        const char c = json.string[i];
        if (c == '\r') {
            if (i + 1 == json.string.size() || json.string[i + 1] != '\n') text += '\n';
            continue;
        }
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            throw InvalidField(path, "holds a control character");
        text += c;
    }
    if (!validUtf8(text)) throw InvalidField(path, "is not UTF-8");  // \ud800 on its own
    return text;
}

std::int64_t checkedNumber(const Json& json, const std::string& path, std::int64_t least, std::int64_t most) {
    if (json.kind != Json::Kind::integer) throw InvalidField(path, "must be a whole number");
    if (json.integer < least || json.integer > most)
        throw InvalidField(path, "must be from " + std::to_string(least) + " to " + std::to_string(most));
    return json.integer;
}

const std::vector<Json>& checkedList(const Json& json, const std::string& path, std::size_t most) {
    if (json.kind != Json::Kind::array) throw InvalidField(path, "must be a list");
    if (json.array.size() > most) throw InvalidField(path, "holds more than " + std::to_string(most) + " items");
    return json.array;
}

void refuseUnknown(const std::string& path, std::string_view name, std::span<const std::string_view> known) {
    const std::string here = path.empty() ? std::string(name) : path + "." + std::string(name);
    const std::string_view close = nearest(name, known);
    throw InvalidField(here, close.empty() ? "there is no such field"
                                           : "there is no such field; did you mean " + std::string(close) + "?");
}

}  // namespace crmdav
