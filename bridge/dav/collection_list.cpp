#include "bridge/dav/collection_list.h"

#include <algorithm>

#include "protocol/dav/names.h"
#include "protocol/text/content_lines.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

bool holdsEvents(const ReadResponse& response) {
    const Xml* set = response.find(caldav::supported_calendar_component_set);
    if (!set) return true;  // RFC 4791 §5.2.3: anything
    for (const Xml* part = set->firstElement(); part; part = part->nextElement())
        if (part->is(caldav::comp) && equalsIgnoreCase(part->attribute("name").value_or(""), "VEVENT")) return true;
    return false;
}

/// Privileges that aren't told are taken for granted: the first refused write tells.
bool may(const ReadResponse& response, std::initializer_list<QName> any) {
    const Xml* set = response.find(dav::current_user_privilege_set);
    if (!set) return true;
    for (const Xml* part = set->firstElement(); part; part = part->nextElement())
        for (const QName& privilege : any)
            if (part->child(privilege)) return true;
    return false;
}

/// Apple writes #RRGGBBAA.
std::string colorOf(std::string_view text) {
    if (text.size() != 7 && text.size() != 9) return {};
    const std::string color = lowerAscii(text.substr(0, 7));
    return color[0] == '#' && color.find_first_not_of("0123456789abcdef", 1) == color.npos ? color : std::string();
}

std::string zoneOf(const ReadResponse& response) {
    if (const auto id = response.text(caldav::calendar_timezone_id); !id.empty()) return ianaZoneId(std::string(id));
    const Xml* zone = response.find(caldav::calendar_timezone);
    if (!zone || zone->text().empty()) return {};
    try {
        const Document document = Document::parse(std::string(zone->text()));
        const Component* definition = document.root().findComponent("VTIMEZONE");
        return definition ? ianaZoneId(definition->text("TZID")) : std::string();
    } catch (const ParseError&) {
        return {};
    }
}

}  // namespace

std::string_view collectionProperties() {
    return "<D:resourcetype/><D:displayname/><D:current-user-privilege-set/><C:supported-calendar-component-set/>"
           "<I:calendar-color/><C:calendar-timezone/><C:calendar-timezone-id/>";
}

std::optional<RemoteCollection> readCollection(const ReadResponse& response, SyncKind kind) {
    const Xml* type = response.find(dav::resourcetype);
    const bool calendar = kind == SyncKind::calendar;
    if (!type || !type->child(calendar ? caldav::calendar : carddav::addressbook)) return std::nullopt;
    if (calendar && !holdsEvents(response)) return std::nullopt;
    RemoteCollection collection;
    collection.name = response.text(dav::displayname);
    collection.color = colorOf(response.text(apple::calendar_color));
    collection.zone = zoneOf(response);
    const bool changed = may(response, {dav::all, dav::write, dav::write_content});
    const bool added = may(response, {dav::all, dav::write, dav::bind});
    collection.writable = changed && added && !type->child(cs::subscribed);
    collection.busyOnly = !may(response, {dav::all, dav::read});
    return collection;
}

}  // namespace crmdav
