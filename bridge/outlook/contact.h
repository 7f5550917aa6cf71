#pragma once
#include <string>
#include <string_view>

#include "bridge/provider.h"

/// Contact of Microsoft Graph ⇄ Contact. Pure. The raw form is the contact's JSON as Graph gave it.
///
/// Three emails without labels; one mobile, two business and two home phones; one home page; of the addresses one, home
/// before business before other (rule D11): the rest stays at Outlook as it is.
namespace crmdav::outlook {

/// @throws Nonsense
Remote readContact(const std::string& raw);

/// As Outlook would have it. @throws Refused
Contact heldContact(const Contact&);

/// Body of the POST that creates it, marked with a link's id.
std::string newContact(const Contact&, std::string_view key);

/// Body of a PATCH: what differs, and displayName, which Outlook makes anew otherwise. Empty: nothing differs. Values
/// that stay keep their places among the slots.
std::string changedContact(const std::string& base, const Contact& before, const Contact& after);

}  // namespace crmdav::outlook
