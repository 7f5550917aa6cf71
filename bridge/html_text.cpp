#include "bridge/html_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

constexpr std::string_view noBreakSpace = "\xC2\xA0";

// The references that mail programs and calendars write.
constexpr std::array<std::pair<std::string_view, std::string_view>, 24> references{{
    {"amp", "&"},   {"lt", "<"},    {"gt", ">"},    {"quot", "\""}, {"apos", "'"},   {"nbsp", "\u00A0"},
    {"auml", "ä"},  {"ouml", "ö"},  {"uuml", "ü"},  {"Auml", "Ä"},  {"Ouml", "Ö"},   {"Uuml", "Ü"},
    {"szlig", "ß"}, {"euro", "€"},  {"ndash", "–"}, {"mdash", "—"}, {"hellip", "…"}, {"lsquo", "‘"},
    {"rsquo", "’"}, {"ldquo", "“"}, {"rdquo", "”"}, {"bull", "•"},  {"middot", "·"}, {"copy", "©"},
}};

void appendCharacter(std::string& out, std::uint32_t code) {
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0U | (code >> 6U));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0U | (code >> 12U));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    } else {
        out += static_cast<char>(0xF0U | (code >> 18U));
        out += static_cast<char>(0x80U | ((code >> 12U) & 0x3FU));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

/// Appends the character that a reference at the begin of `rest` stands for. @returns its length; 0: it is none
std::size_t appendReference(std::string& out, std::string_view rest) {
    const auto end = rest.substr(0, 12).find(';');
    if (end == std::string_view::npos || end < 2) return 0;
    std::string_view name = rest.substr(1, end - 1);
    if (name[0] != '#') {
        const auto found = std::ranges::find(references, name, &std::pair<std::string_view, std::string_view>::first);
        if (found == references.end()) return 0;
        out += found->second;
        return end + 1;
    }
    name.remove_prefix(1);
    const bool hexadecimal = name.starts_with('x') || name.starts_with('X');
    if (hexadecimal) name.remove_prefix(1);
    std::uint32_t code = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), code, hexadecimal ? 16 : 10);
    if (read.ec != std::errc{} || read.ptr != name.data() + name.size()) return 0;
    appendCharacter(out, code);
    return end + 1;
}

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool isBlock(std::string_view tag) {
    static constexpr std::array<std::string_view, 19> blocks{"p",     "div", "li", "ul", "ol",        "tr", "table",
                                                             "h1",    "h2",  "h3", "h4", "h5",        "h6", "hr",
                                                             "tbody", "pre", "dt", "dd", "blockquote"};
    return std::ranges::find(blocks, tag) != blocks.end();
}

bool isSilent(std::string_view tag) { return tag == "script" || tag == "style" || tag == "head" || tag == "title"; }

class HtmlReader {
public:
    explicit HtmlReader(std::string_view html) : html_(html) {}

    std::string read() {
        while (at_ < html_.size()) {
            if (html_[at_] == '<' && tag()) continue;
            character();
        }
        return normalText(out_);
    }

private:
    void character() {
        const char c = html_[at_];
        if (c == '&')
            if (const auto length = appendReference(out_, html_.substr(at_))) {
                at_ += length;
                return;
            }
        ++at_;
        if (!isSpace(c) || preformatted_ > 0) {
            if (c != '\r') out_ += c;
        } else if (!out_.empty() && out_.back() != ' ' && out_.back() != '\n') {
            out_ += ' ';
        }
    }

    /// false: no tag begins here.
    bool tag() {
        const std::string_view rest = html_.substr(at_);
        if (rest.starts_with("<!--")) {
            const auto end = rest.find("-->");
            at_ = end == std::string_view::npos ? html_.size() : at_ + end + 3;
            return true;
        }
        std::size_t i = 1;
        const bool closes = i < rest.size() && rest[i] == '/';
        if (closes) ++i;
        const auto begin = i;
        while (i < rest.size() && std::isalnum(static_cast<unsigned char>(rest[i]))) ++i;
        const bool declares = rest.size() > 1 && (rest[1] == '!' || rest[1] == '?');
        if (i == begin && !declares) return false;
        const auto end = rest.find('>', i);
        if (end == std::string_view::npos) return false;
        at_ += end + 1;
        if (!declares) named(lowerAscii(rest.substr(begin, i - begin)), closes);
        return true;
    }

    void named(const std::string& name, bool closes) {
        if (isSilent(name) && !closes) return skipTo("</" + name);
        if (name == "br") {
            out_ += '\n';
        } else if (name == "pre") {
            preformatted_ = std::max(0, preformatted_ + (closes ? -1 : 1));
            line();
        } else if (name == "p") {
            line();
            if (closes) out_ += '\n';
        } else if (isBlock(name)) {
            line();
        } else if ((name == "td" || name == "th") && !closes) {
            if (!out_.empty() && out_.back() != '\n') out_ += ' ';
        }
    }

    void line() {
        if (!out_.empty() && out_.back() != '\n') out_ += '\n';
    }

    void skipTo(const std::string& end) {
        const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
        const auto found =
            std::search(html_.begin() + static_cast<std::ptrdiff_t>(at_), html_.end(), end.begin(), end.end(), same);
        at_ = static_cast<std::size_t>(found - html_.begin());
    }

    std::string_view html_;
    std::size_t at_ = 0;
    std::string out_;
    int preformatted_ = 0;
};

}  // namespace

std::string normalText(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    std::size_t lines = 2;  // line ends in a row; none at the begin
    const auto endLine = [&] {
        while (!out.empty() && out.back() == ' ') out.pop_back();
        if (lines++ < 2) out += '\n';
    };
    bool blank = true;
    std::size_t indent = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' || c == '\n') {
            if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
            endLine();
            blank = true;
            indent = 0;
            continue;
        }
        const bool noBreak = text.substr(i, 2) == noBreakSpace;
        if (noBreak) ++i;
        const bool space = noBreak || c == ' ' || c == '\t';
        if (!space && static_cast<unsigned char>(c) < 0x20) continue;
        if (space && blank) {
            ++indent;
            continue;
        }
        if (blank) {
            out.append(indent, ' ');
            lines = 0;
        }
        blank = false;
        out += space ? ' ' : c;
    }
    while (!out.empty() && (out.back() == ' ' || out.back() == '\n')) out.pop_back();
    return out;
}

std::string textOfHtml(std::string_view html) { return HtmlReader(html).read(); }

std::string htmlOfText(std::string_view text) {
    std::string out = "<html><body>\r\n";
    bool spaced = true;  // an ordinary space would be lost here
    for (const char c : normalText(text)) {
        const bool space = c == ' ';
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '\n': out += "<br>\r\n"; break;
            case ' ': out += spaced ? "&nbsp;" : " "; break;
            default: out += c;
        }
        spaced = (space && !spaced) || c == '\n';
    }
    return out + "\r\n</body></html>";
}

}  // namespace crmdav
