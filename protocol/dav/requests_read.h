#pragma once
#include <string>

#include "protocol/dav/names.h"
#include "protocol/dav/requests.h"

/// Shared by the parse functions of requests.h; nobody else includes it.
namespace crmdav::reading {

/// @throws DavError 400
[[noreturn]] void bad(const std::string& why);
void requireName(const Xml& element, const QName& name);

/// Attribute in upper case, as names of components, properties and parameters are compared.
/// @throws DavError 400 it isn't there
std::string upperName(const Xml& element);

/// Attribute that is one of two words. @throws DavError 400 for a third
bool readFlag(const Xml& element, std::string_view attribute, std::string_view yes, std::string_view no,
              bool otherwise);

/// start and end of time-range, expand …: UTC, at least one of them, end after start. nullopt: not so.
std::optional<TimeRange> readRange(const Xml& element);

/// nresults of the first limit element in any of the namespaces that clients use; 0: none.
std::size_t readLimit(const Xml& root);

CalendarDataRequest readCalendarData(const Xml& element);
AddressDataRequest readAddressData(const Xml& element);

/// DAV:prop, allprop or propname inside a report; none: no properties.
PropertiesWanted readWanted(const Xml& root);

/// CALDAV:timezone or timezone-id. @throws DavError 403 with CALDAV:valid-calendar-data or valid-timezone
ZonePtr readTimezone(const Xml& root);

}  // namespace crmdav::reading
