#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Values inside content lines: escaping, lists, structured values, parameter values.
namespace crmdav {

bool equalsIgnoreCase(std::string_view a, std::string_view b) noexcept;  ///< ASCII only
bool startsWithIgnoreCase(std::string_view text, std::string_view prefix) noexcept;
std::string lowerAscii(std::string_view text);
std::string upperAscii(std::string_view text);
std::string_view trim(std::string_view text) noexcept;  ///< without spaces and tabs at both ends

/// `\` `;` `,` and line breaks escaped (RFC 5545 §3.3.11, RFC 6350 §3.4). CRLF and CR become one `\n`; control
/// characters other than TAB go.
std::string escapeText(std::string_view plain);
/// The reverse; `\n` and `\N` become LF, an unknown escape keeps its character, a lone backslash at the end stays.
std::string unescapeText(std::string_view escaped);

/// Parts between unescaped separators, still escaped; "" has one, empty part. Views into `escaped`.
std::vector<std::string_view> splitEscaped(std::string_view escaped, char separator);
/// The same, each part unescaped: `a\,b,c` is {"a,b", "c"}.
std::vector<std::string> splitTexts(std::string_view escaped, char separator);
std::string joinTexts(std::span<const std::string> plain, char separator);  ///< escapes each

/// N, ADR, ORG: parts between `;`, of each the values between `,`, plain. ORG has no commas lists by RFC 2426/6350:
/// use splitTexts(value, ';') there.
std::vector<std::vector<std::string>> splitStructured(std::string_view escaped);
std::string joinStructured(std::span<const std::vector<std::string>> plain);

/// RFC 6868: `^n` LF, `^^` caret, `^'` quote; other carets stay.
std::string decodeParameter(std::string_view value);
/// The reverse, in quotes if the value has `:` `;` `,` or was encoded.
std::string encodeParameter(std::string_view plain);

bool validUtf8(std::string_view text) noexcept;  ///< no surrogates, no overlong forms, at most U+10FFFF
std::string repairUtf8(std::string_view text);   ///< with U+FFFD for each byte that is in no character

/// Blanks and line ends between are skipped, padding may be missing, URL-safe letters too; nullopt: other characters.
std::optional<std::string> base64Decode(std::string_view encoded);
std::string base64Encode(std::string_view bytes);  ///< one line, padded

}  // namespace crmdav
