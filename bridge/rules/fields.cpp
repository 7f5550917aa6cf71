#include "bridge/rules/fields.h"

#include "bridge/rules/field_tools.h"
#include "protocol/text/json.h"

namespace crmdav {
namespace {

/// Blanks of all sorts made one; `lines`: line ends stay.
std::string plain(std::string_view text, bool lines) {
    std::string out;
    bool gap = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool noBreak = c == '\xc2' && i + 1 < text.size() && text[i + 1] == '\xa0';
        if (c == '\r' || (c == '\n' && !lines)) {
            gap = true;
        } else if (c == '\n') {
            gap = false;
            out += '\n';
        } else if (c == ' ' || c == '\t' || noBreak) {
            gap = true;
            i += noBreak ? 1 : 0;
        } else {
            if (gap && !out.empty() && out.back() != '\n') out += ' ';
            gap = false;
            out += c;
        }
    }
    while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
    return out;
}

}  // namespace

std::string plainLine(std::string_view text) { return plain(text, false); }

std::string plainText(std::string_view text) {
    const auto start = text.find_first_not_of("\r\n");
    return start == std::string_view::npos ? std::string() : plain(text.substr(start), true);
}

std::string encodeValues(const FieldValues& values) {
    JsonWriter out;
    out.beginObject();
    for (const auto& [name, elements] : values) {
        out.key(name).beginArray();
        for (const Element& element : elements) out.text(element.key).text(element.text);
        out.endArray();
    }
    return out.endObject().take();
}

FieldValues decodeValues(const std::string& text) {
    FieldValues values;
    for (const auto& [name, list] : parseJson(text, {.bytes = 16U << 20U, .depth = 4}).object) {
        Elements elements;
        for (std::size_t i = 0; i + 1 < list.array.size(); i += 2)
            elements.push_back({list.array[i].string, list.array[i + 1].string, {}});
        values.emplace(name, std::move(elements));
    }
    return values;
}

std::string shown(const Elements& elements) {
    std::string text;
    for (const Element& element : elements) {
        if (!text.empty()) text += '\n';
        const std::string& name = element.label.empty() ? element.key : element.label;
        text += name;
        if (!name.empty() && !element.text.empty()) text += ": ";
        for (const char c : element.text) text += c == '\x1f' ? ' ' : c;
    }
    return text;
}

}  // namespace crmdav
