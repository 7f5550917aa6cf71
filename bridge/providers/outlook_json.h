#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "bridge/provider.h"
#include "protocol/text/datetime.h"
#include "protocol/text/json.h"

/// Reading and writing JSON as Microsoft Graph has it: null, "", {} and absent are all the same.
namespace crmdav::outlook {

/// @throws Nonsense
Json parse(const std::string& text);
std::string text(const Json&);

/// Null where there is no such member, or no object.
const Json& at(const Json& object, std::string_view name);
std::string textAt(const Json& object, std::string_view name);
bool flagAt(const Json& object, std::string_view name);
std::int64_t numberAt(const Json& object, std::string_view name);

/// The object with these members replaced, or added.
Json with(Json object, std::string_view name, Json value);
Json ofText(std::string_view);
/// The object without these members.
Json without(Json object, std::string_view name);

/// 2026-03-03T09:00:00.0000000: a wall clock; fractions are cut off.
std::optional<LocalTime> readClock(std::string_view);
std::string clockText(LocalTime);                                   ///< 2026-03-03T09:00:00
std::optional<std::chrono::local_days> readDate(std::string_view);  ///< 2026-03-03
std::string dateText(std::chrono::local_days);
/// 2026-03-01T08:00:07Z; nullopt for years before 1900, which mean "none".
std::optional<Instant> readInstant(std::string_view);
std::string instantText(Instant);

}  // namespace crmdav::outlook
