#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/model.h"

/// Links that follow from addresses (rules F1, F3): participants to users, contacts and companies.
namespace crmdav {

class Connection;

struct AddressLink {
    std::int64_t user = 0, contact = 0, company = 0;  ///< rows; 0: none
};
/// @param email   normalised
/// @param owner   whose activity it is: their private contacts count too, after the organisation's
/// @param kind    of the participant: rooms and resources are of no company by their address
AddressLink linkOf(Connection&, std::string_view email, std::int64_t owner, std::string_view kind = "individual");

/// Company with that name, case-insensitively; 0: none (rule D11's creation is not for plain saves).
std::int64_t companyOfName(Connection&, std::string_view name);
/// Company by the address's domain; never for free mail, the organisation's own domains, and addresses that nobody
/// reads (rules D12, F1).
std::int64_t companyOfAddress(Connection&, std::string_view email);
bool isFreeMail(std::string_view domain);

/// Addresses came to or went from a contact: activities in the past and to come are linked and unlinked (F3).
/// @param owner of the contact
void relinkContact(Connection&, std::int64_t contact, std::int64_t owner, const std::vector<LabelledValue>& before,
                   const std::vector<LabelledValue>& after);
/// The contact belongs to another company now.
void relinkCompanyOf(Connection&, std::int64_t contact, std::int64_t company);
/// A company got another name or other domains: contacts and participants without company that fit are linked.
void relinkCompany(Connection&, std::int64_t company, const std::string& name, std::span<const std::string> domains);

/// Contacts that a record is linked with and that only one user may see: which, and who.
using PrivateContacts = std::vector<std::pair<Id, std::int64_t>>;
/// Is it among them, and not for `user` (0: the system) to see?
bool isHidden(const PrivateContacts&, std::int64_t user, const Id&);
/// Whoever changes a record leaves the links alone that they don't see: those go from `before` into `after`.
void keepHidden(const PrivateContacts&, std::int64_t user, const std::vector<Id>& before, std::vector<Id>& after);

}  // namespace crmdav
