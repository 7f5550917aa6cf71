#include "protocol/text/text_values.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace crmdav {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool isControl(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

}  // namespace

bool equalsIgnoreCase(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool startsWithIgnoreCase(std::string_view text, std::string_view prefix) noexcept {
    return equalsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

std::string lowerAscii(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

std::string upperAscii(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), upper);
    return result;
}

std::string_view trim(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string escapeText(std::string_view plain) {
    std::string escaped;
    escaped.reserve(plain.size() + 8);
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const char c = plain[i];
        if (c == '\\' || c == ';' || c == ',') {
            escaped += '\\';
            escaped += c;
        } else if (c == '\n' || c == '\r') {
            if (c == '\r' && i + 1 < plain.size() && plain[i + 1] == '\n') ++i;
            escaped += "\\n";
        } else if (!isControl(c)) {
            escaped += c;
        }
    }
    return escaped;
}

std::string unescapeText(std::string_view escaped) {
    std::string plain;
    plain.reserve(escaped.size());
    for (std::size_t from = 0; from < escaped.size();) {
        const std::size_t mark = std::min(escaped.find('\\', from), escaped.size());
        plain.append(escaped, from, mark - from);
        from = mark + 2;
        if (mark + 1 < escaped.size())
            plain += escaped[mark + 1] == 'n' || escaped[mark + 1] == 'N' ? '\n' : escaped[mark + 1];
        else if (mark < escaped.size())
            plain += '\\';
    }
    return plain;
}

std::vector<std::string_view> splitEscaped(std::string_view escaped, char separator) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    for (std::size_t i = 0; i < escaped.size(); ++i) {
        if (escaped[i] == '\\') {
            ++i;
        } else if (escaped[i] == separator) {
            parts.push_back(escaped.substr(start, i - start));
            start = i + 1;
        }
    }
    parts.push_back(escaped.substr(start));
    return parts;
}

std::vector<std::string> splitTexts(std::string_view escaped, char separator) {
    std::vector<std::string> parts;
    for (const auto part : splitEscaped(escaped, separator)) parts.push_back(unescapeText(part));
    return parts;
}

std::string joinTexts(std::span<const std::string> plain, char separator) {
    std::string joined;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        if (i > 0) joined += separator;
        joined += escapeText(plain[i]);
    }
    return joined;
}

std::vector<std::vector<std::string>> splitStructured(std::string_view escaped) {
    std::vector<std::vector<std::string>> parts;
    for (const auto part : splitEscaped(escaped, ';')) parts.push_back(splitTexts(part, ','));
    return parts;
}

std::string joinStructured(std::span<const std::vector<std::string>> plain) {
    std::string joined;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        if (i > 0) joined += ';';
        joined += joinTexts(plain[i], ',');
    }
    return joined;
}

std::string decodeParameter(std::string_view value) {
    std::string plain;
    plain.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char next = value[i] == '^' && i + 1 < value.size() ? value[i + 1] : '\0';
        const char meant = next == 'n' ? '\n' : next == '^' ? '^' : next == '\'' ? '"' : '\0';
        plain += meant != '\0' ? meant : value[i];
        if (meant != '\0') ++i;
    }
    return plain;
}

std::string encodeParameter(std::string_view plain) {
    std::string encoded;
    bool quotes = false;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const char c = plain[i];
        if (c == '\n' || c == '\r') {
            if (c == '\r' && i + 1 < plain.size() && plain[i + 1] == '\n') ++i;
            encoded += "^n";
        } else if (c == '^') {
            encoded += "^^";
        } else if (c == '"') {
            encoded += "^'";
        } else if (!isControl(c)) {
            encoded += c;
        }
        quotes = quotes || std::strchr(":;,^\"\r\n", c) != nullptr;
    }
    if (!validUtf8(encoded)) encoded = repairUtf8(encoded);
    return quotes ? '"' + encoded + '"' : encoded;
}

namespace {

/// Length of the character at `at`; 0: there is none (RFC 3629 §4).
int characterLength(const unsigned char* at, const unsigned char* end) {
    const auto left = end - at;
    const auto continues = [&](int offset) { return (at[offset] & 0xC0U) == 0x80U; };
    if (*at < 0x80) return 1;
    if (*at >= 0xC2 && *at <= 0xDF && left >= 2 && continues(1)) return 2;
    if ((*at & 0xF0U) == 0xE0 && left >= 3 && continues(1) && continues(2) && !(*at == 0xE0 && at[1] < 0xA0) &&
        !(*at == 0xED && at[1] > 0x9F))
        return 3;
    if (*at >= 0xF0 && *at <= 0xF4 && left >= 4 && continues(1) && continues(2) && continues(3) &&
        !(*at == 0xF0 && at[1] < 0x90) && !(*at == 0xF4 && at[1] > 0x8F))
        return 4;
    return 0;
}

}  // namespace

bool validUtf8(std::string_view text) noexcept {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    while (at < end) {
        if (std::uint64_t eight = 0; end - at >= 8) {
            std::memcpy(&eight, at, 8);
            if ((eight & 0x8080808080808080U) == 0) {
                at += 8;
                continue;
            }
        }
        const int length = characterLength(at, end);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::string repairUtf8(std::string_view text) {
    std::string valid;
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    for (const auto* const end = at + text.size(); at < end;) {
        const int length = characterLength(at, end);
        if (length == 0)
            valid += "\xEF\xBF\xBD";
        else
            valid.append(reinterpret_cast<const char*>(at), static_cast<std::size_t>(length));
        at += std::max(length, 1);
    }
    return valid;
}

namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned char noSextet = 0xFE, wrong = 0xFF;

constexpr std::array<unsigned char, 256> makeSextets() {
    std::array<unsigned char, 256> sextets{};
    sextets.fill(wrong);
    for (unsigned char i = 0; i < 64; ++i) sextets[static_cast<unsigned char>(letters[i])] = i;
    sextets['-'] = 62;
    sextets['_'] = 63;
    for (const char c : {' ', '\t', '\r', '\n'}) sextets[static_cast<unsigned char>(c)] = noSextet;
    return sextets;
}

constexpr auto sextets = makeSextets();

}  // namespace

std::optional<std::string> base64Decode(std::string_view encoded) {
    while (!encoded.empty() &&
           (encoded.back() == '=' || sextets[static_cast<unsigned char>(encoded.back())] == noSextet))
        encoded.remove_suffix(1);
    std::string bytes;
    bytes.reserve(encoded.size() / 4 * 3 + 3);
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c : encoded) {
        const unsigned char sextet = sextets[static_cast<unsigned char>(c)];
        if (sextet == noSextet) continue;
        if (sextet == wrong) return std::nullopt;
        group = (group << 6U) | sextet;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(group >> static_cast<unsigned>(bits));
        }
    }
    return bits >= 6 ? std::nullopt : std::optional(std::move(bytes));
}

std::string base64Encode(std::string_view bytes) {
    std::string encoded;
    encoded.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) -> std::uint32_t {
            return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0;
        };
        const std::uint32_t group = (byte(0) << 16U) | (byte(1) << 8U) | byte(2);
        encoded += letters[group >> 18U];
        encoded += letters[(group >> 12U) & 63U];
        encoded += i + 1 < bytes.size() ? letters[(group >> 6U) & 63U] : '=';
        encoded += i + 2 < bytes.size() ? letters[group & 63U] : '=';
    }
    return encoded;
}

}  // namespace crmdav
