#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/text/content_lines.h"
#include "protocol/text/expand.h"

/// What the tests of instances share: objects from a few lines, and the instances as text.
namespace crmdav {

inline Document calendar(const std::string& components) {
    std::string bytes = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n" + components + "END:VCALENDAR\n";
    return Document::parse(std::move(bytes));
}
inline Document event(const std::string& lines) {
    return calendar("BEGIN:VEVENT\nUID:u\nDTSTAMP:20240101T000000Z\n" + lines + "END:VEVENT\n");
}

inline TimeRange between(std::string_view start, std::string_view end) {
    return {parseUtc(start).value(), parseUtc(end).value()};
}
inline const TimeRange year2026 = between("20260101T000000Z", "20270101T000000Z");

// "20260105T080000Z/20260105T090000Z" of each instance, by start.
inline std::vector<std::string> instances(const Document& document, const TimeRange& range = {},
                                          const char* zone = "Europe/Berlin", std::size_t most = 1'000) {
    const CalendarItem item(document.root(), findZone(zone));
    std::vector<std::string> found;
    item.forEach(range, {most}, [&](const Instance& instance) {
        found.push_back(utcText(instance.start) + '/' + utcText(instance.end));
        return true;
    });
    std::sort(found.begin(), found.end());
    return found;
}
inline std::vector<std::string> starts(const Document& document, const TimeRange& range = {},
                                       const char* zone = "Europe/Berlin") {
    auto found = instances(document, range, zone);
    for (auto& text : found) text.resize(16);
    return found;
}

}  // namespace crmdav
