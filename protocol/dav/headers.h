#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Values of the request headers that WebDAV adds to HTTP, and dates. An empty header value means: not sent.
namespace crmdav {

enum class Depth { zero, one, infinity };
/// @throws DavError 400  anything but 0, 1, infinity
Depth parseDepth(std::string_view header, Depth otherwise);

/// RFC 4918 §10.6; true when not sent. @throws DavError 400
bool parseOverwrite(std::string_view header);

/// Prefer (RFC 7240, RFC 8144) and its forerunner Brief (`brief: t`).
struct Prefer {
    bool minimal = false;         ///< return=minimal
    bool representation = false;  ///< return=representation
    bool depthNoroot = false;     ///< depth-noroot
    /// Value for Preference-Applied of what is named here; empty: nothing.
    std::string applied() const;
};
Prefer parsePrefer(std::string_view prefer, std::string_view brief);

/// A format we can answer in.
struct MediaType {
    std::string_view type;     ///< text/vcard, lower case
    std::string_view version;  ///< of the `version` parameter; empty: none
};
/// Index of the offer that Accept likes best; of equals the first. Not sent: 0. nullopt: none is acceptable (406).
/// A range without `version` takes every version; specific ranges count before wildcards (RFC 7231 §5.3.2).
std::optional<std::size_t> negotiate(std::string_view accept, std::span<const MediaType> offers);

/// Content-Type taken apart.
struct ContentType {
    std::string type;                         ///< lower case, without parameters; empty: not sent
    std::string charset, component, version;  ///< charset lower case
};
ContentType parseContentType(std::string_view header);

/// RFC 4918 §10.7: seconds asked for; nullopt: not sent, Infinite, or unreadable.
std::optional<std::chrono::seconds> parseTimeout(std::string_view header);

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string httpDate(std::chrono::sys_seconds time);
/// All three forms of RFC 7231 §7.1.1.1; nullopt: not a date (a recipient ignores it then).
std::optional<std::chrono::sys_seconds> parseHttpDate(std::string_view text);
/// `1994-11-06T08:49:37Z`, for DAV:creationdate.
std::string isoDate(std::chrono::sys_seconds time);

}  // namespace crmdav
