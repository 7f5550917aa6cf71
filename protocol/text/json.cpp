#include "protocol/text/json.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Handler.h>
#include <Poco/JSON/Parser.h>

#include <charconv>
#include <cmath>

#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

/// Builds the tree from Poco's events, so that the limits hold before memory is spent.
class TreeBuilder : public Poco::JSON::Handler {
public:
    explicit TreeBuilder(const JsonLimits& limits) : limits_(limits) {}
    Json take() { return std::move(root_); }

    void reset() override {}
    void startObject() override { begin(Json::Kind::object); }
    void endObject() override { open_.pop_back(); }
    void startArray() override { begin(Json::Kind::array); }
    void endArray() override { open_.pop_back(); }
    void key(const std::string& name) override {
        if (open_.back()->object.size() >= limits_.names) throw JsonError("the JSON has too many names");
        if (open_.back()->find(name)) throw JsonError("the JSON has \"" + name + "\" twice in one object");
        name_ = name;
    }
    void null() override { add({}); }
    void value(int number) override { integer(number); }
    void value(unsigned number) override { integer(number); }
    void value(Poco::Int64 number) override { integer(number); }
    void value(Poco::UInt64 number) override { value(static_cast<double>(number)); }
    void value(const std::string& text) override {
        Json json;
        json.kind = Json::Kind::string;
        json.string = text;
        add(std::move(json));
    }
    void value(double number) override {
        Json json;
        json.kind = Json::Kind::real;
        json.real = number;
        add(std::move(json));
    }
    void value(bool yes) override {
        Json json;
        json.kind = Json::Kind::boolean;
        json.boolean = yes;
        add(std::move(json));
    }

private:
    void integer(std::int64_t number) {
        Json json;
        json.kind = Json::Kind::integer;
        json.integer = number;
        add(std::move(json));
    }
    void begin(Json::Kind kind) {
        if (open_.size() >= limits_.depth) throw JsonError("the JSON is nested too deeply");
        Json json;
        json.kind = kind;
        open_.push_back(&add(std::move(json)));
    }
    Json& add(Json&& json) {
        if (++values_ > limits_.values) throw JsonError("the JSON holds too many values");
        if (open_.empty()) return root_ = std::move(json);
        // A parent's elements may move while it grows, but only its last element is ever open.
        Json& parent = *open_.back();
        if (parent.kind == Json::Kind::array) return parent.array.emplace_back(std::move(json));
        return parent.object.emplace_back(JsonMember{std::move(name_), std::move(json)}).second;
    }

    JsonLimits limits_;
    Json root_;
    std::vector<Json*> open_;
    std::string name_;
    std::size_t values_ = 0;
};

void appendEscaped(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
        out.append(text, from, i - from);
        from = i + 1;
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default: out.append("\\u00").append(1, digits[c >> 4]).append(1, digits[c & 15]);
        }
    }
    out.append(text, from);
}

}  // namespace

const Json* Json::find(std::string_view name) const {
    for (const auto& [key, value] : object)
        if (key == name) return &value;
    return nullptr;
}

Json parseJson(const std::string& text, const JsonLimits& limits) {
    if (text.size() > limits.bytes) throw JsonError("the JSON is too large");
    if (!validUtf8(text)) throw JsonError("the JSON is not UTF-8");
    Poco::SharedPtr<TreeBuilder> builder(new TreeBuilder(limits));
    try {
        Poco::JSON::Parser parser(builder);
        parser.setDepth(limits.depth + 1);
        parser.setAllowNullByte(false);
        parser.parse(text);
    } catch (const Poco::Exception& error) {
        throw JsonError("this is not JSON: " + error.message());
    }
    return builder->take();
}

JsonWriter& JsonWriter::key(std::string_view name) {
    text(name);
    out_ += ':';
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    separate();
    out_ += '"';
    appendEscaped(out_, value);
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return raw({digits, static_cast<std::size_t>(end - digits)});
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

JsonWriter& JsonWriter::value(const Json& json) {
    switch (json.kind) {
        case Json::Kind::null: return null();
        case Json::Kind::boolean: return boolean(json.boolean);
        case Json::Kind::integer: return number(json.integer);
        case Json::Kind::real: {
            char digits[32];
            const auto end = std::to_chars(digits, digits + sizeof digits, json.real).ptr;
            return raw({digits, static_cast<std::size_t>(end - digits)});
        }
        case Json::Kind::string: return text(json.string);
        case Json::Kind::array:
            beginArray();
            for (const Json& item : json.array) value(item);
            return endArray();
        case Json::Kind::object: break;
    }
    beginObject();
    for (const auto& [name, item] : json.object) key(name).value(item);
    return endObject();
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
}

void JsonWriter::separate() {
    if (!first_) out_ += ',';
    first_ = false;
}

}  // namespace crmdav
