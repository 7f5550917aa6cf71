#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON as the API and providers have it (RFC 8259).
namespace crmdav {

struct JsonMember;

/// A parsed value. Members of an object keep their order.
struct Json {
    enum class Kind { null, boolean, integer, real, string, array, object } kind = Kind::null;
    bool boolean = false;
    std::int64_t integer = 0;
    double real = 0;
    std::string string;
    std::vector<Json> array;
    std::vector<JsonMember> object;

    bool isNull() const { return kind == Kind::null; }
    const Json* find(std::string_view name) const;  ///< nullptr: there is none
};

/// A name and its value. Not a std::pair: clang 14, which builds the fuzz targets, can't have one of a type in itself.
struct JsonMember {
    std::string first;
    Json second;
};

struct JsonLimits {
    std::size_t bytes = 1'048'576, depth = 16, values = 50'000, names = 1000;  ///< names: of one object
};

/// Not JSON, not UTF-8, a name twice in an object, or beyond a limit.
struct JsonError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// @throws JsonError
Json parseJson(const std::string& text, const JsonLimits& = {});

/// Writes JSON by appending; commas are its business, balance is the caller's.
class JsonWriter {
public:
    JsonWriter& beginObject() { return open('{'); }
    JsonWriter& endObject() { return close('}'); }
    JsonWriter& beginArray() { return open('['); }
    JsonWriter& endArray() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& text(std::string_view value);
    JsonWriter& number(std::int64_t value);
    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    JsonWriter& raw(std::string_view json);  ///< ready JSON
    JsonWriter& value(const Json&);

    JsonWriter& member(std::string_view name, std::string_view value) { return key(name).text(value); }
    JsonWriter& member(std::string_view name, const char* value) { return key(name).text(value); }
    JsonWriter& member(std::string_view name, std::int64_t value) { return key(name).number(value); }
    JsonWriter& member(std::string_view name, bool value) { return key(name).boolean(value); }

    std::string take() { return std::move(out_); }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string out_;
    bool first_ = true;
};

}  // namespace crmdav
