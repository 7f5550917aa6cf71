#include <algorithm>

#include "protocol/text/calendar_item.h"
#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::int64_t mostRepeats = 1'000;

// When a VALARM rings: an instant, or so long before or after the start or the end.
struct Trigger {
    std::optional<Instant> instant;
    Duration offset;
    bool fromEnd = false;
    std::int64_t repeats = 0;
    seconds pause{0};

    static std::optional<Trigger> read(const Component& alarm) {
        const Property* property = alarm.find("TRIGGER");
        if (property == nullptr) return std::nullopt;
        Trigger trigger;
        if (const auto offset = Duration::parse(property->value())) {
            trigger.offset = *offset;
            trigger.fromEnd = equalsIgnoreCase(property->parameter("RELATED"), "END");
        } else {
            trigger.instant = parseUtc(property->value());
            if (!trigger.instant) return std::nullopt;
        }
        const auto pause = Duration::parse(alarm.value("DURATION"));
        if (pause && pause->approximate().count() > 0) {
            trigger.pause = pause->approximate();
            for (const char c : trim(alarm.value("REPEAT")))
                trigger.repeats = c >= '0' && c <= '9' ? std::min(trigger.repeats * 10 + (c - '0'), mostRepeats) : 0;
        }
        return trigger;
    }

    seconds reach() const {
        const seconds before = offset.approximate();
        return std::max(before, -before) + repeats * pause + hours{48};
    }
};

template <class Each>
void forEachAlarm(const Component& component, Each each) {
    for (const Component& child : component.components())
        if (child.is("VALARM"))
            if (const auto trigger = Trigger::read(child)) each(child, *trigger);
}

}  // namespace

std::vector<Instant> CalendarItem::alarmsOf(const Instance& instance, const Component* alarm) const {
    const bool dated = instance.start != Instant::min() && instance.end != Instant::max();
    ZonePtr zone = utcZone();
    if (state_->master && state_->master->dated()) zone = state_->master->zone;
    for (const ItemPart& part : state_->overrides)
        if (part.component == instance.component && part.dated()) zone = part.zone;

    std::vector<Instant> rings;
    forEachAlarm(*instance.component, [&](const Component& child, const Trigger& trigger) {
        if ((alarm != nullptr && alarm != &child) || (!trigger.instant && !dated)) return;
        Instant ring = trigger.instant.value_or(Instant{});
        if (!trigger.instant) {
            const Instant base = trigger.fromEnd ? instance.end : instance.start;
            // days before are days on the clock (RFC 5545 §3.3.6)
            ring = trigger.offset.days.count() == 0 ? base : zone->toUtc(zone->toLocal(base) + trigger.offset.days);
            ring += trigger.offset.seconds;
        }
        for (std::int64_t i = 0; i <= trigger.repeats; ++i) rings.push_back(ring + i * trigger.pause);
    });
    return rings;
}

bool CalendarItem::alarmIn(const TimeRange& range) const {
    const auto inRange = [&range](Instant ring) { return range.start <= ring && ring < range.end; };
    seconds reach{0};
    bool found = false;
    for (const Component* component : state_->components)
        forEachAlarm(*component, [&](const Component&, const Trigger& trigger) {
            // an absolute one rings whenever the instances are
            for (std::int64_t i = 0; trigger.instant && i <= trigger.repeats; ++i)
                found = found || inRange(*trigger.instant + i * trigger.pause);
            if (!trigger.instant) reach = std::max(reach, trigger.reach());
        });
    if (found || reach == seconds{0}) return found;
    TimeRange wide = range;
    if (wide.start > Instant::min() + reach) wide.start -= reach;
    if (wide.end < Instant::max() - reach) wide.end += reach;
    return forEach(wide, {}, [&](const Instance& instance) {
               const auto rings = alarmsOf(instance);
               return std::none_of(rings.begin(), rings.end(), inRange);
           }) == Walk::stopped;
}

}  // namespace crmdav
