#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Addresses at other servers (RFC 3986).
namespace crmdav {

/// One path segment or query value, percent-encoded: all but unreserved characters.
std::string percentEncoded(std::string_view text);

/// application/x-www-form-urlencoded; also the query part of an address.
std::string formEncoded(const std::vector<std::pair<std::string, std::string>>& fields);

/// A reference against the address that it was found at (§5); http and https only. Empty: it is no such address.
std::string resolveUrl(std::string_view base, std::string_view reference);

/// One spelling for one resource, for comparing: as resolveUrl, host in lower case, without default port, query, and
/// doubled slashes, each segment percent-encoded anew (`@` is `%40`). Empty: it is no such address.
std::string canonicalUrl(std::string_view base, std::string_view reference);

/// The parts that say whom one asks.
struct UrlOrigin {
    std::string scheme, host;  ///< lower case
    int port = 0;              ///< the scheme's own where none is given
    friend bool operator==(const UrlOrigin&, const UrlOrigin&) = default;
};
/// Host empty: it is no http address.
UrlOrigin originOf(std::string_view url);

/// The path, as written, without query; "/" where there is none.
std::string pathOf(std::string_view url);

}  // namespace crmdav
