#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "store/model.h"

/// Which CRM contact a provider's contact is, when nothing links them yet (D7). Pure.
namespace crmdav {

/// Which of name + email, name + phone, name + organisation hold: 0 is no match.
int criteriaMet(const Contact&, const Contact&, std::string_view region);

/// The best of several: most criteria, then oldest. nullptr: none matches.
const Contact* bestMatch(const Contact&, std::span<const Contact> candidates, std::string_view region);

}  // namespace crmdav
