#include "bridge/json_values.h"

#include <algorithm>

namespace crmdav {

const Json& at(const Json& json, std::initializer_list<std::string_view> path) {
    static const Json none;
    const Json* value = &json;
    for (const std::string_view name : path)
        if (!(value = value->find(name))) return none;
    return *value;
}

std::string_view textAt(const Json& json, std::initializer_list<std::string_view> path) {
    return at(json, path).string;
}

bool trueAt(const Json& json, std::initializer_list<std::string_view> path) { return at(json, path).boolean; }

std::int64_t numberAt(const Json& json, std::string_view name, std::int64_t otherwise) {
    const Json& value = at(json, name);
    return value.kind == Json::Kind::integer ? value.integer : otherwise;
}

Json jsonText(std::string_view text) {
    Json value;
    value.kind = Json::Kind::string;
    value.string = text;
    return value;
}

Json jsonNumber(std::int64_t number) {
    Json value;
    value.kind = Json::Kind::integer;
    value.integer = number;
    return value;
}

Json jsonFlag(bool flag) {
    Json value;
    value.kind = Json::Kind::boolean;
    value.boolean = flag;
    return value;
}

Json jsonArray(std::vector<Json> items) {
    Json value;
    value.kind = Json::Kind::array;
    value.array = std::move(items);
    return value;
}

Json jsonObject(std::vector<JsonMember> members) {
    Json value;
    value.kind = Json::Kind::object;
    value.object = std::move(members);
    return value;
}

Json& set(Json& object, std::string_view name, Json value) {
    if (object.kind != Json::Kind::object) object = jsonObject();
    const auto found = std::ranges::find(object.object, name, &JsonMember::first);
    if (found != object.object.end()) return found->second = std::move(value);
    return object.object.emplace_back(JsonMember{std::string(name), std::move(value)}).second;
}

bool drop(Json& object, std::string_view name) {
    return std::erase_if(object.object, [&](const auto& member) { return member.first == name; }) != 0;
}

std::string toText(const Json& json) { return JsonWriter().value(json).take(); }

bool sameJson(const Json& a, const Json& b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
        case Json::Kind::null: return true;
        case Json::Kind::boolean: return a.boolean == b.boolean;
        case Json::Kind::integer: return a.integer == b.integer;
        case Json::Kind::real: return a.real == b.real;
        case Json::Kind::string: return a.string == b.string;
        case Json::Kind::array: return std::ranges::equal(a.array, b.array, sameJson);
        case Json::Kind::object: break;
    }
    return a.object.size() == b.object.size() && std::ranges::all_of(a.object, [&](const auto& member) {
               const Json* other = b.find(member.first);
               return other && sameJson(member.second, *other);
           });
}

}  // namespace crmdav
