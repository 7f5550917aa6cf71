#include "protocol/dav/hrefs.h"

#include <array>

#include "protocol/text/text_values.h"

namespace crmdav {

namespace {

// RFC 3986 pchar without what some client or proxy re-encodes: ' and & trip XML, ; and % and + are read in two ways.
constexpr auto plain = [] {
    std::array<bool, 256> table{};
    for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
    for (char c : std::string_view("-._~@!$()*,=:")) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

template <class Segments>
std::string join(std::string_view basePath, const Segments& segments, bool slash) {
    std::string out(basePath);
    for (const auto& segment : segments) {
        out += '/';
        appendSegment(out, segment);
    }
    if (slash || out.empty()) out += '/';
    return out;
}

/// host[:port] without a default port; nullopt: neither http nor https.
std::optional<std::string_view> authorityOf(std::string_view url) {
    std::string_view port;
    if (startsWithIgnoreCase(url, "https://"))
        url.remove_prefix(8), port = ":443";
    else if (startsWithIgnoreCase(url, "http://"))
        url.remove_prefix(7), port = ":80";
    else
        return std::nullopt;
    url = url.substr(0, url.find_first_of("/?#"));
    if (url.ends_with(port)) url.remove_suffix(port.size());
    return url;
}

/// The path of an href when its host is ours.
std::optional<std::string_view> pathOf(std::string_view href, std::string_view origin) {
    if (!href.starts_with('/') || href.starts_with("//")) {
        const auto host = authorityOf(href);
        const auto ours = authorityOf(origin);
        if (!host || !ours || !equalsIgnoreCase(*host, *ours)) return std::nullopt;
        const auto path = href.find_first_of("/?#", href.find("//") + 2);
        href = path == href.npos ? std::string_view() : href.substr(path);
    }
    return href.substr(0, href.find_first_of("?#"));
}

}  // namespace

void appendSegment(std::string& out, std::string_view segment) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::size_t done = 0;
    for (std::size_t i = 0; i < segment.size(); ++i) {
        const auto byte = static_cast<unsigned char>(segment[i]);
        if (plain[byte]) continue;
        out.append(segment, done, i - done);
        ((out += '%') += digits[byte >> 4]) += digits[byte & 15];
        done = i + 1;
    }
    out.append(segment, done);
}

std::string hrefOf(std::string_view basePath, std::span<const std::string_view> segments, bool slash) {
    return join(basePath, segments, slash);
}

std::string hrefOf(std::string_view basePath, std::initializer_list<std::string_view> segments, bool slash) {
    return join(basePath, segments, slash);
}

std::string hrefOf(std::string_view basePath, std::span<const std::string> segments, bool slash) {
    return join(basePath, segments, slash);
}

std::optional<std::string> decodePercent(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hexValue(text[i + 1]), low = hexValue(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    if (out.find('\0') != out.npos || !validUtf8(out)) return std::nullopt;
    return out;
}

std::optional<Address> addressOf(std::string_view href, std::string_view origin, std::string_view basePath) {
    auto path = pathOf(trim(href), origin);
    if (!path || !path->starts_with(basePath)) return std::nullopt;
    path->remove_prefix(basePath.size());
    if (!path->empty() && path->front() != '/') return std::nullopt;
    Address address;
    address.slash = path->ends_with('/');
    while (!path->empty()) {
        path->remove_prefix(1);
        const std::string_view segment = path->substr(0, path->find('/'));
        path->remove_prefix(segment.size());
        if (segment.empty()) continue;
        auto decoded = decodePercent(segment);
        if (!decoded || *decoded == "." || *decoded == ".." || decoded->find('/') != decoded->npos) return std::nullopt;
        address.path.push_back(*std::move(decoded));
    }
    return address;
}

}  // namespace crmdav
