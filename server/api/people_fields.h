#pragma once
#include <optional>
#include <string>

#include "server/api/fields.h"
#include "store/people.h"

/// People as the API shows them: like the store's values, with names in place of internal numbers.
namespace crmdav {

struct ScopeView {
    bool caldav = true, carddav = true, api = true, readOnly = false;
    std::string collection;  ///< "calendars/activities"; empty: none
};

struct AppPasswordView {
    std::string id, label;
    ScopeView scope;
    Instant created{};
    std::optional<Instant> expires, lastUsed, revoked;
    std::string lastAddress, lastAgent, secret;
};

struct FeedView {
    std::string id, calendar, label, url;
    Detail detail = Detail::busy;
    Instant created{};
    std::optional<Instant> revoked;
};

struct NewSecret {
    std::string current, password;
};

}  // namespace crmdav
