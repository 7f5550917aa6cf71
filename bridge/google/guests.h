#pragma once
#include <string>
#include <vector>

#include "protocol/text/json.h"
#include "store/model.h"

/// organizer and attendees of Google's events ⇄ participants. Pure.
namespace crmdav::google {

/// Those with an address, each once. An organiser who is no attendee comes first, as chair who accepted; of an event
/// without guests, which is the login's own, there are none.
/// @param login  stands for secondary calendars of its own as organiser
std::vector<Participant> readGuests(const Json& event, const std::string& login);

/// The list as it is to be written: what is known of a guest that stays is kept. The login, as organiser, isn't in it
/// unless it was, or has another answer than yes.
Json guestsJson(const Json& old, const std::vector<Participant>& before, const std::vector<Participant>& after,
                const std::string& login);

/// The login's own answer alone: as a guest one may write nothing else. Null: it isn't a guest, or answers the same.
Json ownAnswerJson(const Json& event, const std::vector<Participant>& after, const std::string& login);

/// Same guests, roles and answers, as far as Google holds them; order says nothing.
bool sameGuests(const std::vector<Participant>& a, const std::vector<Participant>& b);

}  // namespace crmdav::google
