#include "protocol/text/zones.h"

#include <algorithm>

#include "protocol/text/content_lines.h"

namespace crmdav {
namespace {

using namespace std::chrono;

// After 400 years the Gregorian calendar repeats, weekdays included.
constexpr std::int64_t cycle = 146'097LL * 86'400;

}  // namespace

Zone::Zone(std::string id, std::vector<Transition> transitions, bool repeats, std::vector<std::string> abbreviations)
    : id_(std::move(id)),
      transitions_(std::move(transitions)),
      abbreviations_(std::move(abbreviations)),
      repeats_(repeats) {
    if (transitions_.empty()) transitions_.push_back({Instant::min(), 0, false, 0});
    transitions_.front().at = Instant::min();
    transitions_.shrink_to_fit();
    walls_.reserve(transitions_.size());
    walls_.push_back(INT64_MIN);
    for (std::size_t i = 1; i < transitions_.size(); ++i)
        walls_.push_back(transitions_[i].at.time_since_epoch().count() + transitions_[i - 1].offset);
}

Zone::Transition Zone::inForce(Instant instant) const noexcept {
    if (repeats_ && instant > transitions_.back().at)
        instant -= seconds{((instant - transitions_.back().at).count() / cycle + 1) * cycle};
    const auto next = std::upper_bound(transitions_.begin() + 1, transitions_.end(), instant,
                                       [](Instant at, const Transition& t) { return at < t.at; });
    return *(next - 1);
}

seconds Zone::offsetAt(Instant instant) const noexcept { return seconds{inForce(instant).offset}; }

LocalTime Zone::toLocal(Instant instant) const noexcept {
    return LocalTime{instant.time_since_epoch() + offsetAt(instant)};
}

Instant Zone::toUtc(LocalTime local) const noexcept {
    const std::int64_t given = local.time_since_epoch().count();
    std::int64_t wall = given;
    if (repeats_ && wall > walls_.back()) wall -= ((wall - walls_.back()) / cycle + 1) * cycle;
    const auto next = std::upper_bound(walls_.begin() + 1, walls_.end(), wall);
    auto index = static_cast<std::size_t>(next - walls_.begin()) - 1;
    // within the gap: clocks jumped over this time, the offset before holds
    if (index > 0 && wall < transitions_[index].at.time_since_epoch().count() + transitions_[index].offset) --index;
    return Instant{seconds{given - transitions_[index].offset}};
}

std::string_view Zone::abbreviation(const Transition& transition) const {
    return transition.abbreviation < abbreviations_.size() ? std::string_view(abbreviations_[transition.abbreviation])
                                                           : std::string_view{};
}

const ZonePtr& utcZone() {
    static const ZonePtr utc =
        std::make_shared<const Zone>("UTC", std::vector<Zone::Transition>{}, false, std::vector<std::string>{"UTC"});
    return utc;
}

ZonePtr ObjectZones::find(std::string_view tzid) {
    for (const auto& [name, zone] : known_)
        if (name == tzid) return zone;
    ZonePtr zone = findZone(tzid);
    if (!zone)
        for (const Component& child : calendar_->components())
            if (child.is("VTIMEZONE") && child.value("TZID") == tzid) zone = crmdav::zoneOf(child);
    if (!zone) zone = floating_;
    return known_.emplace_back(std::string(tzid), std::move(zone)).second;
}

ZonePtr ObjectZones::zoneOf(const DateTime& time) {
    if (time.kind == DateTime::Kind::utc) return utcZone();
    return time.kind == DateTime::Kind::zoned ? find(time.zone) : floating_;
}

Instant ObjectZones::toUtc(const DateTime& time) {
    if (time.kind == DateTime::Kind::utc) return Instant{time.local.time_since_epoch()};
    return zoneOf(time)->toUtc(time.local);
}

}  // namespace crmdav
