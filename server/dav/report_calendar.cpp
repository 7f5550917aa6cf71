#include <map>

#include "protocol/dav/names.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/freebusy.h"
#include "server/dav/property_values.h"
#include "server/dav/reports.h"
#include "store/booking.h"

namespace crmdav {

namespace {

/// The spans of time that components are looked for in; CREATED and the like may lie anywhere.
void rangesOf(const CompFilter& filter, std::vector<TimeRange>& ranges) {
    if (filter.range) ranges.push_back(*filter.range);
    for (const CompFilter& inner : filter.comps) rangesOf(inner, ranges);
}

/// RFC 4791 §5.2.6: where the installation says how far back or ahead a query may look.
void requireInBounds(const Dav& dav, const CalendarFilter& filter) {
    const auto low = earliestTime(dav.config), high = latestTime(dav.config);
    std::vector<TimeRange> ranges;
    rangesOf(filter.root, ranges);
    for (const TimeRange& range : ranges) {
        const bool starts = range.start != Instant::min(), ends = range.end != Instant::max();
        if (low && ((starts && range.start < *low) || (ends && range.end < *low)))
            throw DavError(403, "too long ago", caldav::min_date_time);
        if (high && ((starts && range.start > *high) || (ends && range.end > *high)))
            throw DavError(403, "too far ahead", caldav::max_date_time);
    }
}

std::vector<Collection> calendarsOf(const Dav& dav, const Resource& target) {
    if (!(target.kind & kind::calendarHome)) return {*target.collection};
    auto all = visibleCollections(dav, Home::calendars);
    std::erase_if(all, [](const Collection& c) { return !isCalendar(c.purpose); });
    return all;
}

void queryOne(const ReportRequest& request, const CalendarQuery& asked, Multistatus& answer) {
    const ZonePtr zone =
        asked.filter.zone ? asked.filter.zone : zonePointerOf(*request.dav, *request.target.collection);
    const Listing listing(request.dav, request.body, asked.wanted, zone);
    Resource found = request.target;
    request.dav->store.object(*found.collection, found.name, [&](const Member& member, std::string_view bytes) {
        if (!matches(asked.filter, Document::parse(std::string(bytes)), zone)) return;
        found.member = &member;
        found.bytes = bytes;
        listing.answer(answer, found, nullptr);
    });
}

void queryAll(const ReportRequest& request, const CalendarQuery& asked, Multistatus& answer) {
    bool truncated = false;
    std::size_t left = asked.limit;
    for (const Collection& collection : calendarsOf(*request.dav, request.target)) {
        if (asked.limit && left == 0) {
            truncated = true;
            break;
        }
        const ZonePtr zone = asked.filter.zone ? asked.filter.zone : zonePointerOf(*request.dav, collection);
        const Listing listing(request.dav, request.body, asked.wanted, zone);
        MemberRows rows(*request.dav, listing, resourceOf(*request.dav, collection));
        truncated |= request.dav->store.queryCalendar(collection, asked.filter, zoneOf(*request.dav, collection), left,
                                                      [&](const Member& member, std::string_view bytes) {
                                                          rows.answer(answer, listing, member, bytes);
                                                          if (left) --left;
                                                      });
    }
    if (truncated) answer.status(request.target.href, 507, dav::number_of_matches_within_limits);
}

/// Collections whose events make a user busy, by the zone that their floating times are read in.
std::map<std::string, std::vector<CollectionId>> busyCollections(const Dav& dav, const Resource& target) {
    std::map<std::string, std::vector<CollectionId>> byZone;
    if (target.collection && !target.foreign && !(target.kind & kind::calendarHome)) {
        byZone[zoneOf(dav, *target.collection)].push_back(target.collection->id);
        return byZone;
    }
    for (const Collection& c : dav.store.home(target.owner->login, Home::calendars))  // the hidden ones too
        if (isCalendar(c.purpose) && !c.transparent && c.ownerLogin.empty()) byZone[zoneOf(dav, c)].push_back(c.id);
    return byZone;
}

}  // namespace

/// RFC 4791 §7.8. A home answers for all its calendars; Depth 0 on a collection covers no member.
Response calendarQuery(ReportRequest&& request) {
    auto asked = std::make_shared<CalendarQuery>(parseCalendarQuery(request.root()));
    requireInBounds(*request.dav, asked->filter);
    const DavPtr dav = request.dav;  // the closure takes the request
    return multistatusResponse(dav, [request = std::move(request), asked](Multistatus& answer) {
        if (request.target.kind & kind::members) return queryOne(request, *asked, answer);
        if (request.depth != Depth::zero) queryAll(request, *asked, answer);
    });
}

Response calendarMultiget(ReportRequest&& request) {
    Multiget asked = parseCalendarMultiget(request.root());
    return multiget(std::move(request), std::move(asked), kind::event);
}

std::vector<BusyPeriod> busyTimesOf(const Dav& dav, const Resource& target, const TimeRange& range, bool ofPerson) {
    if (ofPerson) return dav.store.booking().busyTimes(target.owner->id, range);
    std::vector<BusyPeriod> periods;
    for (const auto& [zone, ids] : busyCollections(dav, target))
        std::ranges::copy(dav.store.freeBusy(ids, range, zone), std::back_inserter(periods));
    return mergeBusy(std::move(periods), range);
}

/// RFC 4791 §7.10. Of somebody else's home the answer is about all of it, whatever lies at the address: it tells no
/// names.
Response freeBusyQuery(ReportRequest&& request) {
    const TimeRange range = parseFreeBusyQuery(request.root());
    FreeBusyHead head;
    head.stamp = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto periods = busyTimesOf(*request.dav, request.target, range, request.target.foreign);
    return Response(200, "text/calendar;charset=utf-8", writeFreeBusy(range, periods, head));
}

}  // namespace crmdav
