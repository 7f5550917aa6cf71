#include "protocol/text/content_lines.h"
#include "server/dav/methods.h"

namespace crmdav {

namespace {

/// The components of one object, without time zones that are in already. One odd object doesn't spoil the rest (D23).
std::string componentsOf(std::string_view object, std::vector<std::string>& zones) {
    std::string out;
    try {
        const Document document = Document::parse(std::string(object));
        for (const Component& component : document.root().components()) {
            if (component.is("VTIMEZONE")) {
                const std::string id = component.text("TZID");
                if (std::ranges::count(zones, id)) continue;
                zones.push_back(id);
            }
            component.appendTo(out);
        }
    } catch (const ParseError&) {
        return {};
    }
    return out;
}

}  // namespace

void writeWholeCalendar(const Dav& dav, const Collection& collection, Sink& sink) {
    sink.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crmdav//EN\r\n");
    std::vector<std::string> zones;
    dav.store.members(collection, MemberDetail::bytes,
                      [&](const Member&, std::string_view bytes) { sink.write(componentsOf(bytes, zones)); });
    sink.write("END:VCALENDAR\r\n");
}

}  // namespace crmdav
