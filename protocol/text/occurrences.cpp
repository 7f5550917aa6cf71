#include <algorithm>
#include <map>

#include "protocol/text/calendar_item.h"
#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

using namespace std::chrono;

struct BusyWord {
    std::string_view word;
    Busy busy;
};

Busy lookUp(std::span<const BusyWord> table, std::string_view word, Busy other) {
    word = trim(word);
    for (const auto& [known, busy] : table)
        if (equalsIgnoreCase(known, word)) return busy;
    return other;
}

bool isOwn(const Property& attendee, std::span<const std::string> own) {
    std::string_view address = trim(attendee.value());
    if (startsWithIgnoreCase(address, "mailto:")) address.remove_prefix(7);
    const std::string_view email = attendee.parameter("EMAIL");
    return std::any_of(own.begin(), own.end(), [&](const std::string& mine) {
        return equalsIgnoreCase(mine, address) || (!email.empty() && equalsIgnoreCase(mine, email));
    });
}

// Rows of the instances that overlap `range`, at most `most`.
Walk collect(const CalendarItem& item, const TimeRange& range, std::size_t most, std::span<const std::string> own,
             std::vector<Occurrence>& rows) {
    const Component* last = nullptr;
    Busy busy = Busy::free;
    return item.forEach(range, {most}, [&](const Instance& instance) {
        if (instance.component != last) {
            last = instance.component;
            busy = busyOf(*last, own);
        }
        rows.push_back({instance.start, instance.end, instance.allDay, instance.floating, busy});
        return true;
    });
}

void sortRows(std::vector<Occurrence>& rows) {
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
}

}  // namespace

Busy busyOf(const Component& component, std::span<const std::string> own) {
    constexpr BusyWord states[] = {{"CANCELLED", Busy::free}, {"TENTATIVE", Busy::tentative}};
    constexpr BusyWord microsoft[] = {{"FREE", Busy::free}, {"TENTATIVE", Busy::tentative}, {"OOF", Busy::unavailable}};
    constexpr BusyWord answers[] = {{"DECLINED", Busy::free}, {"TENTATIVE", Busy::tentative}};
    if (component.is("VFREEBUSY")) return Busy::busy;
    if (!component.is("VEVENT") || equalsIgnoreCase(trim(component.value("TRANSP")), "TRANSPARENT")) return Busy::free;
    const Busy status = lookUp(states, component.value("STATUS"), Busy::busy);
    if (status == Busy::free) return status;
    const Busy outlook = lookUp(microsoft, component.value("X-MICROSOFT-CDO-BUSYSTATUS"), status);
    if (!own.empty() && outlook != Busy::free)
        for (const Property& property : component.properties())
            if (property.is("ATTENDEE") && isOwn(property, own))
                return lookUp(answers, property.parameter("PARTSTAT"), outlook);
    return outlook;
}

Occurrences occurrencesOf(const Component& calendar, const TimeRange& window, std::size_t maxRows,
                          std::span<const std::string> own) {
    const CalendarItem item(calendar, utcZone());
    maxRows += item.components().size();  // overrides come on top: without them no stretch of time is fully known
    Occurrences found;
    if (collect(item, {}, maxRows, own, found.rows) == Walk::complete) {
        found.complete = true;
        sortRows(found.rows);
        return found;
    }
    // Overrides came first and are all in; the rest came by start, so everything before the last of them is known. Two
    // days are left for zones of floating times and for what THISANDFUTURE moved.
    const auto reached = [&found] {
        Instant last = Instant::min();
        for (auto row = found.rows.rbegin(); row != found.rows.rend() && last == Instant::min(); ++row)
            last = row->start;
        return last == Instant::min() ? last : last - hours{48};
    };
    found.covered.end = reached();
    if (found.covered.end < window.end) {
        found.rows.clear();
        found.covered = window;
        if (collect(item, window, maxRows, own, found.rows) != Walk::complete)
            found.covered.end = std::max(window.start, reached());
    }
    sortRows(found.rows);
    return found;
}

}  // namespace crmdav
