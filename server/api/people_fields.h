#pragma once
#include <optional>
#include <string>

#include "server/api/fields.h"
#include "store/people.h"

/// People as the API shows them: like the store's values, with names in place of internal numbers.
namespace crmdav {

/// What every user may know of another.
struct Colleague {
    std::string login, name;
};

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

/// Who gets what a user who is switched off has.
struct HandOver {
    std::string heir;
};

struct NewSecret {
    std::string current, password;
};

// ---------------------------------------------------------------- the organisation (organisation.cpp)

std::string logoVersion(const Call&);  ///< empty: there is no logo
/// Fields that the configuration file says: admins can't change them.
std::vector<std::string> fixedFields(const Config&);

}  // namespace crmdav
