#pragma once
#include <span>
#include <string>

#include "protocol/dav/requests.h"
#include "protocol/text/content_lines.h"

/// Parts of an object that a client asked for. What is in is byte for byte as stored.
namespace crmdav {

/// CALDAV:calendar-data with CALDAV:comp and CALDAV:prop (RFC 4791 §9.6.1 – 9.6.4). Novalue keeps name and parameters.
/// A selection of anything but the root's name gives an empty string.
std::string partialCalendar(const Document& document, const CompSelection& selection);

/// CARDDAV:address-data with CARDDAV:prop (RFC 6352 §10.4.2): the properties of these names in whatever group, or of
/// that group only (`item1.TEL`), and VERSION, without which no card can be read.
std::string partialCard(const Document& document, std::span<const CompSelection::Prop> props);

}  // namespace crmdav
