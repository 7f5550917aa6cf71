#include "bridge/dav/busy_times.h"

#include "protocol/text/content_lines.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

/// @returns false: it can't be read
bool addObject(const std::string& raw, const TimeRange& range, std::span<const std::string> own, const ZonePtr& zone,
               std::vector<BusyPeriod>& out) {
    try {
        const Document document = Document::parse(raw);
        if (!document.root().is("VCALENDAR")) return false;
        const CalendarItem item(document.root(), zone);
        if (!addBusy(item, range, own, {}, out)) throw Refused("An event has too many occurrences.");
        return true;
    } catch (const ParseError&) {
        return false;
    }
}

}  // namespace

void addBusyOf(DavCollection& calendar, const TimeRange& range, std::span<const std::string> own, const ZonePtr& zone,
               std::vector<BusyPeriod>& out) {
    if (const auto members = calendar.inRange(range)) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < members->size(); ++i) names.emplace_back((*members)[i].name);
        for (const RemoteItem& item : calendar.fetch(names)) addObject(item.raw, range, own, zone, out);
        return;
    }
    const auto answer = calendar.freeBusy(range);
    if (!answer || !addObject(*answer, range, own, zone, out)) throw Refused("The calendar tells no times.");
}

}  // namespace crmdav
