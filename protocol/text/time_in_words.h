#pragma once
#include <string>
#include <string_view>

#include "protocol/text/zones.h"

/// Dates and times as a mail to people says them: in German where the language is "de", else in English.
namespace crmdav {

std::string dateInWords(LocalTime, std::string_view language);  ///< Monday, 5 January 2026
std::string clockInWords(LocalTime);                            ///< 09:00
/// Monday, 5 January 2026, 09:00–09:30 (Europe/Berlin)
std::string timeInWords(Instant start, Instant end, const Zone&, std::string_view language);

}  // namespace crmdav
