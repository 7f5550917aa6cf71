#include "protocol/dav/filter.h"
#include "protocol/text/content_lines.h"

namespace crmdav {

ZonePtr readZone(std::string_view text) {
    if (!startsWithIgnoreCase(text, "BEGIN:")) return findZone(text);
    try {
        const Document calendar = Document::parse(std::string(text), TextLimits{.bytes = 1U << 20U});
        const Component& root = calendar.root();
        if (!root.is("VCALENDAR") || root.components().size() != 1 || !root.components()[0].is("VTIMEZONE"))
            return nullptr;
        const Component& zone = root.components()[0];
        if (ZonePtr known = findZone(zone.text("TZID"))) return known;
        return zoneOf(zone);
    } catch (const ParseError&) {
        return nullptr;
    }
}

}  // namespace crmdav
