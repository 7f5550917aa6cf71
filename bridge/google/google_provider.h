#pragma once
#include <functional>
#include <memory>
#include <string>

#include "bridge/provider.h"
#include "bridge/token_source.h"

namespace crmdav {

struct GoogleOptions {
    std::string calendarUrl = "https://www.googleapis.com/calendar/v3";
    std::string peopleUrl = "https://people.googleapis.com";
    std::string login;          ///< the account's address
    std::string zone = "UTC";   ///< IANA: of floating times
    bool notifyGuests = false;  ///< rule B12
    std::string newIn;          ///< contact group that new contacts are put in (rule D1): "starred", …; empty: none
    std::function<Instant()> now;
};

/// Google Calendar and Google Contacts. Calendars are collections by their id; the contacts are one, "people/me".
/// @param tokens  lives longer
std::unique_ptr<Provider> makeGoogle(TokenSource& tokens, GoogleOptions);

}  // namespace crmdav
