#include "protocol/text/legacy_text.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <memory>

#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

struct ConverterClose {
    void operator()(UConverter* converter) const noexcept { ucnv_close(converter); }
};

std::string toUtf8(std::string_view bytes, const std::string& charset) {
    UErrorCode status = U_ZERO_ERROR;
    const char* const name = charset.empty() ? "windows-1252" : charset.c_str();
    std::unique_ptr<UConverter, ConverterClose> from(ucnv_open(name, &status));
    if (U_FAILURE(status)) {
        status = U_ZERO_ERROR;
        from.reset(ucnv_open("windows-1252", &status));
    }
    std::u16string wide(bytes.size() * 2 + 1, u'\0');
    const auto size = ucnv_toUChars(from.get(), wide.data(), static_cast<int32_t>(wide.size()), bytes.data(),
                                    static_cast<int32_t>(bytes.size()), &status);
    std::string utf8(static_cast<std::size_t>(std::max(size, 0)) * 3, '\0');
    int32_t length = 0;
    u_strToUTF8(utf8.data(), static_cast<int32_t>(utf8.size()), &length, wide.data(), size, &status);
    utf8.resize(U_FAILURE(status) ? 0 : static_cast<std::size_t>(length));
    return utf8;
}

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

std::string decodeQuotedPrintable(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '=' && i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
        const int low = high >= 0 ? hexDigit(text[i + 2]) : -1;
        if (low >= 0) {
            bytes += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            bytes += text[i];
        }
    }
    return bytes;
}

/// Line breaks that came out of quoted-printable, as `\n`; a backslash that escapes nothing is meant as one.
std::string escapeLineBreaks(std::string_view text) {
    std::string escaped;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '\r' || c == '\n') {
            if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
            escaped += "\\n";
        } else if (c == '\\' &&
                   (i + 1 == text.size() || std::string_view("\\;,:nN").find(text[i + 1]) == std::string_view::npos)) {
            escaped += "\\\\";
        } else if ((c >= 0x20 && c != 0x7f) || c == '\t') {
            escaped += text[i];
        }
    }
    return escaped;
}

/// Takes one physical line off `rest`, without its line end.
std::string_view takeLine(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

struct LegacyLine {
    std::string head;  ///< name and parameters that stay
    std::string charset;
    bool quotedPrintable = false;
};

LegacyLine readHead(std::string_view head) {
    LegacyLine line;
    while (!head.empty()) {
        const auto end = std::min(head.find(';'), head.size());
        const auto part = head.substr(0, end);
        head.remove_prefix(std::min(end + 1, head.size()));
        const auto value = startsWithIgnoreCase(part, "ENCODING=") ? part.substr(9) : part;
        if (startsWithIgnoreCase(part, "CHARSET=")) {
            line.charset = part.substr(8);
        } else if (equalsIgnoreCase(value, "QUOTED-PRINTABLE")) {
            line.quotedPrintable = true;
        } else {
            if (!line.head.empty()) line.head += ';';
            line.head += part;
        }
    }
    return line;
}

bool isLegacy(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto line = takeLine(bytes);
        if (startsWithIgnoreCase(line, "VERSION:")) {
            const auto version = trim(line.substr(8));
            return version == "2.1" || version == "1.0";
        }
    }
    return false;
}

}  // namespace

std::optional<std::string> decodeLegacy(std::string_view bytes) {
    const bool legacy = isLegacy(bytes.substr(0, 4096));
    if (!legacy) {
        // Folds may cut characters: only text that stays wrong without them is of another charset.
        if (validUtf8(bytes)) return std::nullopt;
        std::string unfolded;
        for (auto rest = bytes; !rest.empty();) {
            const auto line = takeLine(rest);
            unfolded += line.starts_with(' ') || line.starts_with('\t') ? line.substr(1) : line;
        }
        return validUtf8(unfolded) ? std::nullopt : std::optional(toUtf8(bytes, {}));
    }
    std::string modern;
    modern.reserve(bytes.size());
    for (auto rest = bytes; !rest.empty();) {
        const auto line = takeLine(rest);
        const auto colon = line.find(':');
        const bool continued = line.starts_with(' ') || line.starts_with('\t');
        if (continued || colon == std::string_view::npos) {
            modern += validUtf8(line) ? std::string(line) : toUtf8(line, {});
            modern += "\r\n";
            continue;
        }
        LegacyLine parts = readHead(line.substr(0, colon));
        std::string value(line.substr(colon + 1));
        while (parts.quotedPrintable && value.ends_with('=') && !rest.empty()) {
            value.pop_back();
            value += takeLine(rest);
        }
        if (parts.quotedPrintable) value = decodeQuotedPrintable(value);
        if (!validUtf8(value) || (!parts.charset.empty() && !equalsIgnoreCase(parts.charset, "UTF-8")))
            value = toUtf8(value, parts.charset);
        modern += parts.head + ':' + escapeLineBreaks(value) + "\r\n";
    }
    return modern;
}

}  // namespace crmdav
