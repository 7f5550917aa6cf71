#include "server/http/exposition.h"

#include <cstdio>

namespace crmdav {

void describe(std::string& out, std::string_view name, std::string_view type, std::string_view about) {
    out.append("# HELP ").append(name).append(" ").append(about);
    out.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void sample(std::string& out, std::string_view name, std::string_view labels, std::string_view value) {
    out.append(name);
    if (!labels.empty()) out.append("{").append(labels).append("}");
    out.append(" ").append(value).append("\n");
}

void figure(std::string& out, std::string_view name, std::string_view type, std::string_view about,
            std::string_view value) {
    describe(out, name, type, about);
    sample(out, name, {}, value);
}

std::string secondsOf(std::uint64_t microseconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.15g", static_cast<double>(microseconds) / 1e6);
    return text;
}

std::string label(std::string_view name, std::string_view value) {
    std::string text(name);
    text += "=\"";
    for (const char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        if (c == '\n')
            text += "\\n";
        else
            text += c;
    }
    return text += '"';
}

}  // namespace crmdav
