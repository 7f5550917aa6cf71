#include "server/auth/identity.h"

namespace crmdav {

Actor actorOf(const Identity& who, const Request& request, std::string_view via) {
    constexpr std::size_t longestAgent = 200;
    return {who.user.id,    std::string(via),
            who.device,     std::string(request.header("user-agent").substr(0, longestAgent)),
            request.client, request.id};
}

}  // namespace crmdav
