#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "protocol/text/calendar_item.h"
#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::int64_t mostRepeats = 1'000;
// Alarms looked at in one question, once for each instance (D24).
constexpr std::size_t mostLooks = 500'000;

// When a VALARM rings: an instant, or so long before or after the start or the end; then again after each pause.
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

    Instant first(const Instance& instance, const Zone& zone) const {
        const Instant base = fromEnd ? instance.end : instance.start;
        // days before are days on the clock (RFC 5545 §3.3.6)
        const Instant day = offset.days.count() == 0 ? base : zone.toUtc(zone.toLocal(base) + offset.days);
        return day + offset.seconds;
    }

    bool ringsIn(const TimeRange& range, Instant ring) const {
        if (ring < range.start && pause.count() > 0) {
            const auto needed = (range.start - ring + pause - seconds{1}) / pause;
            ring += std::min<std::int64_t>(needed, repeats) * pause;
        }
        return range.start <= ring && ring < range.end;
    }
};

// The alarms of one component that follow its instances.
struct Following {
    std::vector<Trigger> triggers;
    ZonePtr zone = utcZone();  // on whose clock they count days
};
using FollowingOf = std::unordered_map<const Component*, Following>;

// Where the instances lie that may ring in `range`.
TimeRange reachOf(const FollowingOf& alarms, const TimeRange& range) {
    seconds earliest = seconds::max(), latest = seconds::min(), slack{1};
    for (const auto& [component, following] : alarms)
        for (const Trigger& trigger : following.triggers) {
            earliest = std::min(earliest, -trigger.offset.approximate() - trigger.repeats * trigger.pause);
            latest = std::max(latest, -trigger.offset.approximate());
            if (trigger.offset.days.count() != 0) slack = hours{48};  // days of 23 and 25 hours, leaps of zones
        }
    constexpr seconds most = days{365'000};
    earliest = std::clamp(earliest, -most, most);
    latest = std::clamp(latest, -most, most);
    TimeRange wide = range;
    if (range.start != Instant::min()) wide.start = range.start + earliest - slack;
    if (range.end != Instant::max()) wide.end = range.end + latest + slack;
    return wide;
}

}  // namespace

bool CalendarItem::alarmIn(const TimeRange& range, std::span<const Component* const> only) const {
    FollowingOf following;
    const std::unordered_set<const Component*> wanted(only.begin(), only.end());
    for (const Component* component : state_->components)
        for (const Component& child : component->components()) {
            if (!child.is("VALARM") || (!only.empty() && !wanted.contains(&child))) continue;
            const auto trigger = Trigger::read(child);
            if (trigger && trigger->instant) {
                if (trigger->ringsIn(range, *trigger->instant)) return true;  // whenever the instances are
            } else if (trigger) {
                following[component].triggers.push_back(*trigger);
            }
        }
    if (following.empty()) return false;
    const auto setZone = [&](const ItemPart& part) {
        if (const auto found = following.find(part.component); found != following.end() && part.dated())
            found->second.zone = part.zone;
    };
    if (state_->master) setZone(*state_->master);
    for (const ItemPart& part : state_->overrides) setZone(part);

    std::size_t looks = 0;
    // What has more than may be looked at counts as ringing: whoever asks gets the object, and can see for themselves.
    return forEach(reachOf(following, range), {}, [&](const Instance& instance) {
               const auto found = following.find(instance.component);
               const bool dated = instance.start != Instant::min() && instance.end != Instant::max();
               if (found == following.end() || !dated) return true;
               const Following& alarms = found->second;
               looks += alarms.triggers.size();
               return looks <= mostLooks && std::ranges::none_of(alarms.triggers, [&](const Trigger& trigger) {
                          return trigger.ringsIn(range, trigger.first(instance, *alarms.zone));
                      });
           }) != Walk::complete;
}

}  // namespace crmdav
