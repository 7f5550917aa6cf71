#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "bridge/json_values.h"
#include "bridge/provider.h"
#include "protocol/text/datetime.h"

/// Values of Microsoft Graph's JSON.
namespace crmdav::outlook {

/// @throws Nonsense
Json parse(const std::string& text);

/// 2026-03-03T09:00:00.0000000: a wall clock; fractions are cut off.
std::optional<LocalTime> readClock(std::string_view);
std::string clockText(LocalTime);                                   ///< 2026-03-03T09:00:00
std::optional<std::chrono::local_days> readDate(std::string_view);  ///< 2026-03-03
std::string dateText(std::chrono::local_days);
/// 2026-03-01T08:00:07Z; nullopt for years before 1900, which mean "none".
std::optional<Instant> readInstant(std::string_view);

}  // namespace crmdav::outlook
