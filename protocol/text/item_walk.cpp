#include <algorithm>

#include "protocol/text/calendar_item.h"
#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

using namespace std::chrono;

// Times beyond what iCalendar can write; keeps sums from overflowing.
constexpr Instant earliest = sys_days{year{-1} / January / 1};
constexpr Instant latest = sys_days{year{10'000} / January / 1};
// Starts looked at in one walk, left-out ones included.
constexpr std::size_t mostSteps = 200'000;

Instant within(Instant instant) { return std::clamp(instant, earliest, latest); }

// All starts of the master's series from some time on, ascending, each once, exceptions left out.
class Series {
public:
    Series(const CalendarItem::State& item, Instant from) : item_(item), zone_(*item.master->zone) {
        const LocalTime local = zone_.toLocal(within(from));
        open(item.rules, local, rules_);
        open(item.exceptionRules, local, exceptions_);
        while (extra_ < item.extras.size() && item.extras[extra_].utc < from) ++extra_;
    }

    std::optional<ExtraStart> next() {
        while (steps_ < mostSteps) {
            ++steps_;
            auto start = first();
            if (!start) return std::nullopt;
            const bool again = last_ && *last_ == start->utc;
            last_ = start->utc;
            if (!again && !isExcluded(*start)) return start;
        }
        return std::nullopt;
    }

    bool cutShort() const {
        return steps_ >= mostSteps ||
               std::any_of(rules_.begin(), rules_.end(), [](const Head& head) { return head.walk.cutShort(); });
    }

private:
    struct Head {
        RuleIterator walk;
        std::optional<LocalTime> local;
        Instant utc{};
    };

    void open(const std::vector<Rule>& rules, LocalTime from, std::vector<Head>& heads) {
        heads.reserve(rules.size());
        for (const Rule& rule : rules) {
            heads.push_back({RuleIterator(rule, item_.master->start.local, item_.untilOf(rule)), {}, {}});
            heads.back().walk.seek(from);
            advance(heads.back());
        }
    }

    void advance(Head& head) {
        head.local = head.walk.next();
        if (head.local) head.utc = zone_.toUtc(*head.local);
    }

    std::optional<ExtraStart> first() {
        Head* least = nullptr;
        for (Head& head : rules_)
            if (head.local && (least == nullptr || head.utc < least->utc)) least = &head;
        if (extra_ < item_.extras.size() && (least == nullptr || item_.extras[extra_].utc <= least->utc))
            return item_.extras[extra_++];
        if (least == nullptr) return std::nullopt;
        const ExtraStart start{*least->local, least->utc, std::nullopt};
        advance(*least);
        return start;
    }

    bool isExcluded(const ExtraStart& start) {
        if (std::binary_search(item_.excluded.begin(), item_.excluded.end(), start.utc)) return true;
        if (!item_.excludedDays.empty() &&
            std::binary_search(item_.excludedDays.begin(), item_.excludedDays.end(), floor<days>(start.local)))
            return true;
        for (Head& head : exceptions_) {
            while (head.local && head.utc < start.utc && ++steps_ < mostSteps) advance(head);
            if (head.local && head.utc == start.utc) return true;
        }
        return steps_ >= mostSteps;
    }

    const CalendarItem::State& item_;
    const Zone& zone_;
    std::vector<Head> rules_, exceptions_;
    std::size_t extra_ = 0, steps_ = 0;
    std::optional<Instant> last_;
};

bool isFloating(const DateTime& time) { return time.isDate() || time.kind == DateTime::Kind::floating; }

Instance instanceOf(const ItemPart& part, const DateTime& recurrenceId) {
    return {part.startUtc,
            part.endUtc,
            recurrenceId,
            part.recurrenceId ? part.key : part.startUtc,
            part.component,
            part.dated() && part.start.isDate(),
            part.dated() && isFloating(part.start),
            part.recurrenceId.has_value()};
}

// How far a start may lie from the times it leads to: lengths, and the shifts of THISANDFUTURE.
struct Reach {
    seconds back{86'400}, ahead{86'400};

    explicit Reach(const CalendarItem::State& item) {
        seconds longest = item.master->length.approximate();
        for (const ExtraStart& extra : item.extras)
            if (extra.end) longest = std::max(longest, *extra.end - extra.utc);
        seconds later{0}, earlier{0};
        for (const ItemPart& part : item.overrides)
            if (part.thisAndFuture) {
                longest = std::max(longest, part.length.approximate());
                later = std::max(later, part.shift);
                earlier = std::max(earlier, -part.shift);
            }
        back += longest + later;
        ahead += earlier;
    }
};

class Walker {
public:
    Walker(const CalendarItem::State& item, const TimeRange& range, const Bound& bound,
           const std::function<bool(const Instance&)>& visit)
        : item_(item), range_(range), bound_(bound), visit_(visit) {
        for (const ItemPart& part : item.overrides)
            if (part.thisAndFuture) changes_.push_back(&part);
    }

    Walk run() {
        for (const ItemPart& part : item_.overrides) {
            const DateTime id = namedBy(part);
            if (!hand(instanceOf(part, id), part.form)) return end_;
        }
        if (!item_.master) return Walk::complete;
        if (!item_.master->dated()) {
            hand(instanceOf(*item_.master, item_.master->start), item_.master->form);
            return end_;
        }
        return series();
    }

private:
    DateTime namedBy(const ItemPart& part) const {
        if (!item_.master || !item_.master->dated()) return *part.recurrenceId;
        return {item_.master->start.kind, item_.master->zone->toLocal(part.key), item_.master->start.zone};
    }

    Walk series() {
        const Reach reach(item_);
        const Instant from = within(range_.start) - reach.back, until = within(range_.end) + reach.ahead;
        Series series(item_, from);
        while (const auto start = series.next()) {
            if (start->utc >= until) return end_;
            if (overridden(start->utc)) continue;
            const Instance instance = instanceAt(*start);
            if (!hand(instance, form_)) return end_;
        }
        return series.cutShort() ? Walk::cutShort : end_;
    }

    bool overridden(Instant utc) const {
        const auto at = std::lower_bound(item_.overrides.begin(), item_.overrides.end(), utc,
                                         [](const ItemPart& part, Instant key) { return part.key < key; });
        return at != item_.overrides.end() && at->key == utc;
    }

    // The override with THISANDFUTURE that rules at `utc`, if any.
    const ItemPart* replacing(Instant utc) const {
        const auto after = std::upper_bound(changes_.begin(), changes_.end(), utc,
                                            [](Instant key, const ItemPart* part) { return key < part->key; });
        return after == changes_.begin() ? nullptr : *(after - 1);
    }

    Instance instanceAt(const ExtraStart& start) {
        const ItemPart& master = *item_.master;
        const ItemPart* other = replacing(start.utc);
        const ItemPart& part = other != nullptr ? *other : master;
        form_ = part.form;
        Instant from = start.utc;
        LocalTime local = start.local;
        if (other != nullptr) {
            local = part.zone->toLocal(start.utc) + part.shift;
            from = part.zone->toUtc(local);
        }
        const Instant end = start.end && other == nullptr ? *start.end : part.endFor(local, from);
        return {from,
                std::max(from, end),
                DateTime{master.start.kind, start.local, master.start.zone},
                start.utc,
                part.component,
                part.start.isDate(),
                isFloating(part.start),
                other != nullptr};
    }

    // False ends the walk; `end_` says why.
    bool hand(const Instance& instance, OverlapForm form) {
        if (!overlapsAs(form, instance.start, instance.end, range_)) return true;
        if (form == OverlapForm::freeBusyPeriods && !anyPeriod(*instance.component)) return true;
        if (count_ >= bound_.instances) {
            end_ = Walk::cutShort;
            return false;
        }
        ++count_;
        if (visit_(instance)) return true;
        end_ = Walk::stopped;
        return false;
    }

    bool anyPeriod(const Component& freeBusy) const {
        for (const Property* property : freeBusy.findAll("FREEBUSY"))
            for (const auto value : splitEscaped(property->value(), ','))
                if (const auto period = Period::parse(value)) {
                    const Instant start{period->start.local.time_since_epoch()};
                    const Instant end = period->end ? Instant{period->end->local.time_since_epoch()}
                                                    : start + period->duration->approximate();
                    if (range_.start < end && range_.end > start) return true;
                }
        return false;
    }

    const CalendarItem::State& item_;
    const TimeRange range_;
    const Bound bound_;
    const std::function<bool(const Instance&)>& visit_;
    std::vector<const ItemPart*> changes_;  // overrides with THISANDFUTURE, by key
    std::size_t count_ = 0;
    OverlapForm form_ = OverlapForm::span;
    Walk end_ = Walk::complete;
};

}  // namespace

bool overlaps(Instant start, Instant end, const TimeRange& range) noexcept {
    if (start >= end) return range.start <= start && range.end > start;
    return range.start < end && range.end > start;
}

// The tables of RFC 4791 §9.9, row by row.
bool overlapsAs(OverlapForm form, Instant start, Instant end, const TimeRange& range) noexcept {
    switch (form) {
        case OverlapForm::span: return overlaps(start, end, range);
        case OverlapForm::todoDuration: return range.start <= end && (range.end > start || range.end >= end);
        case OverlapForm::todoDue:
            return (range.start < end || range.start <= start) && (range.end > start || range.end >= end);
        case OverlapForm::dueOnly: return range.start < end && range.end >= end;
        case OverlapForm::completedCreated: return range.start <= end && range.end >= start;
        case OverlapForm::completed: return range.start <= end && range.end >= end;
        case OverlapForm::created: return range.end > start;
        case OverlapForm::always: return true;
        case OverlapForm::freeBusySpan: return range.start <= end && range.end > start;
        case OverlapForm::freeBusyPeriods: return range.start < end && range.end > start;
        case OverlapForm::never: return false;
    }
    return false;
}

Walk CalendarItem::forEach(const TimeRange& range, const Bound& bound,
                           const std::function<bool(const Instance&)>& visit) const {
    return Walker(*state_, range, bound, visit).run();
}

std::unordered_set<const Component*> CalendarItem::unaffecting(const TimeRange& range) const {
    const ItemPart* const master = state_->master && state_->master->dated() ? &*state_->master : nullptr;
    const auto affects = [&](const ItemPart& part) {
        if (overlapsAs(part.form, part.startUtc, part.endUtc, range)) return true;
        if (part.thisAndFuture && part.key < range.end) return true;
        return master != nullptr &&
               overlapsAs(master->form, part.key, master->endFor(master->zone->toLocal(part.key), part.key), range);
    };
    std::unordered_set<const Component*> found;
    for (const ItemPart& part : state_->overrides)
        if (!affects(part)) found.insert(part.component);
    return found;
}

bool CalendarItem::anyIn(const TimeRange& range) const {
    return forEach(range, {}, [](const Instance&) { return false; }) == Walk::stopped;
}

}  // namespace crmdav
