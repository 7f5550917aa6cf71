#include "bridge/rules/event_kind.h"

#include <algorithm>

namespace crmdav {
namespace {

/// The midnight of YYYY-MM-DD, as settings keep it.
Instant dayOf(const std::string& date) {
    return std::chrono::sys_days(std::chrono::year(std::stoi(date)) / std::stoi(date.substr(5)) /
                                 std::stoi(date.substr(8)));
}

}  // namespace

EventKind kindOf(const ProviderHalf& half, const CalendarSettings& settings, const Facts& facts) {
    const auto& e = std::get<Activity>(half.remote.record);
    if (half.remote.use == Use::nothing) return {};
    const auto block = [&](const char* rule, const char* reason) {
        const bool takesTime = e.busy && !e.cancelled && isUpcoming(e, facts.started, facts.zone);
        return EventKind{takesTime ? EventKind::block : EventKind::nothing, rule, reason};
    };
    if (half.conflictOnly) return block("B13", "its calendar is read for busy times only");
    if (half.remote.use == Use::busy) return block("B2", "it only takes time");
    if (settings.skipPrivate && e.privacy != Privacy::open) return block("B8", "it is private");
    if (settings.skipInternal && isInternal(e, facts)) return block("B9", "only own people take part");
    if (settings.aloneIsBusy && !hasOthers(e, facts)) return block("B9", "nobody else takes part");
    if (settings.direction == Direction::oneWay) return block("B2", "it was not made in the CRM");
    if (settings.direction == Direction::twoWay) return {EventKind::record, "B3", ""};
    if (!knowsAny(half.guests)) return block("B4", "none of its guests is a contact");
    return {EventKind::record, "B4", ""};
}

bool knowsAny(const std::vector<WatchedGuest>& guests) { return std::ranges::any_of(guests, &WatchedGuest::known); }

const char* takenUpBy(const Remote& remote, const CalendarSettings& settings, const Facts& facts) {
    const auto& event = std::get<Activity>(remote.record);
    const bool smart = settings.direction == Direction::smart;
    if (isUpcoming(event, facts.started, facts.zone)) return smart ? "B4" : "B3";
    if (!smart && remote.modified && *remote.modified > facts.started) return "B6";
    const bool history = !settings.historySince.empty() && isUpcoming(event, dayOf(settings.historySince), facts.zone);
    return history ? "B15" : nullptr;
}

Activity blockOf(const Activity& event) {
    Activity block;
    block.subject = "Busy";
    block.start = event.start;
    block.end = event.end;
    block.rrule = event.rrule;
    block.extraDates = event.extraDates;
    for (const Exception& e : event.exceptions)
        block.exceptions.push_back({e.original, e.cancelled, e.cancelled ? "" : "Busy", {}, {}, e.start, e.end});
    block.tentative = event.tentative;
    return block;
}

}  // namespace crmdav
