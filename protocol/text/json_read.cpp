#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>

#include "protocol/text/json_text.h"
#include "protocol/text/json_types.h"

/// jCal and jCard back to content lines.
namespace crmdav {
namespace {

using Poco::Dynamic::Var;
using Array = Poco::JSON::Array;
using Object = Poco::JSON::Object;
using Shape = JsonType::Shape;

[[noreturn]] void fail(const std::string& why) { throw ParseError(1, why); }

const Array& arrayOf(const Var& value, const char* what) {
    if (value.type() != typeid(Array::Ptr)) fail(std::string(what) + " is not an array");
    return *value.extract<Array::Ptr>();
}

std::string stringOf(const Var& value) {
    if (value.type() == typeid(Array::Ptr) || value.type() == typeid(Object::Ptr)) fail("a value where text belongs");
    if (value.isEmpty()) return {};
    if (value.isBoolean()) return value.extract<bool>() ? "TRUE" : "FALSE";
    return value.convert<std::string>();
}

std::string nameOf(const Var& value) {
    std::string name = stringOf(value);
    const auto good = [](char c) {
        return c > ' ' && c < '\x7f' && std::string_view(":;=\",\\.").find(c) == std::string_view::npos;
    };
    if (name.empty() || !std::ranges::all_of(name, good)) fail("not a name: " + name.substr(0, 80));
    return name;
}

class Reader {
public:
    explicit Reader(const TextLimits& limits) : limits_(limits) {}

    Component component(const Var& value, std::size_t depth) {
        const Array& parts = arrayOf(value, "a component");
        if (depth > limits_.depth) fail("components nested too deep");
        if (parts.size() < 2 || parts.size() > 3) fail("a component has a name, properties and components");
        Component component(upperAscii(nameOf(parts.get(0))));
        if (depth == 1) card_ = component.is("VCARD");
        for (const Var& item : arrayOf(parts.get(1), "the list of properties")) component.append(property(item));
        if (parts.size() == 3)
            for (const Var& inner : arrayOf(parts.get(2), "the list of components"))
                component.addComponent(this->component(inner, depth + 1));
        return component;
    }

private:
    Property property(const Var& value) {
        const Array& parts = arrayOf(value, "a property");
        if (parts.size() < 4) fail("a property has a name, parameters, a type and a value");
        if (++lines_ > limits_.lines) fail("too many properties");
        const std::string name = upperAscii(nameOf(parts.get(0)));
        const std::string type = lowerAscii(nameOf(parts.get(2)));
        const JsonType& known = jsonTypeOf(name, card_);
        std::string text;
        for (std::size_t i = 3; i < parts.size(); ++i) {
            if (i > 3) text += ',';
            text += valueOf(parts.get(static_cast<unsigned>(i)), type, known.shape);
        }
        if (text.size() > limits_.lineBytes) fail("value too long");
        Property property(name, text);
        if (type != "unknown" && type != known.type) property.setParameter("VALUE", card_ ? type : upperAscii(type));
        if (parts.get(1).type() != typeid(Object::Ptr)) fail("parameters are not an object");
        addParameters(property, *parts.get(1).extract<Object::Ptr>());
        return property;
    }

    void addParameters(Property& property, const Object& parameters) {
        if (parameters.size() > limits_.parameters) fail("too many parameters");
        for (const auto& key : parameters.getNames()) {
            const Var value = parameters.get(key);
            if (equalsIgnoreCase(key, "group") && card_) {
                property.setGroup(nameOf(value));
                continue;
            }
            std::vector<std::string> values;
            if (value.type() == typeid(Array::Ptr))
                for (const Var& one : *value.extract<Array::Ptr>()) values.push_back(stringOf(one));
            else
                values.push_back(stringOf(value));
            property.setParameter(upperAscii(nameOf(key)), values);
        }
    }

    /// One value as on the wire.
    static std::string valueOf(const Var& value, const std::string& type, Shape shape) {
        if (value.type() == typeid(Array::Ptr)) return joined(*value.extract<Array::Ptr>(), type, shape);
        if (value.type() == typeid(Object::Ptr)) {
            if (type != "recur") fail("an object that is no rule");
            return ruleOf(*value.extract<Object::Ptr>());
        }
        const std::string text = stringOf(value);
        if (type == "text") return escapeText(text);
        if (type == "period") return startsWithIgnoreCase(text, "P") ? text : basicForm("date-time", text);
        return isTimeType(type) ? basicForm(type, text) : text;
    }

    static std::string joined(const Array& parts, const std::string& type, Shape shape) {
        const char separator = type == "period" ? '/' : shape == Shape::structured ? ';' : ',';
        std::string text;
        bool first = true;
        for (const Var& part : parts) {
            if (!first) text += separator;
            first = false;
            text += valueOf(part, type, Shape::single);
        }
        return text;
    }

    static std::string ruleOf(const Object& rule) {
        std::string text;
        const auto add = [&](const std::string& key) {
            if (!text.empty()) text += ';';
            text += upperAscii(nameOf(key)) + '=';
            const Var value = rule.get(key);
            text += value.type() == typeid(Array::Ptr) ? joined(*value.extract<Array::Ptr>(), "recur", Shape::list)
                    : key == "until"                   ? basicForm("date-time", stringOf(value))
                                                       : stringOf(value);
        };
        // Old readers want FREQ first (RFC 5545 §3.3.10), and RSCALE before it (RFC 7529 §4.1).
        constexpr std::string_view leading[] = {"rscale", "freq"};
        for (const auto key : leading)
            if (rule.has(std::string(key))) add(std::string(key));
        for (const auto& key : rule.getNames())
            if (std::ranges::find(leading, key) == std::end(leading)) add(key);
        return text;
    }

    TextLimits limits_;
    std::size_t lines_ = 0;
    bool card_ = false;
};

Var parseJson(std::string_view json, const TextLimits& limits) {
    if (json.size() > limits.bytes) fail("too large");
    if (!validUtf8(json) || json.find('\0') != std::string_view::npos) fail("not UTF-8");
    try {
        Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));
        parser.setDepth(2 * limits.depth + 8);
        return parser.parse(std::string(json));
    } catch (const Poco::Exception& error) {
        fail("not JSON: " + error.displayText().substr(0, 200));
    }
}

}  // namespace

Document fromJson(std::string_view json, const TextLimits& limits) {
    const Var root = parseJson(json, limits);
    Component component = Reader(limits).component(root, 1);
    if (!component.is("VCALENDAR") && !component.is("VCARD")) fail("neither jCal nor jCard");
    return Document(std::move(component));
}

}  // namespace crmdav
