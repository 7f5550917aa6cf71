#pragma once
#include "server/dav/properties.h"

/// What is inside live properties. Each appends it and says whether there is any.
namespace crmdav::values {

using Value = bool(const Dav&, const Resource&, XmlWriter&);

// RFC 4918
Value creationDate, displayName, contentLength, contentType, etag, lastModified, resourceType, nothing;
// RFC 3744, 5397
Value owner, supportedPrivileges, privileges, acl, aclRestrictions, principalCollections, principalUrl,
    currentPrincipal, members, expandedMembers, memberships, expandedMemberships;
// RFC 3253, 4331, 5842, 5995, 6578, ctag
Value supportedReports, quotaAvailable, quotaUsed, resourceId, addMember, syncToken, ctag, maxCollections, maxMembers;
// RFC 4791, 6638, 7809, 6352
Value description, timezone, timezoneId, components, componentSets, calendarData, addressData, collations, maxSize,
    scheduleTag, minDateTime, maxDateTime, maxInstances, maxAttendees, calendarHome, bookHome, addresses, userType,
    inboxUrl, outboxUrl, transparency, defaultCalendar, defaultBook, emailAddresses, color, order;

/// CALDAV:calendar-user-type (RFC 6638 §2.4.2).
std::string_view userTypeOf(const User& principal);

/// The VCALENDAR of CALDAV:calendar-timezone; empty: none is set.
std::string timezoneText(const Resource& calendar);

}  // namespace crmdav::values
