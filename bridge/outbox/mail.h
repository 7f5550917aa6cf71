#pragma once
#include <string>

#include "store/sync.h"

/// A mail as it goes over the wire. Pure: the same item gives the same bytes, whenever it is sent.
namespace crmdav {

/// Whether it can stand in a mail's envelope and header: something @ something, nothing that ends or hides either.
bool isMailAddress(std::string_view text) noexcept;

/// RFC 5322, with CRLF: text in UTF-8, and a Message-ID made of the item's key, so that a mail that comes twice – the
/// server took it, its answer was lost – is known for the same one.
/// @param from  an address
std::string mailOf(const OutboxItem&, const std::string& from);

}  // namespace crmdav
