#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "bridge/provider.h"
#include "protocol/text/json.h"

/// Google's person ⇄ Contact (mapping §2). Pure. The raw form is the person as the People API gave it.
///
/// A person unites several sources. Only entries of the source CONTACT are what the user wrote: nothing else is read or
/// written back. Of the addresses only the primary one is the CRM's (rule D11); the others, and all that the CRM has no
/// place for, stay.
namespace crmdav::google {

/// What is asked for, and what updatePersonFields may name of it.
inline constexpr std::string_view personFields =
    "names,nicknames,emailAddresses,phoneNumbers,addresses,organizations,birthdays,biographies,urls,imClients,"
    "relations,events,userDefined,clientData,externalIds,memberships,photos,metadata";

/// @throws Nonsense
Remote readPerson(const std::string& raw);

/// As Google would have it.
Contact heldPerson(const Contact&);

/// Body of createContact, marked with the key. @param groups resource names of contact groups
Json newPerson(const Contact&, std::string_view key, const std::vector<std::string>& groups);

/// Body of updateContact, and the fields that it replaces. Every listed field is replaced as a whole.
struct PersonChange {
    std::vector<std::string> fields;  ///< empty: nothing differs
    Json body;                        ///< without resourceName, etag and metadata
};
/// @param person  as it is at Google now
PersonChange changedPerson(const Json& person, const Contact& before, const Contact& after);

/// All that was written by the user, as createContact takes it: to make a deleted person again.
Json personAgain(const Json& person);

/// id, version – when the CONTACT source was changed: etags differ from call to call –, raw.
RemoteItem itemOf(const Json& person);
/// resourceName, etag and the CONTACT source's, which an update has to name.
void addEtags(Json& body, const Json& person);
/// The address of the user's own photo; empty: there is none, or a generated one.
std::string photoOf(const Json& person);
/// clientData of ours; empty: none. It's copied when people are merged or duplicated.
std::string_view markOf(const Json& person);

}  // namespace crmdav::google
