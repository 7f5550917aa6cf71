#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace crmdav {

/// Makes vCard 2.1 and vCalendar 1.0 readable as content lines: quoted-printable values (with their `=` line
/// breaks) decoded and escaped anew, CHARSET turned into UTF-8 (unknown or missing with bad UTF-8: Windows-1252),
/// ENCODING=QUOTED-PRINTABLE and CHARSET parameters gone. VERSION, bare parameters and dates stay: see vcard_convert.h.
/// @returns nullopt when `bytes` are neither 2.1 nor 1.0 and valid UTF-8
std::optional<std::string> decodeLegacy(std::string_view bytes);

}  // namespace crmdav
