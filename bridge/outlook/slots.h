#pragma once
#include <cstddef>
#include <vector>

#include "protocol/text/json.h"
#include "store/model.h"

/// The places that a contact at Outlook has for emails, phones and addresses. Values that stay keep theirs, so that
/// taking away the first doesn't look like a change of the others.
namespace crmdav::outlook {

inline constexpr std::size_t mostOfAKind = 3;  ///< emails, instant messengers

std::vector<LabelledValue> readEmails(const Json& contact);
/// The first three that are addresses, each once, without labels: Outlook silently loses others.
std::vector<LabelledValue> heldEmails(const std::vector<LabelledValue>&);
void writeEmails(JsonWriter&, const Json& base, const std::vector<LabelledValue>& wanted);

/// mobile, then work, then home
std::vector<LabelledValue> readPhones(const Json& contact);
/// work, mobile and home by their labels, main and other among work; what finds no place isn't held.
std::vector<LabelledValue> heldPhones(const std::vector<LabelledValue>&);
void writePhones(JsonWriter&, const Json& base, const std::vector<LabelledValue>& wanted);

/// One at most: home, else work, else other (rule D11).
std::vector<PostalAddress> readAddresses(const Json& contact);
std::vector<PostalAddress> heldAddresses(const std::vector<PostalAddress>&);
void writeAddresses(JsonWriter&, const Json& base, const std::vector<PostalAddress>& before,
                    const std::vector<PostalAddress>& wanted);

}  // namespace crmdav::outlook
