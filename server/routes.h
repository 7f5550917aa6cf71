#pragma once
#include <string_view>
#include <vector>

#include "server/auth/authenticator.h"
#include "server/context.h"
#include "server/http/message.h"

namespace crmdav {

/// Handlers of the parts below, so that routing can be tested without them.
struct Parts {
    Response (*dav)(const Context&, const Request&, const Identity&);
    Response (*api)(const Context&, const Request&, const Identity&);
    std::string_view (*davHeader)() noexcept;  ///< value of the DAV header
};

/// Sends a request to its part, signed in where that is needed.
Response route(const Context&, const Parts&, Authenticator&, const Request&);

/// First segments of the addresses that have a part, one each.
std::vector<std::string_view> firstSegments();

/// Largest body that the address takes, before anything of it is read.
std::size_t bodyLimit(const Config&, std::string_view method, std::string_view target);

}  // namespace crmdav
