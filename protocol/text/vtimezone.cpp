#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "protocol/text/content_lines.h"
#include "protocol/text/recurrence.h"
#include "protocol/text/zones.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using Transition = Zone::Transition;

constexpr std::size_t mostTransitions = 4'000;
constexpr std::size_t mostText = 64U << 10U;
// Endless rules are reckoned up to here; from 2040 on it is the cycle that repeats.
constexpr LocalTime rulesFrom = local_days{year{1900} / January / 1};
constexpr LocalTime cycleFrom = local_days{year{2040} / January / 1};
constexpr LocalTime rulesUntil = local_days{year{2441} / January / 1};

struct Unusable {};

// UTC-OFFSET (RFC 5545 §3.3.14): +0100, -033000
std::int32_t offsetOf(std::string_view text) {
    text = trim(text);
    if ((text.size() != 5 && text.size() != 7) || (text[0] != '+' && text[0] != '-')) throw Unusable{};
    std::int32_t fields[3] = {0, 0, 0};
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] < '0' || text[i] > '9') throw Unusable{};
        auto& field = fields[(i - 1) / 2];
        field = field * 10 + (text[i] - '0');
    }
    if (fields[0] > 26 || fields[1] > 59 || fields[2] > 59) throw Unusable{};
    const std::int32_t value = fields[0] * 3600 + fields[1] * 60 + fields[2];
    return text[0] == '-' ? -value : value;
}

class Builder {
public:
    ZonePtr build(const Component& vtimezone) {
        for (const Component& child : vtimezone.components())
            if (child.is("STANDARD") || child.is("DAYLIGHT")) addObservance(child);
        if (transitions_.empty()) return nullptr;
        std::stable_sort(transitions_.begin(), transitions_.end(),
                         [](const auto& a, const auto& b) { return a.at < b.at; });
        const auto same = [](const Transition& a, const Transition& b) { return a.at == b.at; };
        transitions_.erase(std::unique(transitions_.begin(), transitions_.end(), same), transitions_.end());
        transitions_.insert(transitions_.begin(), Transition{Instant::min(), offsetBefore_, false, 0});
        return std::make_shared<const Zone>(std::string(vtimezone.value("TZID")), std::move(transitions_), repeats_,
                                            std::move(names_));
    }

private:
    void addObservance(const Component& observance) {
        const auto start = DateTime::parse(observance.value("DTSTART"));
        if (!start || names_.size() >= 100) throw Unusable{};
        from_ = offsetOf(observance.value("TZOFFSETFROM"));
        to_ = offsetOf(observance.value("TZOFFSETTO"));
        daylight_ = observance.is("DAYLIGHT");
        names_.push_back(observance.text("TZNAME"));
        add(start->local);
        if (start->local < earliest_) {
            earliest_ = start->local;
            offsetBefore_ = from_;
        }
        for (const Property& property : observance.properties()) {
            if (property.is("RRULE")) addRule(property.value(), start->local);
            if (property.is("RDATE"))
                for (const auto value : splitEscaped(property.value(), ','))
                    if (const auto extra = DateTime::parse(value.substr(0, value.find('/')))) add(extra->local);
        }
    }

    void addRule(std::string_view value, LocalTime start) {
        const Rule rule = Rule::parse(value);
        if (rule.frequency != Rule::Frequency::yearly) throw Unusable{};  // hourly ones would take for ever
        std::optional<LocalTime> until;
        if (rule.until)
            until = rule.until->local + (rule.until->kind == DateTime::Kind::utc ? seconds{from_} : seconds{0}) +
                    (rule.until->isDate() ? seconds{86'399} : seconds{0});
        RuleIterator walk(rule, start, until);
        walk.seek(rulesFrom);
        for (auto time = walk.next(); time && *time < rulesUntil; time = walk.next()) add(*time);
        if (rule.endless() && start < cycleFrom) repeats_ = true;
    }

    void add(LocalTime wall) {
        if (transitions_.size() >= mostTransitions) throw Unusable{};
        transitions_.push_back({Instant{wall.time_since_epoch() - seconds{from_}}, to_, daylight_,
                                static_cast<std::uint8_t>(names_.size() - 1)});
    }

    std::vector<Transition> transitions_;
    std::vector<std::string> names_;
    LocalTime earliest_ = LocalTime::max();
    std::int32_t offsetBefore_ = 0, from_ = 0, to_ = 0;
    bool daylight_ = false, repeats_ = false;
};

// Nearly every event of a client carries the same VTIMEZONE: read each text once. Bounded, because texts come from
// outside.
class Cache {
public:
    ZonePtr of(const Component& vtimezone) {
        std::string text;
        vtimezone.appendTo(text);
        if (text.size() > mostText) return nullptr;
        {
            const std::scoped_lock lock(mutex_);
            if (const auto found = zones_.find(text); found != zones_.end()) return found->second;
        }
        ZonePtr zone = build(vtimezone);
        const std::scoped_lock lock(mutex_);
        if (zones_.size() >= 64) zones_.clear();
        zones_.emplace(std::move(text), zone);
        return zone;
    }

private:
    static ZonePtr build(const Component& vtimezone) {
        try {
            return Builder().build(vtimezone);
        } catch (const Unusable&) {
            return nullptr;
        } catch (const RuleError&) {
            return nullptr;
        }
    }

    std::mutex mutex_;
    std::unordered_map<std::string, ZonePtr> zones_;
};

}  // namespace

ZonePtr zoneOf(const Component& vtimezone) {
    static Cache cache;
    return cache.of(vtimezone);
}

}  // namespace crmdav
