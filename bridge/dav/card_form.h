#pragma once
#include <string>

#include "bridge/provider.h"
#include "protocol/text/vcard.h"

/// Contacts ⇄ cards of a DAV server. Pure but for the clock's time that is handed in.
namespace crmdav {

/// @throws Refused  no card
Remote parseCard(const std::string& raw);
/// What parseCard says after the contact was written as a new card.
Contact heldContact(const Contact&);
/// A new card of version 3.0, which every server takes. @param mark  becomes Remote::mark
std::string newCard(const Contact&, const Id& mark, Instant now);
/// Only what differs is written; everything else stays byte for byte. @param raw  of version 3.0 or 4.0
std::string changedCard(const std::string& raw, const Contact& before, const Contact& after, Instant now);

/// Inline, or where it is. nullopt: none, or none that can be understood.
std::optional<Photo> photoOf(const std::string& raw);

/// Names the groups that it is in, in the card itself, for parseCard. Only we ever see that.
std::string withGroups(const std::string& raw, const std::vector<std::string>& groups);
/// The card as it is at the server.
std::string withoutGroups(const std::string& raw);

}  // namespace crmdav
