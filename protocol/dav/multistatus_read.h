#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/dav/xml.h"

/// Answers of other servers, read (RFC 4918 §13).
namespace crmdav {

/// One DAV:response. What it points at lives in its ReadMultistatus.
struct ReadResponse {
    std::string href;               ///< as written, relative or absolute
    int status = 0;                 ///< of the resource as a whole; 0: it has properties
    std::vector<const Xml*> found;  ///< properties that came with status 200, and no others

    const Xml* find(const QName& property) const noexcept;
    std::string_view text(const QName& property) const noexcept;  ///< without white space around; empty: not there
    /// DAV:href inside a property; empty: none.
    std::string_view hrefIn(const QName& property) const noexcept;
};

struct ReadMultistatus {
    /// @throws DavError 400  no DAV:multistatus, or beyond the limits
    static ReadMultistatus parse(std::string_view body, const XmlLimits& limits = {});

    std::vector<ReadResponse> responses;
    std::string syncToken;  ///< RFC 6578 §6.4; empty: none
    XmlDocument document;
};

/// The same of an answer that comes in pieces: each response is looked at and forgotten.
class MultistatusStream {
public:
    using Each = std::function<void(const ReadResponse&)>;
    explicit MultistatusStream(Each each, const XmlLimits& limits = {});

    /// @throws DavError 400  no DAV:multistatus, or beyond the limits; and whatever `each` throws
    void take(std::string_view bytes) { stream_.take(bytes); }
    /// @returns the sync token; empty: none
    std::string finish();

private:
    std::string syncToken_;
    XmlStream stream_;
};

/// Local name of the condition in a DAV:error body (RFC 4918 §16): `valid-sync-token`. Empty: it is none.
std::string conditionIn(std::string_view body);

}  // namespace crmdav
