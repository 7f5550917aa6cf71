#include "server/http/head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

constexpr std::array<bool, 256> charactersOf(std::string_view letters) {
    std::array<bool, 256> table{};
    for (char c : letters) table[static_cast<unsigned char>(c)] = true;
    return table;
}

constexpr auto tokenCharacters =
    charactersOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~");
constexpr auto hostCharacters = charactersOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_[]:");

bool allOf(std::string_view text, const std::array<bool, 256>& allowed) noexcept {
    return std::all_of(text.begin(), text.end(), [&](unsigned char c) { return allowed[c]; });
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool sameText(std::string_view a, std::string_view lowerCase) noexcept {
    return a.size() == lowerCase.size() &&
           std::equal(a.begin(), a.end(), lowerCase.begin(), [](char x, char y) { return lower(x) == y; });
}

/// Header values hold no control byte but TAB (RFC 9110 §5.5); encoded words (RFC 2047) are left as they are.
bool isValue(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; });
}

/// Cuts off and returns the next line; a CR or LF alone does not end one.
std::string_view takeLine(std::string_view& rest) {
    const auto end = rest.find("\r\n");
    if (end == rest.npos) throw HttpError(400, "head without its empty line");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    return line;
}

/// Any byte that has no place in a target, in whatever form it is read next (D18: quotes).
bool isTarget(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c > 0x20 && c != 0x7f && c != '"' && c != '<' && c != '>' && c != '\\';
    });
}

void readTarget(std::string_view target, Head& head) {
    if (target.size() > 16'384) throw HttpError(414, "address too long");
    if (!isTarget(target)) throw HttpError(400, "control character, blank or quote in the address");
    for (const std::string_view scheme : {"http://", "https://"})
        if (target.size() > scheme.size() && sameText(target.substr(0, scheme.size()), scheme)) {
            target.remove_prefix(scheme.size());
            const auto end = std::min(target.find_first_of("/?"), target.size());
            head.host = target.substr(0, end);
            target.remove_prefix(end);
            if (!isHost(head.host)) throw HttpError(400, "bad host in the address");
            if (target.empty() || target.front() == '?') head.target = "/";
            break;
        }
    head.target += target;
    if (head.target == "*" && head.method == "OPTIONS") return;
    if (!head.target.starts_with('/')) throw HttpError(400, "the address must begin with a slash");
    if (head.target.starts_with("//")) throw HttpError(400, "the address begins with two slashes");
    if (head.target.find('#') != head.target.npos) throw HttpError(400, "fragment in the address");
}

void readRequestLine(std::string_view line, Head& head) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || first == last) throw HttpError(400, "malformed request line");
    head.method = line.substr(0, first);
    if (head.method.size() > 32 || !isToken(head.method)) throw HttpError(400, "malformed method");
    const auto version = line.substr(last + 1);
    if (version == "HTTP/1.1" || version == "HTTP/1.0")
        head.minor = version.back() - '0';
    else
        throw HttpError(version.starts_with("HTTP/") ? 505 : 400, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    readTarget(line.substr(first + 1, last - first - 1), head);
}

void readHeaders(std::string_view rest, Head& head) {
    head.headers.reserve(16);
    for (auto line = takeLine(rest); !line.empty(); line = takeLine(rest)) {
        if (head.headers.size() == maxHeaders) throw HttpError(431, "too many headers");
        const auto colon = line.find(':');
        if (colon == line.npos) throw HttpError(400, "header without a colon");
        const auto name = line.substr(0, colon);  // a blank before the colon, or a folded line, is no token
        if (!isToken(name)) throw HttpError(400, "malformed header name");
        const auto value = trim(line.substr(colon + 1));
        if (!isValue(value)) throw HttpError(400, "control character in a header");
        auto& [key, kept] = head.headers.emplace_back(name, value);
        std::transform(key.begin(), key.end(), key.begin(), lower);
    }
}

/// Where the body ends (RFC 9112 §6.3), and nothing that leaves a doubt.
void readFraming(std::string_view name, std::string_view value, Head& head) {
    if (name == "content-length") {
        if (head.length) throw HttpError(400, "Content-Length twice");
        std::uint64_t length = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (value.empty() || error != std::errc{} || end != value.data() + value.size())
            throw HttpError(400, "Content-Length is not a number");
        head.length = length;
    } else if (name == "transfer-encoding") {
        if (head.chunked || !sameText(value, "chunked")) throw HttpError(501, "only chunked transfer is understood");
        if (head.minor == 0) throw HttpError(400, "chunked transfer in HTTP/1.0");
        head.chunked = true;
    }
}

void readConnection(std::string_view value, bool& close, bool& keep) {
    while (!value.empty()) {
        const auto comma = std::min(value.find(','), value.size());
        const auto option = trim(value.substr(0, comma));
        close = close || sameText(option, "close");
        keep = keep || sameText(option, "keep-alive");
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
}

void readMeaning(Head& head) {
    bool close = false, keep = false;
    std::optional<std::string_view> host;
    for (const auto& [name, value] : head.headers) {
        readFraming(name, value, head);
        if (name == "connection") readConnection(value, close, keep);
        if (name == "expect") {
            if (!sameText(value, "100-continue")) throw HttpError(417, "unknown expectation");
            head.expectContinue = head.minor == 1;
        }
        if (name == "host") {
            if (host) throw HttpError(400, "Host twice");
            host = value;
        }
    }
    if (head.chunked && head.length) throw HttpError(400, "Content-Length beside Transfer-Encoding");
    if (head.minor == 1 && !host) throw HttpError(400, "Host is missing");
    if (host && !host->empty() && !isHost(*host)) throw HttpError(400, "malformed Host");
    if (host && head.host.empty()) head.host = *host;
    head.keepAlive = !close && (head.minor == 1 || keep);
}

}  // namespace

bool isHost(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 255 && allOf(text, hostCharacters);
}

bool isToken(std::string_view text) noexcept { return !text.empty() && allOf(text, tokenCharacters); }

std::size_t headEnd(std::string_view bytes, std::size_t from) {
    const auto end = bytes.find("\r\n\r\n", from < 3 ? 0 : from - 3);
    const auto size = end == bytes.npos ? 0 : end + 4;
    if ((size ? size : bytes.size()) > maxHeadBytes) throw HttpError(431, "head too large");
    return size;
}

Head parseHead(std::string_view bytes) {
    Head head;
    readRequestLine(takeLine(bytes), head);
    readHeaders(bytes, head);
    readMeaning(head);
    return head;
}

}  // namespace crmdav
