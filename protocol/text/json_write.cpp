#include <algorithm>
#include <charconv>

#include "protocol/text/json_text.h"
#include "protocol/text/json_types.h"
#include "protocol/text/vcard_convert.h"

/// Content lines as jCal and jCard, by appending text.
namespace crmdav {
namespace {

using Shape = JsonType::Shape;

void appendString(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += hex[static_cast<unsigned char>(c) >> 4U];
            out += hex[static_cast<unsigned char>(c) & 15U];
        } else {
            out += c;
        }
    }
    out += '"';
}

/// The number as JSON writes it, or as a string if it is none.
void appendNumber(std::string& out, std::string_view text, bool whole) {
    auto digits = trim(text);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const char* const end = digits.data() + digits.size();
    std::int64_t integer = 0;
    if (const auto read = std::from_chars(digits.data(), end, integer); read.ec == std::errc{} && read.ptr == end) {
        out += std::to_string(integer);
        return;
    }
    double real = 0;
    const auto read = std::from_chars(digits.data(), end, real, std::chars_format::fixed);
    if (whole || digits.empty() || read.ec != std::errc{} || read.ptr != end || real - real != 0)
        return appendString(out, text);
    char buffer[400];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, real, std::chars_format::fixed).ptr);
}

/// RFC 7265 §3.6.10: BY… are arrays, COUNT and INTERVAL numbers, UNTIL in the extended form.
void appendRule(std::string& out, std::string_view rule) {
    const auto value = [&](std::string_view key, std::string_view text) {
        if (key == "until") return appendString(out, extendedForm("date-time", text));
        const bool word = key == "freq" || key == "byday" || key == "wkst" || key == "rscale" || key == "skip";
        word ? appendString(out, text) : appendNumber(out, text, true);
    };
    out += '{';
    bool first = true;
    for (const auto part : splitEscaped(rule, ';')) {
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string key = lowerAscii(part.substr(0, equals));
        if (!first) out += ',';
        first = false;
        appendString(out, key);
        out += ':';
        if (!key.starts_with("by")) {
            value(key, part.substr(equals + 1));
            continue;
        }
        out += '[';
        const auto values = splitEscaped(part.substr(equals + 1), ',');
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out += ',';
            value(key, values[i]);
        }
        out += ']';
    }
    out += '}';
}

void appendValue(std::string& out, std::string_view type, std::string_view value) {
    if (type == "text") return appendString(out, unescapeText(value));
    if (type == "integer" || type == "float") return appendNumber(out, value, type == "integer");
    if (isTimeType(type)) return appendString(out, extendedForm(type, value));
    if (type == "recur" && value.find('=') != std::string_view::npos) return appendRule(out, value);
    if (type == "boolean" && (equalsIgnoreCase(value, "TRUE") || equalsIgnoreCase(value, "FALSE"))) {
        out += equalsIgnoreCase(value, "TRUE") ? "true" : "false";
        return;
    }
    if (const auto slash = value.find('/'); type == "period" && slash != std::string_view::npos) {
        const auto end = value.substr(slash + 1);
        out += '[';
        appendString(out, extendedForm("date-time", value.substr(0, slash)));
        out += ',';
        appendString(out,
                     end.starts_with('P') || end.starts_with('+') ? std::string(end) : extendedForm("date-time", end));
        out += ']';
        return;
    }
    appendString(out, value);
}

void appendParts(std::string& out, std::string_view type, std::string_view value, char separator) {
    const auto parts = splitEscaped(value, separator);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += ',';
        appendValue(out, type, parts[i]);
    }
}

/// RFC 7095 §3.3.1.3, RFC 7265 §3.4.1.2: an array, in cards with arrays for lists within a part.
void appendStructured(std::string& out, std::string_view type, std::string_view value, bool card) {
    const auto parts = splitEscaped(value, ';');
    if (parts.size() == 1) return appendValue(out, type, value);
    out += '[';
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += ',';
        if (card && splitEscaped(parts[i], ',').size() > 1) {
            out += '[';
            appendParts(out, type, parts[i], ',');
            out += ']';
        } else {
            appendValue(out, type, parts[i]);
        }
    }
    out += ']';
}

/// All values of a parameter under one key, VALUE apart.
void appendParameters(std::string& out, const Property& property) {
    std::vector<std::pair<std::string, std::vector<std::string>>> merged;
    if (!property.group().empty()) merged.push_back({"group", {std::string(property.group())}});
    for (const auto& parameter : property.parameters()) {
        if (parameter.is("VALUE")) continue;
        const std::string name = parameter.name.empty() ? "type" : lowerAscii(parameter.name);
        auto at = std::ranges::find(merged, name, &std::pair<std::string, std::vector<std::string>>::first);
        if (at == merged.end()) at = merged.insert(at, {name, {}});
        for (const auto value : parameter.values) at->second.push_back(decodeParameter(value));
    }
    out += '{';
    for (std::size_t i = 0; i < merged.size(); ++i) {
        const auto& [name, values] = merged[i];
        if (i > 0) out += ',';
        appendString(out, name);
        out += values.size() == 1 ? ":" : ":[";
        for (std::size_t k = 0; k < values.size(); ++k) {
            if (k > 0) out += ',';
            appendString(out, values[k]);
        }
        if (values.size() != 1) out += ']';
    }
    out += '}';
}

std::string typeOf(const Property& property, const JsonType& known) {
    const auto part = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    // A type that is no name (RFC 7265 §3.4) could not be read again.
    if (const auto given = property.parameter("VALUE"); !given.empty() && std::ranges::all_of(given, part))
        return lowerAscii(given);
    const auto date = property.value().substr(0, property.value().find(','));  // VALUE=DATE is forgotten now and then
    const bool forgotten =
        known.type == "date-time" && date.size() == 8 && date.find_first_not_of("0123456789") == std::string_view::npos;
    return forgotten ? "date" : std::string(known.type);
}

void appendProperty(std::string& out, const Property& property, bool card) {
    const JsonType& known = jsonTypeOf(property.name(), card);
    const std::string type = typeOf(property, known);
    out += '[';
    appendString(out, lowerAscii(property.name()));
    out += ',';
    appendParameters(out, property);
    out += ',';
    appendString(out, type);
    out += ',';
    if (known.shape == Shape::list)
        appendParts(out, type, property.value(), ',');
    else if (known.shape == Shape::structured)
        appendStructured(out, type, property.value(), card);
    else
        appendValue(out, type, property.value());
    out += ']';
}

void appendComponent(std::string& out, const Component& component, bool card) {
    out += '[';
    appendString(out, lowerAscii(component.name()));
    out += ",[";
    bool first = true;
    for (const Property& property : component.properties()) {
        if (!first) out += ',';
        first = false;
        appendProperty(out, property, card);
    }
    out += ']';
    if (!card) {
        out += ",[";
        for (const Component& inner : component.components()) {
            if (&inner != component.components().data()) out += ',';
            appendComponent(out, inner, card);
        }
        out += ']';
    }
    out += ']';
}

}  // namespace

std::string toJson(const Document& document) {
    std::string out;
    if (document.root().is("VCARD") && cardVersion(document.root()) != CardVersion::v4) {
        Component card = document.root();  // jCard is 4.0 (RFC 7095 §3.2)
        convertCard(card, CardVersion::v4);
        appendComponent(out, card, true);
    } else {
        appendComponent(out, document.root(), document.root().is("VCARD"));
    }
    return out;
}

}  // namespace crmdav
