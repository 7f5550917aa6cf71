#pragma once
#include <algorithm>
#include <chrono>
#include <concepts>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/text/json.h"
#include "server/api/call.h"

/// One table of fields per kind of record: reading, writing, checking and openapi.json all go by it.
namespace crmdav {

template <class Record>
struct Field {
    std::string_view name;
    std::string_view about;
    std::string (*schema)() = nullptr;  ///< JSON Schema
    void (*write)(const Call&, JsonWriter&, const Record&) = nullptr;
    /// null: read-only. A JSON null takes the field's value away. @param path for errors: "emails[0].value"
    void (*read)(const Call&, Record&, const Json&, const std::string& path) = nullptr;
};

/// All fields of a record. Specialised in *_fields.cpp; order is that of the output, and of reading.
template <class Record>
std::span<const Field<Record>> fieldsOf();

/// How a C++ type looks in JSON: schema(), write(), read().
template <class T>
struct Codec;

std::string checkedText(const Json&, const std::string& path, std::size_t most = 100'000);
std::int64_t checkedNumber(const Json&, const std::string& path, std::int64_t least, std::int64_t most);
const std::vector<Json>& checkedList(const Json&, const std::string& path, std::size_t most = 1000);

[[noreturn]] void refuseUnknown(const std::string& path, std::string_view name,
                                std::span<const std::string_view> known);

template <class Record>
void writeFields(const Call& call, JsonWriter& out, const Record& record) {
    out.beginObject();
    for (const Field<Record>& field : fieldsOf<Record>()) {
        out.key(field.name);
        field.write(call, out, record);
    }
    out.endObject();
}

/// A JSON merge patch (RFC 7396) onto `record`: names that aren't there leave their fields, null empties, lists and
/// their items are replaced whole.
/// @throws InvalidField  an unknown name, a read-only field with another value than it has, a wrong type
template <class Record>
void readFields(const Call& call, Record& record, const Json& json, const std::string& path = {}) {
    const auto fields = fieldsOf<Record>();
    if (json.kind != Json::Kind::object) throw InvalidField(path, "must be an object");
    for (const auto& [name, value] : json.object) {
        const auto field = std::ranges::find(fields, name, &Field<Record>::name);
        if (field == fields.end()) {
            std::vector<std::string_view> known;
            for (const auto& each : fields) known.push_back(each.name);
            refuseUnknown(path, name, known);
        }
    }
    for (const Field<Record>& field : fields) {
        const Json* value = json.find(field.name);
        if (!value) continue;
        const std::string here = path.empty() ? std::string(field.name) : path + "." + std::string(field.name);
        if (field.read) {
            field.read(call, record, *value, here);
            continue;
        }
        JsonWriter is, sent;
        field.write(call, is, record);
        sent.value(*value);
        if (is.take() != sent.take()) throw InvalidField(here, "this field can't be set");
    }
}

/// {"type":"object","properties":{…}} of the record.
template <class Record>
std::string schemaOf() {
    std::string properties;
    for (const Field<Record>& field : fieldsOf<Record>()) {
        JsonWriter about;
        about.text(field.about);
        std::string schema = field.schema();
        schema.pop_back();
        if (schema.size() > 1) schema += ',';
        schema += "\"description\":" + about.take();
        if (!field.read) schema += ",\"readOnly\":true";
        properties.append(properties.empty() ? "\"" : ",\"").append(field.name).append("\":").append(schema) += '}';
    }
    return "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{" + properties + "}}";
}

// ---------------------------------------------------------------- codecs

inline void textOrNull(JsonWriter& out, const std::string& text) { text.empty() ? out.null() : out.text(text); }

template <>
struct Codec<std::string> {
    static std::string schema() { return R"({"type":["string","null"]})"; }
    static void write(const Call&, JsonWriter& out, const std::string& value) { out.text(value); }
    static void read(const Call&, std::string& value, const Json& json, const std::string& path) {
        value = json.isNull() ? std::string() : checkedText(json, path);
    }
};

template <>
struct Codec<bool> {
    static std::string schema() { return R"({"type":"boolean"})"; }
    static void write(const Call&, JsonWriter& out, bool value) { out.boolean(value); }
    static void read(const Call&, bool& value, const Json& json, const std::string& path) {
        if (json.kind != Json::Kind::boolean) throw InvalidField(path, "must be true or false");
        value = json.boolean;
    }
};

template <std::signed_integral T>
struct Codec<T> {
    static std::string schema() { return R"({"type":"integer"})"; }
    static void write(const Call&, JsonWriter& out, T value) { out.number(value); }
    static void read(const Call&, T& value, const Json& json, const std::string& path) {
        constexpr std::int64_t most = sizeof(T) == 4 ? 1'000'000'000 : 1'000'000'000'000'000;
        value = json.isNull() ? T{} : static_cast<T>(checkedNumber(json, path, -most, most));
    }
};

template <>
struct Codec<Instant> {
    static std::string schema() { return R"({"type":["string","null"],"format":"date-time"})"; }
    static void write(const Call&, JsonWriter& out, Instant value) { out.text(timeText(value)); }
    static void read(const Call&, Instant& value, const Json& json, const std::string& path) {
        const auto instant = parseInstant(checkedText(json, path, 40));
        if (!instant) throw InvalidField(path, "must be a time with its offset, such as 2026-11-20T09:00:00Z");
        value = *instant;
    }
};

template <class T>
struct Codec<std::optional<T>> {
    static std::string schema() { return Codec<T>::schema(); }
    static void write(const Call& call, JsonWriter& out, const std::optional<T>& value) {
        value ? Codec<T>::write(call, out, *value) : void(out.null());
    }
    static void read(const Call& call, std::optional<T>& value, const Json& json, const std::string& path) {
        if (json.isNull()) return value.reset();
        Codec<T>::read(call, value.emplace(), json, path);
    }
};

template <class T>
struct Codec<std::vector<T>> {
    static std::string schema() { return R"({"type":["array","null"],"items":)" + Codec<T>::schema() + "}"; }
    static void write(const Call& call, JsonWriter& out, const std::vector<T>& values) {
        out.beginArray();
        for (const T& value : values) Codec<T>::write(call, out, value);
        out.endArray();
    }
    static void read(const Call& call, std::vector<T>& values, const Json& json, const std::string& path) {
        values.clear();
        if (json.isNull()) return;
        for (const Json& item : checkedList(json, path)) {
            const std::string here = path + "[" + std::to_string(values.size()) + "]";
            T value{};
            Codec<T>::read(call, value, item, here);
            values.push_back(std::move(value));
        }
    }
};

/// Names of the caller's own; a merge patch reaches into it (RFC 7396): null removes a name.
template <>
struct Codec<std::map<std::string, std::string>> {
    static std::string schema() {
        return R"({"type":["object","null"],"additionalProperties":{"type":["string","null"]}})";
    }
    static void write(const Call&, JsonWriter& out, const std::map<std::string, std::string>& values) {
        out.beginObject();
        for (const auto& [name, value] : values) out.member(name, value);
        out.endObject();
    }
    static void read(const Call&, std::map<std::string, std::string>& values, const Json& json,
                     const std::string& path) {
        if (json.isNull()) return values.clear();
        if (json.kind != Json::Kind::object) throw InvalidField(path, "must be an object");
        for (const auto& [name, value] : json.object)
            if (value.isNull())
                values.erase(name);
            else
                values[name] = checkedText(value, path + "." + name);
        if (values.size() > 200) throw InvalidField(path, "holds more than 200 names");
    }
};

/// A struct with a table of fields of its own.
template <class T>
requires std::is_class_v<T>
struct Codec<T> {
    static std::string schema() { return schemaOf<T>(); }
    static void write(const Call& call, JsonWriter& out, const T& value) { writeFields(call, out, value); }
    static void read(const Call& call, T& value, const Json& json, const std::string& path) {
        readFields(call, value, json, path);
    }
};

template <class E>
struct EnumName {
    E value;
    std::string_view name;
};
/// Names of an enumeration, specialised where its record's fields are.
template <class E>
std::span<const EnumName<E>> namesOf();

template <class E>
requires std::is_enum_v<E>
struct Codec<E> {
    static std::string names() {
        std::string all;
        for (const auto& each : namesOf<E>()) all.append(all.empty() ? "\"" : ",\"").append(each.name) += '"';
        return all;
    }
    static std::string schema() { return R"({"type":"string","enum":[)" + names() + "]}"; }
    static void write(const Call&, JsonWriter& out, E value) {
        out.text(std::ranges::find(namesOf<E>(), value, &EnumName<E>::value)->name);
    }
    static void read(const Call&, E& value, const Json& json, const std::string& path) {
        const std::string text = checkedText(json, path, 100);
        const auto known = namesOf<E>();
        const auto found = std::ranges::find(known, text, &EnumName<E>::name);
        if (found == known.end()) throw InvalidField(path, "must be one of " + names());
        value = found->value;
    }
};

// ---------------------------------------------------------------- rows

/// A field that is one member of the struct, as its type says.
template <class Record, auto Member>
constexpr Field<Record> field(std::string_view name, std::string_view about) {
    using T = std::remove_cvref_t<decltype(std::declval<Record>().*Member)>;
    return {name, about, [] { return Codec<T>::schema(); },
            [](const Call& call, JsonWriter& out, const Record& record) { Codec<T>::write(call, out, record.*Member); },
            [](const Call& call, Record& record, const Json& json, const std::string& path) {
                Codec<T>::read(call, record.*Member, json, path);
            }};
}

template <class Record, auto Member>
constexpr Field<Record> readOnly(std::string_view name, std::string_view about) {
    Field<Record> row = field<Record, Member>(name, about);
    row.read = nullptr;
    return row;
}

/// The rows that every record begins with.
template <class Record>
std::vector<Field<Record>> headFields() {
    return {readOnly<Record, &Record::id>("id", "UUID."),
            readOnly<Record, &Record::version>("etag", "Version of the record, for If-Match."),
            {"owner", "Login of the user whose record it is; null: the organisation's, seen by everybody.",
             [] { return std::string(R"({"type":["string","null"]})"); },
             [](const Call& call, JsonWriter& out, const Record& record) {
                 record.owner == 0 ? out.null() : out.text(call.directory.login(record.owner));
             },
             [](const Call& call, Record& record, const Json& json, const std::string& path) {
                 if (json.isNull()) {
                     record.owner = 0;
                     return;
                 }
                 const auto user = call.directory.user(checkedText(json, path));
                 if (!user) throw InvalidField(path, "there is no user of that login");
                 if (user->id != record.owner && user->id != call.user() && !call.who.admin())
                     throw Forbidden("only admins can give records to other users");
                 record.owner = user->id;
             }},
            readOnly<Record, &Record::created>("created", "When it was made."),
            readOnly<Record, &Record::updated>("updated", "When it last changed.")};
}

template <class Record>
std::vector<Field<Record>> withHead(std::vector<Field<Record>> rows) {
    auto all = headFields<Record>();
    all.insert(all.end(), rows.begin(), rows.end());
    return all;
}

}  // namespace crmdav
