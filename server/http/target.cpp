#include "server/http/target.h"

#include <algorithm>

#include "server/http/head.h"

namespace crmdav {
namespace {

int hexDigit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string_view withoutBasePath(std::string_view target, std::string_view basePath) {
    if (basePath.empty() || !target.starts_with(basePath)) return target;
    const auto rest = target.substr(basePath.size());
    return rest.empty() || rest.front() == '?' || rest.front() == '/' ? rest : target;
}

std::string readSegment(std::string_view raw) {
    auto segment = unescape(raw);
    if (!segment) throw HttpError(400, "malformed escape in the address");
    if (*segment == "." || *segment == "..") throw HttpError(400, "dot segment in the address");
    if (segment->find('/') != segment->npos) throw HttpError(400, "escaped slash in the address");
    if (!isCleanText(*segment)) throw HttpError(400, "the address is not UTF-8 without control characters");
    return std::move(*segment);
}

// Slashes that clients join addresses with once too often mean nothing, but the first two of `//host/` are another
// server to whoever is led on there (D18).
void readPath(std::string_view path, Target& target) {
    if (path.starts_with("//")) throw HttpError(400, "two slashes begin the address");
    target.slash = path.ends_with('/');
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const auto end = std::min(path.find('/'), path.size());
        if (end == 0) continue;  // the trailing slash, or one too many
        if (target.path.size() == 32) throw HttpError(400, "too many segments in the address");
        target.path.push_back(readSegment(path.substr(0, end)));
        path.remove_prefix(end);
    }
}

void readQuery(std::string_view query, Target& target) {
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = unescape(pair.substr(0, equals), true);
        auto value = unescape(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value || !isCleanText(*name) || !isCleanText(*value))
            throw HttpError(400, "the query is not UTF-8 without control characters");
        if (target.query.size() == 64) throw HttpError(400, "too many parameters");
        target.query.emplace_back(std::move(*name), std::move(*value));
    }
}

}  // namespace

std::optional<std::string> unescape(std::string_view text, bool plus) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += plus && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hexDigit(text[i + 1]), low = hexDigit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        plain += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return plain;
}

bool isCleanText(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x20 || lead == 0x7f) return false;
        const std::size_t length = lead < 0x80   ? 1
                                   : lead < 0xc2 ? 0
                                   : lead < 0xe0 ? 2
                                   : lead < 0xf0 ? 3
                                   : lead < 0xf5 ? 4
                                                 : 0;
        if (length == 0 || i + length > text.size()) return false;
        char32_t point = length == 1 ? lead : lead & (0xffu >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xc0) != 0x80) return false;
            point = point << 6 | (next & 0x3f);
        }
        const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
        if (overlong || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) || (point >= 0x80 && point < 0xa0))
            return false;
        i += length;
    }
    return true;
}

std::optional<std::string> cleanBasePath(std::string_view text) {
    while (text.ends_with('/')) text.remove_suffix(1);
    if (text.empty()) return std::string();
    if (text.front() != '/' || text.find("//") != text.npos || text.find("/.") != text.npos) return std::nullopt;
    const auto usual = [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-' ||
               c == '_' || c == '.' || c == '~';
    };
    if (!std::all_of(text.begin(), text.end(), usual)) return std::nullopt;
    return std::string(text);
}

Target parseTarget(std::string_view text, std::string_view basePath) {
    Target target;
    target.text = withoutBasePath(text, basePath);
    if (!target.text.starts_with('/')) target.text.insert(0, text == "*" ? "" : "/");
    if (text == "*") return target;
    const std::string_view whole = target.text;
    const auto question = std::min(whole.find('?'), whole.size());
    readPath(whole.substr(0, question), target);
    if (question < whole.size()) readQuery(whole.substr(question + 1), target);
    return target;
}

}  // namespace crmdav
