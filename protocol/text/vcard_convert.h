#pragma once
#include <string>

#include "protocol/text/content_lines.h"
#include "protocol/text/vcard.h"

/// A card in another version. Nothing is dropped: what the other version cannot say is kept in an X- property or
/// parameter that the way back reads again, so 3.0 → 4.0 → 3.0 keeps the meaning. Lines that are the same in both
/// versions stay byte for byte.
namespace crmdav {

/// In place. A card of that version is left alone. From 2.1 (read by parseAll) both are reached by way of 3.0.
void convertCard(Component& card, CardVersion to);

/// The bytes for a client that asked for another version (RFC 6352 §10.4, Accept of RFC 6352 §5.1.1).
std::string convertedCard(const Document& document, CardVersion to);

}  // namespace crmdav
