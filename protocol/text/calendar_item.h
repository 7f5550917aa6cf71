#pragma once
#include <optional>
#include <string>
#include <vector>

#include "protocol/text/expand.h"
#include "protocol/text/recurrence.h"

/// What CalendarItem keeps of an object. Only for the sources of expand.h.
namespace crmdav {

/// Which row of the tables in RFC 4791 §9.9 a component falls under.
enum class OverlapForm : std::uint8_t {
    span,          ///< event, dated journal, availability
    todoDuration,  ///< DTSTART and DURATION
    todoDue,       ///< DTSTART and DUE
    dueOnly,
    completedCreated,  ///< start, end: the earlier and the later of both
    completed,
    created,          ///< start: CREATED; end open
    always,           ///< a to-do without any time
    freeBusySpan,     ///< VFREEBUSY with DTSTART and DTEND
    freeBusyPeriods,  ///< VFREEBUSY with FREEBUSY lines only
    never             ///< a journal without DTSTART, or unreadable times
};

bool overlapsAs(OverlapForm form, Instant start, Instant end, const TimeRange& range) noexcept;

/// The times of one component.
struct ItemPart {
    const Component* component = nullptr;
    OverlapForm form = OverlapForm::never;
    DateTime start;  ///< DTSTART; DUE of a to-do that has no more; else unset
    ZonePtr zone;    ///< of `start`
    Instant startUtc{}, endUtc{};
    Duration length;  ///< from start to end, if the end follows the start
    std::optional<DateTime> recurrenceId;
    Instant key{};  ///< recurrenceId as instant, in the master's terms
    bool thisAndFuture = false;
    std::chrono::seconds shift{};  ///< thisAndFuture: by how much it moved, on the clock of `zone`

    bool dated() const noexcept { return zone != nullptr; }  ///< has a start that can be repeated
    Instant endFor(LocalTime local, Instant utc) const;
};

/// A start that no rule made: DTSTART itself, RDATE.
struct ExtraStart {
    LocalTime local;  ///< in the master's zone
    Instant utc;
    std::optional<Instant> end;  ///< RDATE;VALUE=PERIOD
};

struct CalendarItem::State {
    ItemKind kind = ItemKind::event;
    ZonePtr floating;
    std::optional<ItemPart> master;
    std::vector<ItemPart> overrides;  ///< by key
    std::vector<const Component*> components;
    std::vector<Rule> rules, exceptionRules;
    std::vector<ExtraStart> extras;                     ///< by utc, each once
    std::vector<Instant> excluded;                      ///< ascending
    std::vector<std::chrono::local_days> excludedDays;  ///< EXDATE;VALUE=DATE against timed starts, ascending
    std::string problem;

    bool repeats() const noexcept { return !rules.empty() || extras.size() > 1; }
    std::optional<LocalTime> untilOf(const Rule& rule) const;
};

}  // namespace crmdav
