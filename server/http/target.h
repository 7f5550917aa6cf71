#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmdav {

/// An address taken apart; what two programs could read differently is refused.
struct Target {
    std::string text;               ///< as sent, without the base path
    std::vector<std::string> path;  ///< unescaped segments
    bool slash = false;             ///< ended with a slash
    std::vector<std::pair<std::string, std::string>> query;
};

/// @param target   origin form, as of parseHead
/// @param basePath "" or "/crm/dav"; cut off where present, so that it doesn't matter whether the proxy did that
/// @throws HttpError 400 for a bad escape, an escaped slash, NUL or control character, invalid UTF-8, a "." or ".."
///         segment, or two slashes at the beginning
/// Elsewhere an empty segment is left out.
Target parseTarget(std::string_view target, std::string_view basePath);

/// Undoes %XX once; `plus`: "+" is a blank, as in queries. nullopt: malformed escape.
std::optional<std::string> unescape(std::string_view text, bool plus = false);

/// Valid UTF-8 (RFC 3629) without control characters.
bool isCleanText(std::string_view text) noexcept;

/// The base path of an address: "" or "/a/b", from "", "/", "/a/b/". nullopt: not usable as one.
std::optional<std::string> cleanBasePath(std::string_view text);

}  // namespace crmdav
