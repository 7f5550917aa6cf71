#include "bridge/outbox/mail.h"

#include <algorithm>
#include <cstdio>

#include "protocol/dav/headers.h"
#include "protocol/text/digest.h"
#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

constexpr std::size_t lineEnd = 76;

/// RFC 5322 §3.3, where the zone is a number.
std::string dateOf(Instant at) {
    std::string date = httpDate(at);
    return date.replace(date.rfind(' '), std::string::npos, " +0000");
}

bool isPlain(unsigned char c) { return c >= ' ' && c < 127; }
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Encoded words (RFC 2047 §2, §5), each of whole characters, and no line longer than 76.
std::string headerText(std::string text) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < ' ' || c == 127; }, ' ');
    const bool plain = std::ranges::all_of(text, [](unsigned char c) { return isPlain(c); });
    if (plain && text.size() < 900 && text.find("=?") == text.npos) return text;
    std::string encoded;
    for (std::string_view rest = text; !rest.empty();) {
        std::size_t size = std::min<std::size_t>(39, rest.size());
        while (size > 1 && size < rest.size() && continues(rest[size])) --size;
        if (!encoded.empty()) encoded += "\r\n ";
        encoded += "=?UTF-8?B?" + base64Encode(rest.substr(0, size)) + "?=";
        rest.remove_prefix(size);
    }
    return encoded;
}

/// Quoted-printable (RFC 2045 §6.7); line ends of any kind become CRLF.
std::string quotedPrintable(std::string_view text) {
    std::string out;
    std::size_t column = 0;
    const auto put = [&](std::string_view piece) {
        if (column + piece.size() >= lineEnd) {
            out += "=\r\n";
            column = 0;
        }
        out += piece;
        column += piece.size();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (c == '\n' || c == '\r') {
            out += "\r\n";
            column = 0;
            continue;
        }
        const bool atEnd = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
        char code[4];
        std::snprintf(code, sizeof code, "=%02X", c);
        const bool readable = isPlain(c) && c != '=' && !(c == ' ' && atEnd);
        put(readable ? text.substr(i, 1) : std::string_view(code));
    }
    if (column > 0) out += "\r\n";
    return out;
}

/// What kind of iTIP message it is, which its part's type has to say (RFC 6047 §2.4).
std::string methodOf(std::string_view calendar) {
    constexpr std::string_view name = "\r\nMETHOD:";
    const auto at = calendar.find(name);
    if (at == calendar.npos) return "PUBLISH";
    const auto begin = at + name.size();
    return std::string(calendar.substr(begin, calendar.find_first_of("\r\n", begin) - begin));
}

std::string part(const std::string& type, std::string_view text) {
    return "Content-Type: " + type + "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quotedPrintable(text);
}

}  // namespace

bool isMailAddress(std::string_view text) noexcept {
    const auto at = text.rfind('@');
    if (at == text.npos || at == 0 || at + 1 == text.size() || text.size() > 320) return false;
    return std::ranges::none_of(
        text, [](unsigned char c) { return c <= ' ' || c == 127 || c == '<' || c == '>' || c == ',' || c == '"'; });
}

std::string mailOf(const OutboxItem& item, const std::string& from) {
    std::string mail;
    const auto header = [&](std::string_view name, std::string_view value) {
        mail.append(name).append(": ").append(value).append("\r\n");
    };
    header("Date", dateOf(item.created));
    header("From", "crmdav <" + from + ">");
    header("To", "<" + item.target + ">");
    header("Subject", headerText(item.subject));
    header("Message-ID", "<" + hexOf(sha256(item.key)).substr(0, 40) + "@" + from.substr(from.rfind('@') + 1) + ">");
    header("Auto-Submitted", "auto-generated");  // RFC 3834: no robot answers it
    header("MIME-Version", "1.0");
    if (item.calendar.empty()) return mail + part("text/plain; charset=utf-8", item.body);
    const std::string boundary = "=_" + hexOf(sha256(item.key)).substr(40);  // "=_" is in no quoted-printable text
    header("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"");
    return mail + "\r\n--" + boundary + "\r\n" + part("text/plain; charset=utf-8", item.body) + "\r\n--" + boundary +
           "\r\n" + part("text/calendar; charset=utf-8; method=" + methodOf(item.calendar), item.calendar) + "\r\n--" +
           boundary + "--\r\n";
}

}  // namespace crmdav
