#include <algorithm>
#include <charconv>

#include "protocol/text/content_lines.h"
#include "protocol/text/freebusy.h"

namespace crmdav {
namespace {

constexpr std::size_t mostInstances = 1'000;     // of one AVAILABLE
constexpr std::size_t mostAvailabilities = 100;  // of higher priority first; and so many different AVAILABLE in each

/// Times by start, none of which overlap.
using Spans = std::vector<TimeRange>;

/// The AVAILABLE of one VAVAILABILITY as events, a calendar each UID: they repeat by the same rules (RFC 7953 §3.1).
std::vector<std::string> availableAsEvents(const Component& root, const Component& availability) {
    std::string zones;
    for (const Component& component : root.components())
        if (component.is("VTIMEZONE")) component.appendTo(zones, "\r\n");
    std::vector<std::pair<std::string, std::string>> byUid;
    for (const Component& available : availability.components()) {
        if (!available.is("AVAILABLE")) continue;
        const std::string uid = available.text("UID");
        auto found = std::ranges::find(byUid, uid, &std::pair<std::string, std::string>::first);
        if (found == byUid.end() && byUid.size() == mostAvailabilities) continue;
        if (found == byUid.end())
            found = byUid.insert(byUid.end(), {uid, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + zones});
        found->second += "BEGIN:VEVENT\r\n";
        for (const Property& property : available.properties()) property.appendTo(found->second, "\r\n");
        found->second += "END:VEVENT\r\n";
    }
    std::vector<std::string> events;
    for (auto& [uid, text] : byUid) events.push_back(std::move(text) + "END:VCALENDAR\r\n");
    return events;
}

Spans united(Spans spans) {
    std::ranges::sort(spans, {}, &TimeRange::start);
    Spans out;
    for (const TimeRange& span : spans) {
        if (out.empty() || out.back().end < span.start)
            out.push_back(span);
        else
            out.back().end = std::max(out.back().end, span.end);
    }
    return out;
}

/// What is left of `from` without `gaps`.
void appendBetween(const TimeRange& from, const Spans& gaps, Busy kind, std::vector<BusyPeriod>& out) {
    Instant at = from.start;
    for (const TimeRange& gap : gaps) {
        if (gap.start >= from.end) break;
        if (gap.start > at) out.push_back({at, gap.start, kind});
        at = std::max(at, gap.end);
    }
    if (at < from.end) out.push_back({at, from.end, kind});
}

Busy kindOf(const Component& availability) {
    const auto type = trim(availability.value("BUSYTYPE"));
    if (equalsIgnoreCase(type, "BUSY")) return Busy::busy;
    return equalsIgnoreCase(type, "BUSY-TENTATIVE") ? Busy::tentative : Busy::unavailable;
}

/// 1 is the highest, 0 or none the lowest (RFC 7953 §3.2).
int rankOf(const Component& availability) {
    int priority = 0;
    const auto text = trim(availability.value("PRIORITY"));
    std::from_chars(text.data(), text.data() + text.size(), priority);
    return priority <= 0 ? 10 : priority;
}

/// When a VAVAILABILITY holds, within `range`; nullopt: never there.
std::optional<TimeRange> spanOf(const Component& availability, ObjectZones& zones, const TimeRange& range) {
    const auto timeOf = [&](std::string_view name) -> std::optional<Instant> {
        const Property* const property = availability.find(name);
        const auto time =
            property ? DateTime::parse(trim(property->value()), property->parameter("TZID")) : std::nullopt;
        return time ? std::optional(zones.toUtc(*time)) : std::nullopt;
    };
    TimeRange span = range;
    const auto start = timeOf("DTSTART"), end = timeOf("DTEND");
    if (start) span.start = std::max(span.start, *start);
    if (end) span.end = std::min(span.end, *end);
    const auto length = Duration::parse(trim(availability.value("DURATION")));
    if (start && !end && length) span.end = std::min(span.end, *start + length->approximate());
    return span.start < span.end ? std::optional(span) : std::nullopt;
}

}  // namespace

void addUnavailable(const Document& calendar, const TimeRange& range, const ZonePtr& floating,
                    std::vector<BusyPeriod>& out) {
    const Component& root = calendar.root();
    ObjectZones zones(root, floating);
    std::vector<const Component*> all;
    for (const Component& component : root.components())
        if (component.is("VAVAILABILITY")) all.push_back(&component);
    std::ranges::stable_sort(all, {}, [](const Component* one) { return rankOf(*one); });
    if (all.size() > mostAvailabilities) all.resize(mostAvailabilities);
    Spans decided;  // by those of higher priority
    for (const Component* availability : all) {
        const auto span = spanOf(*availability, zones, range);
        if (!span) continue;
        Spans gaps = decided;
        for (const std::string& text : availableAsEvents(root, *availability)) {
            const Document events = Document::parse(text);
            CalendarItem(events.root(), floating).forEach(*span, {mostInstances}, [&](const Instance& instance) {
                gaps.push_back({instance.start, instance.end});
                return true;
            });
        }
        appendBetween(*span, united(std::move(gaps)), kindOf(*availability), out);
        decided.push_back(*span);
    }
}

}  // namespace crmdav
