#include "protocol/text/freebusy.h"

#include <algorithm>
#include <tuple>

#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

using namespace std::chrono;

struct TypeName {
    Busy busy;
    std::string_view name;
};
// From the last to the first: the order of lines in an answer.
constexpr TypeName types[] = {{Busy::free, "FREE"},
                              {Busy::tentative, "BUSY-TENTATIVE"},
                              {Busy::unavailable, "BUSY-UNAVAILABLE"},
                              {Busy::busy, "BUSY"}};

std::size_t rankOf(Busy busy) {
    const auto* found =
        std::find_if(std::begin(types), std::end(types), [busy](const TypeName& type) { return type.busy == busy; });
    return static_cast<std::size_t>(found - std::begin(types));
}

// FBTYPE (RFC 5545 §3.2.9): unknown ones are to be treated as BUSY.
Busy typeOf(const Property& property) {
    for (const auto& [busy, name] : types)
        if (equalsIgnoreCase(name, property.parameter("FBTYPE"))) return busy;
    return Busy::busy;
}

void addPeriods(const Component& freeBusy, const TimeRange& range, std::vector<BusyPeriod>& out) {
    const auto instant = [](const DateTime& time) { return Instant{time.local.time_since_epoch()}; };  // always UTC
    for (const Property* property : freeBusy.findAll("FREEBUSY")) {
        const Busy kind = typeOf(*property);
        if (kind == Busy::free) continue;
        for (const auto value : splitEscaped(property->value(), ',')) {
            const auto period = Period::parse(value);
            if (!period) continue;
            const Instant start = instant(period->start);
            const Instant end = period->end ? instant(*period->end) : start + period->duration->approximate();
            if (start < end && overlaps(start, end, range)) out.push_back({start, end, kind});
        }
    }
}

}  // namespace

bool addBusy(const CalendarItem& item, const TimeRange& range, std::span<const std::string> own, const Bound& bound,
             std::vector<BusyPeriod>& out) {
    if (item.kind() == ItemKind::freeBusy) {
        for (const Component* component : item.components()) addPeriods(*component, range, out);
        return true;
    }
    if (item.kind() != ItemKind::event) return true;
    const Component* last = nullptr;
    Busy busy = Busy::free;
    return item.forEach(range, bound, [&](const Instance& instance) {
        if (instance.component != last) {
            last = instance.component;
            busy = busyOf(*last, own);
        }
        if (busy != Busy::free && instance.start < instance.end) out.push_back({instance.start, instance.end, busy});
        return true;
    }) == Walk::complete;
}

std::vector<BusyPeriod> mergeBusy(std::vector<BusyPeriod> periods, const TimeRange& range) {
    std::erase_if(periods, [&range](BusyPeriod& period) {
        period.start = std::max(period.start, range.start);
        period.end = std::min(period.end, range.end);
        return period.start >= period.end || period.kind == Busy::free;
    });
    std::ranges::sort(periods, {}, [](const BusyPeriod& p) { return std::tuple(rankOf(p.kind), p.start, p.end); });
    std::vector<BusyPeriod> merged;
    for (const BusyPeriod& period : periods) {
        if (merged.empty() || merged.back().kind != period.kind || merged.back().end < period.start)
            merged.push_back(period);
        else
            merged.back().end = std::max(merged.back().end, period.end);
    }
    std::ranges::stable_sort(merged, {}, &BusyPeriod::start);
    return merged;
}

std::string writeFreeBusy(const TimeRange& range, std::span<const BusyPeriod> periods, const FreeBusyHead& head) {
    std::string out = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crmdav//" CRMDAV_VERSION "//EN\r\n";
    const auto line = [&out](std::string_view text) { appendFolded(out, text); };
    if (!head.method.empty()) line("METHOD:" + head.method);
    line("BEGIN:VFREEBUSY");
    const std::string stamp = utcText(head.stamp);
    line("UID:" + (head.uid.empty() ? "freebusy-" + stamp : head.uid));
    line("DTSTAMP:" + stamp);
    if (range.start != Instant::min()) line("DTSTART:" + utcText(range.start));
    if (range.end != Instant::max()) line("DTEND:" + utcText(range.end));
    for (const std::string& given : head.lines) line(given);
    // one line per kind, as RFC 4791 §7.10 shows
    for (std::size_t rank = std::size(types) - 1; rank > 0; --rank) {
        std::string value;
        for (const BusyPeriod& period : periods)
            if (period.kind == types[rank].busy)
                value.append(value.empty() ? "" : ",")
                    .append(utcText(period.start))
                    .append("/")
                    .append(utcText(period.end));
        if (!value.empty()) line("FREEBUSY;FBTYPE=" + std::string(types[rank].name) + ':' + value);
    }
    out += "END:VFREEBUSY\r\nEND:VCALENDAR\r\n";
    return out;
}

}  // namespace crmdav
