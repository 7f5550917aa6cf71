#include "server/dav/reports.h"

#include "protocol/dav/names.h"

namespace crmdav {

namespace {

using namespace kind;
constexpr Kinds inCalendars = calendarHome | calendar | inbox | event, inBooks = bookHome | book | card;

constexpr Report reportTable[] = {
    {dav::sync_collection, syncable, syncable, false, may::read, syncCollection},                     // RFC 6578 §3.2
    {caldav::calendar_query, calendarHome | calendar, inCalendars, false, may::read, calendarQuery},  // RFC 4791 §7.8
    {caldav::calendar_multiget, calendarHome | calendar, inCalendars, false, may::read, calendarMultiget},
    {caldav::free_busy_query, calendarHome | calendar, calendarHome | calendar, false, may::read_free_busy,
     freeBusyQuery},                                                                             // §7.10
    {carddav::addressbook_query, bookHome | book, inBooks, false, may::read, addressbookQuery},  // RFC 6352 §8.6
    {carddav::addressbook_multiget, bookHome | book, inBooks, false, may::read, addressbookMultiget},
    {dav::expand_property, all, all, true, may::read, expandProperty},                  // RFC 3253 §3.8
    {dav::acl_principal_prop_set, all, all, true, may::read_acl, aclPrincipalPropSet},  // RFC 3744 §9.2
    {dav::principal_match, folders, folders, true, may::read, principalMatch},
    {dav::principal_property_search, folders, folders, true, 0, principalPropertySearch},
    {dav::principal_search_property_set, principalCollections, principalCollections, true, may::read,
     principalSearchPropertySet},
};

}  // namespace

std::span<const Report> reports() { return reportTable; }

Response report(const DavPtr& dav, const Request& request, Resource& target) {
    requireExists(target);
    auto body = std::make_shared<const XmlDocument>(XmlDocument::parse(request.body));
    const auto row = std::ranges::find_if(
        reportTable, [&](const Report& r) { return r.on & target.kind && body->root().is(r.name); });
    if (row == std::end(reportTable)) {
        requirePrivilege(*dav, target, may::read);
        throw DavError(403, "no such report here", dav::supported_report);
    }
    requirePrivilege(*dav, target, row->privilege);
    const std::string_view header = request.header("depth");
    const auto depth = header.empty() ? std::nullopt : std::optional(parseDepth(header, Depth::zero));
    if (row->depthZero && depth.value_or(Depth::zero) != Depth::zero) throw DavError(400, "this report has Depth 0");
    if (target.kind & members) requireMember(*dav, target);
    return row->run({dav, std::move(target), std::move(body), depth});
}

std::string zoneOf(const Dav& dav, const Collection& collection) {
    if (!collection.timezone.empty()) return collection.timezone;
    if (!collection.timezoneId.empty()) return collection.timezoneId;
    if (!dav.who.user.zone.empty()) return dav.who.user.zone;
    return dav.store.organisation().zone;
}

ZonePtr zonePointerOf(const Dav& dav, const Collection& collection) {
    auto zone = readZone(zoneOf(dav, collection));
    return zone ? zone : utcZone();
}

}  // namespace crmdav
