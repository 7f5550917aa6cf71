#pragma once
#include <string>
#include <string_view>

/// Forms in which addresses and names are compared and indexed; what people wrote is kept beside them (D73).
namespace crmdav {

/// Lower case, without `mailto:` and surrounding blanks. Empty: not an address.
std::string normalEmail(std::string_view written);

/// The part after the @, lower-case.
std::string_view domainOf(std::string_view email);

/// E.164: `+` and digits, extensions cut off. A number without country code gets that of `region` (ISO 3166); of a
/// region without known code the digits alone are returned. Empty: no digits.
std::string normalPhone(std::string_view written, std::string_view region);

/// Case folded and runs of blanks made one, for names of people, companies, types.
std::string normalName(std::string_view written);

/// A person's name as it is matched (rule D7): NFKC, without case, accents and punctuation, its words in one order, so
/// that "Müller, Zoë" is "ZOE MULLER".
std::string personName(std::string_view written);

/// `normalName` without a legal form at its end (GmbH, Ltd., Inc …) (rule D7).
std::string normalCompany(std::string_view written);

/// Text without control characters other than LF and TAB; CR LF and CR become LF.
std::string cleanText(std::string_view text);

/// Scheme and host lower-case, no trailing slash (rule D10).
std::string normalUrl(std::string_view written);

}  // namespace crmdav
