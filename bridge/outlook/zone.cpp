#include "bridge/outlook/zone.h"

#include "bridge/outlook/values.h"
#include "protocol/text/zones.h"

namespace crmdav::outlook {
namespace {

using namespace std::chrono;

bool isUtc(std::string_view iana) { return iana == "UTC" || iana == "Etc/UTC" || iana == "GMT" || iana == "Etc/GMT"; }

/// Both clocks show the same at the middle of each of the next 60 months.
bool goAlike(const Zone& a, const Zone& b, local_seconds from) {
    for (int month = 0; month < 60; ++month) {
        const local_seconds probe = from + days(30) * month;
        if (a.toUtc(probe) != b.toUtc(probe)) return false;
    }
    return true;
}

}  // namespace

std::string graphZone(const std::string& iana, local_seconds at) {
    if (isUtc(iana)) return "UTC";
    const std::string windows = windowsZoneId(iana);
    const ZonePtr own = findZone(iana), theirs = findZone(windows);
    return !windows.empty() && own && theirs && goAlike(*own, *theirs, at) ? windows : iana;
}

When held(const When& when, const std::string& zone) {
    if (when.kind == When::Kind::none || when.kind == When::Kind::date || when.kind == When::Kind::utc) return when;
    const std::string& own = when.kind == When::Kind::floating || when.zone.empty() ? zone : when.zone;
    const std::string iana = ianaZoneId(own);
    if (iana.empty()) throw Refused("Outlook doesn't know the time zone " + own);
    if (isUtc(iana)) return {When::Kind::utc, when.local, {}};
    return {When::Kind::zoned, when.local, ianaZoneId(graphZone(iana, when.local))};
}

When readWhen(const Json& time, std::string_view zone, bool allDay) {
    const auto clock = readClock(textAt(time, "dateTime"));
    if (!clock) return {};
    if (allDay) return {When::Kind::date, floor<days>(*clock), {}};
    const ZonePtr given = findZone(textAt(time, "timeZone"));
    const Instant instant = (given ? given : utcZone())->toUtc(*clock);
    const ZonePtr wanted = findZone(zone);
    if (!wanted || isUtc(wanted->id())) return {When::Kind::utc, LocalTime{instant.time_since_epoch()}, {}};
    return {When::Kind::zoned, wanted->toLocal(instant), wanted->id()};
}

std::string writeWhen(const When& when) {
    JsonWriter out;
    out.beginObject().member("dateTime", clockText(when.local));
    out.member("timeZone", when.kind == When::Kind::zoned ? graphZone(when.zone, when.local) : "UTC").endObject();
    return out.take();
}

Instant instantOf(const When& when, const std::string& zone) {
    if (when.kind == When::Kind::utc) return Instant{when.local.time_since_epoch()};
    const ZonePtr known = findZone(when.kind == When::Kind::zoned ? when.zone : zone);
    return (known ? known : utcZone())->toUtc(when.local);
}

}  // namespace crmdav::outlook
