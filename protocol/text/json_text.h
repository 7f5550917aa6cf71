#pragma once
#include <string>
#include <string_view>

#include "protocol/text/content_lines.h"

/// jCal (RFC 7265) and jCard (RFC 7095).
namespace crmdav {

/// A VCALENDAR as jCal or a VCARD as jCard. Values that are not of their type (a DTSTART with garbage) come as text.
std::string toJson(const Document& document);

/// The other way: a new document with CRLF; the order of properties is kept, components come behind them.
/// @throws ParseError (line 1)  not JSON, not jCal or jCard, beyond `limits` (bytes, lines, depth, parameters)
Document fromJson(std::string_view json, const TextLimits& limits = {});

}  // namespace crmdav
