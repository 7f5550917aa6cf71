#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Conditions that a request puts on itself: RFC 7232, and the If header of RFC 4918 §10.4.
namespace crmdav {

/// If-Match or If-None-Match.
struct EntityTags {
    bool any = false;  ///< *
    /// Without quotes and W/; unquoted tokens too, they just never match. One that a compressing proxy marked
    /// (`x-gzip`, `x;gzip` …) is followed by what it was made from, so that plain comparison finds it (D26).
    std::vector<std::string> tags;
    bool has(std::string_view etag) const;  ///< is `etag` (without quotes) among them?
};
/// nullopt: not sent. Never throws: what can't be read matches nothing.
std::optional<EntityTags> parseEntityTags(std::string_view header);

/// One term of an If list.
struct StateTerm {
    bool negated = false;
    bool isTag = false;  ///< [etag], else <state token>
    std::string value;   ///< without brackets; tags also without quotes and W/
};
struct StateList {
    std::string resource;          ///< of a tagged list, as sent; empty: the request-URI
    std::vector<StateTerm> terms;  ///< all must hold
};
/// RFC 4918 §10.4.2. @throws DavError 400
std::vector<StateList> parseIf(std::string_view header);

/// Does one of the lists hold? No lists: true.
/// @param termHolds  is this entity tag, or state token, that of `resource` now? Negation is done here. A sync-token of
///                   a collection is such a state token (RFC 6578 §5); DAV:no-lock never is one.
bool holds(const std::vector<StateList>& lists,
           const std::function<bool(std::string_view resource, const StateTerm& term)>& termHolds);

}  // namespace crmdav
