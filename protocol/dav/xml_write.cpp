#include <array>
#include <vector>

#include "protocol/dav/names.h"
#include "protocol/dav/xml.h"

namespace crmdav {

namespace {

constexpr std::string_view xmlNamespace = "http://www.w3.org/XML/1998/namespace";

struct Prefix {
    std::string_view ns, prefix;
};
constexpr std::array prefixes{Prefix{dav::ns, "D"}, Prefix{caldav::ns, "C"}, Prefix{carddav::ns, "CR"},
                              Prefix{cs::ns, "CS"}, Prefix{apple::ns, "I"}};

std::string_view prefixOf(std::string_view ns) {
    for (const Prefix& known : prefixes)
        if (known.ns == ns) return known.prefix;
    return {};
}

// What has to be written in place of each byte; nullptr: the byte itself. UTF-8 goes through.
constexpr auto replacements = [] {
    std::array<const char*, 256> table{};
    for (int c = 0; c < 0x20; ++c) table[static_cast<std::size_t>(c)] = "";
    table['\t'] = table['\n'] = nullptr;
    table['\r'] = "&#13;";
    table['&'] = "&amp;";
    table['<'] = "&lt;";
    table['>'] = "&gt;";
    table['"'] = "&quot;";
    table[0xef] = "\xef";  // maybe U+FFFE or U+FFFF, which XML can't hold
    return table;
}();

void appendAttribute(std::string& out, std::string_view value) {
    std::size_t done = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {  // a parser would turn the first two into spaces
        const char* const instead = value[i] == '\n'   ? "&#10;"
                                    : value[i] == '\t' ? "&#9;"
                                    : value[i] == '\'' ? "&#39;"
                                                       : nullptr;
        if (!instead) continue;
        appendEscaped(out, value.substr(done, i - done));
        out += instead;
        done = i + 1;
    }
    appendEscaped(out, value.substr(done));
}

/// Writes a parsed tree with the prefixes it came with, declaring each where it is first needed.
class Serialiser {
public:
    explicit Serialiser(std::string& out) : out_(out) {}

    void write(const Xml& element, std::string_view language = {}) {
        const std::size_t outer = scope_.size();
        out_ += '<';
        appendName(element.prefix(), element.name().name);
        for (const XmlAttribute& attribute : element.attributes()) {
            out_ += ' ';
            appendName(attribute.prefix, attribute.name.name);
            appendValue(attribute.value);
            if (attribute.name == QName{xmlNamespace, "lang"}) language = {};
        }
        if (!language.empty()) {
            out_ += " xml:lang";
            appendValue(language);
        }
        declare(element.prefix(), element.name().ns);
        for (const XmlAttribute& attribute : element.attributes())
            if (!attribute.name.ns.empty()) declare(attribute.prefix, attribute.name.ns);
        if (element.firstChild()) {
            out_ += '>';
            for (const Xml* child = element.firstChild(); child; child = child->next())
                if (child->isText())
                    appendEscaped(out_, child->text());
                else
                    write(*child);
            out_ += "</";
            appendName(element.prefix(), element.name().name);
            out_ += '>';
        } else {
            out_ += "/>";
        }
        scope_.resize(outer);
    }

private:
    void appendName(std::string_view prefix, std::string_view name) {
        if (!prefix.empty()) (out_ += prefix) += ':';
        out_ += name;
    }

    // In single quotes, as the conformance suite reads it.
    void appendValue(std::string_view value) {
        out_ += "='";
        appendAttribute(out_, value);
        out_ += '\'';
    }

    // No namespace, no prefix is declared too: the tree may be put where another default holds.
    void declare(std::string_view prefix, std::string_view ns) {
        if (ns == xmlNamespace) return;
        for (auto known = scope_.rbegin(); known != scope_.rend(); ++known) {
            if (known->prefix != prefix) continue;
            if (known->ns == ns) return;
            break;
        }
        out_ += prefix.empty() ? " xmlns" : " xmlns:";
        out_ += prefix;
        appendValue(ns);
        scope_.push_back({ns, prefix});
    }

    std::string& out_;
    std::vector<Prefix> scope_;
};

}  // namespace

void appendEscaped(std::string& out, std::string_view text) {
    constexpr std::size_t large = 262'144;  // growing by doubling would cost three times its size
    if (text.size() > large) out.reserve(out.size() + text.size() + text.size() / 32);
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char* instead = replacements[static_cast<unsigned char>(text[i])];
        if (!instead) continue;
        const bool noncharacter = *instead == '\xef';
        if (noncharacter && text.substr(i, 3) != "\xef\xbf\xbe" && text.substr(i, 3) != "\xef\xbf\xbf") continue;
        out.append(text, done, i - done);
        out += noncharacter ? "\xef\xbf\xbd" : instead;
        done = i + (noncharacter ? 3 : 1);
    }
    out.append(text, done, text.size() - done);
}

std::string serialise(const Xml& element, std::string_view language) {
    std::string out;
    Serialiser(out).write(element, language);
    return out;
}

std::string_view rootNamespaces() noexcept {
    static const std::string declarations = [] {
        std::string all;
        for (const Prefix& known : prefixes)
            all.append(" xmlns:").append(known.prefix).append("=\"").append(known.ns).append("\"");
        return all;
    }();
    return declarations;
}

std::string_view xmlDeclaration() noexcept { return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"; }

void XmlWriter::tag(const QName& name, std::string_view before, std::string_view after) {
    out_ += before;
    if (const auto prefix = prefixOf(name.ns); !prefix.empty()) {
        ((out_ += prefix) += ':') += name.name;
    } else {
        out_ += name.name;
        if (before.size() == 1) {
            out_ += " xmlns=\"";
            appendAttribute(out_, name.ns);
            out_ += '"';
        }
    }
    out_ += after;
}

XmlWriter& XmlWriter::open(const QName& name) {
    tag(name, "<", ">");
    return *this;
}

XmlWriter& XmlWriter::open(const QName& name,
                           std::initializer_list<std::pair<std::string_view, std::string_view>> attributes) {
    tag(name, "<", "");
    for (const auto& [key, value] : attributes) {
        ((out_ += ' ') += key) += "=\"";
        appendAttribute(out_, value);
        out_ += '"';
    }
    out_ += '>';
    return *this;
}

XmlWriter& XmlWriter::close(const QName& name) {
    tag(name, "</", ">");
    return *this;
}

XmlWriter& XmlWriter::empty(const QName& name) {
    tag(name, "<", "/>");
    return *this;
}

XmlWriter& XmlWriter::empty(const QName& name,
                            std::initializer_list<std::pair<std::string_view, std::string_view>> attributes) {
    open(name, attributes);
    out_.back() = '/';
    out_ += '>';
    return *this;
}

XmlWriter& XmlWriter::element(const QName& name, std::string_view text) {
    open(name);
    appendEscaped(out_, text);
    return close(name);
}

XmlWriter& XmlWriter::elementRaw(const QName& name, std::string_view xml) {
    open(name);
    out_ += xml;
    return close(name);
}

XmlWriter& XmlWriter::text(std::string_view text) {
    appendEscaped(out_, text);
    return *this;
}

XmlWriter& XmlWriter::raw(std::string_view xml) {
    out_ += xml;
    return *this;
}

XmlWriter& XmlWriter::href(std::string_view href) { return element(dav::href, href); }

}  // namespace crmdav
