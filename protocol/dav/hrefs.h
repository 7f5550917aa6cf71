#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Addresses: every one we write is spelled here, every one we read is taken apart here.
namespace crmdav {

/// Appends one path segment percent-encoded: all but unreserved characters and `@ ! $ ' ( ) * + , = : ; ~` … that every
/// client leaves alone. One resource has one spelling.
void appendSegment(std::string& out, std::string_view segment);

/// basePath + "/dav/calendars/…", with a slash at the end for collections.
std::string hrefOf(std::string_view basePath, std::span<const std::string_view> segments, bool slash);
std::string hrefOf(std::string_view basePath, std::initializer_list<std::string_view> segments, bool slash);
std::string hrefOf(std::string_view basePath, std::span<const std::string> segments, bool slash);

/// Percent-decoded; nullopt: a broken escape, NUL, or not UTF-8.
std::optional<std::string> decodePercent(std::string_view text);

/// An address of ours, below the base path.
struct Address {
    std::vector<std::string> path;  ///< unescaped segments
    bool slash = false;
    friend bool operator==(const Address&, const Address&) = default;
};

/// Reads an href or a Destination: absolute path or full URL, in any spelling (escapes, doubled slashes).
/// @param origin  https://host[:port] of the request; other hosts, and addresses outside the base path, give nullopt,
///                as do "." and ".." segments and broken escapes. Default ports and letter case of the host don't
///                matter; http for https is accepted (a proxy may end TLS).
std::optional<Address> addressOf(std::string_view href, std::string_view origin, std::string_view basePath);

}  // namespace crmdav
