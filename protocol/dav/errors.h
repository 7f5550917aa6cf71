#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

namespace crmdav {

/// Qualified XML name. Both views point at storage that outlives the name: the constants of names.h, or the
/// document it was parsed from (xml.h).
struct QName {
    std::string_view ns;
    std::string_view name;
    friend constexpr bool operator==(const QName&, const QName&) = default;
    friend constexpr auto operator<=>(const QName&, const QName&) = default;
};

/// A request that fails: HTTP status, and the condition element that an RFC names for it (RFC 4918 §16).
/// `what()` is for the log and for people, never parsed.
class DavError : public std::runtime_error {
public:
    /// @param condition a constant of names.h; empty: the answer has no DAV:error body
    /// @param inner     ready XML inside the condition element, e.g. a DAV:href (RFC 4791 §5.3.2.1 no-uid-conflict)
    explicit DavError(int status, const std::string& text, QName condition = {}, std::string inner = {});

    int status() const noexcept { return status_; }
    QName condition() const noexcept { return condition_; }
    const std::string& inner() const noexcept { return inner_; }

private:
    int status_;
    QName condition_;
    std::string inner_;
};

/// The DAV:error document of a failed request: its condition with what is inside (RFC 4918 §16), and what() as
/// DAV:responsedescription. Empty when the error has no condition.
std::string errorBody(const DavError& error);

}  // namespace crmdav
