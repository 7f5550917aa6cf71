#pragma once
#include <algorithm>
#include <span>

#include "protocol/dav/headers.h"
#include "protocol/text/freebusy.h"
#include "server/dav/listing.h"

namespace crmdav {

/// What a report works with.
struct ReportRequest {
    DavPtr dav;
    Resource target;
    std::shared_ptr<const XmlDocument> body;
    std::optional<Depth> depth;  ///< nullopt: no Depth header
    const Xml& root() const { return body->root(); }
};

/// A report is one function; DAV:supported-report-set is the same table read aloud.
struct Report {
    QName name;
    Kinds listed;        ///< kinds whose supported-report-set names it
    Kinds on;            ///< kinds on which it runs
    bool depthZero;      ///< any Depth but 0 is an error (RFC 3744 §9)
    unsigned privilege;  ///< that the asker needs
    Response (*run)(ReportRequest&&);
};
std::span<const Report> reports();

/// REPORT (RFC 3253 §3.6).
Response report(const DavPtr& dav, const Request& request, Resource& target);

// calendars: report_calendar.cpp
Response calendarQuery(ReportRequest&&);
Response calendarMultiget(ReportRequest&&);
Response freeBusyQuery(ReportRequest&&);
// address books: report_book.cpp
Response addressbookQuery(ReportRequest&&);
Response addressbookMultiget(ReportRequest&&);
// report_sync.cpp
Response syncCollection(ReportRequest&&);
// principals: report_principal.cpp
Response expandProperty(ReportRequest&&);
Response principalMatch(ReportRequest&&);
Response principalPropertySearch(ReportRequest&&);
Response principalSearchPropertySet(ReportRequest&&);
Response aclPrincipalPropSet(ReportRequest&&);

/// Multiget of any home: members by the collections that their hrefs name, one statement a collection.
Response multiget(ReportRequest&&, Multiget asked, Kinds memberKind);

/// Busy times of a collection, or of a user's whole home, merged. Who asks about a person is told of times that the
/// person is not available, too: the calendar-availability of their inbox (RFC 7953 §7.2).
std::vector<BusyPeriod> busyTimesOf(const Dav& dav, const Resource& target, const TimeRange& range, bool ofPerson);

/// Zone in which floating times of the collection are read: its own, else the user's, else the organisation's.
std::string zoneOf(const Dav& dav, const Collection& collection);
ZonePtr zonePointerOf(const Dav& dav, const Collection& collection);

}  // namespace crmdav
