#include <algorithm>
#include <charconv>

#include "protocol/text/content_lines.h"
#include "protocol/text/freebusy.h"

namespace crmdav {
namespace {

constexpr std::size_t mostInstances = 1'000;     // of one AVAILABLE
constexpr std::size_t mostAvailabilities = 100;  // of higher priority first
constexpr std::size_t mostAvailable = 30;        // different ones in all of them together (D24)
constexpr std::size_t mostParts = 1'000;         // overrides included
constexpr std::size_t mostZoneText = 64U << 10U;

/// Times by start, none of which overlap.
using Spans = std::vector<TimeRange>;

/// The AVAILABLE of one UID.
struct Event {
    std::string uid, text;
    std::vector<std::string_view> zones;  ///< that are in the text
};

/// The time zone of that name, as the calendar has it.
void addZone(Event& event, const Component& root, std::string_view id) {
    if (id.empty() || std::ranges::find(event.zones, id) != event.zones.end()) return;
    event.zones.push_back(id);
    const auto named = std::ranges::find_if(
        root.components(), [&](const Component& c) { return c.is("VTIMEZONE") && c.value("TZID") == id; });
    if (named == root.components().end()) return;
    const std::size_t before = event.text.size();
    named->appendTo(event.text, "\r\n");
    if (event.text.size() - before > mostZoneText) event.text.resize(before);
}

/// What may still be looked at of one calendar.
struct Allowance {
    std::size_t available = mostAvailable, parts = mostParts;
};

/// The AVAILABLE of one VAVAILABILITY as events, a calendar each UID: they repeat by the same rules (RFC 7953 §3.1).
std::vector<std::string> availableAsEvents(const Component& root, const Component& availability, Allowance& left) {
    std::vector<Event> byUid;
    for (const Component& available : availability.components()) {
        if (!available.is("AVAILABLE")) continue;
        const std::string uid = available.text("UID");
        auto found = std::ranges::find(byUid, uid, &Event::uid);
        if (left.parts == 0 || (found == byUid.end() && left.available == 0)) continue;
        --left.parts;
        if (found == byUid.end()) {
            --left.available;
            found = byUid.insert(byUid.end(), {uid, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", {}});
        }
        for (const Property& property : available.properties()) addZone(*found, root, property.parameter("TZID"));
        found->text += "BEGIN:VEVENT\r\n";
        for (const Property& property : available.properties()) property.appendTo(found->text, "\r\n");
        found->text += "END:VEVENT\r\n";
    }
    std::vector<std::string> events;
    for (Event& event : byUid) events.push_back(std::move(event.text) + "END:VCALENDAR\r\n");
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
    Allowance left;
    Spans decided;  // by those of higher priority
    for (const Component* availability : all) {
        const auto span = spanOf(*availability, zones, range);
        if (!span) continue;
        Spans gaps = decided;
        for (const std::string& text : availableAsEvents(root, *availability, left)) {
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
