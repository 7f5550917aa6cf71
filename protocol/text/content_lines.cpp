#include "protocol/text/content_lines.h"

#include <algorithm>

namespace crmdav {
namespace {

constexpr std::size_t foldAt = 75;  // octets without the line end, RFC 5545 §3.1

/// Visits the parameters of `text`, which begins with `;` or is empty; visit(name, value with quotes) returns
/// false to stop.
template <typename Visit>
void eachParameter(std::string_view text, const Visit& visit) {
    while (!text.empty()) {
        text.remove_prefix(1);
        bool quoted = false;
        std::size_t end = 0;
        for (; end < text.size() && (quoted || text[end] != ';'); ++end)
            if (text[end] == '"') quoted = !quoted;
        const auto parameter = text.substr(0, end);
        const auto equals = parameter.find('=');
        const bool bare = equals == std::string_view::npos;
        const auto name = bare ? std::string_view{} : parameter.substr(0, equals);
        if (!visit(name, bare ? parameter : parameter.substr(equals + 1))) return;
        text.remove_prefix(end);
    }
}

std::string_view withoutQuotes(std::string_view value) {
    const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    return quoted ? value.substr(1, value.size() - 2) : value;
}

std::vector<std::string_view> splitParameterValues(std::string_view text) {
    std::vector<std::string_view> values;
    std::size_t start = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (quoted || text[i] != ',') continue;
        values.push_back(withoutQuotes(text.substr(start, i - start)));
        start = i + 1;
    }
    values.push_back(withoutQuotes(text.substr(start)));
    return values;
}

/// Values come from forms and other programs: nothing in them may end the line or make it unreadable.
std::string harmless(std::string_view value) {
    std::string line;
    line.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto c = static_cast<unsigned char>(value[i]);
        if (c == '\n' || c == '\r') {
            if (c == '\r' && i + 1 < value.size() && value[i + 1] == '\n') ++i;
            line += "\\n";
        } else if ((c >= 0x20 && c != 0x7f) || c == '\t') {
            line += value[i];
        }
    }
    return validUtf8(line) ? line : repairUtf8(line);
}

std::string encodeParameters(std::string_view name, std::span<const std::string> values) {
    std::string text = ";";
    text += name;
    for (std::size_t i = 0; i < values.size(); ++i) {
        text += i == 0 ? '=' : ',';
        text += encodeParameter(values[i]);
    }
    return text;
}

}  // namespace

Property::Property(std::string_view name, std::string_view value) {
    rewrite(std::string(name) + ':' + harmless(value));
}

Property Property::ofText(std::string_view name, std::string_view plain) { return Property(name, escapeText(plain)); }

Property::Property(const Property& other) { *this = other; }

Property& Property::operator=(const Property& other) {
    if (this == &other) return *this;
    if (other.owned_.empty()) {
        owned_.assign(other.raw_, other.rawSize_);
        if (other.folded_) owned_.append(other.line_, other.lineSize_);
    } else {
        owned_ = other.owned_;
    }
    rawSize_ = other.rawSize_;
    lineSize_ = other.lineSize_;
    nameStart_ = other.nameStart_;
    nameEnd_ = other.nameEnd_;
    valueStart_ = other.valueStart_;
    folded_ = other.folded_;
    return *this;
}

std::string_view Property::line() const noexcept {
    if (owned_.empty()) return {line_, lineSize_};
    return std::string_view(owned_).substr(folded_ ? rawSize_ : 0, lineSize_);
}

std::string_view Property::group() const noexcept {
    return nameStart_ == 0 ? std::string_view{} : line().substr(0, nameStart_ - 1);
}

std::string_view Property::name() const noexcept { return line().substr(nameStart_, nameEnd_ - nameStart_); }

std::string_view Property::value() const noexcept { return line().substr(valueStart_); }

std::vector<Parameter> Property::parameters() const {
    std::vector<Parameter> found;
    eachParameter(line().substr(nameEnd_, valueStart_ - 1 - nameEnd_), [&](auto name, auto value) {
        found.push_back({name, splitParameterValues(value)});
        return true;
    });
    return found;
}

bool Property::hasParameter(std::string_view wanted) const noexcept {
    bool found = false;
    eachParameter(line().substr(nameEnd_, valueStart_ - 1 - nameEnd_), [&](auto name, auto) {
        found = equalsIgnoreCase(name, wanted);
        return !found;
    });
    return found;
}

std::string_view Property::parameter(std::string_view wanted) const noexcept {
    std::string_view found;
    eachParameter(line().substr(nameEnd_, valueStart_ - 1 - nameEnd_), [&](auto name, auto value) {
        if (!equalsIgnoreCase(name, wanted)) return true;
        const auto quoteEnd = value.starts_with('"') ? value.find('"', 1) : std::string_view::npos;
        found = quoteEnd != std::string_view::npos ? value.substr(1, quoteEnd - 1) : value.substr(0, value.find(','));
        return false;
    });
    return found;
}

std::string Property::parameterText(std::string_view name) const { return decodeParameter(parameter(name)); }

std::vector<std::string> Property::parameterTexts(std::string_view wanted) const {
    std::vector<std::string> found;
    eachParameter(line().substr(nameEnd_, valueStart_ - 1 - nameEnd_), [&](auto name, auto value) {
        if (equalsIgnoreCase(name, wanted))
            for (const auto one : splitParameterValues(value)) found.push_back(decodeParameter(one));
        return true;
    });
    return found;
}

void Property::rewrite(std::string line) {
    owned_ = std::move(line);
    rawSize_ = 0;
    folded_ = false;
    lineSize_ = static_cast<std::uint32_t>(owned_.size());
    locate();
}

void Property::locate() {
    const auto text = line();
    nameEnd_ = static_cast<std::uint32_t>(std::min(text.find_first_of(":;"), text.size()));
    const auto dot = text.substr(0, nameEnd_).find('.');
    nameStart_ = dot == std::string_view::npos ? 0 : static_cast<std::uint32_t>(dot + 1);
    bool quoted = false;
    std::size_t colon = nameEnd_;
    for (; colon < text.size() && (quoted || text[colon] != ':'); ++colon)
        if (text[colon] == '"') quoted = !quoted;
    valueStart_ = static_cast<std::uint32_t>(colon + 1);
}

void Property::setValue(std::string_view escaped) {
    rewrite(std::string(line().substr(0, valueStart_)) + harmless(escaped));
}

void Property::setTexts(std::span<const std::string> plain) { setValue(joinTexts(plain, ',')); }

void Property::setParameter(std::string_view wanted, std::span<const std::string> values) {
    const auto text = line();
    std::string edited(text.substr(0, nameEnd_));
    bool placed = values.empty();
    const auto place = [&] {
        if (!placed) edited += encodeParameters(wanted, values);
        placed = true;
    };
    eachParameter(text.substr(nameEnd_, valueStart_ - 1 - nameEnd_), [&](auto name, auto value) {
        if (equalsIgnoreCase(name, wanted)) {
            place();
            return true;
        }
        edited += ';';
        edited += name;
        if (!name.empty()) edited += '=';
        edited += value;
        return true;
    });
    place();
    edited += text.substr(valueStart_ - 1);
    rewrite(std::move(edited));
}

void Property::setParameter(std::string_view name, std::string_view value) {
    const std::string one(value);
    setParameter(name, std::span(&one, 1));
}

void Property::removeParameter(std::string_view name) { setParameter(name, std::span<const std::string>{}); }

void Property::setName(std::string_view name) {
    const auto text = line();
    rewrite(std::string(text.substr(0, nameStart_)).append(name).append(text.substr(nameEnd_)));
}

void Property::setGroup(std::string_view group) {
    std::string edited(group);
    if (!group.empty()) edited += '.';
    rewrite(edited.append(line().substr(nameStart_)));
}

void Property::appendTo(std::string& out, std::string_view eol) const {
    if (touched())
        appendFolded(out, line(), eol);
    else if (owned_.empty())
        out.append(raw_, rawSize_);
    else
        out.append(owned_, 0, rawSize_);
}

void appendFolded(std::string& out, std::string_view line, std::string_view eol) {
    for (std::size_t room = foldAt; line.size() > room; room = foldAt - 1) {
        std::size_t cut = room;
        while (cut > room - 4 && (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) --cut;
        out += line.substr(0, cut);
        out += eol;
        out += ' ';
        line.remove_prefix(cut);
    }
    out += line;
    out += eol;
}

}  // namespace crmdav
