#include "server/api/times.h"

#include "protocol/text/zones.h"

namespace crmdav {
namespace {

using namespace std::chrono;

/// 2026-11-20T09:00[:00] without offset
std::optional<local_seconds> parseLocal(std::string text) {
    if (text.size() == 16) text += ":00";
    if (text.size() != 19) return std::nullopt;
    const auto as = parseInstant(text + "Z");
    return as ? std::optional(local_seconds(as->time_since_epoch())) : std::nullopt;
}

std::string localText(local_seconds local) {
    std::string text = timeText(Instant(local.time_since_epoch()));
    text.pop_back();
    return text;
}

void appendOffset(std::string& out, seconds offset) {
    const auto total = duration_cast<minutes>(offset < seconds(0) ? -offset : offset).count();
    char text[16];
    std::snprintf(text, sizeof text, "%c%02d:%02d", offset < seconds(0) ? '-' : '+', int(total / 60), int(total % 60));
    out += text;
}

/// An instant as the wall clock that means it; UTC where no wall clock of the zone does (the hour that comes twice).
When fromInstant(Instant instant, local_seconds written, const std::string& zoneName, const Zone& zone) {
    if (zone.toUtc(written) == instant) return {When::Kind::zoned, written, zoneName};
    const local_seconds local = zone.toLocal(instant);
    if (zone.toUtc(local) == instant) return {When::Kind::zoned, local, zoneName};
    return {When::Kind::utc, local_seconds(instant.time_since_epoch()), {}};
}

}  // namespace

std::string whenText(const When& when) {
    if (when.kind == When::Kind::none) return {};
    std::string text = localText(when.local);
    if (when.kind == When::Kind::date) text.resize(10);
    if (when.kind == When::Kind::utc) text += 'Z';
    if (when.kind == When::Kind::zoned)
        if (const ZonePtr zone = findZone(when.zone)) appendOffset(text, zone->offsetAt(zone->toUtc(when.local)));
    return text;
}

std::string zoneText(const When& when) {
    switch (when.kind) {
        case When::Kind::zoned: return when.zone;
        case When::Kind::utc: return "UTC";
        case When::Kind::floating: return "floating";
        default: return {};
    }
}

When readWhen(const Call& call, const Json& json, const std::string& zone, const std::string& path) {
    if (json.isNull()) return {};
    const std::string text = checkedText(json, path, 40);
    if (text.size() == 10)
        if (const auto day = parseLocal(text + "T00:00")) return {When::Kind::date, *day, {}};
    if (const auto local = parseLocal(text))
        return inZone({When::Kind::floating, *local, {}}, zone.empty() ? call.zone() : zone);
    const auto instant = parseInstant(text);
    if (!instant) throw InvalidField(path, "must be a date (2026-11-20) or a time (2026-11-20T09:00:00+01:00)");
    if (zone == "floating") throw InvalidField(path, "a floating time has no offset");
    const bool utc = text.back() == 'Z' || text.back() == 'z';
    const std::string in = !zone.empty() ? zone : utc ? "UTC" : call.zone();
    const ZonePtr found = in == "UTC" ? nullptr : findZone(in);
    if (!found) return {When::Kind::utc, local_seconds(instant->time_since_epoch()), {}};
    return fromInstant(*instant, *parseLocal(text.substr(0, 19)), in, *found);
}

std::string checkedZone(const Json& json, const std::string& path) {
    const std::string name = checkedText(json, path, 100);
    if (name == "floating" || name == "UTC") return name;
    const std::string iana = ianaZoneId(name);
    if (iana.empty()) throw InvalidField(path, "there is no such time zone; use an IANA name such as Europe/Berlin");
    return iana;
}

Instant whenUtc(const When& when) {
    const ZonePtr zone = when.kind == When::Kind::zoned ? findZone(when.zone) : nullptr;
    return zone ? zone->toUtc(when.local) : Instant(when.local.time_since_epoch());
}

When inZone(When when, const std::string& zone) {
    if (when.kind == When::Kind::none || when.kind == When::Kind::date) return when;
    when.kind = zone == "UTC" ? When::Kind::utc : zone == "floating" ? When::Kind::floating : When::Kind::zoned;
    when.zone = when.kind == When::Kind::zoned ? zone : std::string();
    return when;
}

}  // namespace crmdav
