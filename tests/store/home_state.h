#pragma once
#include <string>

#include "store/store.h"

namespace crmdav {

/// What a home's sync token is made of: each collection with the state of its content and of its properties.
inline std::string calendarsOf(const Store& store, const std::string& login) {
    std::string state;
    for (const Collection& c : store.home(login, Home::calendars))
        state += c.syncToken + " " + std::to_string(c.updated.time_since_epoch().count()) + "\n";
    return state;
}

}  // namespace crmdav
