#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/text/json.h"

/// Reading and making JSON values of providers, in which anything may be missing or of another kind.
namespace crmdav {

/// More than the API takes: a page of a provider's records.
inline constexpr JsonLimits pageLimits{32U << 20U, 32, 400'000, 20'000};  // 100 bytes a value

/// The member at a path; a null value where there is none.
const Json& at(const Json&, std::initializer_list<std::string_view> path);
inline const Json& at(const Json& json, std::string_view name) { return at(json, {name}); }
/// Its text; empty where it is no string. Views into the value.
std::string_view textAt(const Json&, std::initializer_list<std::string_view> path);
inline std::string_view textAt(const Json& json, std::string_view name) { return textAt(json, {name}); }
/// true only where it is there and true.
bool trueAt(const Json&, std::initializer_list<std::string_view> path);
inline bool trueAt(const Json& json, std::string_view name) { return trueAt(json, {name}); }
std::int64_t numberAt(const Json&, std::string_view name, std::int64_t otherwise = 0);

Json jsonText(std::string_view);
Json jsonNumber(std::int64_t);
Json jsonFlag(bool);
Json jsonArray(std::vector<Json> = {});
Json jsonObject(std::vector<JsonMember> = {});

/// Sets a member, in place if it is there. Anything but an object becomes one.
Json& set(Json& object, std::string_view name, Json value);
/// Takes a member out. @returns false: it wasn't there
bool drop(Json& object, std::string_view name);

std::string toText(const Json&);
/// Same value; the order of members says nothing.
bool sameJson(const Json&, const Json&);

}  // namespace crmdav
