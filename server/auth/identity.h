#pragma once
#include <string>

#include "server/http/message.h"
#include "store/people.h"

namespace crmdav {

/// Who asks, and what their password lets them do.
struct Identity {
    User user;
    Scope scope;         ///< of the app password; everything for the user's own password or a session
    std::string device;  ///< its label; empty: own password
    Id passwordId;       ///< empty: own password, or a session
    Id session;          ///< of a browser; empty: none
    bool admin() const { return user.role == Role::admin; }
};

/// The actor that goes into the history for what `who` does with `request`.
Actor actorOf(const Identity& who, const Request& request, std::string_view via);

}  // namespace crmdav
